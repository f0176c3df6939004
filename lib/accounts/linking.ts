import "server-only";
/** Linking a user's own vendor login: verified against the vendor before it is sealed, never shown again. */
import { audit } from "@/lib/broker/audit";
import { dropConnections } from "@/lib/broker/connections";
import { accountFor, isDisabled } from "@/lib/broker/policy";
import { countGrant, countGuess } from "@/lib/broker/rate-limit";
import { runRevocations } from "@/lib/broker/revocations";
import type { PortalSession } from "@/lib/broker/user";
import { findVendor } from "@/lib/grants/grant";
import { isProblem, Problem } from "@/lib/problem/problem";
import { readCredential, removeCredential, writeCredential } from "@/lib/store/credentials";
import { type ConfiguredVendor, configuredVendor } from "@/lib/vendors/configured";

export interface LinkOrder {
  readonly session: PortalSession;
  readonly vendorId: string;
  readonly requestId: string;
}

type Linkable = ConfiguredVendor & { readonly account: string };

/** Who the user is there and that a login can be linked at all. The name is the mapped account's, never the user's choice. */
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

async function audited(order: LinkOrder, action: "link" | "unlink", run: () => Promise<void>): Promise<void> {
  // The name came with the request: only that of a vendor goes into the audit.
  const vendor = configuredVendor(order.vendorId)?.vendor.id;
  const event = { requestId: order.requestId, userId: order.session.user.id, vendor, action } as const;
  try {
    await countGrant(order.session.user.id, "link");
    await run();
    await audit({ ...event, outcome: "ok" });
  } catch (error) {
    if (isProblem(error))
      await audit({ ...event, outcome: "denied", code: error.code, reference: error.options.reference });
    throw error;
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

/** Connections made with the former login must not outlive it, in any of the user's sessions. */
async function endConnections({ session, vendorId }: LinkOrder): Promise<void> {
  await dropConnections({ userId: session.user.id, vendor: vendorId });
  await runRevocations(findVendor);
}

/** Links a login, or replaces it. @throws Problem when the vendor does not accept it; then nothing is changed */
export function linkCredential(order: LinkOrder, password: string, mode?: number): Promise<void> {
  return audited(order, "link", async () => {
    const target = linkable(order);
    const credential = { username: target.account, password, ...(mode === undefined ? {} : { mode }) };
    await verify(order, target, credential);
    await writeCredential(order.session.user.id, order.vendorId, credential);
    await endConnections(order);
  });
}

/** Signs in once with the linked login. @throws Problem saying what is wrong with it */
export async function testCredential(order: LinkOrder): Promise<void> {
  const target = linkable(order);
  await countGrant(order.session.user.id, "link");
  const credential = await readCredential(order.session.user.id, order.vendorId);
  if (!credential) throw new Problem("credential_missing", { vendorName: target.vendor.name });
  await verify(order, target, credential);
}

/** Removes the linked login and ends what it opened. */
export function unlinkCredential(order: LinkOrder): Promise<void> {
  return audited(order, "unlink", async () => {
    linkable(order);
    await removeCredential(order.session.user.id, order.vendorId);
    await endConnections(order);
  });
}

/** Ends the user's live connections at one vendor; the next embed opens a new one. */
export async function disconnect(order: LinkOrder): Promise<void> {
  if (!configuredVendor(order.vendorId)) throw new Problem("vendor_unconfigured");
  await countGrant(order.session.user.id, "link");
  await endConnections(order);
}
