/** The broker's half against the sandbox, over HTTP: every way to a token, and every way that ends without one. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { ConnectionLost, type UserContext } from "@/lib/broker/vendor-adapter";
import { sandboxSecret } from "@/lib/config/sandbox";
import { isProblem, Problem } from "@/lib/problem/problem";
import { createRocketChat } from "@/sandbox/rocketchat/rocketchat";
import { type Config, environment } from "../config";
import { accountMark, derivedPassword } from "./account";
import { connect, mint, revoke } from "./mint";

let server: Server;
let base: string;
let config: Config;

beforeAll(async () => {
  const sandbox = createRocketChat({
    origin: "http://chat.localhost:4321",
    portalOrigin: "http://portal.localhost:3320",
    idpOrigin: "http://idp.localhost:4320",
    idpInternalOrigin: "http://127.0.0.1:4320",
  });
  server = createServer(getRequestListener((request, bindings) => sandbox.fetch(request, bindings)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(async () => {
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await fetch(`${base}/sandbox/reset`, { method: "POST" });
  config = environment.schema.parse({ ...environment.sandbox(), ROCKETCHAT_INTERNAL_URL: base });
});

const anna: UserContext<Config>["user"] = {
  id: "persona-analyst",
  name: "Anna Analyst",
  email: "anna.analyst@portico.example",
  emailVerified: true,
  groups: ["analysts"],
  claims: {},
  persona: true,
};

const contextOf = (more: Partial<UserContext<Config>> = {}): UserContext<Config> => ({
  config,
  signal: AbortSignal.timeout(15_000),
  requestId: "r",
  user: anna,
  account: "a.analyst",
  item: {
    slug: "general",
    vendor: "rocketchat",
    kind: "room",
    title: "",
    description: "",
    tags: [],
    open: [],
    target: {},
  },
  locale: "en",
  timeZone: null,
  oidcTokens: async () => null,
  credential: async () => null,
  ...more,
});

async function faults(switches: object, more: object = {}): Promise<void> {
  const response = await fetch(`${base}/sandbox/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ switches, ...more }),
  });
  expect(response.status).toBe(200);
}

interface State {
  readonly users: { username: string; name: string; email: string; active: boolean; loginTokens: number }[];
  readonly counts: Record<string, number>;
  readonly tokensMinted: { createToken: number; login: number };
}
const state = async () => (await (await fetch(`${base}/sandbox/state`)).json()) as State;
const userNamed = async (username: string) => (await state()).users.find((user) => user.username === username);

const api = (method: string, call: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(`${base}/api/v1/${call}`, {
    method,
    headers: {
      "content-type": "application/json",
      "x-user-id": "sandboxPortalBroker",
      "x-auth-token": sandboxSecret("rocketchat:service-token"),
      ...headers,
    },
    body: body && JSON.stringify(body),
  });

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: unknown) => (isProblem(error) ? error.code : (error as Error).name),
  );

describe("who gets no token", () => {
  test("a deactivated account, though the server would mint one", async () => {
    expect(await codeOf(connect(contextOf({ account: "d.disabled" })))).toBe("account_disabled");
    expect((await state()).tokensMinted.createToken).toBe(0);
  });

  test("someone whose e-mail belongs to another account", async () => {
    await faults({ emailOwner: anna.email });
    expect(await codeOf(connect(contextOf()))).toBe("account_conflict");
    expect(await userNamed("a.analyst")).toBeUndefined();
  });

  test("someone who is mapped to the portal's own account", async () => {
    expect(await codeOf(connect(contextOf({ account: "portal.broker" })))).toBe("account_forbidden");
  });

  test("someone whose mapped name is another account's id", async () => {
    const info = (await (await api("GET", "users.info?username=data.engineer")).json()) as { user: { _id: string } };
    const { state: made } = await connect(contextOf({ account: info.user._id }));
    expect(made.userId).not.toBe(info.user._id);
  });

  test.each([
    ["a service account whose token was revoked", { serviceAccount: "revoked" }, "vendor_misconfigured"],
    ["a service account without permissions", { serviceAccount: "no-permissions" }, "vendor_misconfigured"],
    ["a second factor asked of the service account", { totpOnAdminCalls: true }, "second_factor_required"],
    ["token creation switched off", { createTokens: "off" }, "create_token_disabled"],
    ["another secret", { createTokens: "other-secret" }, "create_token_disabled"],
    ["token creation switched off in 7.x", { version: "7.13", createTokens: "off" }, "create_token_disabled"],
    ["a limit on look-ups", { rateLimited: "users.info" }, "vendor_busy"],
    ["a user deleted over and over", { deleteBeforeToken: true }, "account_unknown"],
  ])("%s", async (_name, switches, code) => {
    await faults(switches);
    expect(await codeOf(connect(contextOf()))).toBe(code);
  });

  test.each([
    ["an error page of a proxy", { status: 502, body: "<html>Bad gateway</html>" }, "vendor_failed"],
    ["a page in place of JSON", { status: 200, body: "<html>Welcome</html>" }, "vendor_bad_answer"],
    ["a crash", { status: 500, body: '{"success":false,"error":"Internal server error"}' }, "vendor_failed"],
    ["a cut connection", { hangUp: true }, "vendor_unreachable"],
  ])("%s", async (_name, rule, code) => {
    await faults({}, { rules: [{ match: "/api/v1/*", ...rule }] });
    expect(await codeOf(connect(contextOf()))).toBe(code);
  });

  test("8.x without a secret: the sentence names the variable", async () => {
    const error = await connect(contextOf({ config: { ...config, createTokenSecret: null } })).catch(
      (one: unknown) => one,
    );
    expect(error).toBeInstanceOf(Problem);
    expect((error as Problem).code).toBe("create_token_disabled");
    expect((error as Problem).options.detail).toContain("ROCKETCHAT_CREATE_TOKEN_SECRET");
  });

  test("a limit tells how long to wait", async () => {
    await faults({ rateLimited: "users.createToken" });
    const error = await connect(contextOf()).catch((one: unknown) => one);
    expect((error as Problem).options.retryAfter).toBeGreaterThan(50);
  });
});

describe("the account", () => {
  test("is made once, joins the default channels and needs no new password", async () => {
    await connect(contextOf());
    await connect(contextOf());
    expect((await state()).counts["POST /api/v1/users.create"]).toBe(1);
    const info = (await (await api("GET", "users.info?username=a.analyst")).json()) as { user: object };
    expect(info.user).toMatchObject({
      name: "Anna Analyst",
      active: true,
      requirePasswordChange: false,
      bio: accountMark,
      emails: [{ address: anna.email, verified: true }],
    });
  });

  test.each(["taken", "meteor", "e11000"])("survives a lost race (%s)", async (createRace) => {
    await faults({ createRace });
    const { state: made } = await connect(contextOf());
    expect((await mint(contextOf(), made)).grant.userId).toBe(made.userId);
  });

  test("fifty at once end with one account", async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => connect(contextOf())));
    expect(new Set(made.map(({ state: one }) => one.userId)).size).toBe(1);
    expect((await state()).users.filter(({ username }) => username === "a.analyst")).toHaveLength(1);
  });

  test("follows a changed name and a changed verified e-mail; failing to is not fatal", async () => {
    await connect(contextOf());
    const renamed = { ...anna, name: "Anna <Married>", email: "anna.m@portico.example" };
    await connect(contextOf({ user: renamed }));
    expect(await userNamed("a.analyst")).toMatchObject({ name: "Anna Married", email: "anna.m@portico.example" });
    await connect(contextOf({ user: { ...renamed, email: "mallory@portico.example", emailVerified: false } }));
    expect(await userNamed("a.analyst")).toMatchObject({ email: "anna.m@portico.example" });
    await faults({}, { rules: [{ match: "POST /api/v1/users.update", status: 500 }] });
    expect(await codeOf(connect(contextOf({ user: { ...anna, name: "Another" } })))).toBe("ok");
  });

  test("marks an e-mail as verified only when the identity provider does", async () => {
    await connect(contextOf({ user: { ...anna, emailVerified: false } }));
    const info = (await (await api("GET", "users.info?username=a.analyst")).json()) as { user: object };
    expect(info.user).toMatchObject({ emails: [{ verified: false }] });
  });

  test("is made for people without an e-mail, and for names that the server refuses", async () => {
    await connect(contextOf({ account: "x.one", user: { ...anna, email: null, name: "<%/\\>" } }));
    expect(await userNamed("x.one")).toMatchObject({ name: "x.one", email: "x.one@portal.invalid" });
  });
});

describe("the token, by users.createToken", () => {
  test.each(["7.13", "8.6", "8.8", "next"])("is minted in the dialect of %s and works", async (version) => {
    await faults({ version });
    const { state: made, expiresAt } = await connect(contextOf());
    expect(expiresAt?.getTime()).toBeGreaterThan(Date.now());
    const me = await api("GET", "me", undefined, { "x-user-id": made.userId, "x-auth-token": made.token });
    expect(await me.json()).toMatchObject({ username: "a.analyst" });
  });

  test("survives the fault of 7.13 for users who never logged in (vendor issue 40598)", async () => {
    await faults({ version: "7.13", createTokenFails: 2 });
    expect(await codeOf(connect(contextOf()))).toBe("ok");
  });

  test("survives a token that is stored a moment late", async () => {
    await faults({ tokenStoreDelayMs: 100 });
    expect(await codeOf(connect(contextOf()))).toBe("ok");
    expect((await state()).tokensMinted.createToken).toBe(1);
  });

  test("a token that never arrives in the store is not handed out", async () => {
    await faults({ tokenStoreDelayMs: 60_000 });
    expect(await codeOf(connect(contextOf()))).toBe("vendor_failed");
  });

  test("an update of the server from 7.x to 8.x is noticed at once", async () => {
    await faults({ version: "7.13" });
    await connect(contextOf());
    await faults({ version: "8.8" });
    expect(await codeOf(connect(contextOf()))).toBe("ok");
  });

  test("the server's limit on calls of me does not stop anyone", async () => {
    await faults({ rateLimited: "me" });
    expect(await codeOf(connect(contextOf()))).toBe("ok");
  });
});

describe("the token, by a derived password", () => {
  const byPassword = () =>
    contextOf({ config: { ...config, login: "password", createTokenSecret: null, passwordKey: "k".repeat(40) } });

  test("logs in as an account that it made, again and again", async () => {
    const one = await connect(byPassword());
    const two = await connect(byPassword());
    expect(one.state.userId).toBe(two.state.userId);
    expect((await state()).tokensMinted).toMatchObject({ createToken: 0, login: 2 });
  });

  test("sets the password again when the key was changed, for accounts that the portal made", async () => {
    await connect(byPassword());
    const context = byPassword();
    const other = { ...context, config: { ...context.config, passwordKey: "another".repeat(8) } };
    expect(await codeOf(connect(other))).toBe("ok");
  });

  test("never resets a password that someone chose", async () => {
    await api("POST", "users.create", {
      username: "a.analyst",
      name: "Anna",
      email: "anna@portico.example",
      password: "chosen-by-anna",
      verified: true,
    });
    expect(await codeOf(connect(byPassword()))).toBe("credential_rejected");
    const login = await api("POST", "login", { user: "a.analyst", password: "chosen-by-anna" });
    expect(login.status).toBe(200);
  });

  test("a limit on logins, a deactivated account and a second factor each have their reason", async () => {
    await faults({ rateLimited: "login" });
    expect(await codeOf(connect(byPassword()))).toBe("vendor_busy");
    await faults({ rateLimited: "", deactivated: "a.analyst" });
    expect(await codeOf(connect(byPassword()))).toBe("account_disabled");
    expect(await codeOf(connect({ ...byPassword(), account: "two.factor" }))).toBe("credential_rejected");
  });

  test("the password differs by key and by account, and is strong", () => {
    const one = derivedPassword("k".repeat(40), "a.analyst");
    expect(derivedPassword("k".repeat(40), "A.Analyst")).toBe(one);
    expect(derivedPassword("k".repeat(40), "v.viewer")).not.toBe(one);
    expect(derivedPassword("j".repeat(40), "a.analyst")).not.toBe(one);
    expect(one).toMatch(/(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w]).{40,}/);
  });
});

describe("reuse and revocation", () => {
  const old = async () => {
    const { state: made } = await connect(contextOf());
    return { ...made, checkedAt: Date.now() - 120_000 };
  };

  test("a token that was just accepted is handed out without a call", async () => {
    const { state: made } = await connect(contextOf());
    const before = (await state()).counts;
    const { grant } = await mint(contextOf(), made);
    expect(grant).toEqual({ token: made.token, userId: made.userId, expiresAt: new Date(made.endsAt).toISOString() });
    expect((await state()).counts).toEqual(before);
  });

  test("an older one is asked for once, and remembered", async () => {
    const made = await old();
    const { grant, state: changed } = await mint(contextOf(), made);
    expect(grant.token).toBe(made.token);
    expect(changed?.checkedAt).toBeGreaterThan(made.checkedAt);
  });

  test("a revoked one is a lost connection", async () => {
    const made = await old();
    await fetch(`${base}/sandbox/sign-out`, { method: "POST", body: JSON.stringify({ username: "a.analyst" }) });
    await expect(mint(contextOf(), made)).rejects.toBeInstanceOf(ConnectionLost);
  });

  test("a limit on me does not lose the connection; a server that is down fails the mint", async () => {
    const made = await old();
    await faults({ rateLimited: "me" });
    expect((await mint(contextOf(), made)).grant.token).toBe(made.token);
    await faults({ rateLimited: "" }, { rules: [{ match: "/api/v1/me", hangUp: true }] });
    expect(await codeOf(mint(contextOf(), made))).toBe("vendor_unreachable");
  });

  test.each(["documented", "empty"])(
    "revoking ends the token (%s answer), and is content when it is gone",
    async (logoutBody) => {
      await faults({ logoutBody });
      const { state: made } = await connect(contextOf());
      const { state: other } = await connect(contextOf());
      await revoke(contextOf(), made);
      expect((await userNamed("a.analyst"))?.loginTokens).toBe(1);
      await revoke(contextOf(), made);
      expect((await mint(contextOf(), { ...other, checkedAt: 0 })).grant.token).toBe(other.token);
    },
  );

  test("a revocation that the server has no time for is an error, so that it is tried again", async () => {
    const { state: made } = await connect(contextOf());
    await faults({ rateLimited: "logout" });
    expect(await codeOf(revoke(contextOf(), made))).toBe("vendor_busy");
    await faults({ rateLimited: "" }, { rules: [{ match: "/api/v1/logout", status: 503 }] });
    expect(await codeOf(revoke(contextOf(), made))).toBe("vendor_failed");
  });
});
