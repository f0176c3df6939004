/** "How this opened": what happened, in its order, with what failed marked, and nothing in it that could be used. */
import { expectAccessible } from "./fixtures/accessibility";
import { expectFailed, expectInteractive } from "./fixtures/embed";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, type Page, test } from "./fixtures/test";

const drawer = (page: Page) => page.getByRole("region", { name: "How this opened" });

async function openDrawer(page: Page): Promise<void> {
  await page.locator("header").getByRole("button", { name: "How this opened" }).click();
  await expect(drawer(page)).toBeVisible();
}

/** The ids of the hops, from top to bottom. */
const hopsOf = (page: Page) =>
  drawer(page)
    .locator("[data-hop]")
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-hop") ?? ""));

/** Waits for the last step, then expects these hops in this order, with others between them. */
async function expectHops(page: Page, hops: readonly string[]): Promise<void> {
  await expect(
    drawer(page)
      .locator(`[data-hop="${hops.at(-1)}"]`)
      .first(),
  ).toBeVisible();
  const shown = await hopsOf(page);
  expect(shown.filter((hop) => hops.includes(hop)).filter((hop, index, all) => all.indexOf(hop) === index)).toEqual(
    hops,
  );
}

/** Tokens that the portal hands to its pages, and those that the vendors got. */
function collectTokens(page: Page): Set<string> {
  const tokens = new Set<string>();
  page.on("response", async (response) => {
    if (!/\/api\/(microstrategy|rocketchat|thoughtspot)\/(identity-token|token)$/.test(response.url())) return;
    const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    for (const name of ["token", "identityToken"]) if (typeof body[name] === "string") tokens.add(body[name]);
  });
  return tokens;
}

async function expectNoSecret(page: Page, tokens: ReadonlySet<string>): Promise<void> {
  const cookies = (await page.context().cookies()).map(({ value }) => value).filter((value) => value.length >= 16);
  const html = await drawer(page).evaluate((element) => element.outerHTML);
  for (const secret of [...tokens, ...cookies]) expect(html.includes(secret)).toBe(false);
}

test("each product tells how it opened: hops in order, details of one, and no secret", async ({ page, signInAs }) => {
  test.setTimeout(120_000);
  const tokens = collectTokens(page);
  await signInAs("analyst", { from: "/dashboards/sales-performance" });
  await expectInteractive(page, "microstrategy", "sales-performance");
  await openDrawer(page);
  await expectHops(page, [
    "open",
    "page-guard",
    "policy",
    "mapping",
    "connection",
    "lease",
    "log-in",
    "identity-token",
    "owner-checked",
    "streamed",
    "login-page",
    "exchange",
    "page-loaded",
  ]);
  const token = drawer(page).locator('[data-hop="identity-token"]');
  await token.getByRole("button").click();
  await expect(token).toContainText(/X-MSTR-IdentityToken iden…\S{3} \(\d+ characters/);
  await expect(token).toContainText("lib/vendors/microstrategy/server/api.ts:");
  await expect(token.getByRole("link", { name: "Seamless login using identity token" })).toBeVisible();
  await expectAccessible(page);
  await drawer(page).getByRole("button", { name: "Sign-in" }).click();
  await expectHops(page, ["sign-in-start", "persona", "session-began"]);
  await expectNoSecret(page, tokens);

  await page.goto("/chat/general");
  await expectInteractive(page, "rocketchat", "general");
  await openDrawer(page);
  await expectHops(page, ["open", "policy", "lease", "create-token", "streamed", "chat-shown"]);
  await expectNoSecret(page, tokens);

  await page.goto("/insights/customer-health");
  await expectInteractive(page, "thoughtspot", "customer-health");
  await openDrawer(page);
  await expectHops(page, ["open", "policy", "lease", "token-full", "streamed", "rendered"]);
  await expectNoSecret(page, tokens);

  // Once more: the portal's connection is there.
  await page.reload();
  await expectInteractive(page, "thoughtspot", "customer-health");
  await openDrawer(page);
  await expect(drawer(page)).toContainText("1 connection reused");
});

test("a hop that fails is marked and open, with its cause, and what never followed", async ({
  page,
  signInAs,
  errors,
}) => {
  errors.allow(/./);
  await signInAs("analyst");
  await sandbox("microstrategy").faults({ rules: [{ match: "POST /*", status: 500 }] });
  await page.goto("/dashboards/store-network");
  await expectFailed(page, "microstrategy", "store-network", "vendor_failed");
  await page.locator("main section").getByRole("button", { name: "How this opened" }).click();
  const failed = drawer(page).locator('[data-hop-state="failed"]');
  await expect(failed).toHaveAttribute("data-hop", "log-in");
  await expect(failed).toContainText("500");
  await expect(failed).toContainText("Cause");
  await expect(drawer(page)).toContainText(/Failed at hop \d+ of \d+/);
  await expect(drawer(page).locator('[data-hop-state="never"]').first()).toContainText("not sent");
});
