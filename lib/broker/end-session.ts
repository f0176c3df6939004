import "server-only";
/** The end of a portal session: every connection that hangs on it ends too, at the vendors. */
import { forgetExpiredSessions, markSessionEnded } from "@/lib/store/sessions";
import { removeExpiredSignIns, removeSignIn } from "@/lib/store/sign-ins";
import { removeOldAuditEvents } from "./audit-log";
import { dropConnections } from "./connections";
import { hastenRevocations, runRevocations, type VendorLookup } from "./revocations";
import type { PortalSession } from "./user";

/**
 * Ends a session: its cookie is refused from now on, and its connections are queued for their end.
 * Whoever calls this then runs the revocations, without making the user wait for a slow vendor.
 */
export async function endSession(session: PortalSession): Promise<void> {
  await markSessionEnded(session.id, session.expiresAt);
  await removeSignIn(session.id);
  await dropConnections({ sessionId: session.id });
  await hastenRevocations(session.id);
}

/** Ends what belongs to expired sessions, forgets old audit events and tries the revocations that are due. Safe on several instances at once. */
export async function sweep(find: VendorLookup): Promise<void> {
  const now = Date.now();
  await dropConnections({ expiredBy: now });
  await forgetExpiredSessions(now);
  await removeExpiredSignIns(now);
  await removeOldAuditEvents(now);
  await runRevocations(find);
}
