import "server-only";
/** The status of each vendor for one user, as the launchpad and the connections page show it. */
import { connectionsOf } from "@/lib/broker/connections";
import { accountFor, isDisabled } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import { downSince } from "@/lib/broker/vendor-call";
import { troubleOf } from "@/lib/broker/vendor-troubles";
import { isOutage, type ProblemCode } from "@/lib/problem/codes";
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
   * missing; `unmapped`: no vendor account; `unavailable`: did not answer when last called; `failing`: answers, but the
   * last grant or embed failed.
   */
  readonly state: "connected" | "ready" | "unlinked" | "unmapped" | "unavailable" | "failing";
  /** Why it is unavailable or failing; null in every other state. */
  readonly code: ProblemCode | null;
  readonly account: string | null;
  /** False while the user's own login is missing, whatever the status is. */
  readonly linked: boolean;
  /** Since when it is unavailable or failing, ISO 8601. */
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
      const down = downSince(vendor.id);
      const trouble = troubleOf(session.id, vendor.id);
      const outage = trouble && isOutage(trouble.code) ? trouble : down && { code: outageCode, since: down };
      const linked = !vendor.credentialNeeded?.(config) || (await hasCredential(session.user.id, vendor.id));
      const state = stateOf({ account, isDown: Boolean(outage), linked, isFailing: Boolean(trouble), openedAt });
      const bad = state === "unavailable" ? outage : state === "failing" ? trouble : undefined;
      return {
        id: vendor.id,
        name: vendor.name,
        section: vendor.section,
        route: vendor.route,
        sandboxed,
        account,
        linked,
        since: bad?.since.toISOString() ?? null,
        code: bad?.code ?? null,
        openedAt,
        state,
      };
    }),
  );
}

const outageCode: ProblemCode = "vendor_unreachable";

interface Known {
  readonly account: string | null;
  readonly linked: boolean;
  readonly isDown: boolean;
  readonly isFailing: boolean;
  readonly openedAt: string | null;
}

/** The worst that is known: an open connection says nothing while every call fails. */
function stateOf({ account, isDown, linked, isFailing, openedAt }: Known): VendorStatus["state"] {
  if (!account) return "unmapped";
  if (isDown) return "unavailable";
  if (!linked) return "unlinked";
  if (isFailing) return "failing";
  return openedAt ? "connected" : "ready";
}
