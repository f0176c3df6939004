/**
 * The products together: the chat beside a dashboard, a view that is shared and opened by others, and one inbox. Each
 * person has a browser of their own.
 */
import type { Browser, Locator } from "@playwright/test";
import { portalOrigin } from "./fixtures/addresses";
import { chat, chatInternal, goTo, grantOf, minted, switches, tell } from "./fixtures/chat";
import { embed, expectInteractive } from "./fixtures/embed";
import { sandbox } from "./fixtures/sandbox-control";
import { type BrowserContext, expect, type Page, test } from "./fixtures/test";

const dashboard = {
  vendor: "microstrategy",
  item: "sales-performance",
  path: "/dashboards/sales-performance",
} as const;
const dock = (page: Page) => page.getByRole("region", { name: "Discuss", exact: true });
const discuss = (page: Page) => page.getByRole("button", { name: "Discuss", exact: true });
/** The one chat frame, wherever it lies. */
const chatFrame = (page: Page) => page.locator('section[data-vendor="rocketchat"]');
const boxOf = async (locator: Locator) => {
  const box = await locator.boundingBox();
  if (!box) throw new Error("It is not on the screen");
  return box;
};

/** The document in the chat's frame, which a reload would replace. */
const markChat = (page: Page) =>
  chatFrame(page)
    .frameLocator("iframe")
    .locator("body")
    .evaluate((body) => body.setAttribute("data-same", "yes"));
const expectSameChat = (page: Page) =>
  expect(chatFrame(page).frameLocator("iframe").locator("body")).toHaveAttribute("data-same", "yes");

const tokens = async () => {
  const library = await sandbox("microstrategy").state();
  return { chat: await minted(), logins: library.counts["POST /api/auth/login"] };
};

/** Another person in another browser. */
async function another(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: portalOrigin });
  return { context, page: await context.newPage() };
}

/** The newest message of a room, as its members read it. */
async function newest(page: Page, room: string): Promise<{ msg: string; u: { username: string } }> {
  const { token, userId } = await grantOf(page);
  const answer = await fetch(`${chatInternal}/api/v1/channels.history?roomId=sandbox-${room}&count=1`, {
    headers: { "x-auth-token": token, "x-user-id": userId },
  });
  const { messages } = (await answer.json()) as { messages: { msg: string; u: { username: string } }[] };
  const [message] = messages;
  if (!message) throw new Error(`No message in ${room}`);
  return message;
}

test("the chat docks beside a dashboard in the same document, with no further token, and both stay in use", async ({
  page,
  signInAs,
}) => {
  test.setTimeout(90_000);
  await switches({ colleague: false });
  await signInAs("analyst", { from: "/chat/general" });
  await expectInteractive(page, "rocketchat", "general");
  await markChat(page);
  await goTo(page, "Dashboards");
  await page
    .getByRole("link", { name: /^Sales performance/ })
    .first()
    .click();
  const { frame } = await expectInteractive(page, dashboard.vendor, dashboard.item);
  const before = await tokens();

  await test.step("d opens it at the item's own room, in the layout for a narrow frame", async () => {
    await page.locator("#content").focus();
    await page.keyboard.press("d");
    await expect(dock(page)).toBeFocused();
    await expect(discuss(page)).toHaveAttribute("aria-pressed", "true");
    await expect(chatFrame(page).frameLocator("iframe").locator("[data-sandbox-item]")).toHaveAttribute(
      "data-sandbox-item",
      "sales-emea",
    );
    await expect(dock(page).getByRole("button", { name: "Room sales-emea, change" })).toBeVisible();
    const inside = page.frames().find((one) => one.url().startsWith(chat.origin));
    expect(new URL(inside?.url() ?? "").search).toBe("?layout=embedded");
    await expectSameChat(page);
  });

  await test.step("both products are in use side by side", async () => {
    const [left, right] = [await boxOf(embed(page, dashboard.vendor, dashboard.item)), await boxOf(chatFrame(page))];
    expect(left.x + left.width).toBeLessThanOrEqual(right.x);
    await frame.getByRole("tab", { name: "Regions" }).click();
    await expect(frame.getByRole("tab", { name: "Regions" })).toHaveAttribute("aria-selected", "true");
    await chatFrame(page).frameLocator("iframe").getByRole("textbox", { name: "Message" }).fill("A draft");
  });

  await test.step("its edge moves by keyboard and pointer, and the width is remembered", async () => {
    const edge = page.getByRole("separator", { name: "Width of Discuss" });
    await edge.focus();
    await page.keyboard.press("Shift+ArrowLeft");
    await expect(edge).toHaveAttribute("aria-valuenow", "484");
    const { x, y, height } = await boxOf(edge);
    await page.mouse.move(x + 4, y + height / 2);
    await page.mouse.down();
    // Over the dashboard's frame, which must not take the moves.
    await page.mouse.move(x - 96, y + height / 2, { steps: 4 });
    await page.mouse.up();
    await expect(edge).toHaveAttribute("aria-valuenow", /^5(8[2-6])$/);
    expect((await boxOf(dock(page))).width).toBeGreaterThan(570);
  });

  await test.step("closing keeps the draft and gives the focus back", async () => {
    await dock(page).getByRole("button", { name: "Close Discuss" }).click();
    await expect(dock(page)).toHaveCount(0);
    await discuss(page).click();
    await expect(chatFrame(page).frameLocator("iframe").getByRole("textbox", { name: "Message" })).toHaveValue(
      "A draft",
    );
    await page.keyboard.press("Escape");
    await expect(discuss(page)).toBeFocused();
    await discuss(page).click();
  });

  await test.step("the full chat is the same document still", async () => {
    await dock(page).getByRole("link", { name: "Open in Chat" }).click();
    await expect(page).toHaveURL(/\/chat\/sales-emea$/);
    await expectSameChat(page);
    expect(await tokens()).toEqual(before);
  });
});

test("the dock lies over the page on a tablet, and is a sheet that keeps the keyboard on a phone", async ({
  page,
  signInAs,
}) => {
  await page.setViewportSize({ width: 768, height: 900 });
  await signInAs("analyst", { from: dashboard.path });
  await expectInteractive(page, dashboard.vendor, dashboard.item);
  const full = await boxOf(embed(page, dashboard.vendor, dashboard.item));
  await discuss(page).click();
  await expect(chatFrame(page)).toHaveAttribute("data-state", "interactive", { timeout: 25_000 });
  expect(await boxOf(embed(page, dashboard.vendor, dashboard.item))).toEqual(full);
  const over = await boxOf(chatFrame(page));
  expect(over.x + over.width).toBeLessThanOrEqual(768);
  await markChat(page);

  await page.setViewportSize({ width: 390, height: 844 });
  const sheet = await boxOf(dock(page));
  expect([sheet.x, Math.round(sheet.width), Math.round(sheet.y + sheet.height)]).toEqual([0, 390, 844]);
  expect(sheet.height).toBeGreaterThan(700);
  const inside = await boxOf(chatFrame(page));
  expect(inside.y).toBeGreaterThan(sheet.y);
  await expect(page.getByRole("navigation", { name: "Main", includeHidden: true })).toHaveAttribute("inert", "");
  await expectSameChat(page);
  await dock(page).focus();
  await page.keyboard.press("Escape");
  await expect(dock(page)).toHaveCount(0);
  await page.getByRole("button", { name: "More for Sales performance" }).click();
  await expect(page.getByRole("menuitem", { name: "Share" })).toBeVisible();
});

test("the analyst shares a view: the viewer is refused and may ask, and the administrator opens exactly that view", async ({
  page,
  signInAs,
  browserFor,
}) => {
  test.setTimeout(120_000);
  await switches({ colleague: false });
  const path = "/dashboards/margin-by-category";
  await signInAs("analyst", { from: path });
  const { frame } = await expectInteractive(page, "microstrategy", "margin-by-category");
  await frame.getByRole("tab").nth(1).click();
  const tab = (await frame.getByRole("tab").nth(1).textContent()) ?? "";
  await frame.getByRole("checkbox").first().click();
  await expect(page).toHaveURL(/\?page=.+&filter\./);
  const view = new URL(page.url()).search;

  await page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Share this view" });
  await expect(dialog).toContainText(`Margin by category · ${tab}`);
  await dialog.getByLabel("Room").selectOption({ value: "sandbox-general" });
  await dialog.getByLabel(/^Sentence/).fill("@all look [here](https://evil.example)");
  await dialog.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText("Posted in general")).toBeVisible();

  const { msg, u } = await newest(page, "general");
  expect(u.username).toBe("a.analyst");
  const link = /(http\S+)$/.exec(msg)?.[1] ?? "";
  expect(new URL(link).pathname + new URL(link).search).toBe(path + view);
  expect(msg).toContain("@all look");
  expect(msg).not.toContain("](https://evil");

  await test.step("a stranger's link preview names no item", async () => {
    const { context } = await another(await browserFor("allowed"));
    const html = await (await context.request.get(link)).text();
    expect(html).not.toContain("Margin by category");
    expect(html).toMatch(/<meta property="og:title" content="Portico"/);
    await context.close();
  });

  await test.step("the viewer is refused, and may request access", async () => {
    const { context, page: theirs } = await another(await browserFor("allowed"));
    await signInAs("viewer", { from: path + view, page: theirs });
    await expect(theirs.locator('[data-code="item_forbidden"]')).toBeVisible();
    await expect(theirs.locator("body")).not.toContainText("Margin by category");
    await theirs.getByRole("button", { name: "Request access" }).click();
    await expect(theirs.getByRole("button", { name: "Requested" })).toBeVisible();
    await context.close();
  });

  await test.step("the administrator opens exactly that view, and finds the request", async () => {
    const { context, page: theirs } = await another(await browserFor("allowed"));
    await signInAs("admin", { from: path + view, page: theirs });
    const shown = await expectInteractive(theirs, "microstrategy", "margin-by-category");
    await expect(shown.frame.getByRole("tab", { name: tab })).toHaveAttribute("aria-selected", "true");
    await expect(shown.frame.getByRole("checkbox").first()).toBeChecked({
      checked: await frame.getByRole("checkbox").first().isChecked(),
    });
    expect(new URL(theirs.url()).search).toBe(view);
    await theirs.goto("/admin/audit?action=request-access");
    await expect(theirs.getByRole("row", { name: /margin-by-category/ }).first()).toBeVisible();
    await context.close();
  });
});

test("a Liveboard's tab and filters survive a reload and Back, and a view that is gone opens at its start", async ({
  page,
  signInAs,
}) => {
  await signInAs("analyst", { from: "/insights/customer-health" });
  const { frame } = await expectInteractive(page, "thoughtspot", "customer-health");
  await frame.getByRole("navigation", { name: "Tabs" }).getByRole("link").nth(1).click();
  await expect(page).toHaveURL(/\?page=/);
  const view = page.url();
  await page.reload();
  const again = await expectInteractive(page, "thoughtspot", "customer-health");
  await expect(again.frame.locator("body")).toHaveAttribute(
    "data-sandbox-tab",
    new URL(view).searchParams.get("page") ?? "",
  );
  await goTo(page, "Home");
  await page.goBack();
  await expect(page).toHaveURL(view);

  await page.goto(`${dashboard.path}?page=K36--K99`);
  await expectInteractive(page, dashboard.vendor, dashboard.item);
  await expect(page.getByText("MicroStrategy no longer has this view. The item opened at its start.")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${dashboard.path}$`));
});

test("while the chat is down the dashboard stays whole, and the dock says why and recovers", async ({
  page,
  signInAs,
  errors,
}) => {
  test.setTimeout(90_000);
  errors.allow(/WebSocket connection to .* failed|Failed to load resource/);
  await signInAs("analyst", { from: dashboard.path });
  const { frame } = await expectInteractive(page, dashboard.vendor, dashboard.item);
  await chat.faults({ rules: [{ match: "/*", status: 503 }] });
  await discuss(page).click();
  await expect(chatFrame(page)).toHaveAttribute("data-state", "failed", { timeout: 20_000 });
  await expect(chatFrame(page).getByRole("alert")).toContainText("Rocket.Chat");
  await frame.getByRole("tab", { name: "Regions" }).click();
  await expect(frame.getByRole("tab", { name: "Regions" })).toHaveAttribute("aria-selected", "true");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Share this view" });
  await expect(dialog.getByRole("alert")).toContainText("Rocket.Chat");
  await expect(dialog.getByRole("button", { name: "Copy link" })).toBeEnabled();
  await page.keyboard.press("Escape");
  await chat.faults({ clear: true });
  await chatFrame(page).getByRole("button", { name: "Try again" }).click();
  await expect(chatFrame(page)).toHaveAttribute("data-state", "interactive", { timeout: 25_000 });
});

test("a mention waits in the inbox on every page, opens where it was written, and is read then", async ({
  page,
  signInAs,
}) => {
  await switches({ colleague: false });
  await signInAs("analyst", { from: "/chat/general" });
  await expectInteractive(page, "rocketchat", "general");
  await goTo(page, "Insights");
  await tell("say", { room: "sales-emea", from: "regional.lead", text: "@a.analyst can you look?" });
  const inbox = page.getByRole("button", { name: "Inbox, 1 unread" });
  await inbox.click();
  const panel = page.getByRole("region", { name: "Inbox" });
  await panel.getByRole("link", { name: /can you look\?/ }).click();
  await expect(page).toHaveURL(/\/chat\/sales-emea$/);
  await expect(page.locator("section[data-vendor=rocketchat] iframe").contentFrame().locator("body")).toHaveAttribute(
    "data-sandbox-item",
    "sales-emea",
  );
  await expect(page.getByRole("button", { name: "Inbox", exact: true })).toBeVisible();
});
