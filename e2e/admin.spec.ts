/** The admin pages: who is refused, what an operator sees and can do, and that everyone can read it. */
import { readFile } from "node:fs/promises";
import { expectAccessible } from "./fixtures/accessibility";
import { portalOrigin } from "./fixtures/addresses";
import { expectInteractive } from "./fixtures/embed";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, type Page, test } from "./fixtures/test";

const pages = ["/admin/health", "/admin/audit"] as const;
const everything = { rules: [{ match: "/*", hangUp: true }] };

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/signed-out");
}

async function checkNow(page: Page): Promise<void> {
  const answered = page.waitForResponse("**/api/admin/checks");
  await page.getByRole("button", { name: "Check now" }).click();
  expect((await answered).status()).toBe(204);
  await expect(page.getByText(/^Checked at/)).toBeVisible();
}

/** A refusal that the audit writes down: an action without the portal's header. */
const refusedAction = (page: Page) =>
  page.request.post("/api/thoughtspot/token", { headers: { origin: portalOrigin }, data: { item: "x" } });

test.describe("refused", () => {
  for (const path of ["/admin", ...pages])
    test(`an anonymous visit of ${path} leads to sign-in and back`, async ({ page }) => {
      await page.goto(path);
      await expect(page).toHaveURL((url) => url.pathname === "/signin");
      await page.getByRole("button", { name: /^admin/i }).click();
      await expect(page).toHaveURL(portalOrigin + (path === "/admin" ? "/admin/health" : path));
    });

  test("a shared filter survives the sign-in", async ({ page }) => {
    await page.goto("/admin/audit?outcome=failed&vendor=thoughtspot");
    await page.getByRole("button", { name: /^admin/i }).click();
    await expect(page).toHaveURL(`${portalOrigin}/admin/audit?outcome=failed&vendor=thoughtspot`);
  });

  for (const [persona, code] of [
    ["analyst", "item_forbidden"],
    ["viewer", "item_forbidden"],
    ["unmapped", "item_forbidden"],
    ["disabled", "user_disabled"],
  ] as const)
    test(`${persona}, who finds no way there either`, async ({ page, signInAs }) => {
      await signInAs(persona);
      for (const path of ["/admin", ...pages]) {
        await page.goto(path);
        await expect(page.locator(`[data-code="${code}"]`)).toBeVisible();
        await expect(page.getByRole("navigation", { name: "Admin" })).toHaveCount(0);
      }
      await expect(page.getByRole("link", { name: "Admin", exact: true })).toHaveCount(0);
      await page.getByRole("button", { name: /^Account of/ }).click();
      await expect(page.getByRole("menuitem", { name: "Connections" })).toBeVisible();
      await expect(page.getByRole("menuitem", { name: "Admin" })).toHaveCount(0);
      await page.keyboard.press("Escape");
      await page.keyboard.press("ControlOrMeta+k");
      await page.getByRole("combobox", { name: "Search or jump to" }).fill("admin");
      await expect(page.getByRole("option", { name: /Go to Admin/ })).toHaveCount(0);
    });

  test("what the pages' buttons call, and the export, for everyone else", async ({ page, signInAs }) => {
    const headers = { origin: portalOrigin, "x-portal-request": "1", "sec-fetch-site": "same-origin" };
    const statuses = async () => [
      (await page.request.post("/api/admin/checks", { headers, data: {} })).status(),
      (await page.request.post("/api/admin/revocations", { headers, data: { vendor: "rocketchat" } })).status(),
      (await page.request.get("/api/admin/audit")).status(),
    ];
    expect(await statuses()).toEqual([401, 401, 401]);
    await signInAs("analyst");
    expect(await statuses()).toEqual([403, 403, 403]);
  });
});

test("a refusal is in the audit, found by the support code that its user read", async ({ page, signInAs }) => {
  await signInAs("viewer", { from: "/admin/health" });
  const code = await page.locator("[data-code] code").textContent();
  await signOut(page);
  await signInAs("admin", { from: "/admin/audit" });
  await page.getByRole("searchbox", { name: /Find by user/ }).fill(code ?? "");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?request=[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "persona-viewer" }).click();
  const event = page.getByRole("complementary", { name: "Request denied" });
  await expect(event).toContainText("item_forbidden");
  await expect(event).toContainText("/admin/health");
  await expect(event).toContainText("Not shared with you");
});

test.describe("health", () => {
  test("is one step away in the rail, the account menu and the palette", async ({ page, signInAs }) => {
    await signInAs("admin");
    await page.getByRole("link", { name: "Admin", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Health" })).toBeVisible();
    await page.goto("/");
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Admin" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Health" })).toBeVisible();
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox", { name: "Search or jump to" }).fill("audit");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Audit" })).toBeVisible();
  });

  test("says how each vendor stands, and what to do about one that does not answer", async ({ page, signInAs }) => {
    await signInAs("admin", { from: "/admin/health" });
    const card = (name: string) => page.getByRole("region", { name, exact: true });
    await checkNow(page);
    for (const name of ["MicroStrategy", "Rocket.Chat", "ThoughtSpot"]) {
      await expect(card(name)).toContainText("Answers");
      await expect(card(name)).toContainText(/\d checks? pass/);
    }
    await expect(card("Portal")).toContainText("OpenID Connect, idp.localhost");

    await sandbox("thoughtspot").faults(everything);
    await checkNow(page);
    // One cause is told once: everything else waits for it.
    await expect(card("ThoughtSpot").locator("[data-finding]")).toHaveCount(1);
    await expect(card("ThoughtSpot")).toContainText("closes the connection without an answer");
    await expect(card("ThoughtSpot")).toContainText("npm run demo");
    await expect(card("ThoughtSpot")).toContainText("waits for: ThoughtSpot answers.");
    await expect(card("Rocket.Chat")).toContainText(/\d checks? pass/);
    // The quick look is at most five seconds old.
    await expect(async () => {
      await page.reload();
      await expect(card("ThoughtSpot")).toContainText(/Unavailable since \d/, { timeout: 1_000 });
    }).toPass();
  });

  test("shows sessions waiting to be ended at a vendor that is down, and ends them on demand", async ({
    page,
    signInAs,
  }) => {
    test.setTimeout(90_000);
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    await sandbox("rocketchat").faults(everything);
    await signOut(page);

    await signInAs("admin", { from: "/admin/health" });
    const chat = page.getByRole("region", { name: "Rocket.Chat", exact: true });
    await expect(async () => {
      await page.reload();
      await expect(chat).toContainText(/sessions? waits? for (its|their) end/, { timeout: 1_000 });
    }).toPass();
    await expect(chat.getByRole("list", { name: /waiting to be ended/ })).toContainText("a.analyst");
    await chat.getByRole("button", { name: "Try now" }).click();
    await expect(page.getByText(/Rocket.Chat has not confirmed \d+ of them/)).toBeVisible();

    await sandbox("rocketchat").faults({ clear: true });
    await chat.getByRole("button", { name: "Try now" }).click();
    await expect(page.getByText("Rocket.Chat has ended every session")).toBeVisible();
    await expect(chat.locator("[data-waiting]")).toHaveCount(0);
  });
});

test.describe("audit", () => {
  test("is filtered by address: choices can be gone back from and shared", async ({ page, newPage, signInAs }) => {
    await signInAs("admin", { from: "/dashboards/workforce-plan" });
    await refusedAction(page);
    await page.goto("/admin/audit");
    await page.getByRole("combobox", { name: "Result" }).selectOption("Denied");
    await expect(page).toHaveURL(/\/admin\/audit\?outcome=denied$/);
    await expect(page.getByRole("link", { name: "persona-admin" }).first()).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "Sign-in" })).toHaveCount(0);
    await page.getByRole("combobox", { name: "Product" }).selectOption("Insights");
    await expect(page).toHaveURL(/outcome=denied/);
    await expect(page).toHaveURL(/vendor=thoughtspot/);
    await expect(page.getByRole("row").filter({ hasText: "missing_header" }).first()).toBeVisible();

    const other = await newPage();
    await other.goto(page.url());
    await expect(other.getByRole("combobox", { name: "Result" })).toHaveValue("denied");
    await expect(other.getByRole("combobox", { name: "Product" })).toHaveValue("thoughtspot");

    await page.goBack();
    await expect(page).toHaveURL(/\/admin\/audit\?outcome=denied$/);
    await expect(page.getByRole("combobox", { name: "Product" })).toHaveValue("");
    await page.getByRole("link", { name: "Clear", exact: true }).click();
    await expect(page).toHaveURL(/\/admin\/audit$/);
    await expect(page.getByRole("combobox", { name: "Result" })).toHaveValue("");
  });

  test("tells what a grant asked for and the way it took, beside the list", async ({ page, signInAs }) => {
    await signInAs("admin", { from: "/insights/customer-health" });
    await expectInteractive(page, "thoughtspot", "customer-health");
    await page.goto("/admin/audit?vendor=thoughtspot&action=mint&outcome=ok");
    await page.getByRole("link", { name: "persona-admin" }).first().click();
    const event = page.getByRole("complementary", { name: "Grant" });
    await expect(event).toContainText("a.admin@portico.example");
    await expect(event).toContainText("ThoughtSpot agreed");
    await expect(event.getByRole("link", { name: "Customer health" })).toHaveAttribute(
      "href",
      "/insights/customer-health",
    );
    await event.getByRole("link", { name: "All events for this user" }).click();
    await expect(page).toHaveURL(/\/admin\/audit\?user=persona-admin$/);
    await page.getByRole("link", { name: /^User persona-admin/ }).click();
    await expect(page).toHaveURL(/\/admin\/audit$/);
  });

  test("turns its pages there and back", async ({ page, signInAs }) => {
    await signInAs("admin");
    for (let n = 0; n < 55; n += 1) await refusedAction(page);
    await page.goto("/admin/audit?code=missing_header");
    await expect(page.getByRole("row")).toHaveCount(51);
    const first = await page.getByRole("row").nth(1).textContent();
    await page.getByRole("link", { name: "Older" }).click();
    await expect(page).toHaveURL(/before=/);
    await expect(page.getByRole("row").nth(1)).not.toHaveText(first ?? "");
    await page.getByRole("link", { name: "Newer" }).click();
    await expect(page.getByRole("row")).toHaveCount(51);
    await expect(page.getByRole("button", { name: "Newer" })).toBeDisabled();
  });

  test("exports what is shown, without a token in it", async ({ page, signInAs }) => {
    await signInAs("admin", { from: "/insights/customer-health" });
    await expectInteractive(page, "thoughtspot", "customer-health");
    await page.goto("/admin/audit?vendor=thoughtspot&outcome=ok");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(await file.path(), "utf8");
    expect(text).toMatch(/^"time","user","vendor"/);
    expect(text).toContain('"customer-health"');
    expect(text).not.toMatch(/eyJ|Bearer|[\w-]{43,}/);
  });

  test("says why there is nothing to see", async ({ page, signInAs }) => {
    await signInAs("admin", { from: "/admin/audit?find=nobody-of-this-name" });
    await expect(page.getByText("No events match")).toBeVisible();
    await page.getByRole("link", { name: "Clear all filters" }).click();
    await expect(page.getByRole("row").first()).toBeVisible();
  });

  test("is read and filtered with the keyboard alone", async ({ page, signInAs }) => {
    await signInAs("admin", { from: "/admin/audit" });
    const rowLink = page.getByRole("row").nth(1).getByRole("link");
    await rowLink.focus();
    await page.keyboard.press("Enter");
    const close = page.getByRole("link", { name: "Close and go back to the list" });
    await expect(close).toBeVisible();
    await close.focus();
    await page.keyboard.press("Enter");
    await expect(close).toHaveCount(0);
  });
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
])
  test.describe(`light and dark, ${viewport.width} px`, () => {
    test.use({ viewport });

    test("axe finds nothing, and nothing is wider than the window", async ({ page, signInAs }) => {
      test.setTimeout(120_000);
      await sandbox("thoughtspot").faults(everything);
      await signInAs("admin", { from: "/admin/health" });
      const fits = () =>
        page.evaluate(() => {
          const content = document.querySelector("main > div");
          return (content?.scrollWidth ?? 0) - (content?.clientWidth ?? 0);
        });
      const look = async () => {
        await expectAccessible(page);
        expect(await fits(), page.url()).toBeLessThanOrEqual(0);
      };
      await look();
      await checkNow(page);
      await page
        .getByText(/checks pass/)
        .first()
        .click();
      await look();
      for (const query of ["", "?find=nobody-of-this-name", "?user=persona-admin&time=day"]) {
        await page.goto(`/admin/audit${query}`);
        await look();
      }
      await page.getByRole("row").nth(1).getByRole("link").click();
      await expect(page.getByRole("complementary")).toBeVisible();
      await look();
    });
  });
