import "server-only";
/** `/open/rocketchat?path=/channel/general`: opens Rocket.Chat itself, logged in, in a tab of its own. */
import { getSession } from "@/lib/auth/session";
import { asVisited } from "@/lib/config/visited";
import { grantFor } from "@/lib/grants/grant";
import { publicRoute, type RouteHandler } from "@/lib/http/guard";
import { isDocumentNavigation, isSpeculative } from "@/lib/http/visit";
import { isProblem, Problem } from "@/lib/problem/problem";
import { signInPath } from "@/lib/security/redirect";
import { configuredVendor } from "@/lib/vendors/configured";
import type { RocketChatConfig } from "../../config";
import { deepLink, openAddress, roomPath } from "../../deep-link";
import type { RocketChatGrant } from "../../protocol";
import { vendorName } from "../api";

/** The route handler. Signed out, it goes through the sign-in page; refused, to the chat's page, which says why. */
export const openRoom: RouteHandler = publicRoute(async ({ request, requestId }) => {
  const { headers, url } = request;
  // A link that is only looked at must not mint, and neither must a picture or a frame on some page.
  if (isSpeculative(request)) return new Response(null, { status: 204 });
  if (!isDocumentNavigation(headers)) throw new Problem("foreign_origin");
  const [asked = "/home", ...more] = new URL(url).searchParams.getAll("path");
  const path = roomPath(asked);
  if (path === null || more.length > 0) throw new Problem("invalid_request");

  const session = await getSession();
  if (!session) return goTo(signInPath(openAddress(path)));
  const configured = configuredVendor("rocketchat");
  if (!configured) throw new Problem("vendor_unconfigured", { vendorName });
  try {
    const grant = await grantFor({ session, vendorId: "rocketchat", requestId, headers });
    const { url: base } = configured.config as RocketChatConfig;
    return goTo(asVisited(deepLink(base, path, (grant as RocketChatGrant).token), headers));
  } catch (error) {
    if (isProblem(error)) return goTo(configured.vendor.route);
    throw error;
  }
});

/** The address may carry a token: it must not travel on as a referrer. */
const goTo = (location: string) =>
  new Response(null, { status: 303, headers: { location, "referrer-policy": "no-referrer" } });
