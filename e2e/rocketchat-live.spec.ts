/** What the chat tells the rest of the portal, on every page: what is unread, who is how, what is new. */
import type { Page } from "@playwright/test";
import { portalOrigin } from "./fixtures/addresses";
import { chat, chatUser, goTo, grantOf, onAnotherDevice, railChat, switches, tell } from "./fixtures/chat";
import { expectInteractive } from "./fixtures/embed";
import { expect, test } from "./fixtures/test";

/** The number in the badge, as it is read out: none is 0. */
const badge = async (page: Page) =>
  Number(/, (\d+) unread$/.exec((await railChat(page).getAttribute("aria-label")) ?? "")?.[1] ?? 0);

/** The number before the page's title. */
const titleCount = async (page: Page) => Number(/^\((\d+)\) /.exec(await page.title())?.[1] ?? 0);

/** Badge and title say what the workspace knows. */
const expectTrue = (page: Page, username: string, where: string) =>
  expect(async () => {
    const truth = (await chatUser(username))?.unread;
    expect([await badge(page), await titleCount(page)], where).toEqual([truth, truth]);
  }).toPass({ timeout: 10_000, intervals: [20, 50, 100, 250] });

/** Random numbers that are the same at every run (mulberry32). */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const rooms = ["general", "sales-emea", "data-help"] as const;
const colleagues = ["regional.lead", "data.engineer", "store.planner"] as const;
const sections = ["Home", "Dashboards", "Insights", "Chat"] as const;

test("badge and title are right after each of forty random orders of events, on every page", async ({
  page,
  signInAs,
  errors,
}) => {
  test.setTimeout(120_000);
  // Rocket.Chat is down for a moment now and then: a client that connects just then is cut off.
  errors.allow(/WebSocket connection to .* failed/);
  await switches({ colleague: false });
  await signInAs("analyst", { from: "/chat/general" });
  await expectInteractive(page, "rocketchat", "general");
  const grant = await grantOf(page);
  const pick = randomFrom(20_261_121);
  const one = <Thing>(things: readonly Thing[]) => things[pick(things.length)] as Thing;
  const happenings: readonly (() => Promise<void>)[] = [
    () => tell("say", { room: one(rooms), from: one(colleagues), text: "A message" }),
    () => tell("say", { room: one(rooms), from: one(colleagues), text: "A mention, @a.analyst" }),
    () => onAnotherDevice(grant, "readMessages", `sandbox-${one(rooms)}`),
    () => onAnotherDevice(grant, "setUserStatus", one(["online", "away", "busy"])),
    () => onAnotherDevice(grant, "sendMessage", { rid: `sandbox-${one(rooms)}`, msg: "My own words" }),
  ];
  const seen = new Set<number>();
  for (let order = 0; order < 40; order += 1) {
    // Every fifth order on another page: the launchpad, the other products, the chat itself.
    if (order % 5 === 0) await goTo(page, sections[(order / 5) % sections.length] ?? "Home");
    if (order % 20 === 10) {
      await switches({ down: true });
      await switches({ down: false });
    }
    // Some at once, as they come on a busy day, some one after the other.
    const some = Array.from({ length: 1 + pick(6) }, () => one(happenings));
    if (pick(2)) await Promise.all(some.map((happen) => happen()));
    else for (const happen of some) await happen();
    await expectTrue(page, "a.analyst", `after order ${order}`);
    seen.add(await badge(page));
  }
  expect(seen.size, "different counts that were seen").toBeGreaterThan(10);
});

test("another page of the portal keeps the count in its own title", async ({ page, signInAs }) => {
  await switches({ colleague: false });
  await signInAs("analyst", { from: "/chat/general" });
  await expectInteractive(page, "rocketchat", "general");
  for (const [section, title] of [
    ["Home", /^\(\d+\) .*Portico$/],
    ["Dashboards", /^\(\d+\) Dashboards · Portico$/],
    ["Insights", /^\(\d+\) Insights · Portico$/],
  ] as const) {
    await tell("say", { room: "data-help", from: "regional.lead", text: "One more." });
    await goTo(page, section);
    await expect(page).toHaveTitle(title);
    await expectTrue(page, "a.analyst", section);
  }
});

test("a mention is told quietly where one is, once, and not where the chat is on the screen", async ({
  page,
  signInAs,
}) => {
  await switches({ colleague: false });
  await signInAs("analyst", { from: "/chat/general" });
  await expectInteractive(page, "rocketchat", "general");
  await goTo(page, "Home");
  await expect(page).toHaveURL(`${portalOrigin}/`);
  await tell("say", { room: "general", from: "data.engineer", text: "Margin is final, @a.analyst" });
  const notice = page.getByText(/^#general: .*@a\.analyst/);
  // While the pointer is on it, it stays.
  await notice.hover();
  await expect(notice).toHaveCount(1);
  await expect(page.locator("iframe:focus")).toHaveCount(0);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(notice).toHaveCount(0);

  await tell("say", { room: "sales-emea", from: "regional.lead", text: "Without a mention" });
  await expectTrue(page, "a.analyst", "Home");
  await expect(page.getByText("Without a mention")).toHaveCount(0);

  await goTo(page, "Chat");
  await tell("say", { room: "sales-emea", from: "regional.lead", text: "Seen there, @a.analyst" });
  await expectTrue(page, "a.analyst", "Chat");
  await expect(page.getByText("Seen there")).toHaveCount(0);
});

test("presence goes both ways: set in the user menu, and told when it changes elsewhere", async ({
  page,
  signInAs,
}) => {
  await signInAs("analyst", { from: "/chat/general" });
  const { frame } = await expectInteractive(page, "rocketchat", "general");
  const account = page.getByRole("button", { name: /^Account of/ });
  const choice = (name: string) => page.getByRole("menuitemradio", { name, exact: true });
  await goTo(page, "Home");

  await account.click();
  await expect(choice("online")).toBeChecked();
  await choice("busy").click();
  await expect.poll(async () => (await chatUser("a.analyst"))?.status).toBe("busy");
  await expect(frame.getByRole("combobox", { name: "Your status" })).toHaveValue("busy");

  await onAnotherDevice(await grantOf(page), "setUserStatus", "away");
  await page.keyboard.press("Escape");
  await account.click();
  await expect(choice("away")).toBeChecked();

  await page.keyboard.press("Escape");
  await goTo(page, "Chat");
  await frame.getByRole("combobox", { name: "Your status" }).selectOption("offline");
  await expect.poll(async () => (await chatUser("a.analyst"))?.status).toBe("offline");
  await account.click();
  await expect(choice("offline")).toBeChecked();
});

test("without a chat there is neither a badge nor a presence to choose", async ({ page, signInAs }) => {
  await signInAs("analyst");
  await expect(railChat(page)).not.toHaveAttribute("aria-label", /unread/);
  await expect(page).not.toHaveTitle(/^\(/);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
  await expect(page.getByText("Others see you as")).toHaveCount(0);
  expect((await chat.state()).counts).not.toHaveProperty("POST /api/v1/users.createToken");
});
