/**
 * Runs before pages and the routes that lead to them: sets the request id and the CSP nonce, drops internal headers that a
 * client sent, and answers in their place while the database is away. It makes no access decisions: pages and handlers do
 * that themselves and must not depend on it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { getConfig } from "@/lib/config/config";
import { sandboxMountPath } from "@/lib/config/sandbox";
import { isProxied } from "@/lib/http/proxied";
import { isDocumentNavigation, isOwnFetch, isSpeculative } from "@/lib/http/visit";
import { Problem, problemBody } from "@/lib/problem/problem";
import { contentSecurityPolicy } from "@/lib/security/csp";
import { type StoreNeed, storeOutage } from "@/lib/store/answers";
import { configuredVendors } from "@/lib/vendors/configured";

/** Headers that only this file sets, and the framework's own, with which a client could make it skip a page or handler. */
const internalHeaders = [
  "x-request-id",
  "x-nonce",
  "x-portal-prefetch",
  "x-portal-path",
  "x-middleware-subrequest",
  "x-middleware-prefetch",
];

/** Whether a page may create tokens for its embed: the user navigates to it, by a page load or inside the portal. */
const isVisit = (request: NextRequest) =>
  !isSpeculative(request) && (isDocumentNavigation(request.headers) || isOwnFetch(request.headers));

/** Signing in and out must be written; a page is shown while another process writes to the database. */
const needOf = ({ method, nextUrl }: NextRequest): StoreNeed =>
  ["GET", "HEAD"].includes(method) && !nextUrl.pathname.startsWith("/api/auth/callback/") ? "reads" : "writes";

/** The framework answers 500 for a path that does not decode; this is a client's error. */
function isReadable(path: string): boolean {
  try {
    return Boolean(decodeURIComponent(path));
  } catch {
    return false;
  }
}

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  const headers = new Headers(request.headers);
  for (const name of internalHeaders) headers.delete(name);
  const readable = isReadable(pathname);
  if (readable && !isProxied(pathname)) return NextResponse.next({ request: { headers } });

  const config = getConfig();
  const requestId = randomUUID();
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy({
    nonce,
    path: pathname,
    own: config.origin,
    vendors: configuredVendors().map(({ vendor, config: vendorConfig }) => vendor.csp(vendorConfig)),
    formTargets: config.oidc ? [new URL(config.oidc.issuer).origin] : [],
    development: process.env.NODE_ENV === "development",
  });

  headers.set("x-request-id", requestId);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  headers.set("x-portal-path", pathname + search);
  if (!isVisit(request)) headers.set("x-portal-prefetch", "1");

  // The sandbox of a preview sends its own policy, and keeps nothing in the store.
  const ofSandbox = config.sandboxMounted && pathname.startsWith(`${sandboxMountPath}/`);
  const outage = readable && !ofSandbox ? await storeOutage(needOf(request)) : null;
  const response = !readable
    ? unreadable(requestId)
    : outage
      ? unavailable(outage, requestId, nonce)
      : NextResponse.next({ request: { headers } });
  response.headers.set("x-request-id", requestId);
  if (!ofSandbox) response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  // Routes under /open redirect with a token: the target must not receive a referrer.
  const leadsOn = pathname.startsWith("/open/");
  response.headers.set("referrer-policy", leadsOn ? "no-referrer" : "strict-origin-when-cross-origin");
  response.headers.set("cross-origin-opener-policy", "same-origin-allow-popups");
  response.headers.set("cross-origin-resource-policy", "same-origin");
  if (config.origin.startsWith("https:")) response.headers.set("strict-transport-security", "max-age=31536000");
  if (config.sandbox) response.headers.set("x-robots-tag", "noindex");
  return response;
}

const unreadable = (requestId: string) =>
  NextResponse.json(problemBody(new Problem("invalid_request"), requestId), {
    status: 400,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });

/** In place of a page, a sign-in or a sign-out: a page could not set its status any more when it meets the outage. */
function unavailable(outage: Problem, requestId: string, nonce: string): NextResponse {
  const { title, detail, status, code, retryAfter = 5 } = problemBody(outage, requestId);
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style nonce="${nonce}">
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 28rem; margin: 20vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.25rem }
  small { color: GrayText }
</style>
<main role="alert">
<h1>${title}</h1>
<p>${detail}</p>
<p><a href="">Try again</a></p>
<p><small>Support code ${code} · ${requestId}</small></p>
</main>
</html>
`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "retry-after": String(retryAfter),
  };
  return new NextResponse(page, { status, headers });
}

export const config = {
  matcher: [
    // Not the portal's own API: its guard does all of this, and running here took half of such a request's time.
    "/((?!_next/static/|api/(?!auth/)).*)",
    // Except where the framework would answer instead of a handler: it fails at a path that does not decode...
    "/api/(.*%.*)",
    // ...and skips the handler for this header, which is removed here.
    { source: "/api/:path*", has: [{ type: "header", key: "x-middleware-prefetch" }] },
  ],
};
