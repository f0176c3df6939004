/**
 * Runs before every page and route: gives the request its id and its CSP nonce and drops internal headers that a client
 * sent. It decides nothing about access: pages and handlers do that themselves, and must hold without it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { getConfig } from "@/lib/config/config";
import { contentSecurityPolicy } from "@/lib/security/csp";
import { configuredVendors } from "@/lib/vendors/configured";

/** Set here and nowhere else. */
const internalHeaders = ["x-request-id", "x-nonce", "x-portal-prefetch", "x-portal-path", "x-middleware-subrequest"];

const isPrefetch = (headers: Headers) =>
  headers.has("next-router-prefetch") ||
  headers.has("next-router-segment-prefetch") ||
  (headers.get("sec-purpose") ?? "").includes("prefetch");

export function proxy(request: NextRequest): NextResponse {
  const config = getConfig();
  const requestId = randomUUID();
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy({
    nonce,
    path: request.nextUrl.pathname,
    vendors: configuredVendors().map(({ vendor, config: vendorConfig }) => vendor.csp(vendorConfig)),
    formTargets: config.oidc ? [new URL(config.oidc.issuer).origin] : [],
    development: process.env.NODE_ENV === "development",
  });

  const headers = new Headers(request.headers);
  for (const name of internalHeaders) headers.delete(name);
  headers.set("x-request-id", requestId);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  headers.set("x-portal-path", request.nextUrl.pathname + request.nextUrl.search);
  if (isPrefetch(request.headers)) headers.set("x-portal-prefetch", "1");

  const response = NextResponse.next({ request: { headers } });
  response.headers.set("x-request-id", requestId);
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  // The addresses under /open lead on with a token: nothing behind them may learn where the browser came from.
  const leadsOn = request.nextUrl.pathname.startsWith("/open/");
  response.headers.set("referrer-policy", leadsOn ? "no-referrer" : "strict-origin-when-cross-origin");
  response.headers.set("cross-origin-opener-policy", "same-origin-allow-popups");
  response.headers.set("cross-origin-resource-policy", "same-origin");
  if (config.origin.startsWith("https:")) response.headers.set("strict-transport-security", "max-age=31536000");
  if (config.sandbox) response.headers.set("x-robots-tag", "noindex");
  return response;
}

export const config = {
  // Not the portal's own API, where the guard does all of this and a nonce has no page: half of its time was spent here.
  matcher: ["/((?!_next/static|_next/image|api/(?!auth/)).*)"],
};
