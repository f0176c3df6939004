import { sandboxPassword, sandboxSecret } from "@/lib/config/sandbox";
import { passwordDigest, totpCode } from "./accounts";
import { admin, broker, createTokenSecret, TestClient } from "./test-client";

let client: TestClient;
beforeEach(() => {
  client = new TestClient();
});

const user = { username: "b.new", name: "B New", email: "b.new@portico.example", password: "long-and-random" };
const wrongToken = { ...broker, "x-auth-token": "nobody-made-this" };

describe("envelopes", () => {
  test("are exactly application/json and never cached", async () => {
    for (const reply of [await client.get("users.info?username=d.disabled"), await client.get("me", {})]) {
      expect(reply.headers.get("content-type")).toBe("application/json");
      expect(reply.headers.get("cache-control")).toBe("no-store");
      expect(reply.headers.get("pragma")).toBe("no-cache");
    }
  });

  test("an unknown pair of id and token is refused, whichever half is wrong", async () => {
    for (const headers of [
      {},
      { "x-auth-token": broker["x-auth-token"] },
      { "x-user-id": broker["x-user-id"] },
      wrongToken,
      { ...broker, "x-user-id": admin["x-user-id"] },
    ]) {
      const reply = await client.get("users.info?username=d.disabled", headers);
      expect(reply.status).toBe(401);
      expect(Object.keys(reply.body).sort()).toEqual(["error", "message", "status", "success"]);
    }
  });

  test("9.0 answers an unknown pair in the short form", async () => {
    await client.faults({ version: "next" });
    const reply = await client.get("me", wrongToken);
    expect(reply.status).toBe(401);
    expect(Object.keys(reply.body).sort()).toEqual(["error", "success"]);
  });

  test("authentication comes before the body's schema, and the schema before the rate limit", async () => {
    expect((await client.post("users.create", {}, wrongToken)).status).toBe(401);
    const id = await client.createUser("a.analyst");
    const own = await client.mint(id);
    for (let call = 0; call < 12; call += 1) expect((await client.post("users.create", {}, own)).status).toBe(400);
  });

  test("7.13 counts a call before it looks at its parameters", async () => {
    await client.faults({ version: "7.13" });
    const id = await client.createUser("a.analyst");
    const minted = await client.post("users.createToken", { userId: id });
    const own = { "x-user-id": id, "x-auth-token": String(minted.body.data?.authToken) };
    for (let call = 0; call < 10; call += 1) expect((await client.post("users.create", {}, own)).status).toBe(400);
    expect((await client.post("users.create", {}, own)).status).toBe(429);
  });

  test("OPTIONS is answered with a small text", async () => {
    const reply = await client.send("OPTIONS", "/api/v1/me");
    expect([reply.status, reply.text]).toEqual([200, "OK"]);
  });

  test("REST CORS is off by default, and a foreign origin is refused once it is on", async () => {
    const from = (origin: string) => client.send("GET", "/api/info", { origin });
    expect((await from("http://evil.localhost")).headers.has("access-control-allow-origin")).toBe(false);
    await client.post("settings/API_Enable_CORS", { value: true }, admin);
    await client.post("settings/API_CORS_Origin", { value: "http://portal.localhost:3320" }, admin);
    const refused = await from("http://evil.localhost");
    expect([refused.status, refused.text]).toEqual([403, ""]);
    expect((await from("http://portal.localhost:3320")).headers.get("access-control-allow-origin")).toBe(
      "http://portal.localhost:3320",
    );
  });

  test("anonymous callers learn only major and minor of the version", async () => {
    for (const [version, reported] of [
      ["7.13", "7.13"],
      ["8.6", "8.6"],
      ["8.8", "8.8"],
      ["next", "9.0"],
    ] as const) {
      await client.faults({ version });
      expect((await client.send("GET", "/api/info")).body).toEqual({ version: reported, success: true });
    }
  });
});

describe("rate limit", () => {
  test("an eleventh login within a minute waits, whoever it is for", async () => {
    const body = { user: "two.factor", password: "wrong" };
    for (let call = 1; call <= 10; call += 1) {
      const reply = await client.post("login", body, admin);
      expect(reply.status).toBe(401);
      expect(reply.headers.get("x-ratelimit-limit")).toBe("10");
      expect(reply.headers.get("x-ratelimit-remaining")).toBe(String(10 - call));
    }
    const refused = await client.post("login", body, {});
    expect(refused.status).toBe(429);
    expect(Object.keys(refused.body).sort()).toEqual(["error", "success"]);
    expect(refused.body.error).toMatch(/wait \d+ seconds .* \[error-too-many-requests\]$/);
    expect(refused.headers.has("retry-after")).toBe(false);
    expect(Number(refused.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now());
    await client.faults({}, { advanceMs: 60_000 });
    expect((await client.post("login", body, {})).status).toBe(401);
  });

  test("spares the service account", async () => {
    for (let call = 0; call < 12; call += 1)
      expect((await client.get("users.info?username=d.disabled")).status).toBe(200);
  });

  test("counts a user's own calls of me", async () => {
    const own = await client.mint(await client.createUser("a.analyst"));
    for (let call = 0; call < 10; call += 1) expect((await client.get("me", own)).status).toBe(200);
    expect((await client.get("me", own)).status).toBe(429);
  });

  test("strikes where the switch says", async () => {
    await client.faults({ rateLimited: "users.info" });
    expect((await client.get("users.info?username=d.disabled")).status).toBe(429);
    expect((await client.get("me")).status).toBe(200);
  });
});

describe("login", () => {
  const password = sandboxPassword("data.engineer");

  test.each([
    ["an unknown user", { user: "nobody", password: "x" }],
    ["a wrong password", { user: "data.engineer", password: "x" }],
    ["an unknown e-mail", { email: "nobody@portico.example", password: "x" }],
  ])("refuses %s without saying which", async (_name, body) => {
    const reply = await client.post("login", body, {});
    expect(reply.status).toBe(401);
    expect(reply.body).toEqual({ success: false, status: "error", error: "Unauthorized", message: "Unauthorized" });
  });

  test.each([
    ["nothing", {}],
    ["unreadable JSON", "{"],
    ["no password", { user: "data.engineer" }],
    ["a plain name beside an unknown key", { user: "data.engineer", password, color: "red" }],
  ])("refuses %s with the number 400", async (_name, body) => {
    const reply = await client.post("login", body, {});
    expect([reply.status, reply.body.error]).toEqual([401, 400]);
  });

  test("refuses unknown and expired resume tokens with the number 403 and different sentences", async () => {
    const unknown = await client.post("login", { resume: "nope" }, {});
    expect([unknown.status, unknown.body.error]).toEqual([401, 403]);
    expect(unknown.body.message).toMatch(/logged out by the server/i);
    const own = await client.mint(await client.createUser("a.analyst"));
    await client.faults({}, { advanceMs: 91 * 86_400_000 });
    const expired = await client.post("login", { resume: own["x-auth-token"] }, {});
    expect([expired.status, expired.body.error]).toEqual([401, 403]);
    expect(expired.body.message).toMatch(/session has expired/i);
    // Header authentication does not look at the age.
    expect((await client.get("me", own)).status).toBe(200);
  });

  test("refuses deactivated accounts, accounts without roles and unverified e-mails, each by its code", async () => {
    const id = await client.createUser("a.analyst", { verified: false });
    const login = () => client.post("login", { user: "a.analyst", password: "a.analyst-password" }, {});
    await client.post("settings/Accounts_EmailVerification", { value: true }, admin);
    expect((await login()).body.error).toBe("error-invalid-email");
    await client.post("settings/Accounts_EmailVerification", { value: false }, admin);
    await client.post("users.update", { userId: id, data: { roles: [] } });
    expect((await login()).body.error).toBe("error-user-has-no-roles");
    await client.post("users.setActiveStatus", { userId: id, activeStatus: false });
    expect((await login()).body.error).toBe("error-user-is-not-activated");
  });

  test("asks accounts with an authenticator app for a code, in the body or in a header", async () => {
    const body = { user: "two.factor", password: sandboxPassword("two.factor") };
    const asked = await client.post("login", body, {});
    expect([asked.status, asked.body.error]).toEqual([401, "totp-required"]);
    expect(asked.body.details).toMatchObject({ method: "totp", availableMethods: ["totp"] });
    expect((await client.post("login", { ...body, code: "000000" }, {})).body).toMatchObject({
      error: "totp-invalid",
      details: { method: "totp", availableMethods: ["totp"] },
    });
    const code = totpCode(sandboxSecret("rocketchat:totp"), Date.now());
    expect((await client.post("login", { ...body, code }, {})).status).toBe(200);
    expect((await client.post("login", body, { "x-2fa-code": code })).status).toBe(200);
  });

  test("9.0 drops every reason", async () => {
    await client.faults({ version: "next" });
    const reply = await client.post("login", { resume: "nope" }, {});
    expect([reply.status, reply.body]).toEqual([401, { success: false, error: "unauthorized" }]);
  });

  test.each([
    ["user", { user: "data.engineer", password }],
    ["user as an e-mail", { user: "data.engineer@portico.example", password }],
    ["username", { username: "data.engineer", password }],
    ["email", { email: "data.engineer@portico.example", password }],
    ["user as an object", { user: { username: "data.engineer" }, password }],
    ["a digest", { user: "data.engineer", password: { digest: passwordDigest(password), algorithm: "sha-256" } }],
  ])("takes %s", async (_name, body) => {
    const reply = await client.post("login", body, {});
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ status: "success", success: true, data: { me: { username: "data.engineer" } } });
    expect(reply.body.data?.authToken).toMatch(/^[\w-]{43}$/);
  });

  test("a resume login gives the same token back and adds none", async () => {
    const own = await client.mint(await client.createUser("a.analyst"));
    const reply = await client.post("login", { resume: own["x-auth-token"] }, {});
    expect(reply.body.data?.authToken).toBe(own["x-auth-token"]);
    const state = await client.send("GET", "/sandbox/state");
    const users = state.body.users as { username: string; loginTokens: number }[];
    expect(users.find(({ username }) => username === "a.analyst")?.loginTokens).toBe(1);
  });

  test("the fifty-first token makes the oldest one give way", async () => {
    const id = await client.createUser("a.analyst");
    const first = await client.mint(id);
    for (let count = 2; count <= 50; count += 1) await client.mint(id);
    expect((await client.get("me", first)).status).toBe(200);
    await client.mint(id);
    expect((await client.get("me", first)).status).toBe(401);
  });
});

describe("me and logout", () => {
  test("me is flat; after logout the token is gone and others live on", async () => {
    const id = await client.createUser("a.analyst");
    const [one, other] = [await client.mint(id), await client.mint(id)];
    expect((await client.get("me", one)).body).toMatchObject({
      _id: id,
      username: "a.analyst",
      success: true,
      settings: { preferences: {} },
    });
    const reply = await client.post("logout", undefined, one);
    expect(reply.body).toEqual({ status: "success", data: { message: expect.any(String) } });
    expect((await client.get("me", one)).status).toBe(401);
    expect((await client.get("me", other)).status).toBe(200);
    expect((await client.post("logout", undefined, one)).status).toBe(401);
  });

  test("recent releases may answer logout with nothing", async () => {
    await client.faults({ logoutBody: "empty" });
    const reply = await client.post("logout", undefined, await client.mint(await client.createUser("a.analyst")));
    expect([reply.status, reply.text]).toEqual([200, ""]);
  });

  test("users.logout ends all of a user's sessions, for others only with the permission", async () => {
    const id = await client.createUser("a.analyst");
    const other = await client.mint(await client.createUser("v.viewer"));
    const own = await client.mint(id);
    const refused = await client.post("users.logout", { userId: id }, other);
    expect([refused.status, refused.body]).toEqual([403, { success: false, error: "unauthorized" }]);
    const personal = await client.post("users.generatePersonalAccessToken", { tokenName: "mine" }, own);
    const bot = { "x-user-id": id, "x-auth-token": String(personal.body.token) };
    expect((await client.get("me", bot)).status).toBe(200);
    expect((await client.post("users.logout", { userId: id })).status).toBe(200);
    expect((await client.get("me", own)).status).toBe(401);
    expect((await client.get("me", bot)).status).toBe(401);
  });

  test.each(["users.logoutOtherClients", "users.removeOtherTokens"])(
    "%s keeps the token it is called with",
    async (call) => {
      const id = await client.createUser("a.analyst");
      const [one, other] = [await client.mint(id), await client.mint(id)];
      expect((await client.post(call, undefined, one)).status).toBe(200);
      expect((await client.get("me", one)).status).toBe(200);
      expect((await client.get("me", other)).status).toBe(401);
    },
  );
});

describe("users.info", () => {
  test("not found is a 400 whose text is the only mark", async () => {
    const reply = await client.get("users.info?username=nobody");
    expect([reply.status, reply.body]).toEqual([400, { success: false, error: "User not found." }]);
  });

  test("no parameter at all lists what is missing", async () => {
    const reply = await client.get("users.info");
    expect(reply.body).toEqual({
      success: false,
      errorType: "error-invalid-params",
      error: [
        ...["userId", "username", "importId", "email", "freeSwitchExtension"].map(
          (key) => `must have required property '${key}'`,
        ),
        "must match a schema in anyOf",
      ].join("\n "),
    });
  });

  test.each(["username=a&userId=b", "username=d.disabled&color=red"])("%s is refused", async (query) => {
    const reply = await client.get(`users.info?${query}`);
    expect([reply.status, reply.body.errorType]).toEqual([400, "error-invalid-params"]);
  });

  test("7.13 names its schema errors in the older way and knows no e-mail look-up", async () => {
    await client.faults({ version: "7.13" });
    const reply = await client.get("users.info?email=d@portico.example");
    expect(reply.body.errorType).toBe("invalid-params");
    expect(reply.body.error).toMatch(/\[invalid-params\]$/);
  });

  test("shows inactive users, and finds ids by the username parameter", async () => {
    const found = await client.get("users.info?username=d.disabled");
    expect(found.body.user).toMatchObject({ username: "d.disabled", active: false });
    const id = String(found.body.user?._id);
    expect((await client.get(`users.info?username=${id}`)).body.user).toMatchObject({ username: "d.disabled" });
  });

  test("callers without the permission see neither e-mail nor roles, and cannot look up by e-mail", async () => {
    const own = await client.mint(await client.createUser("a.analyst"));
    const reply = await client.get("users.info?username=data.engineer", own);
    expect(reply.body.user).not.toHaveProperty("emails");
    expect(reply.body.user).not.toHaveProperty("roles");
    expect((await client.get("users.info?email=data.engineer@portico.example", own)).body.error).toBe(
      "User not found.",
    );
    expect((await client.get("users.info?username=data.engineer")).body.user).toHaveProperty("emails");
  });
});

describe("users.create", () => {
  test.each([
    ["a missing field", { username: "x" }, "invalid-params", "must have required property 'email'"],
    ["an unknown field", { ...user, color: "red" }, "invalid-params", "must NOT have additional properties"],
    ["a flag that is none", { ...user, active: "yes" }, "invalid-params", "must be boolean"],
    ["a role that is none", { ...user, roles: [{}] }, "invalid-params", "must be string"],
    ["a wrong type", { ...user, roles: "admin" }, "invalid-params", "must be array"],
    ["an unknown role", { ...user, roles: ["king"] }, "error-action-not-allowed", /\[error-action-not-allowed\]$/],
    ["the admin role", { ...user, roles: ["admin"] }, "error-action-not-allowed", /\[error-action-not-allowed\]$/],
    ["a blank name", { ...user, name: " " }, "error-the-field-is-required", /required/],
    ["a blank password", { ...user, password: "" }, "error-the-field-is-required", /required/],
    ["a username with a space", { ...user, username: "b new" }, "error-input-is-not-a-valid-field", /valid/],
    ["a reserved username", { ...user, username: "Admin" }, "error-blocked-username", /blocked/],
  ])("refuses %s", async (_name, body, errorType, error) => {
    const reply = await client.post("users.create", body);
    expect([reply.status, reply.body.success, reply.body.errorType]).toEqual([400, false, errorType]);
    expect(reply.body.error).toEqual(typeof error === "string" ? error : expect.stringMatching(error));
  });

  test("refuses a name with illegal characters without a code", async () => {
    for (const name of ["<b>B</b>", "B/New", "B %3C New", "100%"]) {
      const reply = await client.post("users.create", { ...user, name });
      expect(reply.status).toBe(400);
      expect(reply.body).not.toHaveProperty("errorType");
    }
    expect((await client.post("users.create", { ...user, name: "Bríd O'New" })).status).toBe(200);
  });

  test("refuses callers without the permission with 400, not 403", async () => {
    await client.faults({ serviceAccount: "no-permissions" });
    const reply = await client.post("users.create", user);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ errorType: "error-action-not-allowed", details: { action: "Adding_user" } });
  });

  test("tells a taken username from a taken e-mail by the value in the details", async () => {
    await client.post("users.create", user);
    const byName = await client.post("users.create", { ...user, username: "B.NEW", email: "other@portico.example" });
    expect(byName.body).toMatchObject({ errorType: "error-field-unavailable", details: { field: "B.NEW" } });
    const byEmail = await client.post("users.create", { ...user, username: "c.new" });
    expect(byEmail.body).toMatchObject({ errorType: "error-field-unavailable", details: { field: user.email } });
  });

  test.each([
    ["taken", "error-field-unavailable"],
    ["meteor", 403],
    ["e11000", undefined],
  ] as const)("a lost race (%s) leaves the winner's account", async (createRace, errorType) => {
    await client.faults({ createRace });
    const reply = await client.post("users.create", user);
    expect([reply.status, reply.body.errorType]).toEqual([400, errorType]);
    expect((await client.get("users.info?username=b.new")).status).toBe(200);
  });

  test("returns a document with a password hash and no token", async () => {
    const reply = await client.post("users.create", user);
    expect(reply.status).toBe(200);
    expect(reply.body.user).toMatchObject({
      username: "b.new",
      services: { password: { bcrypt: expect.any(String) } },
    });
    expect(reply.text).not.toMatch(/authToken/i);
  });

  test("looks at the e-mail address last, and at its domain where the workspace has lists", async () => {
    const create = (email: string) => client.post("users.create", { ...user, email });
    expect((await create("no address")).body.errorType).toBe("error-invalid-email");
    expect((await create("")).body.errorType).toBe("error-invalid-email");
    await client.post("settings/Accounts_BlockedDomainsList", { value: "bad.example, portico.example" }, admin);
    expect((await create(user.email)).body.errorType).toBe("error-email-domain-blacklisted");
    await client.post("settings/Accounts_AllowedDomainsList", { value: "good.example" }, admin);
    expect((await create(user.email)).body.errorType).toBe("error-invalid-domain");
    expect((await create("b.new@good.example")).status).toBe(200);
  });

  test("a random password must be changed at the first login", async () => {
    const id = await client.createUser("a.analyst", { setRandomPassword: true });
    expect((await client.get(`users.info?userId=${id}`)).body.user).toMatchObject({ requirePasswordChange: true });
    expect((await client.post("login", { user: "a.analyst", password: "a.analyst-password" }, {})).status).toBe(401);
  });

  test("the development snapshot asks for a second factor, unless the token bypasses it", async () => {
    await client.faults({ version: "next" });
    expect((await client.post("users.create", user)).status).toBe(200);
    await client.faults({ serviceAccount: "no-bypass" });
    const reply = await client.post("users.create", { ...user, username: "c.new", email: "c@portico.example" });
    expect(reply.body).toMatchObject({ errorType: "totp-required", details: { method: "password" } });
  });
});

describe("users.createToken", () => {
  test.each(["7.13", "8.8"] as const)("%s looks the user up before it looks at the secret", async (version) => {
    await client.faults({ version, createTokens: "off" });
    const reply = await client.post("users.createToken", { userId: "nobody", secret: "wrong" });
    expect([reply.status, reply.body.errorType]).toEqual([400, "error-invalid-user"]);
  });

  test("a user who has neither a method nor a password is not asked for a second factor", async () => {
    const id = await client.createUser("a.analyst", { setRandomPassword: true });
    const own = await client.mint(id);
    await client.faults({ version: "next" }, { advanceMs: 3_600_000 });
    const reply = await client.post("users.createToken", { userId: id, secret: createTokenSecret }, own);
    expect(reply.status).toBe(200);
  });

  const minted = { success: true, data: { authToken: expect.stringMatching(/^[\w-]{43}$/) } };
  const refused = { success: false, error: "Not authorized [error-not-authorized]", errorType: "error-not-authorized" };

  test.each(["8.6", "8.8", "next"] as const)("%s refuses without the right secret", async (version) => {
    const userId = await client.createUser("a.analyst");
    await client.faults({ version });
    expect((await client.post("users.createToken", { userId })).body).toEqual({
      success: false,
      errorType: "invalid-params",
      error: "must have required property 'secret'",
    });
    const wrong = await client.post("users.createToken", { userId, secret: "wrong" });
    expect([wrong.status, wrong.body]).toMatchObject([400, refused]);
    const named = await client.post("users.createToken", { username: "a.analyst", secret: createTokenSecret });
    expect(named.body.errorType).toBe("invalid-params");
    for (const createTokens of ["off", "other-secret"] as const) {
      await client.faults({ createTokens });
      const reply = await client.post("users.createToken", { userId, secret: createTokenSecret });
      expect(reply.body).toMatchObject(refused);
    }
  });

  test("8.6 asks no permission of a caller who knows the secret; 8.8 does, except for oneself", async () => {
    const userId = await client.createUser("a.analyst");
    const ownId = await client.createUser("v.viewer");
    const own = await client.mint(ownId);
    const call = (id: string) => client.post("users.createToken", { userId: id, secret: createTokenSecret }, own);
    await client.faults({ version: "8.6" });
    expect((await call(userId)).body).toMatchObject(minted);
    await client.faults({ version: "8.8" });
    expect((await call(userId)).body).toMatchObject(refused);
    expect((await call(ownId)).body).toMatchObject(minted);
  });

  test("7.13 asks for no secret but for a switch and a permission, and takes any name of the user", async () => {
    const userId = await client.createUser("a.analyst");
    const own = await client.mint(await client.createUser("v.viewer"));
    await client.faults({ version: "7.13" });
    expect((await client.post("users.createToken", {})).body.errorType).toBe("error-user-param-not-provided");
    expect((await client.post("users.createToken", { userId }, own)).body).toMatchObject(refused);
    for (const body of [{ userId }, { username: "a.analyst" }, { user: "a.analyst" }])
      expect((await client.post("users.createToken", body)).body).toMatchObject(minted);
    await client.faults({ createTokens: "off" });
    expect((await client.post("users.createToken", { userId })).body).toMatchObject(refused);
  });

  test("an unknown user is an error of its own; a deactivated one gets a token all the same", async () => {
    const unknown = await client.post("users.createToken", { userId: "nobody", secret: createTokenSecret });
    expect([unknown.status, unknown.body.errorType]).toEqual([400, "error-invalid-user"]);
    const info = await client.get("users.info?username=d.disabled");
    const reply = await client.post("users.createToken", { userId: info.body.user?._id, secret: createTokenSecret });
    expect(reply.body).toMatchObject(minted);
  });

  test("the fault of users who never logged in has no code and goes away", async () => {
    const userId = await client.createUser("a.analyst");
    await client.faults({ version: "7.13", createTokenFails: 2 });
    for (let call = 0; call < 2; call += 1) {
      const reply = await client.post("users.createToken", { userId });
      expect(reply.status).toBe(400);
      expect(reply.body).not.toHaveProperty("errorType");
      expect(reply.body.error).toMatch(/'tokens'/);
    }
    expect((await client.post("users.createToken", { userId })).status).toBe(200);
  });

  test("a token may be stored later than it is returned", async () => {
    const userId = await client.createUser("a.analyst");
    await client.faults({ tokenStoreDelayMs: 1_000 });
    const own = await client.mint(userId);
    expect((await client.get("me", own)).status).toBe(401);
    await client.faults({}, { advanceMs: 1_000 });
    expect((await client.get("me", own)).status).toBe(200);
  });

  test("the development snapshot asks for a second factor, unless the token bypasses it", async () => {
    const userId = await client.createUser("a.analyst");
    await client.faults({ version: "next", serviceAccount: "no-bypass" });
    const reply = await client.post("users.createToken", { userId, secret: createTokenSecret });
    expect(reply.body).toMatchObject({ errorType: "totp-required", details: { method: "password" } });
    const wrong = await client.post(
      "users.createToken",
      { userId, secret: createTokenSecret },
      { ...broker, "x-2fa-code": "0", "x-2fa-method": "password" },
    );
    expect(wrong.body.errorType).toBe("totp-invalid");
    const code = passwordDigest(sandboxPassword("portal.broker"));
    const right = await client.post(
      "users.createToken",
      { userId, secret: createTokenSecret },
      { ...broker, "x-2fa-code": code, "x-2fa-method": "password" },
    );
    expect(right.status).toBe(200);
  });
});

describe("users.update and users.setActiveStatus", () => {
  test("update asks for a second factor and refuses the e-mail of another account", async () => {
    const id = await client.createUser("a.analyst");
    const update = (data: object) => client.post("users.update", { userId: id, data });
    await client.faults({ emailOwner: "taken@portico.example" });
    expect((await update({ email: "taken@portico.example" })).body).toMatchObject({
      errorType: "error-field-unavailable",
      details: { field: "taken@portico.example" },
    });
    expect((await update({ name: "Another Name" })).body.user).toMatchObject({ name: "Another Name" });
    await client.faults({ serviceAccount: "no-bypass" });
    expect((await update({ name: "X" })).body.errorType).toBe("totp-required");
  });

  test("update looks at roles, names and addresses as creation does", async () => {
    const id = await client.createUser("a.analyst");
    const update = async (data: object, headers = broker) => {
      const { body } = await client.post("users.update", { userId: id, data }, headers);
      return [body.errorType, (body.details as { action?: string } | undefined)?.action];
    };
    expect(await update({ roles: ["no-such-role"] })).toEqual(["error-action-not-allowed", "Assign_role"]);
    expect(await update({ roles: ["admin"] })).toEqual(["error-action-not-allowed", "Assign_admin"]);
    expect(await update({ name: "<b>" })).toEqual([undefined, undefined]);
    expect(await update({ username: "two words" })).toEqual(["error-input-is-not-a-valid-field", undefined]);
    expect(await update({ username: "two.factor" })).toEqual(["error-field-unavailable", undefined]);
    expect(await update({ email: "no address" })).toEqual(["error-invalid-email", undefined]);
    const own = await client.mint(id);
    expect(await update({ verified: true }, own)).toEqual(["error-action-not-allowed", "Editing_user"]);
    expect((await client.get(`users.info?userId=${id}`)).body.user).toMatchObject({
      username: "a.analyst",
      name: "a.analyst",
      roles: ["user"],
    });
    expect(await update({ username: "a.analyst.2", nickname: "Anna", roles: ["admin"] }, admin)).toEqual([
      undefined,
      undefined,
    ]);
    expect((await client.get(`users.info?userId=${id}`)).body.user).toMatchObject({
      username: "a.analyst.2",
      nickname: "Anna",
      roles: ["admin"],
    });
  });

  test("deactivation needs the permission and wipes the user's tokens", async () => {
    const id = await client.createUser("a.analyst");
    const own = await client.mint(id);
    const refused = await client.post("users.setActiveStatus", { userId: id, activeStatus: false }, own);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatch(/\[error-unauthorized\]$/);
    expect(refused.body).not.toHaveProperty("errorType");
    expect((await client.post("users.setActiveStatus", { userId: id, activeStatus: false })).status).toBe(200);
    expect((await client.get("me", own)).status).toBe(401);
  });
});

describe("personal access tokens", () => {
  test("need the permission and a second factor, and a name once", async () => {
    const id = await client.createUser("a.analyst");
    const own = await client.mint(id);
    const make = (headers: object) =>
      client.post("users.generatePersonalAccessToken", { tokenName: "mine", bypassTwoFactor: true }, { ...headers });
    await client.faults({}, { advanceMs: 3_600_000 });
    expect((await make(own)).body.errorType).toBe("totp-required");
    const code = { "x-2fa-code": passwordDigest("a.analyst-password"), "x-2fa-method": "password" };
    const made = await make({ ...own, ...code });
    expect(made.status).toBe(200);
    expect((await make({ ...own, ...code })).status).toBe(400);
    const personal = { "x-user-id": id, "x-auth-token": String(made.body.token) };
    await client.faults({}, { advanceMs: 400 * 86_400_000 });
    expect((await client.get("me", personal)).status).toBe(200);
    expect((await make(broker)).body.errorType).toBe("not-authorized");
  });

  test("a revoked one answers 401", async () => {
    await client.faults({ serviceAccount: "revoked" });
    expect((await client.get("me")).status).toBe(401);
  });
});

describe("settings", () => {
  test("show what is public and keep the rest", async () => {
    const reply = await client.send("GET", "/api/v1/settings.public?count=0");
    const settings = reply.body.settings as { _id: string; value: unknown }[];
    const values = Object.fromEntries(settings.map(({ _id, value }) => [_id, value]));
    expect(values.Iframe_Integration_receive_origin).toBe("http://portal.localhost:3320");
    expect(values.Accounts_Iframe_api_url).toBe("http://portal.localhost:3320/api/rocketchat/sso");
    expect(values).not.toHaveProperty("Iframe_Restrict_Access");
  });

  test("are written by administrators only", async () => {
    expect((await client.post("settings/Site_Name", { value: "X" })).status).toBe(403);
    expect((await client.post("settings/Site_Name", { value: "X" }, admin)).status).toBe(200);
    expect((await client.post("settings/No_Such", { value: "X" }, admin)).status).toBe(400);
  });
});

describe("the client's page", () => {
  test("is served on every path that is not the API's, framed by the portal only", async () => {
    for (const path of ["/", "/home", "/channel/general", "/anything/else"]) {
      const reply = await client.send("GET", path);
      expect(reply.status).toBe(200);
      expect(reply.headers.get("content-type")).toMatch(/^text\/html/);
      expect(reply.headers.get("content-security-policy")).toMatch(
        /, frame-ancestors 'self' http:\/\/portal\.localhost:3320$/,
      );
      expect(reply.headers.has("x-frame-options")).toBe(false);
    }
  });

  test("carries X-Frame-Options, as everything does, while access is restricted", async () => {
    await client.post("settings/Iframe_Restrict_Access", { value: true }, admin);
    for (const path of ["/home", "/api/info", "/api/v1/me"])
      expect((await client.send("GET", path)).headers.get("x-frame-options")).toBe("sameorigin");
  });

  test("has a script that parses", async () => {
    const { text } = await client.send("GET", "/assets/client.js");
    expect(() => new Function(text)).not.toThrow();
  });
});

describe("control", () => {
  test("a foreign page cannot drive it, and nonsense is refused by name", async () => {
    expect((await client.send("POST", "/sandbox/reset", { origin: "http://evil.localhost" })).status).toBe(403);
    const refused = await client.send("POST", "/sandbox/faults", {}, { switches: { version: "6.0" } });
    expect([refused.status, String(refused.body.error)]).toEqual([400, expect.stringContaining("version")]);
  });

  test("the state shows counts and never a token or a secret", async () => {
    const own = await client.mint(await client.createUser("a.analyst"));
    await client.get("me", own);
    const state = await client.send("GET", "/sandbox/state");
    expect(state.body).toMatchObject({ tokensMinted: { createToken: 1, login: 0 }, version: "8.8" });
    for (const secret of [own["x-auth-token"], broker["x-auth-token"], createTokenSecret])
      expect(state.text).not.toContain(secret);
  });

  test("a reset puts everything back", async () => {
    await client.createUser("a.analyst");
    await client.faults({ version: "7.13" });
    await client.send("POST", "/sandbox/reset");
    expect((await client.get("users.info?username=a.analyst")).status).toBe(400);
    expect((await client.send("GET", "/api/info")).body.version).toBe("8.8");
  });
});
