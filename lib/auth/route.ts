import "server-only";
/** The part of next-auth that is served over HTTP: the identity provider's callback and the session. */
import type { NextRequest } from "next/server";
import { requestIdOf } from "@/lib/http/request-id";
import { Problem } from "@/lib/problem/problem";
import { describeSent } from "@/lib/trace/mask";
import { attribute, note } from "@/lib/trace/trace";
import { cookieName } from "./cookies";
import { handlers } from "./next-auth";
import { isReadableReturnCookie, pairingOf, signInErrorPath } from "./sign-in";
import type { SignInError } from "./sign-in-errors";
import { signInErrorOf, watchingSignIn } from "./sign-in-failure";

/** Sign-in starts in server actions, which Next protects by origin. next-auth's own forms and pages are not served. */
const servedPaths = new Set(["/api/auth/callback/oidc", "/api/auth/session"]);

/** Answers `GET /api/auth/…`. */
export async function authRoute(request: NextRequest): Promise<Response> {
  if (!servedPaths.has(request.nextUrl.pathname)) throw new Problem("not_found");
  const returnCookie = request.cookies.get(cookieName("callback-url"))?.value;
  if (returnCookie !== undefined && !isReadableReturnCookie(returnCookie)) {
    request.cookies.delete(cookieName("callback-url"));
  }
  if (request.nextUrl.pathname === "/api/auth/session") return handlers.GET(request);
  const rootFacts = { [attribute.sent]: describeSent({ url: request.url }) };
  note({ kind: "sign-in", root: "sign-in-callback", rootFacts, pairing: pairingOf(request.nextUrl) });
  const { result, failure } = await watchingSignIn(requestIdOf(request.headers), () => handlers.GET(request));
  return explainFailure(result, failure && signInErrorOf(failure), returnCookie);
}

/** Replaces next-auth's error names on the way to the sign-in page by ours, and adds the page to return to. */
function explainFailure(
  response: Response,
  known: SignInError | null | undefined,
  returnCookie: string | undefined,
): Response {
  const location = response.headers.get("location");
  if (!location || !URL.canParse(location)) return response;
  const target = new URL(location);
  const error = target.searchParams.get("error");
  if (target.pathname !== "/signin" || !error) return response;
  const refused = error === "OAuthCallbackError" || error === "AccessDenied";
  const reason: SignInError = refused ? "cancelled" : (known ?? "failed");
  const headers = new Headers(response.headers);
  headers.set("location", target.origin + signInErrorPath(reason, pathOf(returnCookie)));
  return new Response(null, { status: 303, headers });
}

function pathOf(returnCookie: string | undefined): string {
  if (!returnCookie || !URL.canParse(returnCookie)) return "/";
  const { pathname, search } = new URL(returnCookie);
  return pathname + search;
}
