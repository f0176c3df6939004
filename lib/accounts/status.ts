import "server-only";
/** The status of each vendor for one user, as the launchpad and the connections page show it. */
import { connectionsOf } from "@/lib/broker/connections";
import { accountFor, isDisabled } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import { downSince } from "@/lib/broker/vendor-call";
import { hasCredential } from "@/lib/store/credentials";
import { configuredVendors } from "@/lib/vendors/configured";

export interface VendorStatus {
  readonly id: string;
  readonly name: string;
  readonly section: string;
  readonly route: string;
  /** True when the sandbox serves it. */
  readonly sandboxed: boolean;
  /**
   * `connected`: a live connection; `ready`: mapped, will connect when opened; `unlinked`: the user's own login is
   * missing; `unmapped`: no vendor account; `unavailable`: did not answer when last called.
   */
  readonly state: "connected" | "ready" | "unlinked" | "unmapped" | "unavailable";
  readonly account: string | null;
  /** False while the user's own login is missing, whatever the status is. */
  readonly linked: boolean;
  /** Since when it is unavailable, ISO 8601. */
  readonly since: string | null;
  /** Since when this portal session has a live connection, ISO 8601. */
  readonly openedAt: string | null;
}

/** The status of every configured vendor. Reads the store; calls no vendor. */
export async function vendorStatuses(session: PortalSession): Promise<readonly VendorStatus[]> {
  const live = await connectionsOf(session.id);
  return Promise.all(
    configuredVendors().map(async ({ vendor, config, sandboxed }) => {
      const account = isDisabled(session.user) ? null : accountFor(session.user, vendor.id);
      // The first of several is the oldest.
      const openedAt = live.find((one) => one.vendor === vendor.id)?.connectedAt.toISOString() ?? null;
      const since = downSince(vendor.id)?.toISOString() ?? null;
      const linked = !vendor.credentialNeeded?.(config) || (await hasCredential(session.user.id, vendor.id));
      return {
        id: vendor.id,
        name: vendor.name,
        section: vendor.section,
        route: vendor.route,
        sandboxed,
        account,
        linked,
        since,
        openedAt,
        state: !account ? "unmapped" : since ? "unavailable" : !linked ? "unlinked" : openedAt ? "connected" : "ready",
      };
    }),
  );
}
