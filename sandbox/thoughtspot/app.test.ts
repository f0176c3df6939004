import portalConfig from "@/portal.config";
import { liveboards } from "./content/liveboards";
import { analyst, customerHealth, origin, portal, salesPipeline, trial, viewer } from "./testing";

const preflight = {
  method: "OPTIONS",
  headers: {
    origin: portal,
    "access-control-request-method": "GET",
    "access-control-request-headers": "authorization,x-requested-by",
  },
};

describe("browser security", () => {
  test("an origin that is not listed gets no CORS header at all", async () => {
    const { call } = trial();
    const response = await call("/callosum/v1/session/isactive", { headers: { origin: "https://evil.example" } });
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(response.headers.get("vary")).toContain("Origin");
  });

  test("the portal may call, preflights included, until the list is emptied", async () => {
    const { call, faults } = trial();
    const allowed = await call("/callosum/v1/session/isactive", preflight);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(portal);
    expect(allowed.headers.get("access-control-allow-credentials")).toBe("true");
    expect(allowed.headers.get("access-control-allow-headers")).toMatch(/authorization, x-requested-by/);
    await faults({ switches: { cors: false } });
    expect(
      (await call("/callosum/v1/session/isactive", preflight)).headers.get("access-control-allow-origin"),
    ).toBeNull();
  });

  test("errors and injected faults carry the CORS headers too", async () => {
    const { call, faults } = trial();
    await faults({ rules: [{ match: "GET /callosum/v1/session/info", status: 500 }] });
    for (const path of ["/callosum/v1/session/isactive", "/callosum/v1/session/info"])
      expect((await call(path, { headers: { origin: portal } })).headers.get("access-control-allow-origin")).toBe(
        portal,
      );
  });

  test.each(["/", "/v2", "/v2/"])("%s is framed by the portal only, until the list is emptied", async (path) => {
    const { call, faults } = trial();
    const page = await call(path);
    expect(page.headers.get("content-security-policy")).toContain(`frame-ancestors 'self' ${portal}`);
    await faults({ switches: { framing: false } });
    expect((await call(path)).headers.get("content-security-policy")).toMatch(/frame-ancestors 'self'$/);
  });
});

describe("what the app shows", () => {
  const content = (token: string, call: ReturnType<typeof trial>["post"], route: string, more: object = {}) =>
    call("/app/content", { route, ...more }, { authorization: `Bearer ${token}` });

  test("nothing without a sign-in", async () => {
    const { post } = trial();
    expect((await post("/app/content", { route: `/embed/viz/${customerHealth}` })).status).toBe(401);
  });

  test.each([
    "/embed/answer",
    "/home",
    `/embed/viz/${salesPipeline}`,
    `/pinboard/${salesPipeline}`,
    "/embed/insights/conv-assist",
    "/embed/viz/unknown",
  ])("a token of one object does not open %s", async (route) => {
    const { post, token } = trial();
    const response = await content(await token(analyst, { object_id: customerHealth }), post, route);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "FORBIDDEN" });
  });

  test("a Liveboard that is not shared is refused, one that does not exist is not found", async () => {
    const { post, token } = trial();
    const bearer = await token(viewer);
    expect((await content(bearer, post, `/embed/viz/${salesPipeline}`)).status).toBe(403);
    expect((await content(bearer, post, "/embed/viz/00000000-0000-4000-8000-000000000000")).status).toBe(404);
  });

  test("filters act on the tiles", async () => {
    const { post, token } = trial();
    const bearer = await token(analyst, { object_id: customerHealth });
    const all = await (await content(bearer, post, `/embed/viz/${customerHealth}`)).json();
    const emea = await (
      await content(bearer, post, `/embed/viz/${customerHealth}`, {
        filters: [{ column: "Region", operator: "IN", values: ["Islands"] }],
      })
    ).json();
    expect(all).toMatchObject({ kind: "liveboard", user: analyst, item: customerHealth, access: "REPORT_BOOK_VIEW" });
    expect(emea.html).not.toEqual(all.html);
    expect(emea.html).toContain("<b>Islands</b>");
  });

  test.each([
    ["[Renewal value] [Industry]", "Renewal value by Industry"],
    ["which region has the most at risk accounts", "At risk by Region"],
    ["open value by stage top 3", "Open value by Stage"],
  ])("a search for %s answers %s", async (search, title) => {
    const { post, token } = trial();
    const body = await (
      await content(await token(analyst), post, "/embed/answer", {
        search,
        ...(search.startsWith("open") ? { source: "e72b9c10-3d84-4a6f-b5e1-9f0d26c8a743" } : {}),
      })
    ).json();
    expect(body.html).toContain(title);
  });

  test("Spotter answers the question it was opened with, and odd data sources break nothing", async () => {
    const { post, token } = trial();
    const bearer = await token(analyst);
    const spotter = "/embed/insights/conv-assist?worksheet=c1a5f0d4-6b2e-4f19-9d37-80e4b1c2a6f5";
    const answered = await (await content(bearer, post, `${spotter}&query=renewal%20value%20by%20industry`)).json();
    expect(answered.html).toMatch(/turn mine">renewal value by industry<.*turn theirs"><p>/);
    expect((await content(bearer, post, "/embed/answer?dataSources=[")).status).toBe(200);
  });

  test("Spotter answers in a sentence, and says so when it cannot", async () => {
    const { post, token } = trial();
    const headers = { authorization: `Bearer ${await token(analyst)}` };
    const asked = await (
      await post("/app/spotter", { route: "/", search: "renewal value by industry" }, headers)
    ).json();
    expect(asked.text).toMatch(/leads with/);
    const lost = await (await post("/app/spotter", { route: "/", search: "<b>what is love</b>" }, headers)).json();
    expect(lost.text).toMatch(/do not find/);
  });

  test("what people type comes back as text, not as markup", async () => {
    const { post, token } = trial();
    const body = await (
      await content(await token(analyst), post, "/embed/answer", { search: '<img src=x onerror=alert(1)>"' })
    ).json();
    expect(body.html).not.toContain("<img");
  });

  test("the portal's Liveboards exist, with the same titles and the same readers", () => {
    const items = portalConfig.items.filter((item) => item.vendor === "thoughtspot" && item.kind === "liveboard");
    expect(items.length).toBeGreaterThanOrEqual(4);
    for (const item of items) {
      const board = liveboards.find((entry) => entry.id === item.target.liveboardId);
      expect(board?.name).toBe(item.title);
      for (const group of item.open) expect(board?.groups).toContain(group === "everyone" ? "all" : group);
    }
  });
});

describe("the administrator's page", () => {
  const signIn = async (postForm: ReturnType<typeof trial>["postForm"], username = "tsadmin", password = "admin") => {
    const response = await postForm("/admin/sign-in", { username, password }, { origin });
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
  };

  test("shows nothing to strangers and to people without the privilege", async () => {
    const { call, key, postForm } = trial();
    const anonymous = await call("/admin");
    expect([anonymous.status, (await anonymous.text()).includes(key)]).toEqual([401, false]);
    const cookie = await signIn(postForm, analyst, `${analyst}-sandbox`);
    expect(await (await call("/admin", { headers: { cookie } })).text()).not.toContain(key);
  });

  test("stays closed to an administrator's session for one object", async () => {
    const { call, key, token, postForm } = trial();
    const auth_token = await token("tsadmin", { object_id: customerHealth });
    const login = await postForm("/callosum/v1/session/login/token", { auth_token });
    const answer = await call("/admin", { headers: { cookie: login.headers.getSetCookie().join("; ") } });
    expect([answer.status, (await answer.text()).includes(key)]).toEqual([401, false]);
  });

  test("takes no list that the API refuses, and says so", async () => {
    const { call, postForm } = trial();
    const cookie = await signIn(postForm);
    const refused = await postForm("/admin/lists", { cors: "*", frame: portal, redirect: "" }, { cookie, origin });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(/role="alert">Nothing was saved. CORS takes no wildcard/);
    const check = () => call("/callosum/v1/session/isactive", { headers: { origin: portal } });
    expect((await check()).headers.get("access-control-allow-origin")).toBe(portal);
    await postForm("/admin/lists", { cors: "", frame: portal, redirect: "" }, { cookie, origin });
    expect((await check()).headers.get("access-control-allow-origin")).toBeNull();
  });

  test("does nothing for another site", async () => {
    const { postForm, v2, key } = trial();
    const cookie = await signIn(postForm);
    const foreign = await postForm(
      "/admin/trusted-authentication",
      { enabled: "off" },
      { cookie, origin: "https://evil.example" },
    );
    expect(foreign.status).toBe(403);
    expect((await v2("auth/token/full", { username: analyst, secret_key: key })).status).toBe(200);
  });

  test("shows the key, and turning off kills it", async () => {
    const { call, key, postForm, v2 } = trial();
    const cookie = await signIn(postForm);
    expect(await (await call("/admin", { headers: { cookie } })).text()).toContain(key);
    await postForm("/admin/trusted-authentication", { enabled: "off" }, { cookie, origin });
    expect((await v2("auth/token/full", { username: analyst, secret_key: key })).status).toBe(403);
    const shown = async () =>
      /<code id="secret-key">([^<]+)</.exec(await (await call("/admin", { headers: { cookie } })).text())?.[1];
    // The key to come is shown before it counts, and stays the same.
    const toCome = await shown();
    expect(await shown()).toBe(toCome);
    expect((await v2("auth/token/full", { username: analyst, secret_key: toCome })).status).toBe(403);
    await postForm("/admin/trusted-authentication", { enabled: "on" }, { cookie, origin });
    const page = await (await call("/admin", { headers: { cookie } })).text();
    expect(page).not.toContain(key);
    const next = await shown();
    expect(next).toBe(toCome);
    expect((await v2("auth/token/full", { username: analyst, secret_key: next })).status).toBe(200);
  });
});
