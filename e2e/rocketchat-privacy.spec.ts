/**
 * One browser, first A, then B: B neither sees nor uses A's chat, however A left and however slow Rocket.Chat's logins and
 * logouts are (vendor issue 15788).
 *
 * A part of the matrix runs with the suite: every way of leaving and every delay. `E2E_MATRIX=full` runs all of it.
 */
import { randomUUID } from "node:crypto";
import type { BrowserContext, Page } from "@playwright/test";
import { chat, goTo, grantOf, signOut, switches, tell } from "./fixtures/chat";
import { type Watch, watchChatOf } from "./fixtures/chat-privacy";
import { embed, expectInteractive, expectShown } from "./fixtures/embed";
import { expect, test } from "./fixtures/test";

/** Words that stand in A's rooms and nowhere else, and a number of unread messages that only A has. */
const canary = `canary-${randomUUID()}`;
const unreadOfA = 7;

const delays = [0, 300, 500, 900, 3_000, 9_000] as const;

interface Stage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly newPage: () => Promise<Page>;
  readonly signInAs: (persona: "analyst" | "viewer", options?: { from?: string; page?: Page }) => Promise<void>;
  /** A's own token, as another tab would hold it. */
  readonly token: { token: string; userId: string };
  /** Watches the page that B will use. */
  readonly watch: (page: Page) => Promise<Watch>;
}

/** How A goes and B comes. @returns the page that B uses, and its watch */
type Leaving = (stage: Stage) => Promise<{ page: Page; watch: Watch }>;

async function signInB({ signInAs, watch }: Stage, page: Page): Promise<{ page: Page; watch: Watch }> {
  const watching = await watch(page);
  watching.from();
  await signInAs("viewer", { from: "/chat/general", page });
  return { page, watch: watching };
}

const leavings: Readonly<Record<string, Leaving>> = {
  "a sign-out": async (stage) => {
    await signOut(stage.page);
    return signInB(stage, stage.page);
  },
  "the end of the session while the chat is open": async (stage) => {
    const { page, context } = stage;
    await context.clearCookies();
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await page.reload();
    return signInB(stage, page);
  },
  "a deleted cookie": async (stage) => {
    await stage.page.goto("about:blank");
    await stage.context.clearCookies();
    return signInB(stage, stage.page);
  },
  "a sign-out while Rocket.Chat is down": async (stage) => {
    await switches({ down: true });
    await signOut(stage.page);
    await switches({ down: false });
    return signInB(stage, stage.page);
  },
  "a second tab in which A's chat stays open": async (stage) => {
    const second = await stage.newPage();
    await stage.context.clearCookies();
    return signInB(stage, second);
  },
  "the Back button": async (stage) => {
    const { page, context } = stage;
    await goTo(page, "Home");
    await page.goto("/account/connections");
    await context.clearCookies();
    const arrived = await signInB(stage, page);
    for (let step = 0; step < 3; step += 1) await page.goBack({ timeout: 1_500 }).catch(() => null);
    await page.goto("/chat/general");
    return arrived;
  },
  "a login that A makes in Rocket.Chat's own tab": async (stage) => {
    const { page, context, token } = stage;
    await page.goto("about:blank");
    await context.clearCookies();
    const arrived = await signInB(stage, page);
    await expect(embed(page, "rocketchat", "general")).toHaveAttribute("data-state", "interactive", slow);
    // The same keys in the same storage: what the other tab's client does when one site holds portal and chat.
    await page
      .frames()
      .find((frame) => frame.url().startsWith(chat.origin))
      ?.evaluate((stored) => {
        localStorage.setItem("Meteor.userId", stored.userId);
        localStorage.setItem("Meteor.loginToken", stored.token);
      }, token);
    await expect(embed(page, "rocketchat", "general")).not.toHaveAttribute("data-state", "interactive", slow);
    return arrived;
  },
};

/** Several slow logins and logouts, one after the other. */
const slow = { timeout: 60_000 };

const quick: readonly (readonly [keyof typeof leavings, number])[] = [
  ["a sign-out", 500],
  ["the end of the session while the chat is open", 300],
  ["a deleted cookie", 900],
  ["a deleted cookie", 9_000],
  ["a sign-out while Rocket.Chat is down", 500],
  ["a second tab in which A's chat stays open", 0],
  ["the Back button", 900],
  ["a login that A makes in Rocket.Chat's own tab", 3_000],
];

const full = Object.keys(leavings).flatMap((leaving) => delays.map((delayMs) => [leaving, delayMs] as const));

for (const [leaving, delayMs] of process.env.E2E_MATRIX === "full" ? full : quick)
  test(`after ${leaving}, with logins and logouts of ${delayMs} ms, B sees nothing of A`, async ({
    page,
    context,
    newPage,
    signInAs,
    errors,
  }) => {
    test.setTimeout(180_000);
    errors.allow(/WebSocket connection/, /login-with-token/);
    await switches({ colleague: false });
    const { page: watch } = await watchChatOf(context, "a.analyst", canary, unreadOfA);
    await signInAs("analyst", { from: "/chat/sales-emea" });
    const open = await expectInteractive(page, "rocketchat", "sales-emea");
    await tell("say", { room: "sales-emea", from: "regional.lead", text: `Only for us: ${canary}` });
    for (let one = 0; one < unreadOfA; one += 1)
      await tell("say", { room: "data-help", from: "data.engineer", text: `@a.analyst ${canary}` });
    await expect(open.frame.getByText(canary)).toBeVisible();
    const token = await grantOf(page);
    await chat.faults({
      rules: [
        { match: "ddp:login", delayMs },
        { match: "ddp:logout", delayMs },
      ],
    });
    const arrived = await leavings[leaving]?.({ page, context, newPage, signInAs, token, watch });
    if (!arrived) throw new Error(`There is no such way of leaving: ${leaving}`);
    const section = embed(arrived.page, "rocketchat", "general");
    await expect(section).toHaveAttribute("data-state", "interactive", slow);
    await expectShown({ section, frame: section.frameLocator("iframe") }, "v.viewer", "general");
    const { hits, pictures } = await arrived.watch.end();
    expect(hits).toEqual([]);
    expect(pictures).toBeGreaterThan(5);
  });

test("the watch itself sees A's chat where it is to be seen", async ({ page, context, signInAs }) => {
  await switches({ colleague: false });
  const { page: watch } = await watchChatOf(context, "a.analyst", canary, unreadOfA);
  const watching = await watch(page);
  watching.from();
  await signInAs("analyst", { from: "/chat/general" });
  await expectInteractive(page, "rocketchat", "general");
  await expect.poll(() => watching.pictures()).toBeGreaterThan(5);
  const { hits } = await watching.end();
  expect(hits.some((hit) => hit.startsWith("pixels"))).toBe(true);
  expect(hits.some((hit) => hit.startsWith("text"))).toBe(true);
});
