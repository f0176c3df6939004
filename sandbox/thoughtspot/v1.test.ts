import { analyst, customerHealth, origin, portal, trial, viewer } from "./testing";
import { v1Prefixes } from "./v1";

const mint = "/tspublic/v1/session/auth/token";
const full = (key: string, more: Record<string, string> = {}) => ({
  secret_key: key,
  username: analyst,
  access_level: "FULL",
  ...more,
});
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
const sessionInfo = "/callosum/v1/session/info";

describe("minting a v1 token is refused", () => {
  test.each([
    ["a body that is no form", 415, { json: true, fields: {} }],
    ["no secret key", 400, { fields: { secret_key: "" } }],
    ["no username", 400, { fields: { username: "" } }],
    ["no access level", 400, { fields: { access_level: "" } }],
    ["an access level that does not exist", 400, { fields: { access_level: "EVERYTHING" } }],
    ["REPORT_BOOK_VIEW without an object", 400, { fields: { access_level: "REPORT_BOOK_VIEW" } }],
    ["a wrong secret key", 401, { fields: { secret_key: "b0cb26a0-351e-40b4-9e42-00fa2265d50c" } }],
    ["a user no one knows", 400, { fields: { username: "nobody@portico.example" } }],
    ["an inactive user", 401, { fields: { username: "d.disabled@portico.example" } }],
    ["an org that the user is not in", 400, { fields: { orgid: "1" } }],
    ["an org that does not exist", 400, { fields: { orgid: "77" } }],
  ])("for %s", async (_, status, { json, fields }: { json?: boolean; fields: Record<string, string> }) => {
    const { key, post, postForm } = trial();
    const body = full(key, fields);
    const response = await (json ? post(mint, body) : postForm(mint, body));
    expect(response.status).toBe(status);
    const error = await response.json();
    expect(Object.keys(error).sort()).toEqual(["code", "debug", "incident_id_guid", "trace_id_guid"]);
    expect(JSON.parse(error.debug)).toEqual([expect.any(String)]);
    expect(JSON.stringify(error)).not.toContain(key);
  });

  test("when trusted authentication is off, with 500", async () => {
    const { key, v2, admin, postForm } = trial();
    await v2(
      "auth/configure",
      { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status: "DISABLED" } },
      await admin(),
    );
    expect((await postForm(mint, full(key))).status).toBe(500);
  });

  test("with a key of another org, with 401: v1 knows no 403", async () => {
    const { v2, admin, postForm } = trial();
    const preferences = [{ org_identifier: "Partners", auth_status: "ENABLED" }];
    await v2("auth/configure", { auth_type: "TRUSTED_AUTH", org_preferences: preferences }, await admin());
    const found = await (await v2("auth/search", { auth_type: "TRUSTED_AUTH" }, await admin())).json();
    const key: string = found.org_preferences.find((entry: { org: { id: number } }) => entry.org.id === 1)
      .access_tokens[0].key;
    expect((await postForm(mint, full(key, { orgid: "0" }))).status).toBe(401);
  });

  test("for an unknown user with 500 where the cluster says it that way", async () => {
    const { key, postForm, faults } = trial();
    await faults({ switches: { unknownUserStatus: 500 } });
    expect((await postForm(mint, full(key, { username: "nobody" }))).status).toBe(500);
  });
});

describe("a v1 token", () => {
  test.each(v1Prefixes)("comes as plain text under %s", async (prefix) => {
    const { key, postForm } = trial();
    const response = await postForm(`${prefix}/session/auth/token`, full(key));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(Buffer.from(await response.text(), "base64").toString()).toMatch(/^\$shiro1\$SHA-256\$500000\$/);
  });

  test("lives five more minutes once another one was made with the same key", async () => {
    const { v1Token, isActive, faults } = trial();
    const first = await v1Token(analyst);
    await faults({ advanceMs: 3_600_000 });
    expect(await isActive(first)).toBe(204);
    const second = await v1Token(viewer);
    await faults({ advanceMs: 4 * 60_000 });
    expect(await isActive(first)).toBe(204);
    await faults({ advanceMs: 61_000 });
    expect(await isActive(first)).toBe(401);
    expect(await isActive(second)).toBe(204);
  });

  test("dies with the first token of a new key, not before", async () => {
    const { v2, admin, v1Token, isActive, postForm } = trial();
    const old = await v1Token(analyst);
    const configure = async (status: string) =>
      v2("auth/configure", { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status: status } }, await admin());
    await configure("DISABLED");
    await configure("ENABLED");
    expect(await isActive(old)).toBe(204);
    const found = await (await v2("auth/search", { auth_type: "TRUSTED_AUTH" }, await admin())).json();
    const key: string = found.cluster_preferences.access_tokens[0].key;
    expect((await postForm(mint, full(key))).status).toBe(200);
    expect(await isActive(old)).toBe(401);
  });

  test("is no bearer for anything but isactive, and not there where a cluster refuses it", async () => {
    const { v1Token, call, isActive, faults } = trial();
    const token = await v1Token(analyst);
    expect((await call(sessionInfo, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
    await faults({ switches: { v1TokenAtIsActive: false } });
    expect(await isActive(token)).toBe(401);
  });
});

describe("the login step is refused", () => {
  const login = (parameters: Record<string, string>) => `${mint}?${new URLSearchParams(parameters)}`;

  test.each(["username", "auth_token", "redirect_url"])("without %s", async (name) => {
    const { v1Token, call } = trial();
    const parameters: Record<string, string> = {
      username: analyst,
      auth_token: await v1Token(analyst),
      redirect_url: `${origin}/`,
    };
    delete parameters[name];
    expect((await call(login(parameters))).status).toBe(400);
  });

  test("when the token is spelled as in the redirect address", async () => {
    const { v1Token, call } = trial();
    const response = await call(
      login({ username: analyst, authtoken: await v1Token(analyst), redirect_url: `${origin}/` }),
    );
    expect(response.status).toBe(400);
  });

  test.each([
    "https://evil.example/",
    "javascript:alert(1)",
    "//evil.example/",
    "http://user@thoughtspot.localhost:4003/",
    "https://thoughtspot.localhost.evil.example/",
  ])("for the redirect target %s", async (target) => {
    const { v1Token, call } = trial();
    const response = await call(login({ username: analyst, auth_token: await v1Token(analyst), redirect_url: target }));
    expect(response.status).toBe(400);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test("for a name that is spelled otherwise than at the mint", async () => {
    const { v1Token, call } = trial();
    const auth_token = await v1Token(analyst.toUpperCase());
    const as = async (username: string) =>
      (await call(login({ username, auth_token, redirect_url: `${origin}/` }))).status;
    expect(await as(analyst)).toBe(401);
    expect(await as(analyst.toUpperCase())).toBe(302);
  });

  test("for a token of another user, and locks the account after five tries", async () => {
    const { v1Token, call, postForm, key } = trial();
    const token = await v1Token(viewer);
    for (let attempt = 0; attempt < 5; attempt++)
      expect((await call(login({ username: analyst, auth_token: token, redirect_url: `${origin}/` }))).status).toBe(
        401,
      );
    const good = await postForm(mint, full(key));
    expect(good.status).toBe(401);
    expect(await good.text()).toContain("locked");
  });
});

describe("the login step", () => {
  test.each([
    ["with the token of 2021", mint, true],
    ["on the newer path", "/callosum/v1/session/login/token", true],
    ["with a v2 token", "/callosum/v1/session/login/token", false],
  ])("%s sets the cookies and goes on", async (_, path, isV1) => {
    const { v1Token, token, call } = trial();
    const target = `${origin}/?authtoken=x&embedApp=true&primaryNavHidden=true#/embed/viz/${customerHealth}`;
    const parameters = new URLSearchParams({
      username: analyst,
      auth_token: isV1 ? await v1Token(analyst) : await token(analyst),
      redirect_url: target,
    });
    const response = await call(`${path}?${parameters}`);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe(target);
    const cookies = response.headers.getSetCookie();
    expect(cookies.find((cookie) => cookie.startsWith("JSESSIONID="))).toMatch(
      /Path=\/; HttpOnly; Secure; SameSite=None/,
    );
    expect(cookies.find((cookie) => cookie.startsWith("clientId="))).toBeDefined();
    const info = await call(sessionInfo, { headers: { cookie: cookieOf(response) } });
    expect(await info.json()).toMatchObject({ userName: analyst, configInfo: { mixpanelConfig: { devSdkKey: "" } } });
  });

  test("may send the browser back to the portal", async () => {
    const { v1Token, call } = trial();
    const parameters = new URLSearchParams({
      username: analyst,
      auth_token: await v1Token(analyst),
      redirect_url: `${portal}/insights`,
    });
    expect((await call(`${mint}?${parameters}`)).headers.get("location")).toBe(`${portal}/insights`);
  });

  test("answers 204 without a redirect when asked, and 302 to / as the SDK calls it", async () => {
    const { v1Token, postForm } = trial();
    const quiet = await postForm("/callosum/v1/session/login/token", {
      auth_token: await v1Token(analyst),
      no_url_redirection: "true",
    });
    expect(quiet.status).toBe(204);
    const sdk = await postForm("/callosum/v1/session/login/token", {
      username: analyst,
      auth_token: await v1Token(analyst),
    });
    expect([sdk.status, sdk.headers.get("location")]).toEqual([302, `${origin}/`]);
  });

  test("sets no cookie when the cluster drops them, and partitioned ones when it is set so", async () => {
    const { v1Token, postForm, faults, v2, admin } = trial();
    const login = async () => postForm("/callosum/v1/session/login/token", { auth_token: await v1Token(analyst) });
    await v2(
      "system/security-settings/configure",
      { cluster_preferences: { enable_partitioned_cookies: true } },
      await admin(),
    );
    expect((await login()).headers.getSetCookie()[0]).toContain("Partitioned");
    await faults({ switches: { dropCookies: true } });
    expect((await login()).headers.getSetCookie()).toEqual([]);
  });
});

describe("the private call for a token of the session", () => {
  const fetchToken = "/callosum/v1/v2/auth/token/fetch";

  test("answers with a bearer of the same reach, for as long as it is asked", async () => {
    const { token, call, v2, isActive, faults } = trial();
    const bound = await token(analyst, { object_id: customerHealth });
    const headers = { authorization: `Bearer ${bound}` };
    const answer = await call(`${fetchToken}?validity_time_in_sec=60&org_identifier=Primary`, { headers });
    const { data } = await answer.json();
    expect(await (await v2("auth/token/validate", { token: data.token }, bound)).json()).toMatchObject({
      scope: { access_type: "REPORT_BOOK_VIEW", metadata_id: customerHealth },
    });
    await faults({ advanceMs: 61_000 });
    expect([await isActive(data.token), await isActive(bound)]).toEqual([401, 204]);
  });

  test("refuses strangers, other orgs and lives that are none, and is not below /callosum/v2", async () => {
    const { token, call } = trial();
    const headers = { authorization: `Bearer ${await token(analyst)}` };
    expect((await call(fetchToken)).status).toBe(401);
    expect((await call(`${fetchToken}?org_identifier=1`, { headers })).status).toBe(403);
    expect((await call(`${fetchToken}?validity_time_in_sec=0`, { headers })).status).toBe(400);
    expect((await call("/callosum/v2/auth/token/fetch", { headers })).status).toBe(404);
  });
});

describe("sessions", () => {
  test("are refused without a sign-in", async () => {
    const { call } = trial();
    for (const path of ["/callosum/v1/session/isactive", sessionInfo, "/prism/preauth/info"]) {
      const response = await call(path);
      expect(response.status).toBe(401);
      expect(response.headers.get("content-type")).toMatch(/json/);
    }
    expect((await call("/callosum/v1/session/logout", { method: "POST" })).status).toBe(401);
  });

  test("lock after five wrong passwords", async () => {
    const { postForm } = trial();
    const login = (password: string) => postForm("/callosum/v1/session/login", { username: analyst, password });
    for (let attempt = 0; attempt < 5; attempt++) expect((await login("wrong")).status).toBe(401);
    expect((await login("a.analyst@portico.example-sandbox")).status).toBe(401);
  });

  test("begin with a password, end with logout, and idle out after three hours", async () => {
    const { postForm, call, faults } = trial();
    const login = () =>
      postForm("/callosum/v1/session/login", {
        username: analyst,
        password: `${analyst}-sandbox`,
        rememberme: "false",
      });
    const cookie = cookieOf(await login());
    const active = async (jar: string) =>
      (await call("/callosum/v1/session/isactive", { headers: { cookie: jar } })).status;
    expect(await active(cookie)).toBe(204);
    expect((await call("/callosum/v1/session/logout", { method: "POST", headers: { cookie } })).status).toBe(204);
    expect(await active(cookie)).toBe(401);
    const second = cookieOf(await login());
    await faults({ advanceMs: 3 * 3_600_000 + 1 });
    expect(await active(second)).toBe(401);
  });

  test("of Python's clients, and of no one else, have a cookie that is sent back without TLS", async () => {
    const { postForm } = trial();
    const sessionCookieOf = async (agent: string) => {
      const login = { username: "tsadmin", password: "admin", rememberme: "true" };
      const headers = { "user-agent": agent };
      const response = await postForm("/callosum/v1/tspublic/v1/session/login", login, headers);
      return response.headers.getSetCookie().find((cookie) => cookie.startsWith("JSESSIONID="));
    };
    const plain = await sessionCookieOf("python-requests/2.32");
    expect(plain).toMatch(/; Path=\/; HttpOnly$/);
    expect(plain).not.toContain("Secure");
    for (const agent of ["", "Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0", "node"])
      expect(await sessionCookieOf(agent)).toMatch(/; HttpOnly; Secure; SameSite=None/);
  });

  test.each(["user", "user/"])("of administrators look users up at %s, by name, by id or all", async (path) => {
    const { postForm, call } = trial();
    const signIn = await postForm("/callosum/v1/session/login", { username: "tsadmin", password: "admin" });
    const headers = { cookie: cookieOf(signIn) };
    const look = async (query: string) => call(`/callosum/v1/tspublic/v1/${path}${query}`, { headers });
    const named = await (await look(`?name=${analyst}`)).json();
    expect(named.header.name).toBe(analyst);
    expect(await (await look(`?userid=${named.header.id}`)).json()).toEqual(named);
    expect(await (await look("")).json()).toContainEqual(named);
    expect((await look("?name=nobody")).status).toBe(404);
  });

  test("a bad bearer is not helped by a good cookie", async () => {
    const { postForm, call } = trial();
    const cookie = cookieOf(
      await postForm("/callosum/v1/session/login", { username: analyst, password: `${analyst}-sandbox` }),
    );
    const response = await call("/callosum/v1/session/isactive", {
      headers: { cookie, authorization: "Bearer nonsense" },
    });
    expect(response.status).toBe(401);
  });
});

test("on the portal's own site cookies need neither SameSite=None nor Secure, which plain http would lose", async () => {
  const cookiesOf = async (sameSite: boolean) => {
    const { postForm } = trial({ sameSite });
    const fields = { username: "tsadmin", password: "admin" };
    return (await postForm("/callosum/v1/session/login", fields)).headers.getSetCookie().join("\n");
  };
  expect(await cookiesOf(false)).toMatch(/JSESSIONID=.*Secure.*SameSite=None/);
  expect(await cookiesOf(true)).toMatch(/JSESSIONID=.*SameSite=Lax/);
  expect(await cookiesOf(true)).not.toMatch(/Secure/);
});
