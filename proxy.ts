/**
 * Runs before pages and what leads to them: gives the request its id and its CSP nonce and drops internal headers that a
 * client sent. It decides nothing about access: pages and handlers do that themselves, and must hold without it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { getConfig } from "@/lib/config/config";
import { sandboxMountPath } from "@/lib/config/sandbox";
import { isProxied } from "@/lib/http/proxied";
import { isDocumentNavigation, isOwnFetch, isSpeculative } from "@/lib/http/visit";
import { Problem, problemBody } from "@/lib/problem/problem";
import { contentSecurityPolicy } from "@/lib/security/csp";
import { configuredVendors } from "@/lib/vendors/configured";

/** Set here and nowhere else, or the framework's own: with these a client could make it skip a page or a handler. */
const internalHeaders = [
  "x-request-id",
  "x-nonce",
  "x-portal-prefetch",
  "x-portal-path",
  "x-middleware-subrequest",
  "x-middleware-prefetch",
];

/** Whether a page may make tokens for its embed: somebody comes to it, by a page load or from another page of the portal. */
const isVisit = (request: NextRequest) =>
  !isSpeculative(request) && (isDocumentNavigation(request.headers) || isOwnFetch(request.headers));

/** The framework fails at an address that does not decode, and would call that its own error. */
function isReadable(path: string): boolean {
  try {
    return Boolean(decodeURIComponent(path));
  } catch {
    return false;
  }
}

export function proxy(request: NextRequest): NextResponse {
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

  const response = readable ? NextResponse.next({ request: { headers } }) : unreadable(requestId);
  response.headers.set("x-request-id", requestId);
  // What a preview serves of the sandbox says itself who may frame it and what it may load.
  const ofSandbox = config.sandboxMounted && pathname.startsWith(`${sandboxMountPath}/`);
  if (!ofSandbox) response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  // The addresses under /open lead on with a token: nothing behind them may learn where the browser came from.
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

export const config = {
  matcher: [
    // Not the portal's own API, where the guard does all of this and a nonce has no page: half of its time was spent here.
    "/((?!_next/static/|api/(?!auth/)).*)",
    // Unless the framework would answer in a handler's place: it fails at an address that does not decode...
    "/api/(.*%.*)",
    // ...and skips the handler for this header, which comes off.
    { source: "/api/:path*", has: [{ type: "header", key: "x-middleware-prefetch" }] },
  ],
};
