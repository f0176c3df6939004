/** The emulated Library keeps to the vendor's contract: refusals first, then what works. */
import { createHash, randomBytes } from "node:crypto";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { people } from "./people";
import { portalOrigin, refusal, retail, type Session, sales, sessionOf, TestClient, workforce } from "./test-client";

let client: TestClient;
beforeEach(() => {
  client = new TestClient();
});

const idOf = (username: string) => people.find((user) => user.username === username)?.id ?? "";

describe("login refuses", () => {
  const login = (json: object) => refusal(client.api("POST", "/auth/login", { json }));

  test.each([
    ["a wrong password", { username: "a.analyst", password: "wrong" }, "401 ERR003 -2147216959"],
    ["an unknown user, in the same words", { username: "nobody", password: "x" }, "401 ERR003 -2147216959"],
    ["an empty name", { username: "", password: "x" }, "401 ERR003 -2147202288"],
    ["a missing name", {}, "401 ERR003 -2147202288"],
    ["a disabled account", { username: "d.disabled", password: "d.disabled-sandbox" }, "401 ERR003 -2147216965"],
    ["a locked account", { username: "l.locked", password: "l.locked-sandbox" }, "401 ERR003 -2147202287"],
    ["an expired password", { username: "e.expired", password: "e.expired-sandbox" }, "401 ERR003 -2147216963"],
    [
      "a password to be changed",
      { username: "n.newpassword", password: "n.newpassword-sandbox" },
      "401 ERR003 -2147216960",
    ],
    [
      "a user without the privilege",
      { username: "n.nologin", password: "n.nologin-sandbox" },
      "401 ERR003 -2147216961",
    ],
    ["a guest with a password", { username: "guest", password: "" }, "401 ERR003 -2147216959"],
    ["an unknown API token", { loginMode: 4096, username: "nothing" }, "401 ERR003 -2147216959"],
    ["a mode that is off", { loginMode: 64, username: "a.analyst" }, "401 ERR001 -2147207867"],
    ["an unknown mode", { loginMode: 7, username: "a.analyst" }, "401 ERR001 -2147207867"],
    ["the identity-token mode", { loginMode: -1, username: "a.analyst" }, "401 ERR001 -2147207867"],
    ["a mode that is no number", { loginMode: "one", username: "a.analyst" }, "400 ERR006"],
    ["a time zone that is no text", { username: "a.analyst", timeZone: 2 }, "400 ERR006"],
    ["a language that is no text", { username: "a.analyst", displayLocale: ["de_ch"] }, "400 ERR006"],
    ["a new password without one", { username: "a.analyst", changePassword: true }, "400 ERR007"],
    ["a new directory password", { loginMode: 16, changePassword: true, newPassword: "x" }, "400 ERR006"],
    [
      "a new password with the wrong old one",
      { username: "a.analyst", password: "x", changePassword: true, newPassword: "y" },
      "401 ERR003 -2147216959",
    ],
    ["a name that is no text", { username: 7, password: "x" }, "400 ERR006"],
    ["a password that is no text", { username: "a.analyst", password: ["x"] }, "400 ERR006"],
    ["a working set that is too small", { username: "a.analyst", workingSet: 2 }, "400 ERR006"],
    ["a search limit that is no number", { username: "a.analyst", maxSearch: "many" }, "400 ERR006"],
    ["a foreign application type", { username: "a.analyst", applicationType: 77 }, "400 ERR006"],
  ])("%s", async (_name, body, expected) => {
    expect(await login(body)).toBe(expected);
  });

  test("names constraint violations for a foreign application type, which the Python client falls back on", async () => {
    const answer = await client.api("POST", "/auth/login", { json: { applicationType: 77 } });
    expect(((await answer.json()) as { message: string }).message).toContain("constraint violations");
  });

  test("a broken body", async () => {
    const headers = { "content-type": "application/json" };
    expect(await refusal(client.api("POST", "/auth/login", { headers, body: "{" }))).toBe("400 ERR006");
    expect(await refusal(client.api("POST", "/auth/login", { headers, body: "[]" }))).toBe("400 ERR006");
  });

  test("standard mode when it is switched off", async () => {
    await client.switches({ loginModes: "16" });
    expect(await login({ username: "a.analyst", password: "a.analyst-sandbox" })).toBe("401 ERR001 -2147213792");
  });

  test("everyone when the server is full", async () => {
    await client.switches({ serverSessionCap: 1 });
    await client.logIn("a.analyst");
    expect(await login({ username: "a.admin", password: "a.admin-sandbox" })).toBe("500 ERR001 -2147073423");
  });

  test("an account that was locked by failures, with the right password too", async () => {
    await client.switches({ lockAfter: 2 });
    for (const password of ["x", "y"]) await login({ username: "a.analyst", password });
    expect(await login({ username: "a.analyst", password: "a.analyst-sandbox" })).toBe("401 ERR003 -2147202287");
  });
});

describe("login", () => {
  test("answers 204 without a body, the token in a header, JSESSIONID first, and is not stored", async () => {
    const answer = await client.api("POST", "/auth/login", {
      json: { username: "a.analyst", password: "a.analyst-sandbox" },
    });
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe("");
    const token = answer.headers.get("x-mstr-authtoken");
    expect(token).toMatch(/^[a-z0-9]{26}$/);
    const [first, second, ...more] = answer.headers.getSetCookie();
    expect(more).toEqual([]);
    expect(first).toMatch(
      /^JSESSIONID=[0-9A-F]{32}; Path=\/MicroStrategyLibrary; Secure; HttpOnly; SameSite=None; Partitioned$/,
    );
    expect(second).toMatch(new RegExp(`^iSession=${token};`));
    expect(answer.headers.get("cache-control")).toBe("no-cache, no-store, max-age=0, must-revalidate");
    expect(answer.headers.get("pragma")).toBe("no-cache");
  });

  test("gives Python's clients, which keep no Secure cookies over plain http, each a second time without", async () => {
    const cookiesFor = async (agent: string) => {
      const form = { username: "a.analyst", password: "a.analyst-sandbox" };
      const headers = { "user-agent": agent };
      return (await client.api("POST", "/auth/login", { form, headers })).headers.getSetCookie();
    };
    const [first, second, ...plain] = await cookiesFor("python-requests/2.32");
    expect(first).toMatch(/^JSESSIONID=.*; Secure;/);
    expect(plain).toEqual(
      [first, second].map((line) => line?.replace("; Secure; HttpOnly; SameSite=None; Partitioned", "; HttpOnly")),
    );
    for (const agent of ["", "Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0", "node"])
      expect(await cookiesFor(agent)).toHaveLength(2);
  });

  test("takes a form as well, which the Python client sends", async () => {
    const answer = await client.api("POST", "/auth/login", {
      form: { username: "a.analyst", password: "a.analyst-sandbox", loginMode: "1" },
    });
    expect(answer.status).toBe(204);
  });

  test.each(["e.expired", "n.newpassword"])(
    "changes %s's password, which opens the account from then on",
    async (username) => {
      const old = `${username}-sandbox`;
      await client.logIn(username, { password: old, changePassword: true, newPassword: "another" });
      await client.logIn(username, { password: "another" });
      const json = { username, password: old };
      expect(await refusal(client.api("POST", "/auth/login", { json }))).toBe("401 ERR003 -2147216959");
      await client.fetch("POST", "/sandbox/reset");
      expect(await refusal(client.api("POST", "/auth/login", { json }))).toMatch(/^401 ERR003 -21472169(63|60)$/);
    },
  );

  test("takes the application type of the vendor's Python client, which the sign-in of the organization does not", async () => {
    await client.logIn("a.analyst", { applicationType: 76 });
    const json = { access_token: "access", id_token: "token" };
    expect(await refusal(client.api("POST", "/auth/oidc/token?applicationType=76", { json }))).toBe("400 ERR006");
  });

  test("takes LDAP and guest modes", async () => {
    await client.logIn("a.analyst", { loginMode: 16 });
    const guest = sessionOf(await client.api("POST", "/auth/login", { json: { loginMode: 8 } }));
    const answer = await client.api("GET", "/sessions/userInfo", { session: guest });
    expect(await answer.json()).toMatchObject({ id: idOf("guest"), fullName: "Public User" });
  });

  test("takes a trusted header only when the mode is on", async () => {
    await client.switches({ loginModes: "64" });
    const trusted = (headers: Record<string, string>) =>
      client.api("POST", "/auth/login", { json: { loginMode: 64 }, headers });
    expect(await refusal(trusted({}))).toBe("401 ERR003 -2147212489");
    expect(await refusal(trusted({ "mstr-user-id": "nobody" }))).toBe("401 ERR003 -2147212488");
    expect((await trusted({ "mstr-user-id": "a.analyst" })).status).toBe(204);
  });

  test("sets cookies as the server is configured", async () => {
    await client.switches({ sameSite: "Lax", partitioned: false, loadBalancer: true });
    const answer = await client.api("POST", "/auth/login", {
      json: { username: "a.analyst", password: "a.analyst-sandbox" },
    });
    const [first, , third] = answer.headers.getSetCookie();
    expect(first).toMatch(/; Secure; HttpOnly; SameSite=Lax$/);
    expect(third).toMatch(/^ROUTEID=/);
  });
});

describe("a session is its token AND its cookies", () => {
  let session: Session;
  beforeEach(async () => {
    session = await client.logIn("a.analyst");
  });
  const info = (given: Partial<Session>) =>
    refusal(client.api("GET", "/sessions/userInfo", { session: { token: "", cookie: "", ...given } }));

  test.each([
    ["no token", () => ({ cookie: session.cookie })],
    ["no cookies", () => ({ token: session.token })],
    ["an unknown token", () => ({ token: "x".repeat(26), cookie: session.cookie })],
    ["only iSession", () => ({ token: session.token, cookie: session.cookie.split("; ")[1] })],
  ])("%s is refused", async (_name, given) => {
    expect(await info(given())).toBe("401 ERR009 -2147206924");
  });

  test("the cookies of another session are refused", async () => {
    const other = await client.logIn("a.admin");
    expect(await info({ token: session.token, cookie: other.cookie })).toBe("401 ERR009 -2147206924");
  });

  test("a load balancer's cookie must come back too", async () => {
    await client.switches({ loadBalancer: true });
    const balanced = await client.logIn("a.analyst");
    const without = balanced.cookie.split("; ").slice(0, 2).join("; ");
    expect(await info({ token: balanced.token, cookie: without })).toBe("401 ERR009 -2147206924");
    expect((await client.api("GET", "/sessions", { session: balanced })).status).toBe(200);
  });

  test("JSESSIONID alone is enough for clients that keep only the first cookie", async () => {
    const cookie = session.cookie.split("; ")[0] ?? "";
    expect((await client.api("GET", "/sessions", { session: { token: session.token, cookie } })).status).toBe(200);
  });
});

describe("identity tokens", () => {
  let session: Session;
  beforeEach(async () => {
    session = await client.logIn("a.analyst");
  });

  test("need a session", async () => {
    expect(await refusal(client.api("POST", "/auth/identityToken"))).toBe("401 ERR009 -2147206924");
    const tokenOnly = { token: session.token, cookie: "" };
    expect(await refusal(client.api("POST", "/auth/identityToken", { session: tokenOnly }))).toBe(
      "401 ERR009 -2147206924",
    );
  });

  test("need the secret key", async () => {
    await client.switches({ secretKey: false });
    expect(await refusal(client.api("POST", "/auth/identityToken", { session }))).toBe("500 ERR0023");
  });

  test("come with 201 in a header, without a body, a new one each time", async () => {
    const answer = await client.api("POST", "/auth/identityToken", { session });
    expect([answer.status, await answer.text()]).toEqual([201, ""]);
    const first = answer.headers.get("x-mstr-identitytoken");
    expect(first).toBeTruthy();
    expect(await client.identityToken(session)).not.toBe(first);
  });

  const look = (token: string, query = "") =>
    client.api("GET", `/auth/identityToken${query}`, { headers: { "x-mstr-identitytoken": token } });

  test("tell whose they are, without being used up", async () => {
    const token = await client.identityToken(session);
    for (let i = 0; i < 2; i += 1) expect(await (await look(token)).json()).toEqual({ userId: idOf("a.analyst") });
    expect((await client.redeem(token)).status).toBe(204);
    expect(await refusal(look(token))).toBe("401 ERR003 -2147216959");
    expect(await refusal(look("unknown"))).toBe("401 ERR003 -2147216959");
    expect(await refusal(client.api("GET", "/auth/identityToken"))).toBe("401 ERR003 -2147216959");
  });

  test("can be redeemed once, within a minute, while the session lives", async () => {
    const token = await client.identityToken(session);
    expect((await client.redeem(token)).status).toBe(204);
    expect(await refusal(client.redeem(token))).toBe("401 ERR003 -2147216959");
    const late = await client.identityToken(session);
    await client.advance(61);
    expect(await refusal(client.redeem(late))).toBe("401 ERR003 -2147216959");
    const orphan = await client.identityToken(session);
    await client.api("POST", "/auth/logout", { session });
    expect(await refusal(client.redeem(orphan))).toBe("401 ERR003 -2147216959");
  });

  test("open a second web session on the same Intelligence Server session", async () => {
    const delegated = sessionOf(await client.redeem(await client.identityToken(session)));
    expect(delegated.token).not.toBe(session.token);
    expect(delegated.cookie).not.toBe(session.cookie);
    await client.api("POST", "/auth/logout", { session: delegated });
    expect(await refusal(client.api("GET", "/sessions", { session }))).toBe("404 ERR004");
  });

  test("are refused at the delegate when the request is malformed", async () => {
    const token = await client.identityToken(session);
    const delegate = (json: object) => refusal(client.api("POST", "/auth/delegate", { json }));
    expect(await delegate({ loginMode: 1, identityToken: token })).toBe("400 ERR006");
    expect(await delegate({ identityToken: token })).toBe("400 ERR006");
    expect(await delegate({ loginMode: -1 })).toBe("400 ERR005");
  });

  test("are redeemed with the mode as a string too, which the Python client sends", async () => {
    expect((await client.redeem(await client.identityToken(session), { loginMode: "-1" })).status).toBe(204);
  });

  test("with a challenge want its verifier", async () => {
    const verifier = randomBytes(32).toString("base64url");
    const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
    const make = (json: object) => client.api("POST", "/v2/auth/identityToken", { session, json });
    expect(await refusal(make({ codeChallenge, codeChallengeMethod: "plain" }))).toBe("400 ERR006");
    const answer = await make({ codeChallenge, codeChallengeMethod: "S256" });
    expect(answer.status).toBe(201);
    const { identityToken } = (await answer.json()) as { identityToken: string };
    expect(await refusal(client.redeem(identityToken))).toBe("401 ERR003 -2147216959");
    expect(await refusal(client.redeem(identityToken, { codeVerifier: "wrong" }))).toBe("401 ERR003 -2147216959");
    expect((await look(identityToken, `?codeVerifier=${verifier}`)).status).toBe(200);
    expect((await client.redeem(identityToken, { codeVerifier: verifier })).status).toBe(204);
  });

  test("without a challenge need no verifier, also where the body would hold one", async () => {
    const answer = await client.api("POST", "/v2/auth/identityToken", { session });
    expect(answer.status).toBe(201);
    const { identityToken } = (await answer.json()) as { identityToken: string };
    expect((await client.redeem(identityToken)).status).toBe(204);
  });
});

describe("sessions", () => {
  let session: Session;
  beforeEach(async () => {
    session = await client.logIn("a.analyst");
  });

  test("end at logout, all that share the Intelligence Server session; a second logout is refused", async () => {
    const answer = await client.api("POST", "/auth/logout", { session });
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^JSESSIONID=; .*Max-Age=0/);
    expect(await refusal(client.api("POST", "/auth/logout", { session }))).toBe("401 ERR009 -2147206924");
  });

  test("end after their idle time; use prolongs them, asking for the lifetime does not", async () => {
    await client.advance(400);
    const lifetime = await client.api("GET", "/sessions/lifetime", { session });
    expect(await lifetime.json()).toEqual({ lifetime: 200 });
    expect((await client.api("PUT", "/sessions", { session })).status).toBe(204);
    await client.advance(400);
    expect((await client.api("GET", "/sessions", { session })).status).toBe(200);
    await client.advance(601);
    expect(await refusal(client.api("PUT", "/sessions", { session }))).toBe("401 ERR009 -2147206924");
  });

  test("that are dead answer 404, as the vendor's description says, and 401 where it is switched", async () => {
    await client.advance(601);
    expect(await refusal(client.api("GET", "/sessions", { session }))).toBe("404 ERR004");
    await client.switches({ deadSessionStatus: 401 });
    expect(await refusal(client.api("GET", "/sessions", { session }))).toBe("401 ERR009 -2147206924");
  });

  test("describe themselves", async () => {
    const answer = await client.api("GET", "/sessions", { session });
    expect(await answer.json()).toMatchObject({
      id: idOf("a.analyst"),
      fullName: "Anna Analyst",
      initials: "AA",
      locale: 1033,
      timeout: 600,
      userConnections: [],
    });
    const documented = [
      "locale displayLocale userConnections maxSearch workingSet timeout metadataUser lifetime id fullName initials",
      "profileImage profileColor",
    ];
    const keys = Object.keys((await (await client.api("GET", "/sessions", { session })).json()) as object);
    expect(keys.filter((key) => !documented.join(" ").split(" ").includes(key))).toEqual([]);
    expect(await (await client.api("GET", "/sessions?fields=id", { session })).json()).toEqual({
      id: idOf("a.analyst"),
    });
    const wider = await client.logIn("a.analyst", { maxSearch: 5, workingSet: "20" });
    const limits = await client.api("GET", "/sessions?fields=maxSearch,workingSet", { session: wider });
    expect(await limits.json()).toEqual({ maxSearch: 5, workingSet: 20 });
  });

  test("turn their cookie back into the token", async () => {
    const answer = await client.api("GET", "/auth/token", { headers: { cookie: session.cookie } });
    expect([answer.status, answer.headers.get("x-mstr-authtoken")]).toEqual([204, session.token]);
    expect(await refusal(client.api("GET", "/auth/token"))).toBe("401 ERR009 -2147206924");
  });

  test("of one user in one project are capped, at the first project call and not at the login", async () => {
    await client.switches({ projectSessionCap: 1 });
    const open = (one: Session) =>
      client.api("GET", "/sessions/projectId", { session: one, headers: { "x-mstr-projectid": retail } });
    expect((await open(session)).status).toBe(200);
    const second = await client.logIn("a.analyst");
    expect(await refusal(open(second))).toBe("500 ERR001 -2147072486");
    expect((await open(await client.logIn("a.admin"))).status).toBe(200);
    await client.api("POST", "/auth/logout", { session });
    expect((await open(second)).status).toBe(200);
  });

  test("name the project or are refused", async () => {
    const open = (headers: Record<string, string>) =>
      refusal(client.api("GET", "/sessions/projectId", { session, headers }));
    expect(await open({})).toBe("400 ERR005");
    expect(await open({ "x-mstr-projectid": "0".repeat(32) })).toBe("404 ERR004");
  });
});

describe("API tokens", () => {
  const create = (session: Session, json?: object) => client.api("POST", "/auth/apiTokens", { session, json });

  test("for others want the privilege and a user that exists", async () => {
    const analyst = await client.logIn("a.analyst");
    expect(await refusal(create(analyst, { userId: idOf("a.admin") }))).toBe("403 ERR0014");
    const service = await client.logIn("portico-service");
    expect(await refusal(create(service, { userId: "0".repeat(32) }))).toBe("404 ERR004");
    expect(await refusal(create(service, { userId: 7 }))).toBe("400 ERR006");
    expect(await (await client.api("GET", "/sessions/privileges", { session: service })).json()).toMatchObject([
      { id: "299" },
    ]);
  });

  test("sign the user in with mode 4096, and a new one replaces the old one", async () => {
    const service = await client.logIn("portico-service");
    const make = async () =>
      ((await (await create(service, { userId: idOf("a.analyst") })).json()) as { apiToken: string }).apiToken;
    const logIn = (apiToken: string) =>
      client.api("POST", "/auth/login", { json: { loginMode: 4096, username: apiToken } });
    const first = await make();
    const session = sessionOf(await logIn(first));
    expect(await (await client.api("GET", "/sessions/userInfo", { session })).json()).toMatchObject({
      id: idOf("a.analyst"),
    });
    const second = await make();
    expect(await refusal(logIn(first))).toBe("401 ERR003 -2147216959");
    expect((await logIn(second)).status).toBe(204);
  });

  test("do not open a disabled account", async () => {
    const service = await client.logIn("portico-service");
    const { apiToken } = (await (await create(service, { userId: idOf("d.disabled") })).json()) as { apiToken: string };
    expect(await refusal(client.api("POST", "/auth/login", { json: { loginMode: 4096, username: apiToken } }))).toBe(
      "401 ERR003 -2147216965",
    );
  });

  test("a user is told the own record, and others' only with the privilege", async () => {
    const analyst = await client.logIn("a.analyst");
    const one = (username: string, session: Session) => client.api("GET", `/users/${idOf(username)}`, { session });
    expect(await (await one("a.analyst", analyst)).json()).toMatchObject({ username: "a.analyst" });
    expect(await refusal(one("a.admin", analyst))).toBe("403 ERR0014");
    const service = await client.logIn("portico-service");
    expect(await (await one("a.admin", service)).json()).toMatchObject({ username: "a.admin" });
    expect(await refusal(client.api("GET", `/users/${"0".repeat(32)}`, { session: service }))).toBe("404 ERR004");
  });

  test("users are found by the beginning of their login name, by those who may ask", async () => {
    const service = await client.logIn("portico-service");
    const answer = await client.api("GET", "/users?abbreviationBegins=a.an&fields=id,username", { session: service });
    expect(await answer.json()).toEqual([{ id: idOf("a.analyst"), username: "a.analyst" }]);
    const analyst = await client.logIn("a.analyst");
    expect(await refusal(client.api("GET", "/users?abbreviationBegins=a", { session: analyst }))).toBe("403 ERR0014");
  });
});

describe("content", () => {
  test("is what the user may open", async () => {
    const names = async (username: string) => {
      const session = await client.logIn(username);
      const items = (await (await client.api("GET", "/library", { session })).json()) as { name: string }[];
      return items.map((item) => item.name);
    };
    expect(await names("v.viewer")).not.toContain("Workforce plan");
    expect(await names("a.admin")).toContain("Workforce plan");
    expect(await refusal(client.api("GET", "/library"))).toBe("401 ERR009 -2147206924");
    const session = await client.logIn("v.viewer");
    expect(await (await client.api("GET", "/projects", { session })).json()).toMatchObject([{ id: retail, status: 0 }]);
  });

  test("opens as an instance, with project and permission", async () => {
    const session = await client.logIn("v.viewer");
    const headers = { "x-mstr-projectid": retail };
    const open = (id: string, given: Record<string, string> = headers) =>
      client.api("POST", `/dossiers/${id}/instances`, { session, headers: given });
    const answer = await open(sales);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ mid: expect.stringMatching(/^[0-9A-F]{32}$/) });
    expect(await refusal(open(sales, {}))).toBe("400 ERR005");
    expect(await refusal(open("0".repeat(32)))).toBe("404 ERR004");
    expect(await refusal(open(workforce))).toBe("403 ERR017");
  });
});

describe("other origins", () => {
  const ask = (origin: string, method = "GET") =>
    client.api(method, "/status", { headers: { origin, "access-control-request-method": "GET" } });

  test("get no cross-origin headers, whatever they look like", async () => {
    for (const origin of [
      "https://evil.example",
      "null",
      `${portalOrigin}.evil.example`,
      "http://portal.localhost:30001",
    ])
      for (const method of ["GET", "OPTIONS"])
        expect((await ask(origin, method)).headers.get("access-control-allow-origin")).toBeNull();
    await client.switches({ refuseForeignOrigin: true });
    expect((await ask("https://evil.example")).status).toBe(403);
  });

  test("the portal gets exactly its own origin, credentials and the token headers, on errors too", async () => {
    const answer = await client.api("GET", "/sessions", { headers: { origin: portalOrigin } });
    expect(answer.status).toBe(404);
    expect(answer.headers.get("access-control-allow-origin")).toBe(portalOrigin);
    expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
    expect(answer.headers.get("access-control-expose-headers")).toBe("X-MSTR-AuthToken, X-MSTR-IdentityToken");
    expect(answer.headers.get("vary")).toContain("Origin");
    const preflight = await ask(portalOrigin, "OPTIONS");
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("X-MSTR-IdentityToken");
  });
});

test("over the network the vendor's headers are spelled as the vendor spells them", async () => {
  const server = createServer(getRequestListener((request, env) => client.sandbox.fetch(request, env)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const names = (path: string, form: Record<string, string>) =>
      new Promise<string[]>((resolve) => {
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        const call = httpRequest({ port, path, method: "POST", headers }, (answer) => {
          answer.resume();
          resolve(answer.rawHeaders.filter((_, index) => index % 2 === 0));
        });
        call.end(new URLSearchParams(form).toString());
      });
    const login = { username: "a.analyst", password: "a.analyst-sandbox" };
    expect(await names("/MicroStrategyLibrary/api/auth/login", login)).toContain("X-MSTR-AuthToken");
    expect(await names("/MicroStrategy/servlet/taskProc", {})).toContain("X-MSTR-TaskErrorCode");
  } finally {
    server.close();
  }
});

describe("the rest", () => {
  test("unknown paths and wrong methods are 404 ERR004", async () => {
    expect(await refusal(client.api("GET", "/nothing"))).toBe("404 ERR004");
    expect(await refusal(client.api("PATCH", "/status"))).toBe("404 ERR004");
    expect(await refusal(client.api("DELETE", "/auth/login"))).toBe("404 ERR004");
  });

  test("without its Intelligence Server nothing works", async () => {
    await client.switches({ iServer: false });
    expect(await refusal(client.api("GET", "/status"))).toBe("503 ERR0013");
    expect(await refusal(client.api("POST", "/auth/login", { json: { username: "a.analyst", password: "x" } }))).toBe(
      "503 ERR0013",
    );
  });

  test("status and modes are public", async () => {
    const status = (await (await client.api("GET", "/status")).json()) as Record<string, string>;
    expect(status.iServerVersion).toMatch(/^11\.\d+\.\d{4}/);
    expect(status.webVersion).toMatch(/^11\.\d+\.\d{4}/);
    expect(await (await client.api("GET", "/config/authModes")).json()).toMatchObject({
      modes: [1, 8, 16, 4096, 4194304],
      dm: 1,
    });
  });

  test("the state page gives no token away", async () => {
    const session = await client.logIn("a.analyst");
    const identityToken = await client.identityToken(session);
    const text = await (await client.fetch("GET", "/sandbox/state")).text();
    for (const secret of [
      session.token,
      ...session.cookie.split(/[;=] ?/).filter((part) => part.length > 20),
      identityToken,
    ])
      expect(text).not.toContain(secret);
    expect(JSON.parse(text)).toMatchObject({ minted: { logins: 1, identityTokens: 1 } });
  });
});
