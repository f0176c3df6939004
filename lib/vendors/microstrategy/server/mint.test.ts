/** The broker's half of MicroStrategy, against the emulator: each login strategy, each refusal, and the session economy. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import {
  ConnectionLost,
  type Credential,
  isConnectionLost,
  type OidcTokens,
  type UserContext,
} from "@/lib/broker/vendor-adapter";
import { sandboxPassword } from "@/lib/config/sandbox";
import { isProblem } from "@/lib/problem/problem";
import { people } from "@/sandbox/microstrategy/people";
import { retail, sales, TestClient } from "@/sandbox/microstrategy/test-client";
import { sandboxConfig } from "@/tests/fixtures/microstrategy-config";
import { serveVendorCalls } from "@/tests/in-process-vendor";
import { configSchema, type MicroStrategyConfig } from "../config";
import { microstrategy } from "../index";
import { keepCookies } from "./api";
import { connect as connectAny, mint, revoke, verifyCredential } from "./mint";
import type { State } from "./state";
import { localeOf } from "./strategies/strategy";

let library: TestClient;

beforeEach(() => {
  library = new TestClient();
  serveVendorCalls((request) => library.sandbox.fetch(request));
});

/** Connects by a strategy that holds a Library session. */
async function connect(context: UserContext<MicroStrategyConfig>) {
  const { state } = await connectAny(context);
  if (state.via !== "library") throw new Error("This strategy holds no Library session");
  return { state };
}

const idOf = (username: string) => people.find((user) => user.username === username)?.id ?? "";
const config = sandboxConfig("credentials");

interface Given {
  readonly account?: string;
  readonly credential?: Credential | null;
  readonly config?: MicroStrategyConfig;
  readonly access?: string;
  readonly oidcTokens?: OidcTokens | null;
  readonly timeZone?: string | null;
  readonly locale?: string;
}

function contextOf(given: Given = {}): UserContext<MicroStrategyConfig> {
  const account = given.account ?? "a.analyst";
  const own = { username: account, password: sandboxPassword(account) };
  return {
    config: given.config ?? config,
    signal: AbortSignal.timeout(5_000),
    requestId: "test",
    user: { id: "u", name: "U", email: null, emailVerified: false, groups: [], claims: {}, persona: true },
    account,
    item: {
      slug: "sales",
      vendor: "microstrategy",
      kind: "dashboard",
      title: "Sales",
      description: "",
      tags: [],
      open: [],
      target: { projectId: retail, objectId: sales, ...(given.access ? { access: given.access } : {}) },
    },
    locale: given.locale ?? "de-CH",
    timeZone: given.timeZone === undefined ? "Europe/Zurich" : given.timeZone,
    oidcTokens: async () => given.oidcTokens ?? null,
    credential: async () => (given.credential === undefined ? own : given.credential),
  };
}

/** The code of the Problem a promise ends in. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
  return "no problem";
}

interface SandboxState {
  readonly sessions: readonly { readonly user: string; readonly locale: string; readonly timeZone: string }[];
  readonly minted: Record<string, number>;
}

async function stateOfSandbox(): Promise<SandboxState> {
  return (await library.fetch("GET", "/sandbox/state")).json() as Promise<SandboxState>;
}

describe("signing in with the user's own login refuses", () => {
  test.each([
    ["no linked login", {}, null, "credential_missing"],
    ["a wrong password", {}, { username: "a.analyst", password: "wrong" }, "credential_rejected"],
    ["another account's login", {}, { username: "a.admin", password: "a.admin-sandbox" }, "credential_rejected"],
    ["a disabled account", { account: "d.disabled" }, undefined, "account_disabled"],
    ["a locked account", { account: "l.locked" }, undefined, "account_locked"],
    ["an expired password", { account: "e.expired" }, undefined, "credential_expired"],
    ["a password to be changed", { account: "n.newpassword" }, undefined, "credential_expired"],
    ["an account without the right to log in", { account: "n.nologin" }, undefined, "account_forbidden"],
  ])("%s", async (_name, given, credential, code) => {
    expect(await codeOf(connect(contextOf({ ...given, credential })))).toBe(code);
    expect((await stateOfSandbox()).sessions).toEqual([]);
  });

  test("a mode that is off, as the portal's trouble", async () => {
    await library.switches({ loginModes: "16" });
    expect(await codeOf(connect(contextOf()))).toBe("vendor_misconfigured");
  });

  test("a full server, with its own code, and asks once only", async () => {
    await library.switches({ serverSessionCap: 1 });
    await library.logIn("a.admin");
    const before = (await stateOfSandbox()).minted.logins;
    expect(await codeOf(connect(contextOf()))).toBe("session_cap");
    expect((await stateOfSandbox()).minted.logins).toBe(before);
  });

  test.each([[{ iServer: false }, "vendor_unreachable"]])(
    "a Library without its Intelligence Server",
    async (switches, code) => {
      await library.switches(switches);
      expect(await codeOf(connect(contextOf()))).toBe(code);
    },
  );

  test.each([
    ["a 5xx without a body", { status: 500 }, "vendor_failed"],
    ["HTML in place of the API", { status: 200, body: "<html></html>" }, "vendor_bad_answer"],
    ["204 without a token", { status: 204 }, "vendor_bad_answer"],
    ["a redirect", { status: 302, headers: { location: "https://evil.example/" } }, "vendor_bad_answer"],
    ["too many requests", { status: 429, headers: { "retry-after": "7" } }, "vendor_busy"],
  ])("%s", async (_name, rule, code) => {
    const rules = [{ match: "POST /MicroStrategyLibrary/api/auth/login", ...rule }];
    await library.fetch("POST", "/sandbox/faults", { json: { rules } });
    expect(await codeOf(connect(contextOf()))).toBe(code);
  });
});

describe("each code of the Intelligence Server has its own meaning", () => {
  const answerWith = (match: string, status: number, body: object) =>
    library.fetch("POST", "/sandbox/faults", { json: { rules: [{ match, status, body: JSON.stringify(body) }] } });

  test.each([
    [-2147216959, "credential_rejected"],
    [-2147216964, "credential_rejected"],
    [-2147216963, "credential_expired"],
    [-2147216960, "credential_expired"],
    [-2147216965, "account_disabled"],
    [-2147202287, "account_locked"],
    [-2147072513, "account_locked"],
    [-2147202288, "credential_rejected"],
    [-2147202285, "account_unknown"],
    [-2147216961, "account_forbidden"],
    [-2147213792, "vendor_misconfigured"],
    [-2147207867, "vendor_misconfigured"],
    [-2147213789, "vendor_misconfigured"],
    [-2147212489, "vendor_misconfigured"],
    [-2147212488, "account_unknown"],
    [-2147025423, "vendor_misconfigured"],
    [-2147025421, "vendor_misconfigured"],
    [-2147025420, "vendor_misconfigured"],
    [-2147025430, "vendor_misconfigured"],
    [-2147025428, "vendor_misconfigured"],
    [-2147025427, "vendor_misconfigured"],
    [-2147072486, "session_cap"],
    [-2147209052, "session_cap"],
    [-2147073423, "session_cap"],
    [-2147209151, "item_missing"],
    [-2147209192, "vendor_failed"],
    [-2147209177, "vendor_failed"],
    [-2147072559, "vendor_misconfigured"],
  ])("%d at the login", async (iServerCode, code) => {
    await answerWith("POST /MicroStrategyLibrary/api/auth/login", 500, { code: "ERR002", iServerCode });
    expect(await codeOf(connect(contextOf()))).toBe(code);
  });

  test.each([-2147206924, -2147025402, -2147214682])("%d on a session means that it is gone", async (iServerCode) => {
    const { state } = await connect(contextOf());
    await answerWith("POST /MicroStrategyLibrary/api/auth/identityToken", 500, { code: "ERR002", iServerCode });
    await expect(mint(contextOf(), state)).rejects.toThrow(ConnectionLost);
  });
});

describe("a connection", () => {
  test("knows whose it is, keeps every cookie, and is of the type that can be embedded", async () => {
    await library.switches({ loadBalancer: true });
    const { state } = await connect(contextOf());
    expect(state.userId).toBe(idOf("a.analyst"));
    expect(Object.keys(state.cookies)).toEqual(["JSESSIONID", "iSession", "ROUTEID"]);
    expect((await mint(contextOf(), state)).grant.userId).toBe(state.userId);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  test("shows numbers and times as the person's browser does, and as the server does where it did not say", async () => {
    await connect(contextOf());
    await connect(contextOf({ account: "v.viewer", timeZone: null }));
    const shown = (await stateOfSandbox()).sessions.map(({ user, locale, timeZone }) => [user, locale, timeZone]);
    expect(shown).toEqual([
      ["a.analyst", "de_ch", "Europe/Zurich"],
      ["v.viewer", "de_ch", "UTC"],
    ]);
  });

  test("gives a new identity token at every mint, which the Library redeems", async () => {
    const { state } = await connect(contextOf());
    const [one, two] = await Promise.all([mint(contextOf(), state), mint(contextOf(), state)]);
    expect(Object.keys(one.grant)).toEqual(["identityToken", "userId"]);
    expect(one.grant.identityToken).not.toBe(two.grant.identityToken);
    for (const { grant } of [one, two]) expect((await library.redeem(grant.identityToken)).status).toBe(204);
    expect((await stateOfSandbox()).minted.logins).toBe(1);
  });

  test("that the Library forgot is reported as lost", async () => {
    const { state } = await connect(contextOf());
    await library.advance(700);
    await expect(mint(contextOf(), state)).rejects.toThrow(ConnectionLost);
  });

  test("that is gone right after its login is a failure of the Library's, and is not tried once more", async () => {
    const rules = [
      { match: "GET /MicroStrategyLibrary/api/sessions/userInfo", status: 401, body: '{"code":"ERR009"}' },
    ];
    await library.fetch("POST", "/sandbox/faults", { json: { rules } });
    expect(await codeOf(connect(contextOf()))).toBe("vendor_failed");
    const { sessions, minted } = await stateOfSandbox();
    expect([sessions, minted.logins]).toEqual([[], 1]);
  });

  test("that the Library answers 404 for is reported as lost", async () => {
    const { state } = await connect(contextOf());
    const rules = [{ match: "POST /MicroStrategyLibrary/api/auth/identityToken", status: 404 }];
    await library.fetch("POST", "/sandbox/faults", { json: { rules } });
    await expect(mint(contextOf(), state)).rejects.toThrow(ConnectionLost);
  });

  test("whose cookies were lost is reported as lost", async () => {
    const { state } = await connect(contextOf());
    await expect(mint(contextOf(), { ...state, cookies: {} })).rejects.toThrow(ConnectionLost);
  });

  test("says when the secret key is missing", async () => {
    const { state } = await connect(contextOf());
    await library.switches({ secretKey: false });
    expect(await codeOf(mint(contextOf(), state))).toBe("secret_key_missing");
  });

  test("keeps a cookie that changes on the first call after the login", async () => {
    serveVendorCalls(async (request) => {
      const answer = await library.sandbox.fetch(request);
      if (!request.url.endsWith("/sessions/userInfo")) return answer;
      const changed = new Response(answer.body, answer);
      changed.headers.append("set-cookie", "node=two; Path=/");
      return changed;
    });
    const { state } = await connect(contextOf());
    expect(state.cookies).toMatchObject({ JSESSIONID: expect.any(String), node: "two" });
  });

  test("has the cookies that a mint changed from then on, and is not stored again without a change", async () => {
    const { state } = await connect(contextOf());
    expect(await mint(contextOf(), state)).not.toHaveProperty("state");
    serveVendorCalls(async (request) => {
      const answer = await library.sandbox.fetch(request);
      if (request.method !== "POST") return answer;
      const changed = new Response(answer.body, answer);
      changed.headers.append("set-cookie", "node=two; Path=/");
      return changed;
    });
    const { cookies } = state;
    const changed = { ...state, cookies: { ...cookies, node: "two" } };
    expect((await mint(contextOf(), state)).state).toEqual(changed);
  });

  test("is shown when the Library is asked whose token it is, for Libraries that want to see it", async () => {
    const { state } = await connect(contextOf());
    serveVendorCalls((request) =>
      request.url.endsWith("/auth/identityToken") && !(request.headers.get("cookie") ?? "").includes("JSESSIONID")
        ? Response.json({ code: "ERR009" }, { status: 401 })
        : library.sandbox.fetch(request),
    );
    expect((await mint(contextOf(), state)).grant.userId).toBe(idOf("a.analyst"));
  });

  test.each([
    [401, "ERR009", "lost"],
    [500, "ERR002 with the code of a session that is unknown", "lost"],
    [401, "ERR003", "vendor_misconfigured"],
    [503, "ERR0013", "vendor_unreachable"],
    [500, "ERR001", "vendor_failed"],
  ])("whose token the Library answers with %i %s is told apart: %s", async (status, code, outcome) => {
    const bodies = (words: string) => ({
      code: words.split(" ")[0],
      ...(words.includes(" ") ? { iServerCode: -2147206924 } : {}),
    });
    const { state } = await connect(contextOf());
    const match = "GET /MicroStrategyLibrary/api/auth/identityToken";
    await library.fetch("POST", "/sandbox/faults", {
      json: { rules: [{ match, status, body: JSON.stringify(bodies(code)) }] },
    });
    const minting = codeOf(mint(contextOf(), state)).catch((error) => (isConnectionLost(error) ? "lost" : error));
    expect(await minting).toBe(outcome);
  });

  test("that ends as it is made is a fault of the set-up, in words that say so", async () => {
    await library.switches({ identityTokenSeconds: 0 });
    const { state } = await connect(contextOf());
    await expect(mint(contextOf(), state)).rejects.toMatchObject({
      code: "vendor_misconfigured",
      options: { detail: expect.stringContaining("live for no time at all") },
    });
  });

  test("never hands out a token that belongs to someone else", async () => {
    const { state } = await connect(contextOf());
    const stolen: State = { ...state, userId: idOf("a.admin") };
    expect(await codeOf(mint(contextOf(), stolen))).toBe("vendor_bad_answer");
  });

  test.each([
    [401, "ERR003", "no problem"],
    [404, "ERR004", "no problem"],
    [500, "ERR001", "vendor_failed"],
  ])("whose end the Library answers with %i %s: %s", async (status, code, outcome) => {
    const { state } = await connect(contextOf());
    const match = "POST /MicroStrategyLibrary/api/auth/logout";
    await library.fetch("POST", "/sandbox/faults", {
      json: { rules: [{ match, status, body: `{"code":"${code}"}` }] },
    });
    expect(await codeOf(revoke(contextOf(), state))).toBe(outcome);
  });

  test("ends at the Library, with the embeds that share it; ending it twice is no error", async () => {
    const { state } = await connect(contextOf());
    const { grant } = await mint(contextOf(), state);
    await library.redeem(grant.identityToken);
    expect((await stateOfSandbox()).sessions).toHaveLength(2);
    await revoke(contextOf(), state);
    expect((await stateOfSandbox()).sessions).toEqual([]);
    await revoke(contextOf(), state);
  });
});

describe("with API tokens", () => {
  const apiTokens = sandboxConfig("api-token");

  test("the mapped user is signed in without any password, and the service session is closed", async () => {
    const { state } = await connect(contextOf({ config: apiTokens, credential: null }));
    expect(state.userId).toBe(idOf("a.analyst"));
    expect((await stateOfSandbox()).sessions.map(({ user }) => user)).toEqual(["a.analyst"]);
  });

  test("the account may be an object ID", async () => {
    const { state } = await connect(contextOf({ config: apiTokens, account: idOf("v.viewer") }));
    expect(state.userId).toBe(idOf("v.viewer"));
  });

  test("a service session that another call's logout has closed is opened once more", async () => {
    const lost = () => Response.json({ code: "ERR009" }, { status: 401 });
    let asked = 0;
    serveVendorCalls((request) => {
      if (!request.url.endsWith("/auth/apiTokens")) return library.sandbox.fetch(request);
      asked += 1;
      return asked === 1 ? lost() : library.sandbox.fetch(request);
    });
    const { state } = await connect(contextOf({ config: apiTokens }));
    expect([state.userId, asked]).toEqual([idOf("a.analyst"), 2]);
    serveVendorCalls((request) => (request.url.endsWith("/auth/apiTokens") ? lost() : library.sandbox.fetch(request)));
    expect(await codeOf(connect(contextOf({ config: apiTokens })))).toBe("vendor_failed");
  });

  test("a server that is full says so of the service account, too: no account is at fault", async () => {
    await library.switches({ serverSessionCap: 1 });
    await library.logIn("a.admin");
    expect(await codeOf(connect(contextOf({ config: apiTokens })))).toBe("session_cap");
  });

  test("parallel sessions of one user survive that each new token replaces the last", async () => {
    const connections = await Promise.all(Array.from({ length: 3 }, () => connect(contextOf({ config: apiTokens }))));
    for (const { state } of connections) expect((await mint(contextOf(), state)).grant.userId).toBe(idOf("a.analyst"));
  });

  test("an exact name behind five hundred that begin with it is found", async () => {
    const asked: string[] = [];
    serveVendorCalls((request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (!pathname.endsWith("/api/users")) return library.sandbox.fetch(request);
      asked.push(searchParams.get("offset") ?? "");
      const names = [...Array.from({ length: 500 }, (_, index) => `a.analyst${index}`), "a.analyst"];
      const [offset, limit] = [Number(searchParams.get("offset")), Number(searchParams.get("limit"))];
      const page = names.slice(offset, offset + limit);
      return Response.json(page.map((username) => ({ id: username === "a.analyst" ? idOf(username) : "x", username })));
    });
    const { state } = await connect(contextOf({ config: apiTokens }));
    expect([state.userId, asked]).toEqual([idOf("a.analyst"), ["0", "200", "400"]]);
  });

  test.each([
    ["an account the Library does not have", { account: "x.unknown" }, "account_unknown"],
    ["an account whose name only begins like another's", { account: "a.an" }, "account_unknown"],
    ["a disabled account", { account: "d.disabled" }, "account_disabled"],
  ])("%s is refused", async (_name, given, code) => {
    expect(await codeOf(connect(contextOf({ config: apiTokens, ...given })))).toBe(code);
  });

  test("a service account that is refused, or lacks the privilege, is the administrator's trouble", async () => {
    const wrong = { ...apiTokens, service: { username: "portico-service", password: "wrong" } };
    expect(await codeOf(connect(contextOf({ config: wrong })))).toBe("vendor_misconfigured");
    expect(await codeOf(connect(contextOf({ config: { ...apiTokens, service: null } })))).toBe("vendor_unconfigured");
    const weak = { ...apiTokens, service: { username: "a.admin", password: "a.admin-sandbox" } };
    expect(await codeOf(connect(contextOf({ config: weak, account: idOf("a.analyst") })))).toBe("vendor_misconfigured");
  });
});

describe("as guest", () => {
  const guest = sandboxConfig("guest");

  test("only items marked public open", async () => {
    expect(await codeOf(connect(contextOf({ config: guest })))).toBe("item_forbidden");
    const { state } = await connect(contextOf({ config: guest, access: "public" }));
    expect(state.userId).toBe(idOf("guest"));
    expect((await mint(contextOf({ config: guest, access: "public" }), state)).grant.userId).toBe(idOf("guest"));
    expect(await codeOf(mint(contextOf({ config: guest }), state))).toBe("item_forbidden");
  });
});

describe("through MicroStrategy Web, from the server", () => {
  const web = { ...sandboxConfig("web"), webSession: "server" as const };

  test("a Web session, in the project that is named, gives tokens that the Library redeems", async () => {
    const lost = { ...web, webLogin: { server: "iserver", project: "Nowhere" } };
    expect(await codeOf(connectAny(contextOf({ config: lost })))).toBe("item_missing");
    const { state } = await connectAny(contextOf({ config: { ...web, webLogin: { project: "Retail" } } }));
    const { grant } = await mint(contextOf({ config: web }), state);
    expect(grant.userId).toBe(idOf("a.analyst"));
    expect((await library.redeem(grant.identityToken)).status).toBe(204);
  });

  test.each([
    ["no linked login", {}, null, "credential_missing"],
    ["another account's login", {}, { username: "a.admin", password: "a.admin-sandbox" }, "credential_rejected"],
    ["a wrong password", {}, { username: "a.analyst", password: "wrong" }, "credential_rejected"],
    ["a locked account", { account: "l.locked" }, undefined, "account_locked"],
  ])("%s is refused", async (_name, given, credential, code) => {
    expect(await codeOf(connectAny(contextOf({ config: web, ...given, credential })))).toBe(code);
  });

  test("secret keys that differ or are missing have their own words", async () => {
    await library.switches({ webSecretKey: "different" });
    expect(await codeOf(connectAny(contextOf({ config: web })))).toBe("vendor_misconfigured");
    await library.switches({ webSecretKey: "missing", base64TaskMessages: true });
    expect(await codeOf(connectAny(contextOf({ config: web })))).toBe("secret_key_missing");
  });

  test("a Web session that ended is reported as lost", async () => {
    const { state } = await connectAny(contextOf({ config: web }));
    await library.advance(700);
    await expect(mint(contextOf({ config: web }), state)).rejects.toThrow(ConnectionLost);
  });

  test("the end of the connection ends everything that shares it; ending it twice is no error", async () => {
    const { state } = await connectAny(contextOf({ config: web }));
    const { grant } = await mint(contextOf({ config: web }), state);
    await library.redeem(grant.identityToken);
    await revoke(contextOf({ config: web }), state);
    expect((await stateOfSandbox()).sessions).toEqual([]);
    await revoke(contextOf({ config: web }), state);
  });

  test("an end that MicroStrategy Web cannot be asked for is no end: it is told, so that it is tried again", async () => {
    const { state } = await connectAny(contextOf({ config: web }));
    await library.fetch("POST", "/sandbox/faults", { json: { rules: [{ match: "/MicroStrategy/*", status: 500 }] } });
    expect(await codeOf(revoke(contextOf({ config: web }), state))).toBe("vendor_failed");
  });
});

describe("with the browser's own Web session", () => {
  const web = sandboxConfig("web");
  const service = { username: "portico-service", password: sandboxPassword("portico-service") };
  const grantOf = async (given: Given) => {
    const context = contextOf({ credential: null, ...given });
    const { state } = await connectAny(context);
    await revoke(context, state);
    return (await mint(context, state)).grant;
  };

  test("the portal holds nothing, calls no server, and says when it cannot know whose token it must be", async () => {
    expect(await grantOf({ config: web })).toEqual({ identityToken: "", userId: "" });
    expect((await stateOfSandbox()).minted.logins).toBe(0);
  });

  test("it knows whose token it must be from an object ID, or from the service account, whose session it closes", async () => {
    const userId = idOf("a.analyst");
    expect(await grantOf({ config: web, account: userId })).toEqual({ identityToken: "", userId });
    expect(await grantOf({ config: { ...web, service } })).toEqual({ identityToken: "", userId });
    expect((await stateOfSandbox()).sessions).toEqual([]);
  });

  test("an account that the Library does not have, and a service account that is refused, are told apart", async () => {
    expect(await codeOf(grantOf({ config: { ...web, service }, account: "x.unknown" }))).toBe("account_unknown");
    const wrong = { ...web, service: { ...service, password: "wrong" } };
    expect(await codeOf(grantOf({ config: wrong }))).toBe("vendor_misconfigured");
  });
});

describe("with the tokens of the portal's own sign-in", () => {
  const oidc = sandboxConfig("oidc");
  const issuer = "http://idp.localhost:4000";

  // One for all tests: the Library keeps a provider's keys.
  const keys = generateKeyPair("RS256");

  /** Answers for the identity provider, and makes ID tokens with its key. */
  async function identityProvider() {
    const { publicKey, privateKey } = await keys;
    const jwk = { ...(await exportJWK(publicKey)), kid: "test", alg: "RS256", use: "sig" };
    jest.spyOn(global, "fetch").mockImplementation(async (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      return Response.json(pathname === "/jwks" ? { keys: [jwk] } : { jwks_uri: `${issuer}/jwks` });
    });
    return (claims: { sub: string; iss?: string; aud?: string }, expires = "1h") =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "test" })
        .setIssuer(claims.iss ?? issuer)
        .setAudience(claims.aud ?? "portico")
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey);
  }
  const open = (idToken: string, account = "a.analyst") =>
    connect(contextOf({ config: oidc, account, credential: null, oidcTokens: { accessToken: "access", idToken } }));

  test("a sign-in without them asks for another sign-in", async () => {
    expect(await codeOf(connect(contextOf({ config: oidc, oidcTokens: null })))).toBe("sign_in_again");
  });

  test("another account than the mapped one is refused, by name and by object ID, and its session is closed", async () => {
    const sign = await identityProvider();
    const idToken = await sign({ sub: "persona-analyst" });
    for (const account of ["a.admin", idOf("a.admin")])
      expect(await codeOf(open(idToken, account))).toBe("account_unknown");
    expect((await stateOfSandbox()).sessions).toEqual([]);
    for (const account of ["A.Analyst", idOf("a.analyst")])
      expect((await open(idToken, account)).state.userId).toBe(idOf("a.analyst"));
  });

  test("a Library that does not tell the login name leaves the identity provider's word", async () => {
    const sign = await identityProvider();
    const rules = [{ match: "GET /MicroStrategyLibrary/api/users/*", status: 403, body: '{"code":"ERR0014"}' }];
    await library.fetch("POST", "/sandbox/faults", { json: { rules } });
    const { state } = await open(await sign({ sub: "persona-analyst" }), "a.admin");
    expect(state.userId).toBe(idOf("a.analyst"));
  });

  test("tokens that are no tokens, expired, for others, or without a user are refused; good ones sign their user in", async () => {
    const sign = await identityProvider();
    expect(await codeOf(open("not-a-token"))).toBe("vendor_misconfigured");
    expect(await codeOf(open(await sign({ sub: "persona-analyst" }, "-1h")))).toBe("vendor_misconfigured");
    expect(await codeOf(open(await sign({ sub: "persona-analyst", aud: "other" })))).toBe("vendor_misconfigured");
    expect(await codeOf(open(await sign({ sub: "persona-analyst", iss: "http://evil" })))).toBe("vendor_misconfigured");
    expect(await codeOf(open(await sign({ sub: "stranger" })))).toBe("account_unknown");
    expect(await codeOf(open(await sign({ sub: "persona-disabled" })))).toBe("account_disabled");
    const { state } = await open(await sign({ sub: "persona-analyst" }));
    expect(state.userId).toBe(idOf("a.analyst"));
  });
});

/** What each way to sign in sends of the person's language and time zone. */
async function presentations(given: Given): Promise<Record<string, unknown>[]> {
  const asked: Record<string, unknown>[] = [];
  serveVendorCalls(async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const isLogin = /\/auth\/(login|oidc\/token)$/.test(pathname);
    const body = isLogin ? ((await request.clone().json()) as Record<string, unknown>) : {};
    if (isLogin && body.username !== "portico-service") asked.push({ ...Object.fromEntries(searchParams), ...body });
    return library.sandbox.fetch(request);
  });
  const oidcTokens = { accessToken: "access", idToken: "not-a-token" };
  for (const login of ["credentials", "api-token", "oidc", "guest"] as const)
    await connectAny(contextOf({ config: sandboxConfig(login), access: "public", oidcTokens, ...given })).catch(
      () => undefined,
    );
  expect(asked).toHaveLength(4);
  return asked;
}

test("language and time zone of the person arrive in every way to sign in", async () => {
  for (const login of await presentations({}))
    expect(login).toMatchObject({
      displayLocale: "de_ch",
      messagesLocale: "de_ch",
      numberLocale: "de_ch",
      timeZone: "Europe/Zurich",
    });
});

test("what the portal does not know of them is left to the server in every way to sign in", async () => {
  for (const login of await presentations({ locale: "tlh", timeZone: null }))
    for (const field of ["displayLocale", "messagesLocale", "numberLocale", "timeZone"])
      expect(login).not.toHaveProperty(field);
});

test("the audit learns how the user was signed in and which object the token was for", () => {
  const { item } = contextOf();
  expect(microstrategy.requestedAccess?.(item, config)).toEqual({
    login: "credentials",
    projectId: retail,
    objectId: sales,
  });
  expect(microstrategy.requestedAccess?.({ ...item, target: {} }, config)).toEqual({ login: "credentials" });
});

describe("linking a login", () => {
  test.each([
    ["a wrong password", "a.analyst", "wrong", "credential_rejected"],
    ["a locked account", "l.locked", "l.locked-sandbox", "account_locked"],
    ["an expired password", "e.expired", "e.expired-sandbox", "credential_expired"],
    ["a disabled account", "d.disabled", "d.disabled-sandbox", "account_disabled"],
  ])("%s is refused by name", async (_name, username, password, code) => {
    expect(await codeOf(verifyCredential(contextOf(), { username, password }))).toBe(code);
  });

  test.each([
    ["a directory's login", 16, 16],
    ["a login of the Library's own", undefined, 1],
  ])("%s is tried, and used, in its own mode", async (_name, mode, loginMode) => {
    const logins: unknown[] = [];
    serveVendorCalls(async (request) => {
      if (request.url.endsWith("/auth/login")) logins.push(await request.clone().json());
      return library.sandbox.fetch(request);
    });
    const credential = { username: "a.analyst", password: "a.analyst-sandbox", ...(mode ? { mode } : {}) };
    await verifyCredential(contextOf(), credential);
    await connect(contextOf({ credential }));
    expect(logins).toEqual([expect.objectContaining({ loginMode }), expect.objectContaining({ loginMode })]);
  });

  test("a good one is tried and leaves no session behind", async () => {
    await verifyCredential(contextOf(), { username: "a.analyst", password: "a.analyst-sandbox", mode: 16 });
    const { sessions, minted } = await stateOfSandbox();
    expect([sessions, minted.logins]).toEqual([[], 1]);
  });
});

describe("the configuration", () => {
  const sentences = (variables: Record<string, string>) => {
    const parsed = configSchema.safeParse(variables);
    return parsed.success ? [] : parsed.error.issues.map((issue) => issue.message);
  };
  const library = { MICROSTRATEGY_LIBRARY_URL: "https://bi.example.com/MicroStrategyLibrary/" };

  test.each([
    [{ MICROSTRATEGY_LOGIN: "credentials" }, "MICROSTRATEGY_LIBRARY_URL is missing"],
    [{ MICROSTRATEGY_LIBRARY_URL: "bi.example.com" }, "must be an absolute http or https address"],
    [{ MICROSTRATEGY_LIBRARY_URL: "http://bi.example.com/MicroStrategyLibrary" }, "must start with https"],
    [{ ...library, MICROSTRATEGY_LOGIN: "saml" }, "MICROSTRATEGY_LOGIN must be one of"],
    [{ ...library, MICROSTRATEGY_LOGIN_MODE: "2" }, "MICROSTRATEGY_LOGIN_MODE must be one of"],
    [{ ...library, MICROSTRATEGY_LOGIN: "api-token" }, "MICROSTRATEGY_SERVICE_USERNAME is missing"],
    [{ ...library, MICROSTRATEGY_SERVICE_PASSWORD: "x" }, "belong to MICROSTRATEGY_LOGIN=api-token"],
    [
      {
        ...library,
        MICROSTRATEGY_LOGIN: "web",
        MICROSTRATEGY_WEB_URL: "https://bi.example.com/MicroStrategy",
        MICROSTRATEGY_SERVICE_USERNAME: "x",
      },
      "go together",
    ],
    [{ ...library, MICROSTRATEGY_LOGIN: "web" }, "MICROSTRATEGY_WEB_URL is missing"],
  ])("%j is refused with a sentence that names the variable", (variables, sentence) => {
    expect(sentences(variables).join(" ")).toContain(sentence);
  });

  test("loses the trailing slash and asks the public address when there is no internal one", () => {
    expect(configSchema.parse(library)).toMatchObject({
      libraryUrl: "https://bi.example.com/MicroStrategyLibrary",
      internalUrl: "https://bi.example.com/MicroStrategyLibrary",
      login: "credentials",
      loginMode: 1,
    });
  });
});

test("cookies are kept by name, replaced by later ones and dropped when they expire", () => {
  const jar = keepCookies({}, ["JSESSIONID=A; Path=/; Secure", "lb=x=y; Max-Age=60"]);
  expect(jar).toEqual({ JSESSIONID: "A", lb: "x=y" });
  for (const expired of ["lb=; Max-Age=0", "lb=; Path=/", "lb=x; max-age=-1"])
    expect(keepCookies(jar, ["JSESSIONID=B", expired])).toEqual({ JSESSIONID: "B" });
});

test.each([
  ["de-CH", "de_ch"],
  ["en", "en_us"],
  ["zh-Hant-TW", "zh_cn"],
  ["tlh", undefined],
])("the language %s is the Library's %s", (tag, locale) => {
  expect(localeOf(tag)).toBe(locale);
});

describe("what people have met elsewhere", () => {
  test("closing a connection logs out at the Library (MicroStrategy/mstrio-py issue 13)", async () => {
    const { state } = await connect(contextOf());
    await revoke(contextOf(), state);
    await expect(mint(contextOf(), state)).rejects.toThrow(ConnectionLost);
    expect((await stateOfSandbox()).sessions).toEqual([]);
  });

  test("an API token signs in by mode 4096, in the name's place (MicroStrategy/mstrio-py issue 192)", async () => {
    const logins: unknown[] = [];
    serveVendorCalls(async (request) => {
      if (request.url.endsWith("/auth/login")) logins.push(await request.clone().json());
      return library.sandbox.fetch(request);
    });
    await connect(contextOf({ config: sandboxConfig("api-token"), credential: null }));
    expect(logins.at(-1)).toMatchObject({ loginMode: 4096, username: expect.stringMatching(/^\w{20,}$/) });
    expect(logins.at(-1)).not.toHaveProperty("password");
  });

  test("a mode that the server does not support is its administrator's to switch on (mstrio issue 20)", async () => {
    await library.switches({ loginModes: "8" });
    expect(await codeOf(connect(contextOf()))).toBe("vendor_misconfigured");
  });

  test("identity tokens need a secret key (MicroStrategy/web-sdk-samples pull request 45)", async () => {
    const { state } = await connect(contextOf());
    await library.switches({ secretKey: false });
    expect(await codeOf(mint(contextOf(), state))).toBe("secret_key_missing");
  });
});
