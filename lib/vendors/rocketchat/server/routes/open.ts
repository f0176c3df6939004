import "server-only";
/** `/open/rocketchat?path=/channel/general`: opens Rocket.Chat itself, logged in, in a tab of its own. */
import { getSession } from "@/lib/auth/session";
import { rebaseToRequestOrigin } from "@/lib/config/request-origin";
import type { RouteHandler } from "@/lib/http/guard";
import { navigationRoute, redirectWithoutReferrer } from "@/lib/http/navigation";
import { isProblem } from "@/lib/problem/problem";
import { signInPath } from "@/lib/security/redirect";
import { deepLink, openAddress, roomPath } from "../../deep-link";
import { route } from "../../protocol";
import { configHere, grantHere } from "../here";
import { refusalPage } from "./refusal-page";

/** The route handler. Signed out, it goes through the sign-in page; refused, to the chat's page, which says why. */
export const openRoom: RouteHandler = navigationRoute(async ({ request, requestId }) => {
  const { headers, url } = request;
  const [asked = "/home", ...more] = new URL(url).searchParams.getAll("path");
  const path = roomPath(asked);
  if (path === null || more.length > 0) return linkRefused();

  const session = await getSession();
  if (!session) return redirectWithoutReferrer(signInPath(openAddress(path)));
  const { url: base } = configHere();
  try {
    const { token } = await grantHere({ session, requestId, headers });
    return redirectWithoutReferrer(rebaseToRequestOrigin(deepLink(base, path, token), headers));
  } catch (error) {
    if (isProblem(error)) return redirectWithoutReferrer(route);
    throw error;
  }
});

/** The link is none that Rocket.Chat has: other hosts, other pages, parameters that would change the login. */
const linkRefused = () =>
  refusalPage(
    400,
    "This link leads nowhere",
    "It names no room, thread or message of the chat. Open the chat and choose the room there.",
    { href: route, words: "Open the chat" },
  );
