/** The emulated Library's pages: who may frame them, where they lead, and what they give to which user. */
import { createContext, runInContext } from "node:vm";
import { createMicroStrategy } from "./microstrategy";
import { portalOrigin, refusal, retail, sales, TestClient, workforce } from "./test-client";

let client: TestClient;
beforeEach(() => {
  client = new TestClient();
});

const page = (path: string, headers?: Record<string, string>) =>
  client.fetch("GET", `/MicroStrategyLibrary${path}`, { headers });
const pages = ["/auth/ui/embeddedLogin.jsp", "/auth/ui/loginPage", "/app", `/app/${retail}/${sales}`];

/** What the page's script starts from. */
async function bootOf(answer: Response): Promise<Record<string, unknown>> {
  const text = await answer.text();
  return JSON.parse(/id="boot">(.*?)<\/script>/s.exec(text)?.[1] ?? "null") as Record<string, unknown>;
}

test.each(pages)("%s may be framed by itself and the portal, and by no one when embedding is off", async (path) => {
  const policy = async () => (await page(path)).headers.get("content-security-policy");
  expect(await policy()).toBe(`frame-ancestors 'self' local://plugins ${portalOrigin}`);
  await client.switches({ allowedOrigins: "" });
  expect(await policy()).toBe("frame-ancestors 'self'");
});

test.each([
  "https://evil.example/",
  "//evil.example/MicroStrategyLibrary/app",
  "javascript:alert(1)",
  "/MicroStrategy/servlet/taskProc",
  "http://mstr.localhost:4001.evil.example/MicroStrategyLibrary/app",
])("the login form never leads to %s", async (next) => {
  const boot = await bootOf(await page(`/auth/ui/loginPage?next=${encodeURIComponent(next)}`));
  expect(boot.next).toBe("/MicroStrategyLibrary/app");
});

test("an address cannot break out of the page", async () => {
  const text = await (await page(`/app/${retail}/${encodeURIComponent("</script><script>alert(1)</script>")}`)).text();
  expect(text).not.toContain("<script>alert(1)");
});

test.each([
  [
    `/app/${retail}/${sales}/K53--K46?app.embedded=true&auth.freeLogin=true&x=%7B%7D`,
    { projectId: retail, objectId: sales, pageKey: "K53--K46" },
  ],
  [`/app/config/ABC/${retail}/${sales}`, { projectId: retail, objectId: sales }],
  [`/app/config/ABC/${retail}/${sales}/K53--K46`, { projectId: retail, objectId: sales, pageKey: "K53--K46" }],
  ["/app/config/ABC?app.embedded=true", {}],
  ["/app", {}],
])("%s opens what it names, whatever its query", async (path, target) => {
  const answer = await page(path);
  expect(answer.status).toBe(200);
  expect((await bootOf(answer)).target).toEqual(target);
});

test("a page knows its user from the cookies alone", async () => {
  const session = await client.logIn("a.analyst");
  expect(await (await page("/app", { cookie: session.cookie })).text()).toContain('data-sandbox-user="a.analyst"');
  expect(await (await page("/app")).text()).not.toContain("data-sandbox-user=");
});

test("content wants a session, a permission and a session of the Library's own type", async () => {
  const content = (id: string, session?: Awaited<ReturnType<TestClient["logIn"]>>) =>
    client.fetch("GET", `/MicroStrategyLibrary/app-content/${retail}/${id}`, { session });
  expect(await refusal(content(sales))).toBe("401 ERR009 -2147206924");
  const viewer = await client.logIn("v.viewer");
  expect(await refusal(content(workforce, viewer))).toBe("403 ERR017");
  expect(await refusal(content("0".repeat(32), viewer))).toBe("404 ERR004");
  expect(await refusal(content(sales, await client.logIn("a.analyst", { applicationType: 8 })))).toBe("403 ERR0010");
  expect(await (await content(sales, viewer)).json()).toMatchObject({
    name: "Sales performance",
    pageType: "dossierConsumptionPage",
    user: { username: "v.viewer" },
  });
});

test("ending a user's sessions is for the sandbox's own pages and tools, not for other websites", async () => {
  const session = await client.logIn("a.analyst");
  const end = (headers: Record<string, string>) =>
    client.fetch("POST", "/sandbox/end-sessions", { headers, json: { username: "a.analyst" } });
  expect((await end({ origin: "https://evil.example" })).status).toBe(403);
  expect(await (await end({})).json()).toEqual({ ended: 1 });
  expect(await refusal(client.api("GET", "/sessions", { session }))).toBe("404 ERR004");
});

/** What a page of the portal finds after it has loaded the script: `window.microstrategy`, or why there is none. */
async function loadSdk(sdk: string, mayEvaluate: boolean): Promise<string> {
  await client.switches({ sdk });
  const source = await (await page("/javascript/embeddinglib.js")).text();
  const window: { microstrategy?: { dossier: object; embeddingContexts?: object } } = {};
  const realm = createContext({ window }, { codeGeneration: { strings: mayEvaluate, wasm: false } });
  try {
    runInContext(source, realm);
  } catch (error) {
    return (error as Error).name;
  }
  const { dossier, embeddingContexts = {} } = window.microstrategy ?? { dossier: {} };
  return [...Object.keys(dossier).slice(0, 1), ...Object.keys(embeddingContexts)].join(" ");
}

test.each([
  ["2020", "create", "create"],
  ["2022", "create", "EvalError"],
  ["2024", "create embedLibraryPage embedReportPage destroyEmbedPage", "EvalError"],
  [
    "current",
    "create embedLibraryPage embedReportPage embedDossierConsumptionPage embedBotConsumptionPage embedDocumentConsumptionPage destroyEmbedPage EventType CustomAuthenticationType",
    undefined,
  ],
])(
  "the SDK of %s offers what that build has, and needs code evaluation when that build does",
  async (sdk, all, without = all) => {
    expect([await loadSdk(sdk, true), await loadSdk(sdk, false)]).toEqual([all, without]);
  },
);

test("the script comes without cross-origin headers unless they are switched on", async () => {
  const allowed = async () =>
    (await page("/javascript/embeddinglib.js", { origin: portalOrigin })).headers.get("access-control-allow-origin");
  expect(await allowed()).toBeNull();
  await client.switches({ sdkCors: true });
  expect(await allowed()).toBe(portalOrigin);
});

test("mounted below a path, cookies and pages stay below it", async () => {
  const origin = "https://preview.example/sandbox/microstrategy";
  const mounted = createMicroStrategy({
    origin,
    portalOrigin: "https://preview.example",
    idpOrigin: origin,
    idpInternalOrigin: origin,
  });
  const login = await mounted.fetch(
    new Request("https://preview.example/MicroStrategyLibrary/api/auth/login", {
      method: "POST",
      body: JSON.stringify({ username: "a.analyst", password: "a.analyst-sandbox" }),
    }),
  );
  expect(login.headers.getSetCookie()[0]).toContain("Path=/sandbox/microstrategy/MicroStrategyLibrary;");
  const boot = await bootOf(await mounted.fetch(new Request("https://preview.example/MicroStrategyLibrary/app")));
  expect(boot).toMatchObject({ path: "/sandbox/microstrategy/MicroStrategyLibrary", base: "/sandbox/microstrategy" });
});
