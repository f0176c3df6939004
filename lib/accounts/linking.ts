import "server-only";
/** Linking a user's own vendor login: verified against the vendor before it is sealed, never shown again. */
import { audit, outcomeOf } from "@/lib/broker/audit";
import type { AuditAction } from "@/lib/broker/audit-filter";
import { endConnections } from "@/lib/broker/end-connections";
import { accountFor, isDisabled } from "@/lib/broker/policy";
import { countGrant, countGuess } from "@/lib/broker/rate-limit";
import { settleRevocations } from "@/lib/broker/revocations";
import type { PortalSession } from "@/lib/broker/user";
import { findVendor } from "@/lib/grants/grant";
import { log } from "@/lib/log";
import { isProblem, Problem } from "@/lib/problem/problem";
import { readCredential, removeCredential, writeCredential } from "@/lib/store/credentials";
import { type ConfiguredVendor, configuredVendor } from "@/lib/vendors/configured";

export interface LinkOrder {
  readonly session: PortalSession;
  readonly vendorId: string;
  readonly requestId: string;
}

type Linkable = ConfiguredVendor & { readonly account: string };

/** The user's vendor account, if a login can be linked there. The name is the mapped account's, never the user's choice. */
function linkable({ session: { user }, vendorId }: LinkOrder): Linkable {
  const configured = configuredVendor(vendorId);
  if (!configured?.vendor.credentialNeeded?.(configured.config)) throw new Problem("vendor_unconfigured");
  const vendorName = configured.vendor.name;
  if (isDisabled(user)) throw new Problem("user_disabled", { vendorName });
  if (user.persona && !configured.sandboxed) throw new Problem("persona_refused", { vendorName });
  const account = accountFor(user, vendorId);
  if (!account) throw new Problem("account_unmapped", { vendorName });
  return { ...configured, account };
}

async function audited(
  order: LinkOrder,
  action: Extract<AuditAction, "link" | "unlink" | "test" | "disconnect">,
  run: () => Promise<void>,
): Promise<void> {
  // The vendor id comes from the request: only a known one goes into the audit.
  const vendor = configuredVendor(order.vendorId)?.vendor.id;
  const event = { requestId: order.requestId, userId: order.session.user.id, vendor, action } as const;
  try {
    await countGrant(order.session.user.id, "link");
    await run();
    await audit({ ...event, outcome: "ok" });
  } catch (error) {
    const problem = isProblem(error) ? error : new Problem("portal_failed", { cause: error });
    if (!isProblem(error)) log.error({ err: error, requestId: order.requestId }, `A ${action} failed unexpectedly`);
    const { code, options } = problem;
    await audit({ ...event, outcome: outcomeOf(code), code, reference: options.reference });
    throw problem;
  }
}

async function verify(
  order: LinkOrder,
  { vendor, config }: Linkable,
  credential: { username: string; password: string; mode?: number },
) {
  const context = { config, requestId: order.requestId, signal: AbortSignal.timeout(10_000) };
  await countGuess(order.session.user.id, vendor.id, async () => vendor.verifyCredential?.(context, credential));
}

/** How long the user waits for the vendor to confirm; unconfirmed revocations are retried. */
const patienceMs = 1_500;

/**
 * Ends the user's connections at a vendor, in all of their sessions, and waits a moment for the vendor. With a changed
 * login they have ended already, in its transaction; a connect that was using the previous one finds its lease gone.
 */
async function endUsersConnections({ session, vendorId }: LinkOrder): Promise<void> {
  await endConnections({ userId: session.user.id, vendor: vendorId });
  await settleRevocations(findVendor, patienceMs);
}

/** Links a login, or replaces it. @throws Problem when the vendor does not accept it; then nothing is changed */
export function linkCredential(order: LinkOrder, password: string, mode?: number): Promise<void> {
  return audited(order, "link", async () => {
    const target = linkable(order);
    const credential = { username: target.account, password, ...(mode === undefined ? {} : { mode }) };
    await verify(order, target, credential);
    await writeCredential(order.session.user.id, order.vendorId, credential);
    await endUsersConnections(order);
  });
}

/** Signs in once with the linked login. @throws Problem saying what is wrong with it */
export function testCredential(order: LinkOrder): Promise<void> {
  return audited(order, "test", async () => {
    const target = linkable(order);
    const credential = await readCredential(order.session.user.id, order.vendorId);
    if (!credential) throw new Problem("credential_missing", { vendorName: target.vendor.name });
    await verify(order, target, credential);
  });
}

/** Deletes the linked login and ends the connections it opened. */
export function unlinkCredential(order: LinkOrder): Promise<void> {
  return audited(order, "unlink", async () => {
    linkable(order);
    await removeCredential(order.session.user.id, order.vendorId);
    await endUsersConnections(order);
  });
}

/** Ends the user's live connections at one vendor; the next embed opens a new one. */
export function disconnect(order: LinkOrder): Promise<void> {
  return audited(order, "disconnect", async () => {
    if (!configuredVendor(order.vendorId)) throw new Problem("vendor_unconfigured");
    await endUsersConnections(order);
  });
}
