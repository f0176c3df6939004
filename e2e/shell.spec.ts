/** The portal around the products: who sees what, what it remembers, and that looking costs nothing. */
import type { Page } from "@playwright/test";
import { portalOrigin } from "./fixtures/addresses";
import { expectFailed, expectInteractive } from "./fixtures/embed";
import { type SandboxId, sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

const vendors: readonly SandboxId[] = ["microstrategy", "rocketchat", "thoughtspot"];

/** Calls that vendors got since the sandbox was reset, apart from the portal's own look at whether they answer. */
async function callsToVendors(): Promise<string[]> {
  const states = await Promise.all(vendors.map((id) => sandbox(id).state()));
  return states
    .flatMap(({ counts }) => Object.keys(counts))
    .filter((call) => /login|token|users\.(create|info)|identityToken/i.test(call));
}

const products = (page: Page) => page.locator("section[data-vendor]");
const main = (page: Page) => page.locator("main");

/** Opens the palette; its code comes with the first sign of life on the page. */
async function openPalette(page: Page) {
  await page.keyboard.press("ControlOrMeta+k");
  const box = page.getByRole("combobox", { name: "Search or jump to" });
  await expect(box).toBeFocused();
  return box;
}

test.describe("who sees what", () => {
  test("a disabled user reads why on every page, and no vendor is asked", async ({ page, signInAs }) => {
    await signInAs("disabled");
    for (const path of ["/", "/dashboards", "/dashboards/sales-performance", "/chat", "/chat/general", "/insights"]) {
      await page.goto(path);
      await expect(main(page).getByRole("heading", { name: "This account is disabled" })).toBeVisible();
      await expect(products(page)).toHaveCount(0);
    }
    expect(await callsToVendors()).toEqual([]);
    await expect(page.getByRole("list", { name: "Vendors" })).toHaveCount(0);
    await page.getByRole("link", { name: "Use another account" }).click();
    await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  });

  test("a user without vendor accounts reads which one is missing, and no vendor is asked", async ({
    page,
    signInAs,
  }) => {
    await signInAs("unmapped");
    await expect(main(page)).toContainText("No product account is mapped to you yet");
    for (const [path, product] of [
      ["/dashboards/sales-performance", "MicroStrategy"],
      ["/chat/general", "Rocket.Chat"],
      ["/insights/customer-health", "ThoughtSpot"],
    ] as const) {
      await page.goto(path);
      await expect(main(page).getByRole("heading", { name: `No ${product} account` })).toBeVisible();
      await expect(products(page)).toHaveCount(0);
    }
    expect(await callsToVendors()).toEqual([]);
  });

  test("an item of others and an item that does not exist answer the same words", async ({ page, signInAs }) => {
    await signInAs("viewer");
    const words: string[] = [];
    for (const path of ["/dashboards/workforce-plan", "/dashboards/no-such-item"]) {
      await page.goto(path);
      await expect(main(page).getByRole("heading", { name: "Not shared with you" })).toBeVisible();
      await expect(page).toHaveTitle("Dashboards · Portico");
      words.push(((await main(page).textContent()) ?? "").replace(/[0-9a-f-]{36}/, ""));
    }
    expect(words[0]).toBe(words[1]);
    expect(await callsToVendors()).toEqual([]);
  });

  test("the launchpad and the palette hold this user's items and no others", async ({ page, signInAs }) => {
    await signInAs("viewer");
    await expect(main(page).getByText("7 items are shared with you.")).toBeVisible();
    await expect(main(page).getByRole("link", { name: /Workforce plan|Supply chain|# incidents/ })).toHaveCount(0);
    const box = await openPalette(page);
    await box.fill("workforce");
    await expect(page.getByText("No items match.")).toBeVisible();
  });

  test("an address that leads nowhere says so, inside the shell", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const response = await page.goto("/nowhere");
    expect(response?.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  });

  test("an address that leads nowhere says so to a stranger too, in the middle of the window", async ({ page }) => {
    const response = await page.goto("/nowhere");
    expect(response?.status()).toBe(404);
    const words = await page.getByRole("main").getByRole("heading", { name: "Page not found" }).boundingBox();
    expect(words?.y).toBeGreaterThan(200);
    await page.getByRole("link", { name: "Back to Home" }).click();
    await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  });
});

test.describe("a vendor that does not answer", () => {
  test("is said to be unavailable, can be tried, and is back without anyone opening it", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await sandbox("microstrategy").faults({ rules: [{ match: "*", hangUp: true }] });
    await page.goto("/dashboards/sales-performance");
    await expectFailed(page, "microstrategy", "sales-performance", "vendor_unreachable");

    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    const group = page.getByRole("region", { name: "Dashboards MicroStrategy" });
    await expect(group).toContainText("Unavailable since");
    const tried = page.waitForResponse("**/api/status/try");
    await group.getByRole("button", { name: "Try MicroStrategy now" }).click();
    expect((await tried).ok()).toBe(true);
    await expect(group).toContainText("Unavailable since");
    await page.goto("/dashboards");
    await expect(main(page)).toContainText(/The portal tries again in \d+ seconds/);

    const logins = async () =>
      (await sandbox("microstrategy").state()).counts["POST /MicroStrategyLibrary/api/auth/login"];
    const before = await logins();
    await sandbox("microstrategy").faults({ clear: true });
    // Each look has the portal ask once more, after it has answered.
    await expect(async () => {
      await page.reload();
      await expect(main(page)).toContainText("Ready as a.analyst", { timeout: 500 });
    }).toPass();
    expect(await logins()).toBe(before);
  });
});

test("looking at links asks no vendor for anything", async ({ page, signInAs }) => {
  await signInAs("analyst");
  const links = main(page).getByRole("link");
  for (const link of await links.all()) await link.hover();
  for (const link of await page.getByRole("navigation").getByRole("link").all()) await link.hover();
  // What a browser or a router sends ahead of a click.
  const prefetches: Record<string, string>[] = [
    { "sec-purpose": "prefetch" },
    { "next-router-prefetch": "1", rsc: "1" },
  ];
  for (const headers of prefetches) expect((await page.request.get("/chat/general", { headers })).ok()).toBe(true);
  expect(await callsToVendors()).toEqual([]);
});

test.describe("finding one's way", () => {
  test("the palette opens by keyboard, finds by tag, and Enter opens what it found", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const box = await openPalette(page);
    await box.fill("customers churn");
    await expect(page.getByRole("option", { name: /Churn by plan/ }).first()).toHaveAttribute("aria-selected", "true");
    await box.press("Enter");
    await expect(page).toHaveURL(`${portalOrigin}/insights/churn-by-plan`);
    await expect(box).toBeHidden();
  });

  test("arrows move through the palette, Escape closes it and gives the focus back", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const search = page.getByRole("button", { name: "Search or jump to" });
    await search.focus();
    const box = await openPalette(page);
    const chosen = page.getByRole("option", { selected: true });
    const first = (await chosen.textContent()) ?? "";
    await box.press("ArrowDown");
    await expect(chosen).not.toHaveText(first);
    await box.press("ArrowUp");
    await expect(chosen).toHaveText(first);
    await box.press("Escape");
    await expect(box).toBeHidden();
    await expect(search).toBeFocused();
  });

  test("a pinned item comes first on the launchpad, also tomorrow, and only for this user", async ({
    page,
    signInAs,
  }) => {
    await signInAs("analyst", { from: "/dashboards" });
    await page.getByRole("button", { name: "Pin Supply chain" }).click();
    await page.goto("/");
    const pinned = page.getByRole("region", { name: "Pinned" });
    await expect(pinned.getByRole("link")).toHaveText(["Supply chain"]);
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
    await signInAs("admin");
    await expect(page.getByRole("region", { name: "Start here" })).toBeVisible();
    await expect(pinned).toHaveCount(0);
  });

  test("what was opened last is on the launchpad and in the switcher's place", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/dashboards/store-network" });
    await page.getByRole("button", { name: "Store network, switch item" }).click();
    await page.getByRole("menuitem", { name: /Supply chain/ }).click();
    await expect(page).toHaveURL(`${portalOrigin}/dashboards/supply-chain`);
    await expect(page).toHaveTitle("Supply chain · Portico");
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    const recent = page.getByRole("region", { name: "Recent" }).getByRole("link");
    await expect(recent).toHaveText([/Supply chain/, /Store network/]);
  });

  test("a tag narrows the launchpad", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await page.getByRole("button", { name: "Customers", exact: true }).click();
    await expect(main(page).getByRole("link", { name: /Customer health/ })).toBeVisible();
    await expect(main(page).getByRole("link", { name: /Sales performance/ })).toHaveCount(0);
    await page.getByRole("button", { name: "All", exact: true }).click();
    await expect(
      main(page)
        .getByRole("link", { name: /Sales performance/ })
        .first(),
    ).toBeVisible();
  });
});

test.describe("how it looks", () => {
  test("the chosen theme comes from the server, so nothing flashes", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await page.getByRole("button", { name: "Theme" }).click();
    await page.getByRole("menuitemradio", { name: "Dark" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    expect(await (await page.request.get("/")).text()).toMatch(/<html[^>]* data-theme="dark"/);
    await page.getByRole("button", { name: "Theme" }).click();
    await page.getByRole("menuitemradio", { name: "System" }).click();
    expect(await (await page.request.get("/")).text()).not.toMatch(/<html[^>]* data-theme/);
  });

  test("a collapsed rail stays collapsed, and keeps its names", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await page.getByRole("button", { name: "Hide labels" }).click();
    await page.reload();
    await expect(page.getByRole("button", { name: "Show labels" })).toBeVisible();
    await expect(page.getByRole("navigation").getByRole("link", { name: "Insights" })).toBeVisible();
  });

  test("the product fills the sheet, and the page itself does not scroll", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/dashboards/sales-performance" });
    const { section } = await expectInteractive(page, "microstrategy", "sales-performance");
    const [outer, inner] = [await section.boundingBox(), await section.locator("iframe").boundingBox()];
    expect(inner?.height).toBeCloseTo(outer?.height ?? 0, 0);
    expect(inner?.width).toBeCloseTo(outer?.width ?? 0, 0);
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBeLessThanOrEqual(
      0,
    );
  });

  test("a vendor's dot tells its state in words, and turns true once the product is there", async ({
    page,
    signInAs,
  }) => {
    await signInAs("analyst");
    const dot = (words: string) => page.getByRole("link", { name: `Dashboards: ${words}` });
    await dot("Ready as a.analyst").hover();
    await expect(page.getByText("Ready as a.analyst").last()).toBeVisible();
    await page
      .getByRole("link", { name: /Sales performance/ })
      .first()
      .click();
    await expectInteractive(page, "microstrategy", "sales-performance");
    await expect(dot("Connected as a.analyst")).toBeVisible();
  });
});

test("sign-out in one tab takes the product off the other", async ({ page, newPage, signInAs }) => {
  await signInAs("analyst", { from: "/dashboards/sales-performance" });
  const { section } = await expectInteractive(page, "microstrategy", "sales-performance");
  const other = await newPage();
  await other.goto("/");
  await other.getByRole("button", { name: /^Account of/ }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await other.waitForURL("**/signed-out");
  await expect(section).toHaveAttribute("data-state", "expired");
  await expect(section.locator("iframe")).toHaveCount(0);
  await expect(section.getByRole("link", { name: "Sign in" })).toHaveAttribute(
    "href",
    "/signin?from=%2Fdashboards%2Fsales-performance",
  );
});

test("another user signing in reloads the tabs of the former one", async ({ page, newPage, signInAs }) => {
  await signInAs("analyst");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Anna");
  const other = await newPage();
  await other.goto("/");
  await other.getByRole("button", { name: /^Account of/ }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await other.waitForURL("**/signed-out");
  await signInAs("viewer", { page: other });
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Victor");
});

test("removing the linked login asks for it in the product's place, and linking continues there", async ({
  page,
  signInAs,
}) => {
  await signInAs("analyst", { from: "/account/connections" });
  const connection = page.getByRole("region", { name: "Dashboards" });
  await connection.getByRole("button", { name: "Remove" }).click();
  await expect(connection.getByText("Not linked")).toBeVisible();

  await page.goto("/dashboards/store-network");
  await page.getByRole("link", { name: "Connect account" }).click();
  await connection.getByLabel("Password").fill("not-the-password");
  await connection.getByRole("button", { name: "Connect" }).click();
  await expect(connection.getByRole("alert")).toContainText("did not accept your login");

  await connection.getByLabel("Password").fill("a.analyst-sandbox");
  await connection.getByRole("button", { name: "Connect" }).click();
  await expect(page).toHaveURL(`${portalOrigin}/dashboards/store-network`);
  await expectInteractive(page, "microstrategy", "store-network");
});
