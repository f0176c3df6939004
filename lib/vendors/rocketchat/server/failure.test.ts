import { failureOf, problemOf } from "./failure";

const now = 1_000_000;
const at = (call: string, status: number, body: unknown, headers: Record<string, string> = {}) =>
  failureOf(call, status, new Headers(headers), body, now);

describe("every error body of the vendor becomes one of a closed list", () => {
  test.each([
    // 401: the three shapes of three releases
    ["users.info", 401, { success: false, error: "x", status: "error", message: "x" }, "unauthenticated"],
    ["users.info", 401, { status: "error", message: "x" }, "unauthenticated"],
    ["users.info", 401, { success: false, error: "unauthorized" }, "unauthenticated"],
    ["users.info", 401, null, "unauthenticated"],
    // logins
    ["login", 401, { status: "error", error: "Unauthorized", message: "Unauthorized" }, "login-refused"],
    ["login", 401, { status: "error", error: 403, message: "x" }, "login-refused"],
    ["login", 401, { status: "error", error: "error-user-is-not-activated" }, "inactive"],
    ["login", 401, { status: "error", error: "error-user-has-no-roles" }, "inactive"],
    ["login", 401, { status: "error", error: "error-invalid-email" }, "invalid-value"],
    ["login", 401, { status: "error", error: "error-login-blocked-for-ip" }, "rate-limited"],
    ["login", 401, { status: "error", error: "error-login-blocked-for-user" }, "locked"],
    ["login", 401, { status: "error", error: "totp-required", details: { method: "totp" } }, "second-factor"],
    ["login", 500, { success: false, error: "Internal server error" }, "unavailable"],
    // permissions, in their three places
    ["users.update", 403, { success: false, error: "You lack … [error-unauthorized]" }, "forbidden"],
    ["users.logout", 403, { success: false, error: "unauthorized" }, "forbidden"],
    ["users.logout", 403, { success: false, error: "forbidden" }, "forbidden"],
    ["users.create", 400, { success: false, errorType: "error-action-not-allowed" }, "forbidden"],
    ["users.update", 400, { success: false, errorType: "error-not-authorized" }, "forbidden"],
    // tokens
    ["users.createToken", 400, { success: false, errorType: "error-not-authorized" }, "create-token-disabled"],
    ["users.createToken", 400, { error: "Cannot read properties of undefined (reading 'tokens')" }, "transient"],
    ["users.createToken", 400, { errorType: "error-invalid-user" }, "not-found"],
    ["users.createToken", 400, { errorType: "error-user-param-not-provided" }, "invalid-parameters"],
    // parameters, in the old and the new form
    ["users.create", 400, { errorType: "invalid-params", error: "must have …" }, "invalid-parameters"],
    ["users.create", 400, { error: "must have … [invalid-params]" }, "invalid-parameters"],
    ["users.info", 400, { errorType: "error-invalid-params", error: "must …" }, "invalid-parameters"],
    // look-ups
    ["users.info", 400, { success: false, error: "User not found." }, "not-found"],
    ["users.info", 400, { success: false, error: "user not found" }, "not-found"],
    ["users.info", 400, { success: false, error: "User not found.", errorType: "something-else" }, "unknown"],
    // creation
    ["users.create", 400, { errorType: "error-field-unavailable", details: { field: "x" } }, "taken"],
    ["users.create", 400, { errorType: 403, error: "Username already exists. [403]" }, "taken"],
    ["users.create", 400, { error: "E11000 duplicate key error collection" }, "taken"],
    ["users.create", 400, { errorType: "error-blocked-username" }, "invalid-value"],
    ["users.create", 400, { errorType: "error-invalid-domain" }, "invalid-value"],
    // limits
    ["me", 429, { success: false, error: "… wait 7 seconds … [error-too-many-requests]" }, "rate-limited"],
    ["me", 429, null, "rate-limited"],
    ["me", 502, null, "unavailable"],
    ["me", 418, { anything: true }, "unknown"],
    ["me", 400, "text", "unknown"],
  ])("%s %i %j is %s", (call, status, body, kind) => {
    expect(at(call, status, body).kind).toBe(kind);
  });

  test("a limit's pause comes from the reset header, else from the text, and is bounded", () => {
    const text = { error: "You must wait 7 seconds [error-too-many-requests]" };
    expect(at("me", 429, text, { "x-ratelimit-reset": String(now + 3_000) }).more.waitMs).toBe(3_000);
    expect(at("me", 429, text).more.waitMs).toBe(7_000);
    expect(at("me", 429, {}).more.waitMs).toBe(10_000);
    expect(at("me", 429, {}, { "x-ratelimit-reset": String(now - 5) }).more.waitMs).toBe(250);
    expect(at("me", 429, {}, { "x-ratelimit-reset": String(now + 9e9) }).more.waitMs).toBe(60_000);
  });

  test("no problem carries a text of the vendor's", () => {
    const secret = "text-of-the-vendor";
    for (const status of [400, 401, 403, 429, 500])
      for (const body of [{ error: secret, message: secret }, { error: `${secret} [totp-required]` }]) {
        const problem = problemOf(at("login", status, body));
        expect(JSON.stringify({ ...problem.options, code: problem.code })).not.toContain(secret);
      }
  });

  test.each([
    ["users.info", 401, {}, "vendor_misconfigured"],
    ["users.create", 400, { errorType: "error-action-not-allowed" }, "vendor_misconfigured"],
    ["users.createToken", 400, { errorType: "totp-required" }, "second_factor_required"],
    ["users.createToken", 400, { errorType: "error-not-authorized" }, "create_token_disabled"],
    ["login", 401, { error: "error-user-is-not-activated" }, "account_disabled"],
    ["login", 401, { error: "error-login-blocked-for-user" }, "account_locked"],
    ["login", 401, { error: "Unauthorized" }, "credential_rejected"],
    ["users.create", 400, { errorType: "error-field-unavailable" }, "account_conflict"],
    ["users.create", 400, { errorType: "error-blocked-username" }, "account_unknown"],
    ["me", 429, {}, "vendor_busy"],
    ["me", 503, null, "vendor_failed"],
  ])("%s %i %j is told as %s", (call, status, body, code) => {
    expect(problemOf(at(call, status, body)).code).toBe(code);
  });
});
