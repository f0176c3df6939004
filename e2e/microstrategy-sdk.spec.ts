/**
 * The Library's pages without the portal: first our Embedding SDK on a plain page of another site,
 * then the pages' own messages, one by one, as the vendor's script sends and expects them. What holds here is the
 * sandbox's doing alone.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { sandboxPassword, sandboxServices } from "../lib/config/sandbox";
import { ports } from "./fixtures/addresses";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

const library = sandbox("microstrategy");
const { origin, internalOrigin } = sandboxServices(ports.sandbox).microstrategy;
const libraryUrl = `${origin}/MicroStrategyLibrary`;
const api = `${internalOrigin}/MicroStrategyLibrary/api`;
const retail = "4E9A1D07C35B4F0E8B62D1A97C30F584";
const sales = "7C1F4A92B06E4D35A8C3E5170F9B2D61";
const report = "5F20A9C4E7B14D86913DC8604EBA7F52";
const boardLetter = "93D1F6B05A2C4E7882E4B7C91D0A356F";
const askRetail = "C81E4B7D2F6A4953A07D9E36B5F1C824";
const salesPage = `${libraryUrl}/app/${retail}/${sales}`;
const embedded = "?app.embedded=true&auth.freeLogin=true";

interface Message {
  readonly mt: string;
  readonly mid?: string;
  readonly did?: string;
  readonly func?: string;
  readonly name?: string;
  readonly value?: unknown;
}

/** The parent's side of the messages, as plain as it can be. */
interface Wire {
  readonly heard: Message[];
  open(url: string): void;
  call(func: string, param?: unknown): Promise<Message>;
}

/** The vendor's script, as far as these tests call it: more than the portal itself uses. */
interface Sdk {
  readonly dossier: {
    create(options: object): Promise<Dashboard>;
    destroy(options: object): void;
    readonly CustomAuthenticationType: { readonly IDENTITY_TOKEN: string };
    readonly EventType: { readonly ON_PAGE_SWITCHED: string };
  };
  readonly embeddingContexts: Readonly<Record<string, (options: object) => Promise<{ goToPage?: unknown }>>>;
}

interface Dashboard {
  getCurrentPage(): { readonly name: string };
  goToNextPage(): Promise<unknown>;
  getDossierInstanceId(): Promise<string | undefined>;
  registerEventHandler(event: string, heard: (value: unknown) => void): void;
}

declare global {
  interface Window {
    wire: Wire;
  }
}

const wire = `
window.wire = (() => {
  const heard = [];
  const waiting = new Map();
  let count = 0;
  const frame = document.createElement("iframe");
  const post = (message) => frame.contentWindow.postMessage({ did: "dossierInstance1", mid: "msg" + ++count, ...message }, "${origin}");
  window.addEventListener("message", ({ data, origin }) => {
    if (origin !== "${origin}") return;
    heard.push(data);
    waiting.get(data.mid)?.(data);
  });
  frame.onload = () => { if (frame.src) post({ mt: "handshake" }); };
  document.getElementById("place").append(frame);
  return {
    heard,
    open(url) { heard.length = 0; frame.src = url; },
    call(func, param) {
      return new Promise((resolve) => {
        waiting.set("msg" + (count + 1), resolve);
        post(param === undefined ? { mt: "funccall", func } : { mt: "funccall", func, param });
      });
    },
  };
})();`;

/** A page of another site with the SDK and the wire on it. */
const server = createServer(({ url }, response) => {
  response.setHeader("content-type", "text/html");
  const scripts = `<script src="${libraryUrl}/javascript/embeddinglib.js"></script><script>${wire}</script>`;
  response.end(`<!doctype html><div id="place"></div>${url === "/start/empty.html" ? "" : scripts}`);
});
let lab: string;

test.beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  lab = `http://lab.localhost:${(server.address() as AddressInfo).port}`;
});
test.afterAll(() => server.close());
test.beforeEach(async ({ page }) => {
  await library.faults({ switches: { allowedOrigins: `portal ${lab}` } });
  await page.goto(`${lab}/start/page.html`);
});

/** An identity token for a user, with status 201 and nothing else. */
async function identityToken(username = "a.analyst"): Promise<string> {
  const login = await fetch(`${api}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password: sandboxPassword(username) }),
  });
  const cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const headers = { "x-mstr-authtoken": login.headers.get("x-mstr-authtoken") ?? "", cookie };
  const made = await fetch(`${api}/auth/identityToken`, { method: "POST", headers });
  return made.headers.get("x-mstr-identitytoken") ?? "";
}

const heard = (page: Page) => page.evaluate(() => window.wire.heard);
const names = async (page: Page) => (await heard(page)).map(({ mt, name }) => name ?? mt);
const call = (page: Page, func: string, param?: unknown) =>
  page.evaluate(([name, value]) => window.wire.call(name as string, value), [func, param] as const);
const answerTo = async (page: Page, func: string, param?: unknown) => (await call(page, func, param)).value;

/** Opens an address in the wire's frame and waits for the handshake's answer. */
async function open(page: Page, url: string): Promise<void> {
  await page.evaluate((address) => window.wire.open(address), url);
  await expect.poll(() => names(page)).toContain("handshake");
}
async function openSignedIn(page: Page, url: string, username?: string): Promise<void> {
  await open(page, `${libraryUrl}/auth/ui/embeddedLogin.jsp`);
  const param = { token: await identityToken(username), cookiePath: "/MicroStrategyLibrary" };
  expect(await answerTo(page, "loginWithIdentityToken", param)).toEqual({ valid: true });
  await open(page, url);
}

test("a plain page of another site works with it: the page logs in, the SDK trades the token, the dashboard obeys", async ({
  page,
  errors,
}) => {
  errors.allow(/401/);
  const seen = await page.evaluate(
    async ([address, url, password]) => {
      const post = (path: string, headers: object, body?: object) =>
        fetch(`${address}/api/auth/${path}`, {
          method: "POST",
          credentials: "include",
          headers: { "Content-Type": "application/json", ...headers },
          body: body && JSON.stringify(body),
        });
      const sdk = (window as unknown as { microstrategy: Sdk }).microstrategy.dossier;
      const placeholder = document.getElementById("place");
      const dossier = await sdk.create({
        placeholder,
        url,
        enableCustomAuthentication: true,
        enableResponsive: true,
        customAuthenticationType: sdk.CustomAuthenticationType.IDENTITY_TOKEN,
        containerHeight: "1000px",
        async getLoginToken() {
          const login = await post("login", {}, { loginMode: 1, username: "a.analyst", password });
          const token = await post("identityToken", { "X-MSTR-AuthToken": login.headers.get("x-mstr-authToken") });
          return token.headers.get("X-MSTR-IdentityToken");
        },
      });
      const first = dossier.getCurrentPage().name;
      const switched = new Promise((resolve) => dossier.registerEventHandler(sdk.EventType.ON_PAGE_SWITCHED, resolve));
      await dossier.goToNextPage();
      const event = await switched;
      const instance = await dossier.getDossierInstanceId();
      sdk.destroy({ placeholder });
      // Newer builds: a destroyed dashboard answers nothing.
      return { first, event, instance, after: (await dossier.getDossierInstanceId()) ?? "nothing" };
    },
    [libraryUrl, salesPage, sandboxPassword("a.analyst")] as const,
  );
  expect(seen).toEqual({
    first: "Overview",
    event: { key: "K54" },
    instance: expect.stringMatching(/^[0-9A-F]{32}$/),
    after: "nothing",
  });
  await expect(page.locator("iframe[MSTR-Embed-IFrame]")).toHaveCount(0);
});

test("each context takes its own kind of page; another kind is rejected and its frame removed", async ({
  page,
  errors,
}) => {
  errors.allow(/401/);
  const token = await identityToken();
  const seen = await page.evaluate(
    async ([serverUrl, projectId, objects, identity]) => {
      const contexts = (window as unknown as { microstrategy: Sdk }).microstrategy.embeddingContexts;
      const props = (objectId?: string) => ({
        placeholder: document.getElementById("place"),
        serverUrl,
        ...(objectId ? { projectId, objectId } : {}),
        enableCustomAuthentication: true,
        getLoginToken: async () => identity,
        disableErrorPopupWindow: true,
      });
      const frames = () => document.querySelectorAll("iframe[MSTR-Embed-IFrame]").length;
      const outcome = async (name: string, objectId?: string) => {
        try {
          const context = await contexts[name]?.(props(objectId));
          return typeof context?.goToPage === "function" && frames() === 1 ? "shown" : "odd";
        } catch {
          return `rejected, ${frames()} frames`;
        }
      };
      return {
        library: await outcome("embedLibraryPage"),
        dashboard: await outcome("embedDossierConsumptionPage", objects.sales),
        report: await outcome("embedReportPage", objects.report),
        document: await outcome("embedDocumentConsumptionPage", objects.document),
        bot: await outcome("embedBotConsumptionPage", objects.bot),
        reportAsDashboard: await outcome("embedDossierConsumptionPage", objects.report),
        dashboardAsBot: await outcome("embedBotConsumptionPage", objects.sales),
        withoutObject: await outcome("embedReportPage"),
      };
    },
    [libraryUrl, retail, { sales, report, document: boardLetter, bot: askRetail }, token] as const,
  );
  expect(seen).toEqual({
    library: "shown",
    dashboard: "shown",
    report: "shown",
    document: "shown",
    bot: "shown",
    reportAsDashboard: "rejected, 0 frames",
    dashboardAsBot: "rejected, 0 frames",
    // Refused before a frame is made.
    withoutObject: "rejected, 0 frames",
  });
});

for (const [sdk, withoutCors, withCors] of [
  ["2020", "nothing", "nothing"],
  ["2022", "nothing", "unhandled rejection"],
  ["2024", "nothing", "unhandled rejection"],
  ["current", "rejection", "rejection"],
] as const)
  test(`a page learns of a login that an SDK of ${sdk} failed with: ${withoutCors}, or ${withCors} with cross-origin headers`, async ({
    page,
    errors,
  }) => {
    errors.allow(/401|Login failed/);
    for (const [crossOrigin, expected] of [
      [false, withoutCors],
      [true, withCors],
    ] as const) {
      await library.faults({ switches: { sdk, sdkCors: crossOrigin } });
      await page.goto(`${lab}/start/empty.html`);
      const learned = await page.evaluate(
        async ([serverURL, applicationID, objectID, anonymous]) => {
          const script = document.createElement("script");
          if (anonymous) script.crossOrigin = "anonymous";
          script.src = `${serverURL}/javascript/embeddinglib.js`;
          const loaded = new Promise((resolve) => script.addEventListener("load", resolve));
          document.head.append(script);
          await loaded;
          const outcome = new Promise<string>((resolve) => {
            window.addEventListener("unhandledrejection", () => resolve("unhandled rejection"));
            // The login frame's refusal is the last thing that is said.
            window.addEventListener("message", ({ data }) => {
              if (data?.value?.valid === false) setTimeout(() => resolve("nothing"), 500);
            });
            const created = (window as unknown as { microstrategy: Sdk }).microstrategy.dossier.create({
              placeholder: document.getElementById("place"),
              serverURL,
              applicationID,
              objectID,
              enableCustomAuthentication: true,
              getLoginToken: async () => "no-token",
            });
            created.catch(() => resolve("rejection"));
          });
          return outcome;
        },
        [libraryUrl, retail, sales, crossOrigin] as const,
      );
      expect([crossOrigin, learned]).toEqual([crossOrigin, expected]);
    }
  });

test.describe("the login page", () => {
  test.beforeEach(({ errors }) => errors.allow(/401/));

  test("says nothing until it is spoken to, answers every call once, and takes a token once @embed", async ({
    page,
  }) => {
    await open(page, `${libraryUrl}/auth/ui/embeddedLogin.jsp`);
    expect(await heard(page)).toEqual([{ mt: "handshake", mid: "msg1", did: "dossierInstance1" }]);
    expect(await answerTo(page, "isISessionAlive")).toBe(false);
    const refused = { valid: false, error: { errMsg: expect.stringContaining("Login failed") } };
    expect(await answerTo(page, "loginWithIdentityToken", { token: "none", cookiePath: "/x" })).toEqual(refused);
    expect(await answerTo(page, "loginWithIdentityToken", { cookiePath: "/x" })).toMatchObject({ valid: false });
    const param = { token: await identityToken(), cookiePath: "/x" };
    const reply = await call(page, "loginWithIdentityToken", param);
    // A reply that repeats `func` would be taken for a call.
    expect(Object.keys(reply).sort()).toEqual(["did", "mid", "mt", "value"]);
    expect(reply.value).toEqual({ valid: true });
    expect(await answerTo(page, "isISessionAlive")).toBe(true);
    expect(await answerTo(page, "loginWithIdentityToken", param)).toEqual(refused);
    expect(await answerTo(page, "whatever")).toMatchObject({ valid: false, error: { errMsg: expect.any(String) } });
    await answerTo(page, "showErrorMsg", { msg: "Not today" });
    await expect(page.frameLocator("iframe").getByText("Not today")).toBeVisible();
  });

  test("is silent towards a page that may not embed it", async ({ page, errors }) => {
    errors.allow(/frame-ancestors/);
    await library.faults({ switches: { allowedOrigins: "portal" } });
    const loaded = page.waitForResponse(/embeddedLogin\.jsp/);
    await page.evaluate((url) => window.wire.open(url), `${libraryUrl}/auth/ui/embeddedLogin.jsp`);
    expect((await loaded).headers()["content-security-policy"]).not.toContain(lab);
    expect(await heard(page)).toEqual([]);
  });
});

test.describe("a page", () => {
  test("announces itself in the order that serves every build, and answers what the SDK asks", async ({ page }) => {
    await openSignedIn(page, `${salesPage}${embedded}`);
    await expect.poll(() => names(page)).toContain("onPageLoaded");
    const load = (await names(page)).filter((name) => /handshake|Loaded$|Start$/.test(name));
    expect(load).toEqual([
      "handshake",
      "onFetchDocumentStart",
      "onDossierConsumptionPageLoaded",
      "onEmbedPageLoaded",
      "onPageLoaded",
    ]);
    const pages = { pageType: "dossierConsumptionPage" };
    expect((await heard(page)).find(({ name }) => name === "onEmbedPageLoaded")?.value).toEqual(pages);
    const structure = (await answerTo(page, "getDossierStructure")) as {
      valid: boolean;
      res: { pages: { key: string; name: string; link: string; isActive: boolean }[] }[];
    };
    expect(structure.valid).toBe(true);
    expect(structure.res[0]?.pages.filter(({ isActive }) => isActive)).toHaveLength(1);
    expect((await heard(page)).find(({ name }) => name === "onDossierConsumptionPageLoaded")?.value).toEqual({
      toc: structure.res,
    });
    expect(await answerTo(page, "getMaxSessionIdleTime")).toBe(600);
    expect(await answerTo(page, "keepISessionAlive")).toBe(true);
    const link = structure.res[0]?.pages[1]?.link;
    expect(await answerTo(page, "goToPage", { link })).toMatchObject({ valid: true });
    expect(await names(page)).toContain("onPageSwitched");
    expect(await answerTo(page, "goToPage", { link: "nowhere" })).toMatchObject({ valid: false });
    for (const func of ["addCustomErrorHandler", "removeCustomErrorHandler"])
      expect(await answerTo(page, func, { prePopup: true })).toMatchObject({ valid: true });
    expect(await answerTo(page, "whatever")).toMatchObject({ valid: false, error: { errMsg: expect.any(String) } });
  });

  test("moves to a report in the same frame and says what it shows then", async ({ page }) => {
    await openSignedIn(page, `${libraryUrl}/app/config/ABC/${retail}/${sales}${embedded}`);
    // The last thing that a page says of its opening.
    await expect.poll(() => names(page)).toContain("onLayoutChanged");
    const before = (await heard(page)).length;
    expect(await answerTo(page, "navigateToPage", { projectId: retail, objectId: report })).toMatchObject({
      valid: true,
    });
    const later = async () => (await heard(page)).slice(before);
    await expect
      .poll(async () => (await later()).find(({ name }) => name === "onEmbedPageLoaded")?.value)
      .toEqual({ pageType: "reportConsumptionPage" });
    const first = (await later()).map(({ name }) => name).filter(Boolean);
    expect(first.slice(0, 2)).toEqual(["onEmbedLocationChanged", "onDossierInstanceChanged"]);
    const frame = page.frames().find((one) => one.url().startsWith(libraryUrl));
    expect(frame?.url()).toContain(`/app/config/ABC/${retail}/${report}`);
  });

  test("that does not exist reports an error and never claims to be loaded", async ({ page, errors }) => {
    errors.allow(/404/);
    await openSignedIn(page, `${libraryUrl}/app/${retail}/${"0".repeat(32)}${embedded}`);
    await expect.poll(() => names(page)).toContain("onError");
    expect((await heard(page)).find(({ name }) => name === "onError")?.value).toMatchObject({
      statusCode: 404,
      errorCode: "ERR004",
      ticketId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect((await names(page)).filter((name) => /Loaded$/.test(name))).toEqual([]);
  });

  test("without a session: custom login gets a session error, the Library's own login form stays silent", async ({
    page,
    errors,
  }) => {
    errors.allow(/401/);
    await open(page, `${salesPage}${embedded}`);
    await expect.poll(() => names(page)).toEqual(["handshake", "onSessionError"]);
    await page.evaluate((url) => window.wire.open(url), `${salesPage}?app.embedded=true&auth.freeLogin=false`);
    const frame = page.frameLocator("iframe");
    await frame.getByLabel("Password").waitFor();
    expect(await heard(page)).toEqual([]);
  });

  test("whose session ends takes a login of its own, and shows another user nothing of the first one's", async ({
    page,
    errors,
  }) => {
    errors.allow(/401/);
    await openSignedIn(page, `${salesPage}${embedded}`);
    await expect.poll(() => names(page)).toContain("onPageLoaded");
    await answerTo(page, "addSessionErrorHandler");
    const body = page.frameLocator("iframe").locator("body");
    await expect(body).toHaveAttribute("data-sandbox-user", "a.analyst");
    const end = async (username: string) => {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify({ username }) };
      await fetch(`${internalOrigin}/sandbox/end-sessions`, init);
    };
    await end("a.analyst");
    await expect.poll(() => names(page)).toContain("onSessionError");
    expect(await answerTo(page, "keepISessionAlive")).toBe(false);
    expect(await answerTo(page, "loginWithIdentityToken", { token: await identityToken() })).toEqual({ valid: true });
    await expect(body).toHaveAttribute("data-sandbox-user", "a.analyst");
    await end("a.analyst");
    await expect(body).not.toHaveAttribute("data-sandbox-user");
    const other = { token: await identityToken("v.viewer") };
    expect(await answerTo(page, "loginWithIdentityToken", other)).toEqual({ valid: true });
    await expect(body).toHaveAttribute("data-sandbox-user", "v.viewer");
    await expect(body).toContainText("as v.viewer");
  });

  test("leaves for the login form a minute after its session error, whenever the handler was announced", async ({
    page,
    errors,
  }) => {
    errors.allow(/401/);
    await page.clock.install();
    await open(page, `${salesPage}${embedded}`);
    await page.clock.runFor(1_000);
    await expect(page.frameLocator("iframe").getByText("You are logged out")).toBeVisible();
    await answerTo(page, "addSessionErrorHandler");
    await page.clock.runFor(61_000);
    await expect(page.frameLocator("iframe").getByLabel("Password")).toBeVisible();
  });
});
