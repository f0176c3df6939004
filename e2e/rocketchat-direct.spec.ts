/**
 * Rocket.Chat opened at its own address: iframe authentication (the seven cases of the vendor's own browser test, plus
 * the older request style) and deep links.
 */
import type { Frame, Page, Route } from "@playwright/test";
import { portalOrigin } from "./fixtures/addresses";
import { chat, grantOf, minted, switches, tell } from "./fixtures/chat";
import { expect, test } from "./fixtures/test";

const sso = `${portalOrigin}/api/rocketchat/sso`;
const loading = `${portalOrigin}/rocketchat/loading`;

const cors = { "access-control-allow-origin": chat.origin, "access-control-allow-credentials": "true" };

/** Answers in the portal's place. Returns the requests that came. */
async function answerFor(
  page: Page,
  answer: Parameters<Route["fulfill"]>[0],
): Promise<{ method: string; type?: string }[]> {
  const calls: { method: string; type?: string }[] = [];
  await page.route(sso, async (route) => {
    const request = route.request();
    calls.push({
      method: request.method(),
      type: await request.headerValue("content-type").then((one) => one ?? undefined),
    });
    await route.fulfill({ ...answer, headers: { ...cors, ...answer?.headers } });
  });
  return calls;
}

/** The frame of the stand-in, once it is there. */
async function loginFrame(page: Page): Promise<Frame> {
  await expect(page.frameLocator(`iframe[src="${loading}"]`).getByText("stands in")).toBeVisible();
  const frame = page.frame({ url: loading });
  if (!frame) throw new Error("The login page is not framed");
  return frame;
}

/** The login page's messages, said by a page that stands in for the portal's. */
const sayFromLoginPage = async (page: Page, message: object) => {
  return (await loginFrame(page)).evaluate(
    ([data, origin]) =>
      new Promise<unknown>((resolve) => {
        addEventListener("message", (event) => resolve(event.data), { once: true });
        window.parent.postMessage(data, origin as string);
      }),
    [message, chat.origin] as const,
  );
};

const blank = (page: Page) =>
  page.route(loading, (route) => route.fulfill({ contentType: "text/html", body: "<p>stands in</p>" }));

const loginIframe = (page: Page) => page.locator(`iframe[src="${loading}"]`);
const ownForm = (page: Page) => page.getByRole("heading", { name: "Rocket.Chat login" });

test.describe("iframe authentication", () => {
  test.beforeEach(({ errors }) => errors.allow(/login-with-token/));

  test("an empty 200, a 500 and a token that is not valid show the portal's page, never Rocket.Chat's own form @embed", async ({
    page,
  }) => {
    await blank(page);
    for (const answer of [
      { status: 200, body: "" },
      { status: 500, body: "" },
      { status: 200, json: { loginToken: "nobody-made-this" } },
    ]) {
      const calls = await answerFor(page, answer);
      await page.goto(`${chat.origin}/home`);
      await expect(loginIframe(page)).toHaveAttribute("title", "Login");
      for (const attribute of ["sandbox", "allow", "name"])
        await expect(loginIframe(page)).not.toHaveAttribute(attribute, /.*/);
      await expect(ownForm(page)).toBeHidden();
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.every(({ method, type }) => method === "POST" && type === undefined)).toBe(true);
      await page.unroute(sso);
    }
  });

  for (const style of ["new", "old"] as const)
    test(`a valid token logs in, asked for in the ${style} style @embed`, async ({ page, newPage, signInAs }) => {
      await signInAs("analyst");
      const { token: loginToken } = await grantOf(page);
      await switches({ ssoStyle: style });
      const direct = await newPage();
      const calls = await answerFor(direct, {
        status: 200,
        json: { loginToken },
        headers: { "access-control-allow-headers": "content-type", "access-control-allow-methods": "POST" },
      });
      await direct.goto(`${chat.origin}/channel/general`);
      await expect(direct.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
      await expect(direct.locator("body")).toHaveAttribute("data-sandbox-item", "general");
      expect(calls.find(({ method }) => method === "POST")?.type).toBe(
        style === "old" ? "application/json" : undefined,
      );
    });

  test("a wrong token of the page's message is answered with login-error, and so is a try that fails", async ({
    page,
  }) => {
    await blank(page);
    await answerFor(page, { status: 401, body: "" });
    await page.goto(`${chat.origin}/home`);
    expect(await sayFromLoginPage(page, { event: "login-with-token", loginToken: "nobody-made-this" })).toEqual({
      event: "login-error",
      response: expect.any(String),
    });
    expect(await sayFromLoginPage(page, { event: "try-iframe-login" })).toMatchObject({ event: "login-error" });
    await expect(loginIframe(page)).toBeVisible();
  });

  test("the page's message with a valid token logs in @embed", async ({ page, newPage, signInAs }) => {
    await signInAs("analyst");
    const { token: loginToken } = await grantOf(page);
    const direct = await newPage();
    await blank(direct);
    await answerFor(direct, { status: 401, body: "" });
    await direct.goto(`${chat.origin}/home`);
    await (await loginFrame(direct)).evaluate(([data, origin]) => window.parent.postMessage(data, origin as string), [
      { event: "login-with-token", loginToken },
      chat.origin,
    ] as const);
    await expect(direct.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
  });

  test("a logout in Rocket.Chat is followed by the next login, without any page in between @embed", async ({
    page,
    newPage,
    signInAs,
  }) => {
    await tell("settings", { Iframe_Integration_receive_origin: chat.origin });
    await signInAs("analyst");
    let { token: loginToken } = await grantOf(page);
    const direct = await newPage();
    await direct.route(sso, (route) => route.fulfill({ status: 200, json: { loginToken }, headers: cors }));
    await direct.goto(`${chat.origin}/channel/general`);
    await expect(direct.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
    // The logout ends the token that was used.
    loginToken = (await grantOf(page, { renew: true })).token;
    await direct.evaluate(() => {
      const views: unknown[] = [];
      Object.assign(window, { views });
      new MutationObserver(() => views.push(document.body.dataset.view)).observe(document.body, {
        attributeFilter: ["data-view"],
      });
      window.postMessage({ externalCommand: "logout" }, location.origin);
    });
    const views = () => direct.evaluate(() => (window as unknown as { views: unknown[] }).views);
    await expect.poll(views).toEqual(["signed-out", "chat"]);
    await expect(direct.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
    await expect(direct).toHaveURL(`${chat.origin}/home`);
  });

  test("without any one of its four settings Rocket.Chat shows its own form", async ({ page }) => {
    const calls = await answerFor(page, { status: 500 });
    for (const missing of [
      { Accounts_iframe_enabled: false },
      { Accounts_iframe_url: "" },
      { Accounts_Iframe_api_url: "" },
      { Accounts_Iframe_api_method: "" },
    ]) {
      await chat.reset();
      await tell("settings", missing);
      await page.goto(`${chat.origin}/home`);
      await expect(ownForm(page)).toBeVisible();
    }
    expect(calls).toEqual([]);
  });
});

test.describe("the portal's page in Rocket.Chat", () => {
  test("someone who is signed out signs in at the portal and arrives in the chat, logged in @embed", async ({
    page,
  }) => {
    await page.goto(`${chat.origin}/home`);
    await page.frameLocator(`iframe[src="${loading}"]`).getByRole("link", { name: "Continue" }).click();
    await page.waitForURL(`${portalOrigin}/signin**`);
    await page.getByRole("button", { name: /^analyst/i }).click();
    await page.waitForURL(`${chat.origin}/home`);
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
    expect(new URL(page.url()).search).toBe("");
  });

  test("only Rocket.Chat may frame it", async ({ page }) => {
    const response = await page.request.get(loading);
    expect(response.headers()["content-security-policy"]).toContain(`frame-ancestors 'self' ${chat.origin};`);
    expect(response.headers()).not.toHaveProperty("x-frame-options");
  });

  test("a client that calls over and over does no harm (vendor pull request 37021)", async ({
    page,
    newPage,
    signInAs,
  }) => {
    await signInAs("analyst");
    await switches({ ssoLoop: true });
    const direct = await newPage();
    await direct.goto(`${chat.origin}/home`);
    await expect(direct.frameLocator(`iframe[src="${loading}"]`).getByRole("link", { name: "Continue" })).toBeVisible();
    const response = await page.request.get("/api/health");
    expect(response.status()).toBe(200);
    expect(await minted()).toBeLessThanOrEqual(1);
  });
});

test.describe("deep links", () => {
  test("open a room in a tab of its own, and the token leaves the address @embed", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await page.goto("/open/rocketchat?path=/channel/sales-emea");
    await page.waitForURL(`${chat.origin}/channel/sales-emea`);
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-item", "sales-emea");
  });

  test("are what a new tab opens, asked for in the portal's own bar", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/sales-emea" });
    const opened = page.waitForEvent("popup");
    await page.getByRole("banner").getByRole("link", { name: "Open in a new tab" }).click();
    const tab = await opened;
    await tab.waitForURL(`${chat.origin}/channel/sales-emea`);
    await expect(tab.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
    await expect(tab.locator("body")).toHaveAttribute("data-sandbox-item", "sales-emea");
    expect(await minted()).toBe(1);
  });

  test("replace whoever was logged in there", async ({ page, newPage, signInAs }) => {
    await signInAs("analyst");
    await page.goto("/open/rocketchat?path=/home");
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
    const other = await newPage();
    await other.context().clearCookies();
    await signInAs("viewer", { page: other });
    await other.goto("/open/rocketchat?path=/channel/general");
    await expect(other.locator("body")).toHaveAttribute("data-sandbox-user", "v.viewer");
  });

  test("lead nowhere else, and mint nothing for a look ahead", async ({ page, signInAs }) => {
    await signInAs("analyst");
    for (const path of ["//evil.example", "https://evil.example", "/api/v1/me", "/channel/..%2f..%2fadmin"]) {
      const response = await page.request.get(`/open/rocketchat?path=${encodeURIComponent(path)}`, { maxRedirects: 0 });
      expect(response.status()).toBe(400);
    }
    const ahead = await page.request.get("/open/rocketchat", {
      headers: { "sec-purpose": "prefetch" },
      maxRedirects: 0,
    });
    expect(ahead.status()).toBe(204);
    expect((await chat.state()).counts).not.toHaveProperty("POST /api/v1/users.createToken");
  });
});
