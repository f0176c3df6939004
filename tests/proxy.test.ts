/** Where proxy.ts runs, and that the guard knows it: elsewhere a request id in a request is the client's own word. */
import { unstable_doesMiddlewareMatch as doesProxyMatch } from "next/experimental/testing/server";
import { NextRequest } from "next/server";
import { getSession } from "@/lib/auth/session";
import { publicRoute } from "@/lib/http/guard";
import { isProxied } from "@/lib/http/proxied";
import { config, proxy } from "@/proxy";

jest.mock("@/lib/auth/session", () => ({ getSession: jest.fn() }));
jest.mock("@/lib/vendors/configured", () => ({ configuredVendors: () => [] }));

const paths = [
  "/",
  "/signin",
  "/dashboards/sales-performance",
  "/open/rocketchat",
  "/open/thoughtspot/customer-health",
  "/rocketchat/loading",
  "/no-such-page",
  "/apis",
  "/api",
  "/api/auth/callback/oidc",
  "/api/auth/session",
  "/api/health",
  "/api/ready",
  "/api/authentication",
  "/api/thoughtspot/token",
  "/api/rocketchat/sso",
  "/api/account/link",
  "/api/no-such-route",
];

test.each(paths)("the guard takes a request id from proxy.ts only where it runs: %s", async (path) => {
  const runs = doesProxyMatch({ config, url: path });
  expect(isProxied(path)).toBe(runs);

  const given = "11111111-1111-4111-8111-111111111111";
  const request = new Request(`http://portal.localhost:3000${path}`, { headers: { "x-request-id": given } });
  const response = await publicRoute(() => new Response())(request, { params: Promise.resolve({}) });
  expect(response.headers.get("x-request-id") === given).toBe(runs);
  expect(getSession).not.toHaveBeenCalled();
});

test("a header that makes the framework answer in a handler's place never reaches the API", async () => {
  const url = "http://portal.localhost:3000/api/thoughtspot/token";
  const headers = { "x-middleware-prefetch": "1", "content-type": "application/json" };
  expect(doesProxyMatch({ config, url, headers })).toBe(true);
  const passed = (await proxy(new NextRequest(url, { headers }))).headers.get("x-middleware-override-headers");
  expect(passed?.split(",")).toContain("content-type");
  expect(passed?.split(",")).not.toContain("x-middleware-prefetch");
});

test.each(["/api/%", "/api/thoughtspot/%E0%A4%A", "/api/%c0%ae"])(
  "an address of the API that does not decode is a bad request: %s",
  async (path) => {
    expect(doesProxyMatch({ config, url: path })).toBe(true);
    const response = await proxy(new NextRequest(`http://portal.localhost:3000${path}`));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_request" });
  },
);

test("an answer of the API can be neither framed nor run as a page", async () => {
  const request = new Request("http://portal.localhost:3000/api/health");
  const { headers } = await publicRoute(() => new Response())(request, { params: Promise.resolve({}) });
  expect(Object.fromEntries(headers)).toMatchObject({
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
});
