import "server-only";
/**
 * The 2021 flow as a link: `/open/thoughtspot/<item>` mints a v1 token for the signed-in user and sends the browser to
 * ThoughtSpot's login step, which sets its cookie and goes on to the item. Works in every login mode, in a tab of its own;
 * the item's filters and those of the link (`?filter.Region=EMEA`) go along.
 */
import { getSession } from "@/lib/auth/session";
import { grant } from "@/lib/broker/broker";
import { itemFor } from "@/lib/broker/policy";
import type { VendorAdapter } from "@/lib/broker/vendor-adapter";
import { getConfig } from "@/lib/config/config";
import { rebaseToRequestOrigin } from "@/lib/config/request-origin";
import type { RouteHandler } from "@/lib/http/guard";
import { navigationRoute, redirectWithoutReferrer } from "@/lib/http/navigation";
import { isProblem, Problem } from "@/lib/problem/problem";
import { signInPath } from "@/lib/security/redirect";
import { configuredVendor } from "@/lib/vendors/configured";
import { readView } from "../../../view";
import type { ThoughtSpotConfig } from "../../config";
import { filtersOf, type Grant, loginAddressWith, scopeOf, vendorId, vendorName } from "../../protocol";
import { sessionNote } from "../../session-note";
import { requestedAccess } from "../decide";
import { mint, revoke } from "../mint";
import type { State } from "../state";
import { connectWithRedirect } from "../strategies/redirect";

/** The same vendor to the broker, with connections of their own: a v1 token per scope. */
const redirectLogin: VendorAdapter<ThoughtSpotConfig, State, Grant> = {
  id: vendorId,
  name: vendorName,
  renewal: "connection",
  maxLifetimeMs: 4 * 3600_000,
  scope: (item) => `v1:${scopeOf(item)}`,
  requestedAccess: (item, config) => requestedAccess(item, config, "v1"),
  connect: connectWithRedirect,
  mint,
  revoke,
};

/** The route handler. Signed out, it goes through the sign-in page; refused, to the item's page, which says why. */
export const openItem: RouteHandler = navigationRoute(async ({ request, params, requestId }) => {
  const slug = typeof params.item === "string" && /^[a-z0-9-]{1,100}$/.test(params.item) ? params.item : undefined;
  if (!slug) throw new Problem("not_found");
  const { headers } = request;
  const { search } = new URL(request.url);

  const session = await getSession();
  if (!session) return redirectWithoutReferrer(signInPath(`/open/thoughtspot/${slug}${search}`));
  const configured = configuredVendor(vendorId);
  if (!configured) throw new Problem("vendor_unconfigured", { vendorName });
  const config = configured.config as ThoughtSpotConfig;
  try {
    const { url } = await grant({
      vendor: redirectLogin,
      config,
      sandboxed: configured.sandboxed,
      session,
      slug,
      renew: false,
      requestId,
      locale: "en",
      timeZone: null,
      oidcTokens: async () => null,
    });
    const item = itemFor(session.user, vendorId, slug);
    if (!url || !item) throw new Problem("vendor_misconfigured", { vendorName });
    const filters = filtersOf(item, readView(search));
    const response = redirectWithoutReferrer(rebaseToRequestOrigin(loginAddressWith(url, { filters }), headers));
    // The browser now has a session of ThoughtSpot's: signing out of the portal ends it too.
    response.headers.append("set-cookie", sessionNote(config.url, getConfig().origin));
    return response;
  } catch (error) {
    if (isProblem(error)) return redirectWithoutReferrer(`${configured.vendor.route}/${slug}`);
    throw error;
  }
});
