/** The chat in the portal: whose it is, how it stays, and what happens when something is wrong. */

import { portalOrigin } from "./fixtures/addresses";
import { chat, goTo, minted, railChat, signOut, switches, tell, tokensOf } from "./fixtures/chat";
import { embed, expectFailed, expectInteractive, expectShown } from "./fixtures/embed";
import { expect, test } from "./fixtures/test";

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

  test("signing out ends the token at Rocket.Chat", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    expect(await tokensOf("a.analyst")).toBe(1);
    await signOut(page);
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
    await goTo(page, "Home");
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
    await expect(railChat(page)).toHaveAccessibleName(/2/);
    await frame.getByRole("textbox", { name: "Message" }).fill("What about the margin?");
    await frame.getByRole("button", { name: "Send" }).click();
    await expect(frame.getByRole("log")).toContainText("@a.analyst");
    await goTo(page, "Home");
    await tell("say", { room: "general", from: "regional.lead", text: "Lunch, @a.analyst?" });
    await expect(railChat(page)).toHaveAccessibleName(/3/);
  });

  test("a login that Rocket.Chat ends is followed by a new one (vendor issue 9725)", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    await tell("sign-out", { username: "a.analyst" });
    await expect.poll(minted).toBe(2);
    await expectShown(await expectInteractive(page, "rocketchat", "general"), "a.analyst", "general");
  });

  test("a login that comes of age is followed by a new one @embed", async ({ page, signInAs, errors }) => {
    errors.allow(/WebSocket connection/);
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    // Ninety days and one: the age counts when the client comes back after a lost connection.
    await chat.faults({ advanceMs: 91 * 86_400_000, switches: { down: true } });
    await switches({ down: false });
    await expect.poll(minted, { timeout: 20_000 }).toBe(2);
    await expectShown(await expectInteractive(page, "rocketchat", "general"), "a.analyst", "general");
  });

  for (const method of ["login", "sandbox/me", "subscriptions/get", "loadHistory"])
    test(`a connection that is lost at ${method} is followed by the next one, and by no second token`, async ({
      page,
      signInAs,
    }) => {
      let cut = false;
      await page.routeWebSocket(`${chat.origin.replace("http", "ws")}/websocket`, (client) => {
        const server = client.connectToServer();
        let open = true;
        client.onMessage(async (message) => {
          // What the client says before it learns of its loss is lost as well.
          if (!open) return;
          if (cut || !String(message).includes(`"method":"${method}"`)) return server.send(message);
          cut = true;
          open = false;
          await Promise.all([client.close(), server.close()]);
        });
      });
      await signInAs("analyst", { from: "/chat/sales-emea" });
      const open = await expectInteractive(page, "rocketchat", "sales-emea");
      await expectShown(open, "a.analyst", "sales-emea");
      await expect(open.frame.getByRole("log").getByRole("article").first()).toBeVisible();
      await expect(railChat(page)).toHaveAccessibleName(/unread/);
      expect(cut).toBe(true);
      expect(await minted()).toBe(1);
    });

  test("Rocket.Chat goes down and comes back: the rest of the portal stays, and so does the chat", async ({
    page,
    signInAs,
    errors,
  }) => {
    errors.allow(/WebSocket connection/);
    await signInAs("analyst", { from: "/chat/general" });
    const { section, frame } = await expectInteractive(page, "rocketchat", "general");
    await frame.getByRole("textbox", { name: "Message" }).fill("not sent yet");
    await switches({ down: true });
    await expect(frame.getByText("Reconnecting")).toBeVisible();
    await goTo(page, "Dashboards");
    await page
      .getByRole("link", { name: /Sales performance/ })
      .first()
      .click();
    await expectInteractive(page, "microstrategy", "sales-performance");
    await switches({ down: false });
    await tell("say", { room: "data-help", from: "regional.lead", text: "We are back." });
    await goTo(page, "Chat");
    await expect(frame.getByText("Reconnecting")).toBeHidden();
    await expect(section).toHaveAttribute("data-state", "interactive");
    await expect(frame.getByRole("textbox", { name: "Message" })).toHaveValue("not sent yet");
    await expect(frame.getByRole("link", { name: /data-help/ })).toContainText("unread");
    expect(await minted()).toBe(1);
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

  test("where tokens are not created, the other way of logging in is named", async ({ page, signInAs }) => {
    await switches({ createTokens: "off" });
    await signInAs("analyst", { from: "/chat/general" });
    const section = await expectFailed(page, "rocketchat", "general", "create_token_disabled");
    await expect(section.getByText("ROCKETCHAT_LOGIN=password")).toBeVisible();
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
    const section = embed(page, "rocketchat", "general");
    await expect(section.locator("iframe")).toBeAttached();
    await expect(section).toHaveAttribute("data-code", "embed_blocked", { timeout: 10_500 });
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
