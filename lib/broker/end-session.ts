import "server-only";
/** The end of a portal session: every connection that belongs to it ends too, at the vendors. */
import { perProcess } from "@/lib/per-process";
import { moveToRevocations } from "@/lib/store/connections";
import { getStore, untilDurable } from "@/lib/store/database";
import { forgetExpiredSessions, markSessionEnded } from "@/lib/store/ended-sessions";
import { makeSessionDue } from "@/lib/store/revocations";
import { removeExpiredSignIns, removeSignIn } from "@/lib/store/sign-ins";
import { hop } from "@/lib/trace/trace";
import { removeOldAuditEvents } from "./audit-log";
import { endConnections } from "./end-connections";
import { runRevocations, type VendorLookup } from "./revocations";
import type { PortalSession } from "./user";

/** A session has a connection per vendor and scope: a handful. */
const maxPerSession = 10_000;

/**
 * Ends a session: its cookie is refused from now on, and the revocations of its connections are queued. All of it, or
 * nothing when the store fails. The caller then runs the revocations, without making the user wait for a slow vendor.
 */
export const endSession = (session: PortalSession): Promise<void> => hop("end-session", () => markAndQueue(session));

async function markAndQueue(session: PortalSession): Promise<void> {
  const db = await getStore();
  await db.transaction().execute(async (step) => {
    await markSessionEnded(session.id, session.expiresAt, step);
    await removeSignIn(session.id, step);
    await moveToRevocations(step, { sessionId: session.id }, maxPerSession);
    await makeSessionDue(step, session.id);
  });
  // Or a power cut would let the cookie work again.
  await untilDurable();
}

const sweeping = perProcess("sweep", () => ({ running: undefined as Promise<void> | undefined }));

async function removeExpired(): Promise<void> {
  const now = Date.now();
  await endConnections({ expiredBy: now });
  await forgetExpiredSessions(now);
  await removeExpiredSignIns(now);
  await removeOldAuditEvents(now);
}

/**
 * Ends what belongs to expired sessions, forgets old audit events and tries the revocations that are due. Safe on
 * several instances at once; in one process a second sweep joins the first.
 */
export async function sweep(find: VendorLookup): Promise<void> {
  sweeping.running ??= removeExpired().finally(() => {
    sweeping.running = undefined;
  });
  await sweeping.running;
  await runRevocations(find);
}
