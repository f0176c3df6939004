/** The demo is one company: what one product says of it, the others say too. */
import { expectInteractive } from "./fixtures/embed";
import { expect, test } from "./fixtures/test";

test("a dashboard, a chat room and a Liveboard tell the same revenue of the year", async ({ page, signInAs }) => {
  await signInAs("admin");
  await page.goto("/dashboards/sales-performance");
  const dashboard = await expectInteractive(page, "microstrategy", "sales-performance");
  const figure = await dashboard.frame.locator(".kpi .figure").first().textContent();
  const revenue = /€[\d.]+M/.exec(figure ?? "")?.[0];
  expect(revenue, `the first figure of the dashboard, ${figure}`).toBeDefined();

  await page.goto("/insights/revenue-by-territory");
  const board = await expectInteractive(page, "thoughtspot", "revenue-by-territory");
  const tile = board.frame.getByRole("article", { name: "Revenue, year to date" });
  await expect(tile.locator("strong")).toHaveText(revenue ?? "");

  await page.goto("/chat/general");
  const room = await expectInteractive(page, "rocketchat", "general");
  await expect(room.frame.getByRole("log")).toContainText(`Revenue in the year to date is ${revenue}`);
});
