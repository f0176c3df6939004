/** What the log and the sign-in page say of a sign-in that failed: a name, a host and a code, never a secret. */
import { log } from "@/lib/log";
import { reportSignInFailure, signInErrorOf, signInFailureOf, watchingSignIn } from "./sign-in-failure";

let mockOidc: object | null = null;
jest.mock("@/lib/config/config", () => ({ getConfig: () => ({ oidc: mockOidc }) }));

const issuer = "https://login.example.com/realms/one";
const oidc = { issuer, internalUrl: issuer, clientId: "portal", clientSecret: "canary-secret", scope: "openid" };

/** As next-auth wraps what it caught. */
const callbackError = (err: unknown) =>
  Object.assign(new Error("Read more"), {
    type: "CallbackRouteError",
    cause: { err, provider: "oidc", code: "canary" },
  });

const fetchFailed = (code: string) =>
  new TypeError("fetch failed canary", { cause: Object.assign(new Error("canary"), { code }) });

beforeEach(() => {
  mockOidc = oidc;
});

test.each([
  [
    "a wrong secret",
    Object.assign(new Error("canary"), { code: "OAUTH_RESPONSE_BODY_ERROR", error: "invalid_client" }),
    "invalid_client",
    "AUTH_OIDC_SECRET",
    "misconfigured",
  ],
  [
    "a client without the grant",
    { error: "unauthorized_client" },
    "unauthorized_client",
    "AUTH_OIDC_SECRET",
    "misconfigured",
  ],
  [
    "a bare 401",
    Object.assign(new Error("canary"), { code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE" }),
    "OAUTH_WWW_AUTHENTICATE_CHALLENGE",
    "AUTH_OIDC_SECRET",
    "misconfigured",
  ],
  [
    "another issuer",
    Object.assign(new Error("canary"), { code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED" }),
    "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED",
    "AUTH_OIDC_ISSUER",
    "misconfigured",
  ],
  ["no one at the port", fetchFailed("ECONNREFUSED"), "ECONNREFUSED", "AUTH_OIDC_ISSUER", "unavailable"],
  ["a name that is none", fetchFailed("ENOTFOUND"), "ENOTFOUND", "AUTH_OIDC_ISSUER", "unavailable"],
  ["an expired certificate", fetchFailed("CERT_HAS_EXPIRED"), "CERT_HAS_EXPIRED", "AUTH_OIDC_ISSUER", "unavailable"],
  [
    "a certificate of an unknown issuer",
    fetchFailed("DEPTH_ZERO_SELF_SIGNED_CERT"),
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "AUTH_OIDC_ISSUER",
    "unavailable",
  ],
  ["silence", new DOMException("canary", "TimeoutError"), "TIMEOUT", "AUTH_OIDC_ISSUER", "unavailable"],
])("%s is named", (_what, err, cause, variable, error) => {
  const failure = signInFailureOf(callbackError(err));
  expect(failure).toEqual({ reason: "CallbackRouteError", cause, host: "login.example.com", variable });
  expect(signInErrorOf(failure)).toBe(error);
});

test("where the server calls the issuer at another address, that one is named", () => {
  mockOidc = { ...oidc, internalUrl: "http://idp:8080" };
  expect(signInFailureOf(fetchFailed("ECONNREFUSED"))).toMatchObject({
    host: "idp:8080",
    variable: "AUTH_OIDC_INTERNAL_URL",
  });
});

test.each([
  ["a callback no one asked for", Object.assign(new Error("canary"), { type: "InvalidCheck" }), "InvalidCheck"],
  ["whatever has no code", new TypeError("canary"), "TypeError"],
])("%s has a reason and no variable", (_what, error, reason) => {
  const failure = signInFailureOf(error);
  expect(failure).toEqual({ reason });
  expect(signInErrorOf(failure)).toBeNull();
});

test("a portal without a provider has no host to name", () => {
  mockOidc = null;
  expect(signInFailureOf(fetchFailed("ECONNREFUSED"))).toEqual({ reason: "TypeError", cause: "ECONNREFUSED" });
});

test("each sign-in learns of its own failure, and the log of the request", async () => {
  const warn = jest.spyOn(log, "warn").mockImplementation(() => undefined);
  const [one, other] = await Promise.all([
    watchingSignIn("request-1", async () => {
      await Promise.resolve();
      reportSignInFailure(callbackError({ error: "invalid_client" }));
      return 1;
    }),
    watchingSignIn("request-2", async () => 2),
  ]);
  expect([one.result, one.failure?.cause, other.result, other.failure]).toEqual([1, "invalid_client", 2, undefined]);
  expect(warn.mock.calls[0]?.[0]).toMatchObject({ requestId: "request-1", variable: "AUTH_OIDC_SECRET" });
  expect(JSON.stringify(warn.mock.calls)).not.toContain("canary");
});
