/** The chat in the portal: whose it is, how it stays, and what happens when something is wrong. */
import type { Page } from "@playwright/test";
import type { Switches } from "../sandbox/rocketchat/switches";
import { embed, expectFailed, expectInteractive, expectShown } from "./fixtures/embed";
import { portalOrigin } from "./fixtures/places";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

const chat = sandbox("rocketchat");
const internal = chat.origin.replace("chat.localhost", "127.0.0.1");

const tell = async (route: "say" | "sign-out" | "settings", body: object) => {
  const response = await fetch(`${internal}/sandbox/${route}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
};
const switches = (values: Partial<Switches>) => chat.faults({ switches: values });
const minted = async () => ((await chat.state()).tokensMinted as { createToken: number }).createToken;
const tokensOf = async (username: string) => {
  const users = (await chat.state()).users as { username: string; loginTokens: number }[];
  return users.find((user) => user.username === username)?.loginTokens ?? 0;
};

const main = (page: Page) => page.getByRole("navigation", { name: "Main" });
const rail = (page: Page) => main(page).getByRole("link", { name: /\bChat\b/ });

test.describe("who gets in", () => {
  for (const [persona, item, account] of [
    ["analyst", "sales-emea", "a.analyst"],
    ["viewer", "general", "v.viewer"],
    ["admin", "incidents", "a.admin"],
  ] as const)
    test(`${persona} sees #${item} as ${account} @embed`, async ({ page, signInAs }) => {
      await signInAs(persona, { from: `/chat/${item}` });
      await expectShown(await expectInteractive(page, "rocketchat", item), account, item);
    });

  test("a room of others is refused, and Rocket.Chat is not even asked", async ({ page, signInAs }) => {
    await signInAs("viewer", { from: "/chat/incidents" });
    await expect(page.getByText("Not shared with you").first()).toBeVisible();
    expect((await chat.state()).counts).not.toHaveProperty("POST /api/v1/users.createToken");
  });

  test("an account that Rocket.Chat has deactivated is told so", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await switches({ deactivated: "a.analyst" });
    await page.goto("/chat/general");
    // The account is made by the first visit and found deactivated by the client.
    await expectFailed(page, "rocketchat", "general", "account_disabled");
  });

  test("the next user of the same browser sees nothing of the one before, even when the revocation fails", async ({
    page,
    signInAs,
  }) => {
    const shown = new Set<string>();
    await page.exposeFunction("noteChatUser", (user: string) => shown.add(user));
    await page.addInitScript(() => {
      const note = (window as unknown as { noteChatUser(user: string): void }).noteChatUser;
      new MutationObserver(() => {
        const user = document.body?.dataset.sandboxUser;
        if (user) note(user);
      }).observe(document, {
        subtree: true,
        childList: true,
        attributes: true,
        attributeFilter: ["data-sandbox-user"],
      });
    });
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    expect([...shown]).toEqual(["a.analyst"]);

    await chat.faults({ rules: [{ match: "/api/v1/logout", status: 503 }] });
    await page.getByRole("button", { name: /Anna Analyst/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
    shown.clear();

    await signInAs("viewer", { from: "/chat/general" });
    await expectShown(await expectInteractive(page, "rocketchat", "general"), "v.viewer", "general");
    expect([...shown]).toEqual(["v.viewer"]);
  });

  test("signing out ends the token at Rocket.Chat", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    expect(await tokensOf("a.analyst")).toBe(1);
    await page.getByRole("button", { name: /Anna Analyst/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
    await expect.poll(() => tokensOf("a.analyst")).toBe(0);
  });
});

test.describe("while it is open", () => {
  test("two hundred page views make one token", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    for (let batch = 0; batch < 20; batch += 1) {
      const views = await Promise.all(Array.from({ length: 10 }, () => page.request.get("/chat/general")));
      expect(views.map((response) => response.status())).toEqual(Array(10).fill(200));
    }
    await page.reload();
    await expectInteractive(page, "rocketchat", "general");
    expect(await minted()).toBeLessThanOrEqual(2);
    expect(await tokensOf("a.analyst")).toBe(1);
  });

  test("the frame stays while one moves through the portal, with what was being written", async ({
    page,
    signInAs,
  }) => {
    await signInAs("analyst", { from: "/chat/general" });
    const { frame } = await expectInteractive(page, "rocketchat", "general");
    await frame.getByRole("textbox", { name: "Message" }).fill("not sent yet");
    await main(page).getByRole("link", { name: "Home", exact: true }).click();
    await expect(page).toHaveURL(`${portalOrigin}/`);
    await page
      .getByRole("link", { name: /data-help/ })
      .first()
      .click();
    await expect(page).toHaveURL(/\/chat\/data-help$/);
    const same = page.locator('section[data-vendor="rocketchat"]').frameLocator("iframe");
    await expect(same.locator("body")).toHaveAttribute("data-sandbox-item", "data-help");
    await expect(same.getByRole("textbox", { name: "Message" })).toHaveValue("not sent yet");
  });

  test("the address follows the room, and the room the address", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/general" });
    const { frame } = await expectInteractive(page, "rocketchat", "general");
    await frame.getByRole("link", { name: "sales-emea" }).click();
    await expect(page).toHaveURL(/\/chat\/sales-emea$/);
    await page.reload();
    await expectShown(await expectInteractive(page, "rocketchat", "sales-emea"), "a.analyst", "sales-emea");
  });

  test("a message is sent, answered with a mention, and counted on every page", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/sales-emea" });
    const { frame } = await expectInteractive(page, "rocketchat", "sales-emea");
    await expect(rail(page)).toHaveAccessibleName(/2/);
    await frame.getByRole("textbox", { name: "Message" }).fill("What about the margin?");
    await frame.getByRole("button", { name: "Send" }).click();
    await expect(frame.getByRole("log")).toContainText("@a.analyst");
    await main(page).getByRole("link", { name: "Home", exact: true }).click();
    await tell("say", { room: "general", from: "regional.lead", text: "Lunch, @a.analyst?" });
    await expect(rail(page)).toHaveAccessibleName(/3/);
  });

  test("a login that Rocket.Chat ends is followed by a new one", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    await tell("sign-out", { username: "a.analyst" });
    await expect.poll(minted).toBe(2);
    await expectShown(await expectInteractive(page, "rocketchat", "general"), "a.analyst", "general");
  });

  test("messages that do not come from the frame change nothing", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/general" });
    const { section, frame } = await expectInteractive(page, "rocketchat", "general");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-item", "general");
    await expect(rail(page)).not.toHaveAccessibleName(/\d/);
    await page.evaluate(() => {
      for (const data of [
        { eventName: "unread-changed", data: 99 },
        { eventName: "room-opened", data: { _id: "x", t: "c", name: "sales-emea" } },
        { eventName: "Custom_Script_Logged_Out", data: "" },
        { portico: "chat-login-page" },
      ])
        window.postMessage(data, "*");
    });
    await main(page).getByRole("link", { name: "Home", exact: true }).click();
    await tell("say", { room: "general", from: "regional.lead", text: "One." });
    await expect(rail(page)).toHaveAccessibleName(/1/);
    await expect(section).toHaveAttribute("data-state", "interactive");
  });
});

test.describe("when something is wrong", () => {
  for (const [what, values, code] of [
    ["token creation switched off", { createTokens: "off" }, "create_token_disabled"],
    ["a revoked service account", { serviceAccount: "revoked" }, "vendor_misconfigured"],
    ["a second factor asked of the portal", { totpOnAdminCalls: true }, "second_factor_required"],
    ["a limit on the portal's calls", { rateLimited: "users.info" }, "vendor_busy"],
    ["an e-mail of another account", { emailOwner: "anna.analyst@portico.example" }, "account_conflict"],
  ] as const)
    test(`${what} is told by its name`, async ({ page, signInAs }) => {
      await switches(values);
      await signInAs("analyst", { from: "/chat/general" });
      await expectFailed(page, "rocketchat", "general", code);
    });

  test("a server that is down is told, and trying again works once it is back", async ({ page, signInAs }) => {
    await chat.faults({ rules: [{ match: "/api/*", hangUp: true }] });
    await signInAs("analyst", { from: "/chat/general" });
    const section = await expectFailed(page, "rocketchat", "general", "vendor_unreachable");
    await chat.faults({ clear: true });
    await section.getByRole("button", { name: /again/i }).click();
    await expectInteractive(page, "rocketchat", "general");
  });

  test("a frame that Rocket.Chat forbids is told within ten seconds", async ({ page, signInAs, errors }) => {
    errors.allow(/X-Frame-Options/);
    // Where a frame-ancestors stands beside it, browsers pass X-Frame-Options over.
    await switches({ frameAncestors: "" });
    await tell("settings", { Iframe_Restrict_Access: true });
    await signInAs("analyst", { from: "/chat/general" });
    await expect(embed(page, "rocketchat", "general")).toHaveAttribute("data-code", "embed_blocked", {
      timeout: 10_500,
    });
  });

  test("a browser that gives Rocket.Chat no storage is not left waiting", async ({ page, signInAs, errors }) => {
    errors.allow(/storage/i);
    await switches({ storageBlocked: true });
    await signInAs("analyst", { from: "/chat/general" });
    const section = await expectFailed(page, "rocketchat", "general", "embed_blocked");
    await expect(section.getByRole("link", { name: /new tab/i })).toHaveAttribute("href", /^\/open\/rocketchat\?/);
  });

  test("an origin in the settings that only looks right is refused, and that is explained", async ({
    page,
    signInAs,
    errors,
  }) => {
    errors.allow(/Origin not allowed/);
    await tell("settings", { Iframe_Integration_receive_origin: `https://other.example, ${portalOrigin}` });
    await signInAs("analyst", { from: "/chat/general" });
    await expectFailed(page, "rocketchat", "general", "embed_refused");
  });

  for (const version of ["7.13", "8.6", "8.8", "next"] as const)
    test(`it opens with release ${version}`, async ({ page, signInAs }) => {
      await switches({ version, createTokenFails: version === "7.13" ? 1 : 0 });
      await signInAs("analyst", { from: "/chat/general" });
      await expectShown(await expectInteractive(page, "rocketchat", "general"), "a.analyst", "general");
    });
});
