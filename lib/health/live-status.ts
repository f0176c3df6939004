import "server-only";
/** The true status of the vendors for one user: what was seen, looked at again where it was bad. */
import { type VendorStatus, vendorStatuses } from "@/lib/accounts/status";
import { itemsFor } from "@/lib/broker/policy";
import { type GrantOrder, grantFor } from "@/lib/grants/grant";
import { isProblem, Problem } from "@/lib/problem/problem";
import { configuredVendor } from "@/lib/vendors/configured";
import { readiness } from "./readiness";

const isBad = ({ state }: VendorStatus) => state === "unavailable" || state === "failing";

/** A session's status at each vendor. Where one is bad, the vendors are asked first: they may be well again. */
export async function liveStatuses(session: GrantOrder["session"]): Promise<readonly VendorStatus[]> {
  const statuses = await vendorStatuses(session);
  if (!statuses.some(isBad)) return statuses;
  await readiness();
  return vendorStatuses(session);
}

/**
 * Asks a vendor for a grant of this user's own, on a new connection: the proof that it works, or why it does not. Either is
 * in the status afterwards, and in the audit.
 *
 * @throws Problem when there is no such vendor
 */
export async function tryVendor({ session, vendorId, requestId, headers }: GrantOrder): Promise<void> {
  const configured = configuredVendor(vendorId);
  if (!configured) throw new Problem("vendor_unconfigured");
  const [item] = itemsFor(session.user, vendorId);
  if (!item) return;
  try {
    const slug = configured.vendor.keepAlive ? undefined : item.slug;
    await grantFor({ session, vendorId, slug, renew: true, requestId, headers });
  } catch (error) {
    if (!isProblem(error)) throw error;
  }
}
