/** The broker's half against the sandbox, over HTTP. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { ConnectionLost } from "@/lib/broker/vendor-adapter";
import type { Item } from "@/lib/config/portal";
import { log } from "@/lib/log";
import { analyst, customerHealth, salesPipeline, trial, viewer } from "@/sandbox/thoughtspot/testing";
import { thoughtSpotConfig } from "@/tests/fixtures/thoughtspot-config";
import type { ThoughtSpotConfig } from "../config";
import { type Context, decide, requestedAccess } from "./decide";
import { connect, mint, revoke } from "./mint";
import type { State } from "./state";
import { connectWithRedirect } from "./strategies/redirect";

const { sandbox, key, post, v2, admin, isActive, call } = trial();
let server: Server;
let config: ThoughtSpotConfig;

beforeAll(async () => {
  server = createServer(getRequestListener((request, env) => sandbox.fetch(request, env)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(async () => {
  jest.restoreAllMocks();
  await post("/sandbox/reset", {});
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config = thoughtSpotConfig(url, { secretKeys: [key] });
});

const board: Item = {
  slug: "customer-health",
  vendor: "thoughtspot",
  kind: "liveboard",
  title: "Customer health",
  description: "",
  tags: [],
  open: [],
  target: { liveboardId: customerHealth },
};

const context = (change: Partial<Context> = {}): Context => ({
  config,
  signal: AbortSignal.timeout(5_000),
  requestId: "r",
  user: {
    id: "persona-analyst",
    name: "Anna Analyst",
    email: "anna@portico.example",
    emailVerified: true,
    groups: ["analysts", "region-Islands"],
    claims: {},
    persona: true,
  },
  account: analyst,
  item: board,
  locale: "en",
  timeZone: null,
  oidcTokens: async () => null,
  credential: async () => null,
  ...change,
});

const switchOff = async () =>
  v2("auth/configure", { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status: "DISABLED" } }, await admin());
const switchOn = async () =>
  v2("auth/configure", { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status: "ENABLED" } }, await admin());
const currentKey = async () =>
  (await (await v2("auth/search", { auth_type: "TRUSTED_AUTH" }, await admin())).json()).cluster_preferences
    .access_tokens[0].key as string;
const keyCalls = async () =>
  (await (await call("/sandbox/state")).json()).counts["POST /api/rest/2.0/auth/token/object"] as number;

describe("no token", () => {
  test.each<[string, () => Partial<Context>, string]>([
    ["for an account that ThoughtSpot does not know", () => ({ account: "nobody@portico.example" }), "account_unknown"],
    ["for a closed account", () => ({ account: "d.disabled@portico.example" }), "account_disabled"],
    [
      "for an object that the account may not see",
      () => ({ account: viewer, item: { ...board, target: { liveboardId: salesPipeline } } }),
      "account_forbidden",
    ],
    [
      "for an object that is gone",
      () => ({ item: { ...board, target: { liveboardId: "00000000-0000-4000-8000-000000000000" } } }),
      "account_forbidden",
    ],
    [
      "of the object alone for an object that is gone",
      () => ({
        config: { ...config, token: "object" },
        item: { ...board, target: { liveboardId: "00000000-0000-4000-8000-000000000000" } },
      }),
      "item_missing",
    ],
    ["with a wrong key", () => ({ config: { ...config, secretKeys: ["a-key-that-is-wrong"] } }), "secret_key_rejected"],
    [
      "from an address where nothing listens",
      () => ({ config: { ...config, internalUrl: "http://127.0.0.1:1" } }),
      "vendor_unreachable",
    ],
  ])("%s", async (_, change, code) => {
    await expect(connect(context(change()))).rejects.toMatchObject({ code });
  });

  test.each<[string, () => Partial<Context>, RegExp]>([
    ["an account that ThoughtSpot does not know", () => ({ account: "nobody@portico.example" }), /^account_unknown$/],
    ["a closed account", () => ({ account: "d.disabled@portico.example" }), /^account_disabled$/],
    ["a wrong key", () => ({ config: { ...config, secretKeys: ["a-key-that-is-wrong"] } }), /^secret_key_rejected$/],
    [
      "an object that the account may not see",
      () => ({ account: viewer, item: { ...board, target: { liveboardId: salesPipeline } } }),
      /^account_forbidden$/,
    ],
    [
      "an object that is gone",
      () => ({ item: { ...board, target: { liveboardId: "00000000-0000-4000-8000-000000000000" } } }),
      /^item_missing$/,
    ],
  ])("of the 2021 kind for %s either", async (_, change, code) => {
    await expect(connectWithRedirect(context(change()))).rejects.toMatchObject({ code: expect.stringMatching(code) });
    const { tokensMinted } = await (await call("/sandbox/state")).json();
    expect(Object.keys(tokensMinted).filter((kind) => kind.startsWith("v1 "))).toEqual([]);
  });

  test("while trusted authentication is off, and again once it is on", async () => {
    await switchOff();
    await expect(connect(context())).rejects.toMatchObject({ code: "trusted_auth_disabled" });
    await expect(connectWithRedirect(context())).rejects.toMatchObject({ code: "trusted_auth_disabled" });
    await switchOn();
    await expect(connect(context({ config: { ...config, secretKeys: [await currentKey()] } }))).resolves.toBeDefined();
  });

  test.each([
    [
      "200 with a page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>Login</title>" },
      "vendor_bad_answer",
    ],
    [
      "200 without a token",
      { status: 200, headers: { "content-type": "application/json" }, body: "{}" },
      "vendor_bad_answer",
    ],
    ["500", { status: 500, body: "boom" }, "vendor_failed"],
    ["429", { status: 429, headers: { "retry-after": "3" } }, "vendor_busy"],
  ])("from an answer of %s", async (_, fault, code) => {
    await post("/sandbox/faults", { rules: [{ match: "POST /api/rest/2.0/auth/token/*", ...fault }] });
    await expect(connect(context())).rejects.toMatchObject({ code });
  });

  test("of another user than the one asked for", async () => {
    const body = JSON.stringify({
      token: "x".repeat(20),
      valid_for_username: viewer,
      creation_time_in_millis: 0,
      expiration_time_in_millis: 600_000,
    });
    await post("/sandbox/faults", {
      rules: [
        {
          match: "POST /api/rest/2.0/auth/token/full",
          status: 200,
          headers: { "content-type": "application/json" },
          body,
        },
      ],
    });
    await expect(connect(context())).rejects.toMatchObject({ code: "vendor_failed" });
  });

  test("is created for people without a confirmed e-mail", async () => {
    const change = { config: { ...config, autoCreate: true } };
    const { user } = context();
    await expect(connect(context({ ...change, user: { ...user, emailVerified: false } }))).rejects.toMatchObject({
      code: "account_unknown",
    });
  });
});

describe("a token", () => {
  test("of all that the account may see, with a known end", async () => {
    const { state, expiresAt } = await connect(context());
    expect(state).toMatchObject({ generation: "v2", username: analyst });
    expect(Math.abs((expiresAt?.getTime() ?? 0) - Date.now() - 600_000)).toBeLessThan(5_000);
    const { grant } = await mint(context(), state);
    expect(Object.keys(grant).sort()).toEqual(["expiresAt", "token", "username"]);
    expect(await isActive(grant.token)).toBe(204);
    expect((await (await call("/sandbox/state")).json()).tokensAlive).toContainEqual(
      expect.objectContaining({ user: analyst, access: "FULL", object: null }),
    );
  });

  test("of the object alone, where that is configured", async () => {
    await connect(context({ config: { ...config, token: "object" } }));
    expect((await (await call("/sandbox/state")).json()).tokensAlive).toEqual([
      expect.objectContaining({ user: analyst, access: "REPORT_BOOK_VIEW", object: customerHealth }),
    ]);
  });

  test("names its org as the release wants it", async () => {
    const orgs = async (namesOrgs: boolean, release: string) => {
      await post("/sandbox/faults", { switches: { release } });
      const change = { account: "tsadmin", config: { ...config, namesOrgs, orgId: 1 } };
      const { state } = await connect(context(change));
      const headers = { authorization: `Bearer ${state.token}` };
      return (await (await call("/callosum/v1/session/info", { headers })).json()).currentOrgId;
    };
    expect(await orgs(false, "26.8.0.cl")).toBe(1);
    expect(await orgs(false, "26.11.0.cl")).toBe(1);
    expect(await orgs(true, "26.11.0.cl")).toBe(1);
  });

  test("keeps its length whatever the cluster's clock says", async () => {
    await post("/sandbox/faults", { advanceMs: -3_600_000 });
    const { expiresAt } = await connect(context());
    expect(Math.abs((expiresAt?.getTime() ?? 0) - Date.now() - 600_000)).toBeLessThan(5_000);
  });

  test("close to its end is not handed out: the broker must open a new one", async () => {
    const { state } = await connect(context());
    const old: State = { ...state, expiresAt: Date.now() + 30_000 };
    await expect(mint(context(), old)).rejects.toBeInstanceOf(ConnectionLost);
  });

  test("ends at sign-out, and ending it twice is no error", async () => {
    const { state } = await connect(context());
    await revoke(context(), state);
    expect(await isActive(state.token)).toBe(401);
    await expect(revoke(context(), state)).resolves.toBeUndefined();
  });

  test("creates users only when configured, with e-mail, name and groups", async () => {
    const account = "new@portico.example";
    await connect(context({ account, config: { ...config, autoCreate: true } }));
    const [made] = await (await v2("users/search", { user_identifier: account }, await admin())).json();
    expect(made).toMatchObject({ display_name: "Anna Analyst", email: "anna@portico.example" });
    expect(made.user_groups.map((group: { name: string }) => group.name)).toEqual(["analysts", "region-Islands"]);
  });
});

test("the decisions name requester, username and access", () => {
  expect(decide(context(), "v2")).toEqual({
    requester: "persona-analyst",
    username: analyst,
    access: { level: "application" },
    rows: { variables: { region_var: ["Islands"] }, isRefused: false },
    create: undefined,
  });
});

test("in cookie mode the token is for the application, because all tabs share the session", async () => {
  const cookie = { ...config, login: "cookie" as const };
  expect(decide(context({ config: { ...cookie, token: "object" } }), "v2").access).toEqual({ level: "application" });
  const { state, expiresAt } = await connect(context({ config: cookie }));
  expect((expiresAt?.getTime() ?? 0) - Date.now()).toBeLessThan(121_000);
  await expect(mint(context({ config: cookie }), state)).resolves.toBeDefined();
});

describe("what is asked for, as the audit has it", () => {
  const app: Item = { ...board, kind: "app", target: { page: "home" } };
  const secured: Item = { ...board, target: { ...board.target, "variable.region_var": "region-" } };
  const page = `/embed/viz/${customerHealth}`;
  const rest = { object: customerHealth, page, org: "0", auto_create: "false" };

  test.each<[string, Item, Partial<ThoughtSpotConfig>, "v1" | "v2", object]>([
    ["cookieless", board, {}, "v2", { token: "full", access_level: "FULL", ...rest }],
    ["one object", board, { token: "object" }, "v2", { token: "object", access_level: "REPORT_BOOK_VIEW", ...rest }],
    ["cookie", board, { login: "cookie", token: "object" }, "v2", { token: "full", access_level: "FULL", ...rest }],
    ["redirect", board, {}, "v1", { token: "v1", access_level: "REPORT_BOOK_VIEW", ...rest }],
    ["row security", secured, {}, "v2", { token: "custom", access_level: "FULL", ...rest, variables: "region_var" }],
    [
      "the application, in another org, creating users",
      app,
      { orgId: 1, autoCreate: true },
      "v2",
      { token: "full", access_level: "FULL", page: "/home", org: "1", auto_create: "true" },
    ],
    ["the application by v1", app, {}, "v1", { token: "v1", access_level: "FULL", page: "/home" }],
  ])("%s", (_, item, change, generation, expected) =>
    expect(requestedAccess(item, { ...config, ...change }, generation)).toMatchObject(expected),
  );
});

describe("a token for the whole application does not open what the user may not see", () => {
  const hidden: Item = { ...board, target: { liveboardId: salesPipeline } };
  const cookie = () => ({ ...config, login: "cookie" as const });
  const lookUps = async () =>
    ((await (await call("/sandbox/state")).json()).counts["POST /api/rest/2.0/metadata/search"] ?? 0) as number;

  test("it is refused, and the token that was made for nothing is ended", async () => {
    await expect(connect(context({ account: viewer, item: hidden, config: cookie() }))).rejects.toMatchObject({
      code: "account_forbidden",
    });
    expect((await (await call("/sandbox/state")).json()).tokensAlive).toEqual([]);
  });

  test("a yes is remembered, a no is asked again", async () => {
    const fresh = cookie();
    await connect(context({ account: "a.admin@portico.example", item: hidden, config: fresh }));
    await connect(context({ account: "a.admin@portico.example", item: hidden, config: fresh }));
    expect(await lookUps()).toBe(1);
    const refused = context({ account: viewer, item: hidden, config: fresh });
    await expect(connect(refused)).rejects.toMatchObject({ code: "account_forbidden" });
    await expect(connect(refused)).rejects.toMatchObject({ code: "account_forbidden" });
    expect(await lookUps()).toBe(3);
  });

  test("an unclear look-up refuses nothing: ThoughtSpot itself decides in the frame", async () => {
    await post("/sandbox/faults", { rules: [{ match: "POST /api/rest/2.0/metadata/search", status: 500 }] });
    await expect(connect(context({ account: viewer, item: hidden, config: cookie() }))).resolves.toBeDefined();
  });
});

describe("the redirect login", () => {
  test("logs in and leads to the item", async () => {
    const redirect = { ...config, login: "redirect" as const, url: "http://thoughtspot.localhost:4003" };
    const { state } = await connect(context({ config: redirect }));
    expect(state.generation).toBe("v1");
    const { grant } = await mint(context({ config: redirect }), state);
    const address = new URL(grant.url ?? "");
    const response = await call(address.pathname + address.search);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toContain(`#/embed/viz/${customerHealth}`);
    expect(response.headers.getSetCookie().join()).toContain("JSESSIONID=");
  });
});

test("a v1 token is handed out to one page, not to the next: it may have died unseen", async () => {
  const redirect = context({ config: { ...config, login: "redirect" } });
  const { state } = await connect(redirect);
  const now = Date.now();
  const later = jest.spyOn(Date, "now").mockReturnValue(now + 15_000);
  await expect(mint(redirect, state)).resolves.toMatchObject({ grant: { token: state.token } });
  later.mockReturnValue(now + 21_000);
  await expect(mint(redirect, state)).rejects.toBeInstanceOf(ConnectionLost);
});

describe("keys are exchanged", () => {
  test("by the next key, which is then kept: one failed try, not one per call", async () => {
    await switchOff();
    await switchOn();
    const both = { ...config, token: "object" as const, secretKeys: [key, await currentKey()] as const };
    await connect(context({ config: both }));
    const afterFirst = await keyCalls();
    expect(afterFirst).toBe(2);
    await connect(context({ config: both }));
    await connect(context({ config: both }));
    expect(await keyCalls()).toBe(4);
  });

  test("and two wrong keys are two calls, then the answer", async () => {
    await expect(
      connect(
        context({
          config: { ...config, token: "object", secretKeys: ["wrong-key-number-one", "wrong-key-number-two"] },
        }),
      ),
    ).rejects.toMatchObject({ code: "secret_key_rejected" });
    expect(await keyCalls()).toBe(2);
  });

  test("an unknown user is no reason to try the other key", async () => {
    await expect(
      connect(context({ account: "nobody", config: { ...config, secretKeys: [key, "wrong-key-number-two"] } })),
    ).rejects.toMatchObject({ code: "account_unknown" });
  });
});

test("the operator is told once which variable to look at, and once when it works again", async () => {
  await connect(context());
  const told = jest.spyOn(log, "error").mockImplementation();
  const over = jest.spyOn(log, "info").mockImplementation();
  const wrong = context({ config: { ...config, secretKeys: ["a-key-that-is-wrong"] } });
  await expect(connect(wrong)).rejects.toBeDefined();
  await expect(connect(wrong)).rejects.toBeDefined();
  expect(told.mock.calls.map(([, words]) => words)).toEqual([
    expect.stringMatching(/^ThoughtSpot does not take THOUGHTSPOT_SECRET_KEY\./),
  ]);
  await connect(context());
  await connect(context());
  expect(over).toHaveBeenCalledTimes(1);
});
