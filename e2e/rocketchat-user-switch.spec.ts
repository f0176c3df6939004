/** One browser, one person after another: the chat of the one before is gone, whatever fails at the moment of leaving. */
import { randomUUID } from "node:crypto";
import type { BrowserContext, Page } from "@playwright/test";
import { portalOrigin } from "./fixtures/addresses";
import { chat, goTo, grantOf, minted, signOut, switches, tell, tokensOf } from "./fixtures/chat";
import { embed, expectInteractive, expectShown } from "./fixtures/embed";
import { expect, test } from "./fixtures/test";

/** Words that stand in the analyst's room and in a direct message, and nowhere else. */
const canary = `canary-${randomUUID()}`;

/**
 * Notes every byte of the analyst's that reaches a page after `watch.from` was called: on the screen, in an answer, or
 * over a socket.
 */
async function watchFor(context: BrowserContext) {
  const found: string[] = [];
  let watching = false;
  const note = (where: string, text: string) => {
    if (watching && text.includes(canary)) found.push(where);
  };
  await context.exposeFunction("noteChatText", (user: string, text: string) => {
    note("on the screen", text);
    if (watching && user === "a.analyst") found.push("logged in as A");
  });
  await context.addInitScript(() => {
    const note = (window as unknown as { noteChatText(user: string, text: string): void }).noteChatText;
    const look = () => note(document.body?.dataset.sandboxUser ?? "", document.body?.textContent ?? "");
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ["data-sandbox-user"],
    });
  });
  context.on("response", (response) => {
    if (!response.url().startsWith(chat.origin)) return;
    response.text().then(
      (text) => note(response.url(), text),
      () => {}, // a page that is gone
    );
  });
  const listen = (page: Page) =>
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => note("over a socket", `${payload}`)));
  context.on("page", listen);
  for (const page of context.pages()) listen(page);
  return {
    found,
    from() {
      watching = true;
    },
  };
}

/** Opens the analyst's room with the words in it. */
async function openRoom(page: Page, signInAs: (persona: "analyst", options: { from: string }) => Promise<void>) {
  await signInAs("analyst", { from: "/chat/sales-emea" });
  const open = await expectInteractive(page, "rocketchat", "sales-emea");
  await tell("say", { room: "sales-emea", from: "regional.lead", text: `Only for us: ${canary}` });
  const direct = ((await chat.state()).rooms as { id: string; name: string; members: string[] }[]).find(
    ({ name, members }) => name === "" && members.includes("a.analyst"),
  );
  await tell("say", { room: direct?.id, from: "data.engineer", text: `For you alone: ${canary}` });
  await expect(open.frame.getByText(canary)).toBeVisible();
}

async function openAsViewer(page: Page, signInAs: (persona: "viewer", options: { from: string }) => Promise<void>) {
  await signInAs("viewer", { from: "/chat/general" });
  await expectShown(await expectInteractive(page, "rocketchat", "general"), "v.viewer", "general");
}

/**
 * Presses a button of the browser. A step inside the frame, whose client moved there, is none that the page would report:
 * its time runs out.
 */
const press = (page: Page, button: "goBack" | "goForward") => page[button]({ timeout: 1_500 }).catch(() => null);

test.beforeEach(async ({ errors }) => {
  // What the browser itself writes when a server is gone.
  errors.allow(/^console: WebSocket connection to/);
  await switches({ colleague: false });
});

// Where the client's own logout fails too, it keeps A's login: then B's frame is covered while A's is in it, which
// rocketchat-privacy.spec.ts watches.
for (const [how, prepare] of [
  ["after a plain sign-out", async () => {}],
  ["when Rocket.Chat refuses the revocation", () => chat.faults({ rules: [{ match: "/api/v1/logout", status: 503 }] })],
] as const)
  test(`B never receives a byte of A's chats ${how} @embed`, async ({ page, context, signInAs }) => {
    const watch = await watchFor(context);
    await openRoom(page, signInAs);
    await prepare();
    await signOut(page);
    watch.from();
    await openAsViewer(page, signInAs);
    await goTo(page, "Home");
    await press(page, "goBack");
    await press(page, "goBack");
    await expect(page).toHaveURL(/signed-out|signin|chat/);
    await press(page, "goForward");
    await page.goto("/chat/general");
    await expectShown(await expectInteractive(page, "rocketchat", "general"), "v.viewer", "general");
    expect(watch.found).toEqual([]);
  });

test("B never sees a byte of A's chats by the Back button, at any step of it", async ({ page, context, signInAs }) => {
  test.setTimeout(90_000);
  const watch = await watchFor(context);
  await openRoom(page, signInAs);
  await goTo(page, "Home");
  await goTo(page, "Chat");
  await signOut(page);
  watch.from();
  await openAsViewer(page, signInAs);
  while (page.url() !== "about:blank") await press(page, "goBack");
  await page.goto("/chat/general");
  await expectShown(await expectInteractive(page, "rocketchat", "general"), "v.viewer", "general");
  expect(watch.found).toEqual([]);
});

test("a page that the browser kept as it was is loaded again when it is shown again", async ({ page, signInAs }) => {
  await signInAs("analyst", { from: "/account/connections" });
  await expect(page.getByRole("heading", { name: "Connections" })).toBeVisible();
  const reloaded = page.waitForRequest(
    (request) => request.isNavigationRequest() && request.frame() === page.mainFrame(),
  );
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await reloaded;
});

test("A's second tab shows nothing of A any more when B signs in", async ({ page, newPage, context, signInAs }) => {
  const watch = await watchFor(context);
  await openRoom(page, signInAs);
  const second = await newPage();
  await second.goto("/chat/sales-emea");
  await expect((await expectInteractive(second, "rocketchat", "sales-emea")).frame.getByText(canary)).toBeVisible();
  await signOut(page);
  await expect(second.locator("iframe")).toHaveCount(0);
  await expect(second.getByText("session ended", { exact: false }).first()).toBeVisible();
  watch.from();
  await openAsViewer(page, signInAs);
  // The room is not the viewer's: the tab says so, and the frame is not there.
  await second.goto("/chat/general");
  await expectShown(await expectInteractive(second, "rocketchat", "general"), "v.viewer", "general");
  expect(watch.found).toEqual([]);
});

test("B signing in over A, without a sign-out, ends A's token and A's view", async ({ page, newPage, signInAs }) => {
  await openRoom(page, signInAs);
  const second = await newPage();
  // Whoever is signed in is led past the sign-in page, unless something went wrong there.
  await second.goto("/signin?error=cancelled&from=%2Fchat%2Fgeneral");
  await second.getByRole("button", { name: /^viewer/i }).click();
  await expectShown(await expectInteractive(second, "rocketchat", "general"), "v.viewer", "general");
  await expect(page.frameLocator("iframe").getByText(canary)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Account of Victor Viewer" })).toBeVisible();
  await expect.poll(() => tokensOf("a.analyst")).toBe(0);
});

test("A, who never signed out, is logged out of the frame before B, whose first token is enough @embed", async ({
  page,
  context,
  signInAs,
}) => {
  const watch = await watchFor(context);
  await openRoom(page, signInAs);
  await page.goto("about:blank");
  await context.clearCookies();
  await signInAs("viewer", { from: "/chat/general" });
  await expectShown(await expectInteractive(page, "rocketchat", "general"), "v.viewer", "general");
  watch.from();
  expect(await tokensOf("a.analyst")).toBe(0);
  expect(await tokensOf("v.viewer")).toBe(1);
  expect(await minted()).toBe(2);
  await goTo(page, "Home");
  await goTo(page, "Chat");
  expect(watch.found).toEqual([]);
});

test("a session that ends while the chat is open closes it and forgets its login", async ({
  page,
  context,
  signInAs,
}) => {
  await openRoom(page, signInAs);
  await context.clearCookies();
  // The next look at whether the token still holds: on the way back to the window.
  await page.clock.install();
  await page.clock.fastForward("06:00");
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  const section = embed(page, "rocketchat", "sales-emea");
  await expect(section).not.toHaveAttribute("data-state", "interactive");
  await expect(section.getByText(canary)).toHaveCount(0);
  await expect(
    page
      .getByRole("link", { name: /sign in/i })
      .or(page.getByRole("button", { name: /sign in/i }))
      .first(),
  ).toBeVisible();
  const frame = section.frameLocator("iframe");
  await expect(frame.getByText(canary)).toHaveCount(0);
});

test("a token revoked at sign-out while Rocket.Chat was down is revoked once it is back", async ({
  page,
  signInAs,
}) => {
  test.setTimeout(90_000);
  await openRoom(page, signInAs);
  const { token, userId } = await grantOf(page);
  expect(await tokensOf("a.analyst")).toBe(1);
  await switches({ down: true });
  await signOut(page);
  await switches({ down: false });
  // Queued, tried, and tried again: the first repetition follows within seconds.
  await expect.poll(() => tokensOf("a.analyst"), { timeout: 75_000 }).toBe(0);
  const me = await fetch(`${chat.origin.replace("chat.localhost", "127.0.0.1")}/api/v1/me`, {
    headers: { "x-auth-token": token, "x-user-id": userId },
  });
  expect(me.status).toBe(401);
});

test("sign-out does not wait for a Rocket.Chat that is slow", async ({ page, signInAs }) => {
  await openRoom(page, signInAs);
  // A little less than the portal waits for any call: whoever waited for the answer would take longer than this.
  const answerMs = 4_500;
  await chat.faults({ rules: [{ match: "/api/v1/logout", delayMs: answerMs }] });
  await page.getByRole("button", { name: /^Account of/ }).click();
  const began = Date.now();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(`${portalOrigin}/signed-out`);
  expect(Date.now() - began).toBeLessThan(answerMs);
  await expect.poll(() => tokensOf("a.analyst"), { timeout: 15_000 }).toBe(0);
});
