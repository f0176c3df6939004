/** Other windows and frames that post tokens, commands and events: only Rocket.Chat's own frame is heard. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, Page } from "@playwright/test";
import { portalOrigin } from "./fixtures/addresses";
import { chat, goTo, grantOf, railChat, switches, tell } from "./fixtures/chat";
import { expectInteractive, expectShown } from "./fixtures/embed";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

/** A page of a stranger: keeps what it hears, and says what a Rocket.Chat client would. */
const strangersPage = `<!doctype html><title>Stranger</title><script>
  window.heard = [];
  addEventListener("message", ({ data }) => window.heard.push(JSON.stringify(data)));
  const say = (data) => { for (const target of [parent, opener, top]) if (target) target.postMessage(data, "*"); };
  setInterval(() => {
    say({ eventName: "startup", data: true });
    say({ eventName: "unread-changed", data: 77 });
    say({ portico: "chat-login-page" });
  }, 100);
</script>`;

let server: Server;
let stranger: string;

test.beforeAll(async () => {
  server = createServer((_request, response) => response.setHeader("content-type", "text/html").end(strangersPage));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stranger = `http://stranger.localhost:${(server.address() as AddressInfo).port}`;
});

test.afterAll(() => {
  server.close();
});

/** What a hostile window would like the portal to believe. */
const forgeries = [
  { eventName: "startup", data: true },
  { eventName: "unread-changed", data: 99 },
  { eventName: "unread-changed-by-subscription", data: { rid: "x", unread: 99 } },
  { eventName: "status-changed", data: "offline" },
  { eventName: "room-opened", data: { _id: "x", t: "c", name: "sales-emea" } },
  { eventName: "notification", data: { notification: { title: "Forged", text: "news" }, fromOpenedRoom: false } },
  { eventName: "Custom_Script_Logged_Out", data: "" },
  { portico: "chat-login-page" },
  null,
  "startup",
] as const;

const frameOf = (page: Page, origin: string) => page.frames().find((frame) => frame.url().startsWith(origin));

/** Posts the forgeries from a frame to the portal's window, and to every window beside it. */
const postFrom = (frame: Frame) =>
  frame.evaluate((messages) => {
    for (const message of messages) top?.postMessage(message, "*");
  }, forgeries);

/** Keeps every title that the page has, also those that are there for a moment only. */
const keepTitles = (page: Page) =>
  page.evaluate(() => {
    const titles: string[] = [];
    Object.assign(window, { titles });
    new MutationObserver(() => titles.push(document.title)).observe(document.head, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });

/** Whatever was said before this has been heard: the true count comes over the same road. */
async function expectUntouched(page: Page) {
  await tell("say", { room: "general", from: "regional.lead", text: "A true message." });
  await expect(railChat(page)).toHaveAccessibleName(/, 1 unread$/);
  await expect(page).toHaveTitle(/^\(1\) /);
  const titles = await page.evaluate(() => (window as unknown as { titles: string[] }).titles);
  expect(titles.filter((title) => /^\(/.test(title) && !title.startsWith("(1) "))).toEqual([]);
  expect(titles.length).toBeGreaterThan(0);
  await expect(page.getByText("Forged")).toHaveCount(0);
  await expect(page.locator('section[data-vendor="rocketchat"]')).toHaveAttribute("data-state", "interactive");
}

/** The chat is open behind the launchpad, and nothing is unread. */
async function openBehindHome(page: Page, signInAs: (persona: "viewer", options: { from: string }) => Promise<void>) {
  await switches({ colleague: false });
  await signInAs("viewer", { from: "/chat/general" });
  await expectShown(await expectInteractive(page, "rocketchat", "general"), "v.viewer", "general");
  await expect(railChat(page)).not.toHaveAccessibleName(/unread/);
  await goTo(page, "Home");
  await expect(page).toHaveURL(`${portalOrigin}/`);
  await keepTitles(page);
}

test("forged events of the page itself, of another vendor's frame and of another window of Rocket.Chat's own origin change nothing", async ({
  page,
  signInAs,
}) => {
  await openBehindHome(page, signInAs);
  await page.evaluate((messages) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const script = frame.contentDocument?.defaultView;
    for (const message of messages) {
      window.postMessage(message, "*");
      script?.parent.postMessage(message, "*");
    }
  }, forgeries);

  await goTo(page, "Dashboards");
  await page
    .getByRole("link", { name: /Sales performance/ })
    .first()
    .click();
  await expectInteractive(page, "microstrategy", "sales-performance");
  await page.evaluate((src) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.src = src;
    return new Promise((resolve) => frame.addEventListener("load", resolve));
  }, `${chat.origin}/api/info`);
  for (const origin of [sandbox("microstrategy").origin, `${chat.origin}/api/info`]) {
    const frame = frameOf(page, origin);
    if (!frame) throw new Error(`Nothing of ${origin} is framed`);
    await postFrom(frame);
  }
  await expectUntouched(page);
});

test("a stranger who opened the portal's window is not heard, and cannot be framed by it", async ({
  page,
  newPage,
  signInAs,
  errors,
}) => {
  errors.allow(/frame-src|Content Security Policy/);
  await openBehindHome(page, signInAs);
  const opener = await newPage();
  await opener.goto(stranger);
  const opened = opener.waitForEvent("popup");
  await opener.evaluate((portal) => {
    const portalWindow = window.open(`${portal}/chat/general`);
    setInterval(() => {
      portalWindow?.postMessage({ eventName: "unread-changed", data: 77 }, "*");
      portalWindow?.postMessage({ externalCommand: "logout" }, "*");
    }, 100);
  }, portalOrigin);
  const popup = await opened;
  await expectShown(await expectInteractive(popup, "rocketchat", "general"), "v.viewer", "general");
  await expect(railChat(popup)).not.toHaveAccessibleName(/unread/);

  await page.evaluate((src) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.src = src;
  }, stranger);
  await expectUntouched(page);
  expect(frameOf(page, stranger)).toBeUndefined();
});

test("tokens and commands of another vendor's frame are refused by Rocket.Chat", async ({
  page,
  newPage,
  signInAs,
  errors,
}) => {
  errors.allow(/Origin not allowed/);
  const other = await newPage();
  await signInAs("analyst", { page: other });
  const foreign = await grantOf(other);
  await other.context().clearCookies();

  await signInAs("viewer", { from: "/chat/general" });
  const { frame: chatFrame } = await expectInteractive(page, "rocketchat", "general");
  await page.evaluate(
    (src) => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      frame.src = src;
      return new Promise((resolve) => frame.addEventListener("load", resolve));
    },
    `${sandbox("microstrategy").origin}/sandbox/health`,
  );
  const refusal = page.waitForEvent("console", (message) => message.text().includes("Origin not allowed"));
  await frameOf(page, `${sandbox("microstrategy").origin}/sandbox/health`)?.evaluate((token) => {
    for (let index = 0; index < (top?.length ?? 0); index += 1)
      for (const message of [
        { externalCommand: "login-with-token", token },
        { externalCommand: "go", path: "/channel/sales-emea" },
        { externalCommand: "logout" },
      ])
        top?.[index]?.postMessage(message, "*");
  }, foreign.token);
  await refusal;
  await tell("say", { room: "general", from: "regional.lead", text: "Still here." });
  await expect(chatFrame.getByText("Still here.")).toBeVisible();
  await expect(chatFrame.locator("body")).toHaveAttribute("data-sandbox-user", "v.viewer");
  await expect(chatFrame.locator("body")).toHaveAttribute("data-sandbox-item", "general");
});

test("a frame that was led away to a stranger gets no token, whatever it says", async ({ page, signInAs, errors }) => {
  errors.allow(/frame-src|Content Security Policy|target origin|postMessage/);
  const given: string[] = [];
  await page.exposeFunction("noteStranger", (text: string) => given.push(text));
  await page.addInitScript(() =>
    addEventListener("message", ({ data }) =>
      (window as unknown as { noteStranger(text: string): void }).noteStranger(JSON.stringify(data)),
    ),
  );
  await page.route(`${chat.origin}/channel/general`, (route) =>
    route.fulfill({ contentType: "text/html", body: `<script>location.replace(${JSON.stringify(stranger)})</script>` }),
  );
  await signInAs("viewer", { from: "/chat/general" });
  const section = page.locator('section[data-vendor="rocketchat"]');
  await expect(section).toHaveAttribute("data-state", "failed", { timeout: 20_000 });
  expect(given.filter((text) => text.includes("login-with-token"))).toEqual([]);
});

test("only Rocket.Chat may frame the portal's login page, and no site the portal", async ({ page, errors }) => {
  errors.allow(/frame-ancestors|Framing|Content Security Policy/);
  await page.goto(stranger);
  for (const path of ["/rocketchat/loading", "/chat/general", "/signin"]) {
    const shown = await page.evaluate(
      (src) =>
        new Promise<boolean>((resolve) => {
          const frame = document.body.appendChild(document.createElement("iframe"));
          frame.addEventListener("load", () => {
            // What the browser puts in place of a page that refuses is no more open to a look than the page itself.
            resolve(frame.contentWindow?.length !== undefined);
          });
          frame.src = src;
        }),
      portalOrigin + path,
    );
    expect(shown).toBe(true);
    const framed = page.frames().find((frame) => frame !== page.mainFrame() && frame.url().startsWith(portalOrigin));
    expect(framed, path).toBeUndefined();
  }
});
