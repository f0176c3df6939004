/** WCAG 2.2 AA by what a machine can see, and the ways of the keyboard, on every page and in every state. */
import type { Page } from "@playwright/test";
import { expectAccessible } from "./fixtures/accessibility";
import { expectFailed, expectInteractive } from "./fixtures/embed";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

const pages = [
  "/",
  "/dashboards",
  "/insights",
  "/account/connections",
  "/dashboards/workforce-plan",
  "/nowhere",
  "/problems",
  "/signed-out",
] as const;

const embeds = [
  ["/dashboards/sales-performance", "microstrategy", "sales-performance"],
  ["/chat/general", "rocketchat", "general"],
  ["/insights/customer-health", "thoughtspot", "customer-health"],
] as const;

/** How far the page is wider than the window. */
const overflow = (page: Page) =>
  page.evaluate(() => {
    const content = document.querySelector("main > div");
    const inner = content ? content.scrollWidth - content.clientWidth : 0;
    return Math.max(document.documentElement.scrollWidth - window.innerWidth, inner);
  });

test("every page has its title from its first byte on, for whoever reads it aloud", async ({ page, signInAs }) => {
  const headOf = async (path: string) => (await (await page.request.get(path)).text()).split("</head>")[0];
  expect(await headOf("/signin")).toMatch(/<title>[^<]/);
  await signInAs("admin");
  for (const path of [...pages, ...embeds.map(([path]) => path), "/admin/health", "/admin/audit"])
    expect(await headOf(path), path).toMatch(/<title>[^<]/);
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]) {
  test.describe(`light and dark, ${viewport.width} px`, () => {
    test.use({ viewport });
    // axe looks at each state twice, and takes its time on two slow cores.
    test.setTimeout(120_000);

    test("the sign-in page", async ({ page }) => {
      await page.goto("/signin?error=failed");
      await expect(page.getByRole("alert").first()).toContainText("could not be completed");
      await expectAccessible(page);
    });

    test("every page of the portal", async ({ page, signInAs }) => {
      await signInAs("analyst");
      for (const path of pages) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expectAccessible(page);
      }
    });

    test("every product", async ({ page, signInAs }) => {
      await signInAs("analyst");
      for (const [path, vendor, item] of embeds) {
        await page.goto(path);
        await expectInteractive(page, vendor, item);
        await expectAccessible(page);
      }
    });

    test("a product that failed, and menus and palette that are open", async ({ page, signInAs }) => {
      await signInAs("analyst");
      await sandbox("microstrategy").faults({ rules: [{ match: "/MicroStrategyLibrary/api/*", status: 500 }] });
      await page.goto("/dashboards/sales-performance");
      await expectFailed(page, "microstrategy", "sales-performance", "vendor_failed");
      await expectAccessible(page);

      await page.getByRole("button", { name: /switch item/ }).click();
      await expect(page.getByRole("menuitem", { name: /Store network/ })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");

      await page.getByRole("button", { name: /^Account of/ }).click();
      await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");

      await page.keyboard.press("ControlOrMeta+k");
      const box = page.getByRole("combobox", { name: "Search or jump to" });
      await box.fill("sales");
      await expectAccessible(page);
      await box.fill("nothing has this name");
      await expect(page.getByText("No items match.")).toBeVisible();
      await expectAccessible(page);
    });
  });
}

test.describe("320 px", () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test("no page scrolls sideways", async ({ page, signInAs }) => {
    await page.goto("/signin");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await signInAs("analyst");
    for (const path of [...pages, ...embeds.map(([address]) => address)]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 }).first()).toBeAttached();
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
    }
  });
});

test.describe("by keyboard", () => {
  test("one can skip to the content, and past the product", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/dashboards/sales-performance" });
    const { section } = await expectInteractive(page, "microstrategy", "sales-performance");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip past the embedded product" });
    await expect(skip).toBeFocused();
    await page.keyboard.press("Enter");
    expect(
      await section.evaluate(
        (frame) => frame.compareDocumentPosition(document.activeElement ?? frame) & Node.DOCUMENT_POSITION_FOLLOWING,
      ),
    ).toBeTruthy();
  });

  test("the focus enters the product visibly and leaves it again", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/dashboards/sales-performance" });
    const { section } = await expectInteractive(page, "microstrategy", "sales-performance");
    await page.getByRole("link", { name: "Skip past the embedded product" }).focus();
    await page.keyboard.press("Tab");
    await expect(section.locator("iframe")).toBeFocused();
    const ring = () => section.evaluate((frame) => getComputedStyle(frame, "::after").borderTopColor);
    await expect.poll(ring).not.toBe("rgba(0, 0, 0, 0)");
    await page.keyboard.press("Shift+Tab");
    await expect(section.locator("iframe")).not.toBeFocused();
    await expect.poll(ring).toBe("rgba(0, 0, 0, 0)");
  });

  test("a menu opens with the arrow key and gives the focus back", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const account = page.getByRole("button", { name: /^Account of/ });
    await account.focus();
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("menuitem", { name: "Connections" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(account).toBeFocused();
  });

  test("a persona signs in with Tab and Enter alone", async ({ page }) => {
    await page.goto("/signin");
    const viewer = page.getByRole("button", { name: /^Viewer/ });
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press("Tab");
      if (await viewer.evaluate((button) => button === document.activeElement)) break;
    }
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Victor");
  });
});
