/**
 * One browser, first A, then B: B neither sees nor uses A's chat, however A left and however slow Rocket.Chat's logins and
 * logouts are (vendor issue 15788).
 *
 * Every way of leaving and every delay runs with the suite, with third-party cookies and without. `E2E_MATRIX=full` runs
 * every pair of them in both; the workflow rocketchat-privacy.yml does so each week.
 */
import { randomUUID } from "node:crypto";
import type { BrowserContext, Locator, Page } from "@playwright/test";
import { requiredService, sandboxSecret } from "../lib/config/sandbox";
import type { CookieMode } from "./fixtures/browser";
import { chat, goTo, grantOf, signOut, switches, tell } from "./fixtures/chat";
import { type Watch, watchChatOf } from "./fixtures/chat-privacy";
import { embed, expectInteractive, expectShown } from "./fixtures/embed";
import { letSessionExpire, ownSandbox, ownServices, sameSite } from "./fixtures/own-portal";
import type { Faults } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

/** Words that stand in A's rooms and nowhere else, and a number of unread messages that only A has. */
const canary = `canary-${randomUUID()}`;
const unreadOfA = 7;

const delays = [0, 300, 500, 900, 3_000, 9_000] as const;

/** A workspace, and how it is told what to do. */
interface Workspace {
  readonly origin: string;
  readonly faults: (faults: Faults) => Promise<void>;
  readonly tell: (route: "say", body: object) => Promise<void>;
}

interface Stage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly newPage: () => Promise<Page>;
  readonly signInAs: (persona: "analyst" | "viewer", options?: { from?: string; page?: Page }) => Promise<void>;
  readonly workspace: Workspace;
  /** The id of A's account. */
  readonly accountOfA: string;
  /** Watches the page that B will use. */
  readonly watch: (page: Page) => Promise<Watch>;
}

/** How A goes and B comes. @returns the page that B uses, and its watch */
type Leaving = (stage: Stage) => Promise<{ page: Page; watch: Watch }>;

/** Several slow logins and logouts, one after the other. */
const slow = { timeout: 60_000 };

async function signInB({ signInAs, watch }: Stage, page: Page): Promise<{ page: Page; watch: Watch }> {
  const watching = await watch(page);
  watching.from();
  await signInAs("viewer", { from: "/chat/general", page });
  return { page, watch: watching };
}

/** Resolves when the frame that is shown now has been covered, for however short a time. */
const coveredAgain = (section: Locator) =>
  section.evaluate(
    (element) =>
      new Promise<void>((resolve) =>
        new MutationObserver(() => resolve()).observe(element, { subtree: true, attributeFilter: ["inert"] }),
      ),
  );

const leavings: Readonly<Record<string, Leaving>> = {
  "a sign-out": async (stage) => {
    await signOut(stage.page);
    return signInB(stage, stage.page);
  },
  "a deleted cookie": async (stage) => {
    await stage.page.goto("about:blank");
    await stage.context.clearCookies();
    return signInB(stage, stage.page);
  },
  "a sign-out while Rocket.Chat is down": async (stage) => {
    await stage.workspace.faults({ switches: { down: true } });
    await signOut(stage.page);
    await stage.workspace.faults({ switches: { down: false } });
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
};

/** A login that A makes without the portal: the one that the portal made is ended when B comes. */
async function loginWithoutPortal(userId: string): Promise<string> {
  const { internalOrigin } = requiredService("rocketchat", ownServices);
  const response = await fetch(`${internalOrigin}/api/v1/users.createToken`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-user-id": "sandboxPortalBroker",
      "x-auth-token": sandboxSecret("rocketchat:service-token"),
    },
    body: JSON.stringify({ userId, secret: sandboxSecret("rocketchat:create-token") }),
  });
  const { data } = (await response.json()) as { data: { authToken: string } };
  return data.authToken;
}

/** With a portal and a workspace on one site: there, the workspace's own tab and its frame share their storage. */
const leavingsOnOneSite: Readonly<Record<string, Leaving>> = {
  "the end of the session while the chat is open": async (stage) => {
    const { page, context } = stage;
    await letSessionExpire(context);
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expect(embed(page, "rocketchat", "sales-emea")).toHaveAttribute("data-state", "expired");
    return signInB(stage, page);
  },
  "a login that A makes in Rocket.Chat's own tab": async (stage) => {
    const { page, context, newPage, accountOfA, workspace } = stage;
    // Newer releases ask the portal even so, and are B's again at once.
    await workspace.faults({ switches: { ssoWhenLoggedIn: false } });
    await page.goto("about:blank");
    await context.clearCookies();
    const arrived = await signInB(stage, page);
    const section = embed(page, "rocketchat", "general");
    await expect(section).toHaveAttribute("data-state", "interactive", slow);
    const covered = coveredAgain(section);
    const tab = await newPage();
    await tab.goto(`${workspace.origin}/home?resumeToken=${await loginWithoutPortal(accountOfA)}`);
    await expect(tab.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst", slow);
    await page.bringToFront();
    // The frame's client follows the login of the tab; the portal sees that it is another one.
    await covered;
    return arrived;
  },
};

/** One for each way of leaving, and one for each delay; the long delays cost the most. */
const quick: Readonly<Record<CookieMode, readonly (readonly [leaving: string, delayMs: number])[]>> = {
  allowed: [
    ["a sign-out", 500],
    ["a deleted cookie", 9_000],
    ["a sign-out while Rocket.Chat is down", 3_000],
    ["a second tab in which A's chat stays open", 900],
    ["the Back button", 0],
    ["the end of the session while the chat is open", 500],
    ["a login that A makes in Rocket.Chat's own tab", 300],
  ],
  blocked: [
    ["a sign-out", 0],
    ["a deleted cookie", 500],
    ["a sign-out while Rocket.Chat is down", 0],
    ["a second tab in which A's chat stays open", 300],
    ["the Back button", 300],
    ["the end of the session while the chat is open", 0],
    ["a login that A makes in Rocket.Chat's own tab", 0],
  ],
};

/** Those of some ways of leaving that run. */
function pairs(mode: CookieMode, ways: Readonly<Record<string, Leaving>>) {
  const all =
    process.env.E2E_MATRIX === "full"
      ? Object.keys(ways).flatMap((way) => delays.map((delayMs) => [way, delayMs] as const))
      : quick[mode];
  return all.flatMap(([way, delayMs]) => {
    const leave = ways[way];
    return leave ? [{ way, delayMs, leave }] : [];
  });
}

function describePairs(workspace: Workspace, ways: Readonly<Record<string, Leaving>>): void {
  for (const mode of ["allowed", "blocked"] as const)
    test.describe(`third-party cookies ${mode}`, () => {
      test.use({ thirdPartyCookies: mode });
      for (const { way, delayMs, leave } of pairs(mode, ways))
        test(`after ${way}, with logins and logouts of ${delayMs} ms, B sees nothing of A (vendor issue 15788)`, async ({
          page,
          context,
          newPage,
          signInAs,
          errors,
        }) => {
          test.setTimeout(180_000);
          errors.allow(/WebSocket connection/, /login-with-token/);
          await workspace.faults({ switches: { colleague: false } });
          const { page: watch } = await watchChatOf(context, workspace.origin, "a.analyst", canary, unreadOfA);
          await signInAs("analyst", { from: "/chat/sales-emea" });
          const open = await expectInteractive(page, "rocketchat", "sales-emea");
          await workspace.tell("say", { room: "sales-emea", from: "regional.lead", text: `Only for us: ${canary}` });
          for (let one = 0; one < unreadOfA; one += 1)
            await workspace.tell("say", { room: "data-help", from: "data.engineer", text: `@a.analyst ${canary}` });
          await expect(open.frame.getByText(canary)).toBeVisible();
          const { userId: accountOfA } = await grantOf(page);
          const rules = ["ddp:login", "ddp:logout"].map((match) => ({ match, delayMs }));
          await workspace.faults({ rules });
          const arrived = await leave({ page, context, newPage, signInAs, workspace, accountOfA, watch });
          const section = embed(arrived.page, "rocketchat", "general");
          await expect(section).toHaveAttribute("data-state", "interactive", slow);
          await expectShown({ section, frame: section.frameLocator("iframe") }, "v.viewer", "general");
          const { hits, pictures } = await arrived.watch.end();
          expect(hits).toEqual([]);
          expect(pictures).toBeGreaterThan(5);
        });
    });
}

describePairs({ origin: chat.origin, faults: chat.faults, tell }, leavings);

test.describe("portal and Rocket.Chat on one site", () => {
  test.use({ baseURL: sameSite.origin });
  const { faults, reset, tell: tellOwn } = ownSandbox("rocketchat");
  let stop: (() => Promise<void>) | undefined;
  test.beforeAll(async () => {
    stop = await sameSite.start();
  });
  test.afterAll(() => stop?.());
  test.beforeEach(reset);

  describePairs(
    { origin: requiredService("rocketchat", sameSite.services).origin, faults, tell: tellOwn },
    leavingsOnOneSite,
  );
});

test("the watch itself sees A's chat where it is to be seen", async ({ page, context, signInAs }) => {
  await switches({ colleague: false });
  const { page: watch } = await watchChatOf(context, chat.origin, "a.analyst", canary, unreadOfA);
  const watching = await watch(page);
  watching.from();
  await signInAs("analyst", { from: "/chat/general" });
  await expectInteractive(page, "rocketchat", "general");
  await expect.poll(() => watching.pictures()).toBeGreaterThan(5);
  const { hits } = await watching.end();
  expect(hits.some((hit) => hit.startsWith("pixels"))).toBe(true);
  expect(hits.some((hit) => hit.startsWith("text"))).toBe(true);
});
