import "server-only";
/**
 * What Rocket.Chat's own client calls when a person opens it directly and is not logged in: it wants a token for the
 * user of the portal's cookie. The call comes from Rocket.Chat's origin, with cookies, with or without a preflight
 * (vendor documentation: iframe auth; vendor source: useIframe).
 *
 * A POST that carries cookies can be fired from any page, so that the origin is looked at before anything is done. Only
 * status 200 counts for the client; every other one makes it show the portal's loading page.
 */
import { getSession } from "@/lib/auth/session";
import { rebaseToRequestOrigin } from "@/lib/config/request-origin";
import { problemResponse, publicRoute, type RouteHandler } from "@/lib/http/guard";
import { Problem } from "@/lib/problem/problem";
import { note } from "@/lib/trace/trace";
import { configHere } from "../here";
import { liveGrant } from "../live-grant";

const methods = "GET, POST, OPTIONS";

/** On every answer: without them the client cannot even see that it is refused. The one origin stands there for all. */
const corsHeaders = (origin: string) => ({
  "access-control-allow-origin": origin,
  "access-control-allow-credentials": "true",
  vary: "Origin",
});

/** `GET` and `POST`: `{loginToken}` for the signed-in user, 401 without a body when there is none. */
export const signInForRocketChat: RouteHandler = publicRoute(async ({ request, requestId }) =>
  forRocketChat(request, requestId, async () => {
    const session = await getSession();
    note({ kind: "client", root: "client-call", vendor: "rocketchat", session: session ?? undefined });
    if (!session) return new Response(null, { status: 401 });
    const { token } = await liveGrant({ session, requestId, headers: request.headers }, request.signal);
    // Exactly one key: with `token` beside it some releases would try that one too.
    return Response.json({ loginToken: token });
  }),
);

/** `OPTIONS`: older clients send a JSON content type and therefore ask first. */
export const preflightForRocketChat: RouteHandler = publicRoute(({ request, requestId }) =>
  forRocketChat(
    request,
    requestId,
    async () =>
      new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-methods": methods,
          "access-control-allow-headers": "content-type",
        },
      }),
  ),
);

/** Any other method, which older releases let an administrator type in. */
export const refuseForRocketChat: RouteHandler = publicRoute(({ request, requestId }) =>
  forRocketChat(request, requestId, async () => {
    const response = problemResponse(new Problem("method_not_allowed"), requestId);
    response.headers.set("allow", methods);
    return response;
  }),
);

async function forRocketChat(request: Request, requestId: string, answer: () => Promise<Response>): Promise<Response> {
  const origin = rebaseToRequestOrigin(configHere().origin, request.headers);
  let response: Response;
  try {
    if (request.headers.get("origin") !== origin) throw new Problem("foreign_origin");
    response = await answer();
  } catch (error) {
    response = problemResponse(error, requestId);
  }
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(corsHeaders(origin))) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}
