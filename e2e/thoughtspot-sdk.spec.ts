/**
 * The unmodified Visual Embed SDK 1.52.0 against the sandbox, without the portal in between: every component and route,
 * every way to sign in, every answer of its expiry rules, host events and pre-rendering. What holds here is the sandbox's
 * doing alone.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, Page } from "@playwright/test";
import { sandboxGuid, sandboxServices } from "../lib/config/sandbox";
import { ports } from "./fixtures/addresses";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

const thoughtspot = sandbox("thoughtspot");
const { origin, internalOrigin } = sandboxServices(ports.sandbox).thoughtspot;
const port = ports.sandbox + 3;
const analyst = "a.analyst@portico.example";
const health = "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13";
const tile = "3f2a8c61-7d94-4e05-b1c8-100000000004";
const model = "c1a5f0d4-6b2e-4f19-9d37-80e4b1c2a6f5";
const answer = "b8d07f34-5c61-49ea-a2f3-1e9c40d75b86";

/** A page with nothing but the SDK on it. */
const server = createServer((request, response) => {
  const isScript = request.url === "/sdk.js";
  response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
  response.end(
    isScript
      ? readFileSync("node_modules/@thoughtspot/visual-embed-sdk/dist/tsembed.es.js")
      : '<!doctype html><div id="place" style="height:600px"></div>',
  );
});
let labOrigin: string;

test.beforeAll(async () => {
  // Both sides of the sandbox derive the key from this.
  process.env.SANDBOX_SECRET = "end-to-end";
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  labOrigin = `http://lab.localhost:${(server.address() as AddressInfo).port}`;
});
test.afterAll(() => new Promise((resolve) => server.close(resolve)));

const post = (path: string, body: object, token?: string) =>
  fetch(`${internalOrigin}/api/rest/2.0/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });

/** What an administrator does before embedding. */
test.beforeEach(async () => {
  const signIn = await post("auth/token/full", { username: "tsadmin", password: "admin" });
  const { token } = (await signIn.json()) as { token: string };
  const settings = { cors_whitelisted_urls: [labOrigin], csp_settings: { visual_embed_hosts: [labOrigin] } };
  await post("system/security-settings/configure", { cluster_preferences: settings }, token);
});

const mint = async (username: string) => {
  const response = await post("auth/token/full", {
    username,
    secret_key: sandboxGuid("thoughtspot:secret-key"),
    auto_create: false,
    validity_time_in_sec: 600,
  });
  return ((await response.json()) as { token: string }).token;
};

interface Lab {
  readonly authType: "AuthServerCookieless" | "AuthServer" | "Basic" | "None";
  readonly host?: string;
  readonly init?: Record<string, unknown>;
  readonly component?: string;
  readonly config?: Record<string, unknown>;
  /** Answers every call with the first token. */
  readonly sameToken?: boolean;
  readonly username?: string;
}

async function openLab(page: Page, lab: Lab): Promise<void> {
  const tokens: string[] = [];
  const username = lab.username ?? analyst;
  await page.exposeFunction("mintToken", async () => {
    tokens.push(lab.sameToken && tokens[0] ? tokens[0] : await mint(username));
    return tokens.at(-1);
  });
  await page.goto(labOrigin);
  await page.evaluate(
    async ({ authType, host, init, component, config }) => {
      const address = "/sdk.js";
      const sdk = await import(address);
      const heard: string[] = [];
      const counted = { asked: 0 };
      const emitter = sdk.init({
        thoughtSpotHost: host,
        authType,
        getAuthToken: () => {
          counted.asked++;
          return (window as unknown as { mintToken(): Promise<string> }).mintToken();
        },
        suppressErrorAlerts: true,
        suppressNoCookieAccessAlert: true,
        disableSDKTracking: true,
        loginFailedMessage: "<p>signed out</p>",
        logLevel: "SILENT",
        ...init,
      });
      emitter.on("FAILURE", (type: string) => heard.push(`FAILURE ${type}`));
      for (const status of ["SDK_SUCCESS", "SUCCESS", "LOGOUT"]) emitter.on(status, () => heard.push(status));
      const embed = new sdk[component](document.getElementById("place"), config);
      for (const type of ["appInit", "load", "authInit", "EmbedListenerReady", "PinboardRendered", "Error"])
        embed.on(type, (payload: { data?: { code?: string } }) =>
          heard.push(type === "Error" ? `Error ${payload.data?.code}` : type),
        );
      Object.assign(window, { sdk, embed, heard, counted });
      await embed.render();
    },
    {
      authType: lab.authType,
      host: lab.host ?? origin,
      init: lab.init ?? {},
      component: lab.component ?? "LiveboardEmbed",
      config: lab.config ?? { liveboardId: health },
    },
  );
}

const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
const asked = (page: Page) => page.evaluate(() => (window as unknown as { counted: { asked: number } }).counted.asked);
const trigger = (page: Page, event: string, payload: unknown = {}) =>
  page.evaluate(
    ([name, data]) =>
      (window as unknown as { embed: { trigger(n: unknown, d: unknown): Promise<unknown> } }).embed
        .trigger(name, data)
        .catch((error: unknown) => ({ refused: error })),
    [event, payload] as const,
  ) as Promise<Record<string, unknown>>;
const shown = (page: Page) => page.frameLocator("iframe").locator("body");
const inFrame = async (page: Page, action: string) => {
  await page.frameLocator("iframe").locator("#sandbox summary").click();
  await page.frameLocator("iframe").getByRole("button", { name: action }).click();
};

/** Another component in the place of the one before. */
const replace = (page: Page, component: string, config: object) =>
  page.evaluate(
    async ([name, options]) => {
      const lab = window as unknown as {
        sdk: Record<string, new (place: Element | string | null, config: object) => { render(): Promise<unknown> }>;
        embed: { destroy(): void };
      };
      lab.embed.destroy();
      const Component = lab.sdk[name];
      if (!Component) throw new Error(`The SDK has no ${name}`);
      // The search bar is the only component that takes no element.
      const place = name === "SearchBarEmbed" ? "#place" : document.getElementById("place");
      const embed = new Component(place, options);
      Object.assign(window, { embed });
      await embed.render();
    },
    [component, config] as const,
  );

const components: readonly (readonly [what: string, component: string, config: object, kind: string, item?: string])[] =
  [
    ["a Liveboard", "LiveboardEmbed", { liveboardId: health }, "liveboard", health],
    ["a visualization", "LiveboardEmbed", { liveboardId: health, vizId: tile }, "liveboard", health],
    ["search", "SearchEmbed", { dataSource: model }, "search", model],
    [
      "a search that runs",
      "SearchEmbed",
      { dataSource: model, searchOptions: { searchTokenString: "[Renewal value] [Industry]", executeSearch: true } },
      "search",
      model,
    ],
    [
      "a search with a percent sign",
      "SearchEmbed",
      { dataSource: model, searchOptions: { searchTokenString: "renewal value over 50% %zz", executeSearch: true } },
      "search",
      model,
    ],
    ["a saved answer", "SearchEmbed", { answerId: answer }, "answer", answer],
    ["the search bar", "SearchBarEmbed", { dataSource: model }, "search-bar", model],
    ["Spotter", "SpotterEmbed", { worksheetId: model, searchOptions: { searchQuery: "renewals" } }, "spotter", model],
    [
      "a conversation",
      "ConversationEmbed",
      { worksheetId: model, searchOptions: { searchQuery: "x" } },
      "spotter",
      model,
    ],
    ["the application", "AppEmbed", {}, "app"],
    ["its Liveboards", "AppEmbed", { pageId: "pinboards" }, "app"],
    ["its answers", "AppEmbed", { pageId: "answers" }, "app"],
    ["its data", "AppEmbed", { pageId: "data" }, "app"],
    ["its SpotIQ", "AppEmbed", { pageId: "insights" }, "app"],
    ["its schedules", "AppEmbed", { pageId: "liveboard-schedules" }, "app"],
    ["its collections", "AppEmbed", { pageId: "collections" }, "app"],
    ["a path of it", "AppEmbed", { path: `pinboard/${health}` }, "liveboard", health],
  ];

for (const [name, host] of [
  ["another name", origin],
  ["an address", `http://127.0.0.1:${port}`],
  ["localhost, where the SDK leaves out /v2", `http://localhost:${port}`],
] as const)
  test(`every component opens on ${name}, with a bearer`, async ({ page }) => {
    test.setTimeout(90_000);
    await openLab(page, { authType: "AuthServerCookieless", host, init: { autoLogin: true } });
    for (const [what, component, config, kind, item] of components)
      await test.step(what, async () => {
        await replace(page, component, config);
        await expect(shown(page)).toHaveAttribute("data-sandbox-user", analyst);
        await expect(shown(page)).toHaveAttribute("data-sandbox-kind", kind);
        if (item) await expect(shown(page)).toHaveAttribute("data-sandbox-item", item);
      });
    expect(await heard(page)).toEqual(expect.arrayContaining(["SDK_SUCCESS", "SUCCESS"]));
  });

test("a Liveboard tells its beginning in the order of the protocol", async ({ page }) => {
  await openLab(page, { authType: "AuthServerCookieless", init: { autoLogin: true } });
  const order = ["SDK_SUCCESS", "appInit", "authInit", "EmbedListenerReady", "PinboardRendered"];
  await expect.poll(async () => (await heard(page)).filter((event) => order.includes(event))).toEqual(order);
  await expect.poll(() => heard(page)).toEqual(expect.arrayContaining(["load", "SUCCESS"]));
});

test.describe("other ways to sign in", () => {
  test("by cookie: a second embed needs no token", async ({ page }) => {
    await openLab(page, { authType: "AuthServer", init: { username: analyst, autoLogin: true } });
    await expect(shown(page)).toHaveAttribute("data-sandbox-user", analyst);
    expect(await asked(page)).toBe(1);
    await page.reload();
    const second = await page.context().newPage();
    await openLab(second, { authType: "AuthServer", init: { username: analyst } });
    await expect(shown(second)).toHaveAttribute("data-sandbox-user", analyst);
    expect(await asked(second)).toBe(0);
  });

  test("with name and password", async ({ page }) => {
    await openLab(page, { authType: "Basic", init: { username: "tsadmin", password: "admin" } });
    await expect(shown(page)).toHaveAttribute("data-sandbox-user", "tsadmin");
  });

  test("with none: the application's own login form", async ({ page }) => {
    await openLab(page, { authType: "None" });
    const frame = page.frameLocator("iframe");
    await frame.getByLabel("Name").fill("tsadmin");
    await frame.getByLabel("Password").fill("admin");
    await frame.getByRole("button", { name: "Sign in" }).click();
    await expect(shown(page)).toHaveAttribute("data-sandbox-user", "tsadmin");
  });

  test("with none, and the login form forbidden: a failure for the host", async ({ page }) => {
    await openLab(page, { authType: "None", init: { disableLoginRedirect: true } });
    await expect(shown(page)).toContainText("Your session ended");
  });

  test("flags packed into one parameter are read", async ({ page }) => {
    await openLab(page, {
      authType: "AuthServerCookieless",
      init: { shouldEncodeUrlQueryParams: true, autoLogin: true },
      config: { liveboardId: health, locale: "de-DE", hiddenActions: ["share"] },
    });
    await expect(shown(page)).toHaveAttribute("data-locale", "de-DE");
    await expect(shown(page)).toHaveAttribute("data-hide-action", /share/);
    expect(await page.locator("iframe").getAttribute("src")).toContain("base64UrlEncodedFlags=");
  });
});

test("two users in two tabs of one browser stay themselves", async ({ page, newPage }) => {
  const viewer = "v.viewer@portico.example";
  const other = await newPage();
  await openLab(page, { authType: "AuthServerCookieless", init: { autoLogin: true } });
  await openLab(other, { authType: "AuthServerCookieless", init: { autoLogin: true }, username: viewer });
  await expect(shown(other)).toHaveAttribute("data-sandbox-user", viewer);
  await trigger(page, "UpdateRuntimeFilters", [{ columnName: "Region", operator: "IN", values: ["Islands"] }]);
  await expect(shown(page)).toHaveAttribute("data-sandbox-filters", /Islands/);
  await expect(shown(page)).toHaveAttribute("data-sandbox-user", analyst);
});

test.describe("the expiry rules of the SDK", () => {
  const cookieless = (more: Partial<Lab> = {}): Lab => ({
    authType: "AuthServerCookieless",
    init: { autoLogin: true },
    ...more,
  });
  const open = async (page: Page, lab: Lab) => {
    await openLab(page, lab);
    await expect(shown(page)).toHaveAttribute("data-sandbox-item", health);
    await expect.poll(() => heard(page)).toContain("SUCCESS");
    await page.evaluate(() => (window as unknown as { heard: string[] }).heard.splice(0));
  };
  const team = async (page: Page) => {
    const menu = page.frameLocator("iframe").locator('details[data-chip="Plan"]');
    await menu.locator("summary").click();
    await menu.getByLabel("Team").click();
  };
  const filtered = (page: Page) => expect(shown(page)).toHaveAttribute("data-sandbox-filters", /Team/);

  test("a living token is answered with itself, and EXPIRY is told", async ({ page }) => {
    await open(page, cookieless());
    await inFrame(page, "Report an expired token");
    await expect.poll(() => heard(page)).toEqual(["FAILURE EXPIRY"]);
    expect(await asked(page)).toBe(1);
  });

  test("a dead one is replaced, and EXPIRY is told", async ({ page }) => {
    await open(page, cookieless());
    await thoughtspot.faults({ advanceMs: 700_000 });
    await team(page);
    await filtered(page);
    await expect.poll(() => heard(page)).toContain("FAILURE EXPIRY");
    expect(await asked(page)).toBe(2);
  });

  test("a dead one answered with itself is OTHER, and the frame goes", async ({ page }) => {
    await open(page, cookieless({ sameToken: true, init: {} }));
    await thoughtspot.faults({ advanceMs: 700_000 });
    await team(page);
    await expect.poll(() => heard(page)).toEqual(["FAILURE OTHER", "FAILURE EXPIRY"]);
    await expect(page.locator("iframe")).toHaveCount(0);
    await expect(page.getByText("signed out")).toBeVisible();
  });

  test("without autoLogin no one answers, and the application gives up", async ({ page }) => {
    await thoughtspot.faults({ switches: { giveUpSeconds: 1 } });
    await open(page, cookieless({ init: { autoLogin: false } }));
    await thoughtspot.faults({ advanceMs: 700_000 });
    await team(page);
    await expect.poll(() => heard(page)).toEqual(["FAILURE EXPIRY", "FAILURE OTHER"]);
  });

  test("a token is asked for again before the end", async ({ page }) => {
    await open(page, cookieless());
    await inFrame(page, "Ask for a new token");
    await expect.poll(() => asked(page)).toBe(2);
    expect(await heard(page)).toEqual([]);
  });

  test("an idle application is signed in again", async ({ page }) => {
    await open(page, cookieless());
    await inFrame(page, "Become idle");
    await expect.poll(() => heard(page)).toContain("FAILURE IDLE_SESSION_TIMEOUT");
    await team(page);
    await filtered(page);
  });

  test("by cookie, a session that ended comes back over REST", async ({ page }) => {
    await open(page, { authType: "AuthServer", init: { username: analyst, autoLogin: true } });
    const gone = page.waitForResponse(/\/session\/logout$/);
    await inFrame(page, "Forget the sign-in");
    await gone;
    await page.evaluate(() =>
      (window as unknown as { sdk: { resetCachedAuthToken(): void } }).sdk.resetCachedAuthToken(),
    );
    await team(page);
    await filtered(page);
    expect(await heard(page)).toContain("FAILURE EXPIRY");
  });

  for (const [action, told] of [
    ["Report a failed sign-in", "FAILURE IDLE_SESSION_TIMEOUT"],
    ["Report blocked cookies", "FAILURE NO_COOKIE_ACCESS"],
    ["Sign out", "LOGOUT"],
  ] as const)
    test(`“${action}” is ${told}, and the frame goes`, async ({ page }) => {
      await open(page, cookieless());
      await inFrame(page, action);
      await expect.poll(() => heard(page)).toContain(told);
      await expect(page.locator("iframe")).toHaveCount(0);
    });
});

test.describe("host events", () => {
  test.beforeEach(async ({ page }) => {
    await openLab(page, { authType: "AuthServerCookieless", init: { autoLogin: true } });
    await expect(shown(page)).toHaveAttribute("data-sandbox-item", health);
  });

  test("getters answer in the shapes of the SDK's contracts", async ({ page }) => {
    expect(await trigger(page, "getTabs")).toMatchObject({ numberOfTabs: expect.any(Number), Tabs: expect.any(Array) });
    expect(await trigger(page, "getFilters")).toMatchObject({ liveboardFilters: [], runtimeFilters: [] });
    expect(await trigger(page, "GetIframeUrl")).toMatchObject({ iframeUrl: expect.stringContaining(origin) });
    expect(await trigger(page, "GetParameters")).toMatchObject({ parameters: [] });
    expect(await trigger(page, "getGroups")).toMatchObject({ numberOfGroups: 0 });
    expect(await trigger(page, "getTML")).toMatchObject({ guid: health });
    expect(await trigger(page, "getAnswerSession")).toMatchObject({ session: { sessionId: expect.any(String) } });
    expect(await trigger(page, "GetPageContext")).toMatchObject({ item: health });
  });

  test("setters change what is shown", async ({ page }) => {
    await trigger(page, "UpdateRuntimeFilters", [{ columnName: "Region", operator: "IN", values: ["Islands"] }]);
    await expect(shown(page)).toHaveAttribute("data-sandbox-filters", /Islands/);
    await trigger(page, "updateFilters", { filter: { column: "Plan", oper: "IN", values: ["Team"], type: "TEXT" } });
    await expect(shown(page)).toHaveAttribute("data-sandbox-filters", /Team/);
    await trigger(page, "SetPinboardVisibleVizs", [tile]);
    await expect(shown(page)).toHaveAttribute("data-visible-vizs", new RegExp(tile));
    await trigger(page, "Navigate", "embed/viz/9b5e0d27-c31f-4a86-8e74-f06a13d2b958");
    await expect(shown(page)).toHaveAttribute("data-sandbox-item", /^9b5e0d27/);
  });

  test("what no one knows is refused", async ({ page }) => {
    expect(await trigger(page, "MakeCoffee")).toMatchObject({ refused: expect.stringMatching(/MakeCoffee/) });
  });
});

test("a pre-rendered frame waits for its route, and shows it without loading again", async ({ page }) => {
  await openLab(page, { authType: "AuthServerCookieless", init: { autoLogin: true } });
  await expect(shown(page)).toHaveAttribute("data-sandbox-item", health);
  await page.evaluate(async () => {
    const { sdk, embed } = window as unknown as {
      sdk: Record<string, new (place: Element | null, config: object) => { preRender(): Promise<void> }>;
      embed: { destroy(): void };
    };
    embed.destroy();
    const Embed = sdk.LiveboardEmbed;
    if (Embed) await new Embed(document.getElementById("place"), { preRenderConfig: { id: "ready" } }).preRender();
  });
  const frame = await expectFrame(page, "#tsEmbed-pre-render-child-ready");
  await expect.poll(() => frame.locator("main").getAttribute("aria-busy")).toBe("false");
  await frame.evaluate(() => Object.assign(window, { kept: true }));
  await page.evaluate(async (liveboardId) => {
    const { sdk } = window as unknown as {
      sdk: Record<string, new (place: Element | null, config: object) => { showPreRender(): Promise<void> }>;
    };
    const Embed = sdk.LiveboardEmbed;
    const config = { preRenderConfig: { id: "ready" }, liveboardId };
    if (Embed) await new Embed(document.getElementById("place"), config).showPreRender();
  }, health);
  await expect(frame.locator("body")).toHaveAttribute("data-sandbox-item", health);
  expect(await frame.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBe(true);
});

async function expectFrame(page: Page, selector: string): Promise<Frame> {
  const element = await page.locator(selector).elementHandle();
  const frame = await element?.contentFrame();
  if (!frame) throw new Error(`There is no frame ${selector}`);
  return frame;
}
