/**
 * MicroStrategy on the portal's own site, the deployment that docs/setup/microstrategy.md recommends: its cookies are
 * first-party, plain `Lax` ones, and no browser blocks them.
 */
import { sandboxServices } from "../lib/config/sandbox";
import { ports } from "./fixtures/addresses";
import { expectInteractive, expectShown } from "./fixtures/embed";
import { startOwnPortal } from "./fixtures/own-portal";
import { expect, test } from "./fixtures/test";

const portal = `http://localhost:${ports.ownPortal}`;
const services = sandboxServices(ports.ownSandbox, true);
const { origin, internalOrigin } = services.microstrategy;
const sales = "7C1F4A92B06E4D35A8C3E5170F9B2D61";

let stop: () => Promise<void> = async () => undefined;
test.beforeAll(async () => {
  stop = await startOwnPortal({
    AUTH_URL: portal,
    AUTH_OIDC_ISSUER: services.idp.origin,
    PORTAL_SANDBOX: "on",
    SANDBOX_PORT: String(ports.ownSandbox),
    SANDBOX_SAME_SITE: "on",
    SANDBOX_SECRET: "same-site",
  });
});
test.afterAll(() => stop());

test("a dashboard opens with cookies that are Lax, whether or not the browser blocks third parties, and is renewed @embed", async ({
  page,
  context,
}) => {
  await page.goto(`${portal}/signin?from=%2Fdashboards%2Fsales-performance`);
  await page.getByRole("button", { name: /^analyst/i }).click();
  const open = await expectInteractive(page, "microstrategy", "sales-performance");
  await expectShown(open, "a.analyst", sales);
  const cookies = (await context.cookies(`${origin}/MicroStrategyLibrary/app`)).filter(({ path }) =>
    path.startsWith("/MicroStrategyLibrary"),
  );
  expect(cookies.map(({ name }) => name).sort()).toEqual(["JSESSIONID", "iSession"]);
  for (const { sameSite, secure } of cookies) expect([sameSite, secure]).toEqual(["Lax", false]);

  await fetch(`${internalOrigin}/sandbox/end-sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "a.analyst" }),
  });
  const redeemed = async () => {
    const state = (await (await fetch(`${internalOrigin}/sandbox/state`)).json()) as { minted: { redeemed: number } };
    return state.minted.redeemed;
  };
  await expect.poll(redeemed).toBe(2);
  await expect(open.section).toHaveAttribute("data-state", "interactive");
  await expectShown(open, "a.analyst", sales);
});
