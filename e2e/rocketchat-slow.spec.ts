/** A Rocket.Chat that is slow, silent, or has ended a login: what the person is told, and when. */
import { chat, grantOf, minted, switches, tell } from "./fixtures/chat";
import { embed, expectFailed, expectInteractive, expectShown } from "./fixtures/embed";
import { expect, test } from "./fixtures/test";

test.beforeEach(() => switches({ colleague: false }));

test("a login of eight seconds, by a client that took fifteen to start, is called slow, and opens with one token (vendor issue 11140)", async ({
  page,
  signInAs,
}) => {
  test.setTimeout(90_000);
  await chat.faults({ rules: [{ match: "ddp:login", delayMs: 8_000 }], switches: { bootDelayMs: 15_000 } });
  await page.clock.install();
  await signInAs("analyst", { from: "/chat/general" });
  const section = embed(page, "rocketchat", "general");
  const frame = section.frameLocator("iframe");
  // The client is there, and has not started.
  await expect(frame.locator("body")).toBeAttached();
  await page.clock.fastForward("00:07");
  await expect(section.getByText("Rocket.Chat is slow to start")).toBeVisible();
  await page.clock.fastForward("00:08");
  await expect(section.getByText("Rocket.Chat is slow to sign you in")).toBeVisible();
  await expect(section).toHaveAttribute("data-state", "interactive", { timeout: 40_000 });
  await expectShown({ section, frame }, "a.analyst", "general");
  expect(await minted()).toBe(1);
});

test("a page that is missing is told by its status, and not taken for a refusal", async ({ page, signInAs }) => {
  await chat.faults({ rules: [{ match: "GET /channel/*", status: 404, body: "Not found" }] });
  await signInAs("analyst", { from: "/chat/general" });
  const section = await expectFailed(page, "rocketchat", "general", "vendor_failed");
  await expect(section.getByText("404")).toBeVisible();
  await expect(section.getByRole("button", { name: /again/i })).toBeVisible();
});

for (const [how, settings] of [
  ["whose client then shows its own form", { Accounts_iframe_enabled: false }],
  ["whose client then shows the portal's page", {}],
] as const)
  test(`a login that Rocket.Chat has ended, ${how}, is noticed within three seconds (vendor issues 9725, 28006, 30046)`, async ({
    page,
    signInAs,
  }) => {
    if (Object.keys(settings).length > 0) await tell("settings", settings);
    await signInAs("analyst", { from: "/chat/general" });
    const { section } = await expectInteractive(page, "rocketchat", "general");
    // What follows takes long enough to be seen.
    await chat.faults({ rules: [{ match: "ddp:login", delayMs: 1_500 }] });
    await tell("sign-out", { username: "a.analyst" });
    await expect(section).not.toHaveAttribute("data-state", "interactive", { timeout: 3_000 });
    await expect(section.locator("iframe")).toHaveCSS("opacity", "0");
    await expectShown(await expectInteractive(page, "rocketchat", "general"), "a.analyst", "general");
    expect(await minted()).toBe(2);
  });

test("a returning user whose stored login has ended is not shown before the new one holds, and costs one token", async ({
  page,
  newPage,
  signInAs,
}) => {
  await signInAs("analyst", { from: "/chat/general" });
  await expectInteractive(page, "rocketchat", "general");
  await page.goto("about:blank");
  await tell("sign-out", { username: "a.analyst" });
  await page.context().clearCookies();
  await chat.faults({ rules: [{ match: "ddp:login", delayMs: 400 }] });
  const states: string[] = [];
  const back = await newPage();
  await back.exposeFunction("noteState", (state: string) => states.push(state));
  await back.addInitScript(() => {
    const note = (window as unknown as { noteState(state: string): void }).noteState;
    new MutationObserver(() => {
      const state = document.querySelector<HTMLElement>('section[data-vendor="rocketchat"]')?.dataset.state;
      if (state) note(state);
    }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-state"] });
  });
  await signInAs("analyst", { from: "/chat/general", page: back });
  await expectShown(await expectInteractive(back, "rocketchat", "general"), "a.analyst", "general");
  const shown = states.indexOf("interactive");
  expect(states.slice(shown).filter((state) => state !== "interactive")).toEqual([]);
  expect(await minted()).toBe(2);
});

test("Rocket.Chat's own client is never given a token that has ended (vendor issue 36919)", async ({
  page,
  signInAs,
}) => {
  await signInAs("analyst");
  const { token: first } = await grantOf(page);
  await tell("sign-out", { username: "a.analyst" });
  const response = await page.request.post("/api/rocketchat/sso", { headers: { origin: chat.origin } });
  const { loginToken } = (await response.json()) as { loginToken: string };
  expect(loginToken).not.toBe(first);
  expect(await minted()).toBe(2);
});

test("the portal's page, opened by hand, leads into the chat, and a link that is refused gets a page", async ({
  page,
  signInAs,
}) => {
  await signInAs("analyst");
  await page.goto("/rocketchat/loading");
  await page.waitForURL(`${chat.origin}/home`);
  await expect(page.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst");
  await page.goto("/open/rocketchat?path=//evil.example");
  await expect(page.getByRole("heading", { name: "This link leads nowhere" })).toBeVisible();
  await page.getByRole("link", { name: "Open the chat" }).click();
  await page.waitForURL(/\/chat/);
});
