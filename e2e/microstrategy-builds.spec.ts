/**
 * Every generation of the vendor's SDK in a portal that lets it compile code: what opens, what fails with which name and
 * how soon, and that nothing is left behind when a person leaves.
 *
 * The sandbox's SDK behaves like each of the builds. To try scripts of real Libraries in its place, name a folder that has
 * them as `2020.js`, `2022.js`, `2024.js` or `current.js`: `E2E_SDK_SCRIPTS=<folder> npm run e2e -- microstrategy-builds`.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxPassword } from "../lib/config/sandbox";
import type { FaultRule } from "../sandbox/kit/sandbox";
import { embed, expectFailed, expectInteractive, expectShown, type OpenEmbed } from "./fixtures/embed";
import { ownOrigin, ownSandbox, ownServices, signInToOwnPortal, startOwnPortal } from "./fixtures/own-portal";
import { expect, type Page, test } from "./fixtures/test";

const { origin, internalOrigin } = ownServices.microstrategy;
const library = ownSandbox("microstrategy");
const vendor = "microstrategy";
const sales = "7C1F4A92B06E4D35A8C3E5170F9B2D61";
const folder = process.env.E2E_SDK_SCRIPTS;

const builds = ["2020", "2022", "2024", "current"] as const;
type Build = (typeof builds)[number];

/** What a person waits at most until a failure has its name (page contract), counted from the navigation. */
const maxWaitMs = 10_000;

let stop: () => Promise<void> = async () => undefined;
test.beforeAll(async () => {
  stop = await startOwnPortal({
    MICROSTRATEGY_LIBRARY_URL: `${origin}/MicroStrategyLibrary`,
    MICROSTRATEGY_LIBRARY_INTERNAL_URL: `${internalOrigin}/MicroStrategyLibrary`,
    MICROSTRATEGY_LOGIN: "api-token",
    MICROSTRATEGY_SERVICE_USERNAME: "portico-service",
    MICROSTRATEGY_SERVICE_PASSWORD: sandboxPassword("portico-service"),
    MICROSTRATEGY_SDK_EVAL: "on",
    AUTH_OIDC_SCOPE: "openid profile email groups",
  });
});
test.afterAll(() => stop());

/** Serves a build, with other switches and faults beside it. */
async function serve(build: Build, switches: object = {}, rules: readonly FaultRule[] = []): Promise<void> {
  const file = folder && join(folder, `${build}.js`);
  const script: FaultRule[] =
    file && existsSync(file)
      ? [
          {
            match: "GET /MicroStrategyLibrary/javascript/*",
            status: 200,
            headers: { "content-type": "text/javascript" },
            body: readFileSync(file, "utf8"),
          },
        ]
      : [];
  await library.faults({ clear: true, switches: { sdk: build, ...switches }, rules: [...script, ...rules] });
}

const openItem = async (page: Page, slug = "sales-performance"): Promise<OpenEmbed> => {
  await page.goto(`${ownOrigin}/dashboards/${slug}`);
  return expectInteractive(page, vendor, slug);
};

/** The item fails with this name, within what a person waits from the navigation on. */
async function failsInTime(page: Page, code: string, slug = "sales-performance"): Promise<void> {
  await page.goto(`${ownOrigin}/dashboards/${slug}`);
  await expectFailed(page, vendor, slug, code);
  const waited = await page.evaluate(() => Math.round(performance.now()));
  test.info().annotations.push({ type: `${code} after`, description: `${waited} ms` });
  expect(waited).toBeLessThan(maxWaitMs);
}

/** Goes to another item without leaving the page, as the palette does it. */
const goTo = async (page: Page, title: string) => {
  await page.getByRole("button", { name: /^Search/ }).click();
  await page.getByRole("combobox").fill(title);
  await page.getByRole("option", { name: title }).first().click();
};

const endSessions = () =>
  fetch(`${internalOrigin}/sandbox/end-sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "a.analyst" }),
  });

const redeemed = async () => ((await library.state()) as { minted: { redeemed: number } }).minted.redeemed;

/** Waits until the frame has a session again, with the old one on the screen meanwhile. */
async function expectRenewed({ section, frame }: OpenEmbed, before: number): Promise<void> {
  await expect.poll(redeemed).toBe(before + 1);
  await expect(section).toHaveAttribute("data-state", "interactive");
  await expect(section.locator("iframe")).toHaveCount(1);
  await expectShown({ section, frame }, "a.analyst", sales);
}

test.beforeEach(async ({ page }) => {
  await library.reset();
  page.on("dialog", (dialog) => {
    throw new Error(`An alert was shown: ${dialog.message()}`);
  });
});

for (const build of builds)
  test.describe(`with an SDK of ${build}`, () => {
    test.beforeEach(async ({ page }) => {
      await serve(build);
      await signInToOwnPortal(page, /Anna/, "/dashboards");
    });

    test("a dashboard opens, one press of Back leaves it, and an ended or idle session is renewed", async ({
      page,
    }) => {
      await page
        .getByRole("link", { name: /Sales performance/ })
        .first()
        .click();
      await expectShown(await expectInteractive(page, vendor, "sales-performance"), "a.analyst", sales);
      await page.goBack();
      await expect(page).toHaveURL(`${ownOrigin}/dashboards`);

      const open = await openItem(page);
      for (const end of [endSessions, () => library.faults({ advanceMs: 700_000 })]) {
        const before = await redeemed();
        await end();
        await expectRenewed(open, before);
      }
    });

    test("a refused login and a cookie that is not kept have their names in time", async ({ page }) => {
      const match = "POST /MicroStrategyLibrary/api/auth/delegate";
      const refused = { match, status: 401, body: '{"code":"ERR003"}' };
      await serve(build, {}, [refused]);
      await failsInTime(page, "embed_refused");
      await serve(build, { sdkCors: true }, [refused]);
      await failsInTime(page, "embed_refused");
      // A frame of another site keeps no such cookie, whether or not its login page looks.
      await serve(build, { sameSite: "Lax", partitioned: false });
      await failsInTime(page, "cookies_blocked");
      await serve(build, { sameSite: "Lax", partitioned: false, loginChecksCookie: false });
      await failsInTime(page, "cookies_blocked");
      await serve(build);
      await openItem(page);
    });

    test("whoever leaves while it signs in or loads leaves no error behind", async ({ page }) => {
      await page.evaluate((library) => {
        const leave = { at: 0, heard: 0 };
        Object.assign(window, { leave });
        window.addEventListener("message", (event) => {
          if (event.origin !== library) return;
          leave.heard += 1;
          if (leave.heard === leave.at) history.back();
        });
      }, origin);
      for (const message of [1, 2, 3, 4, 5, 7]) {
        await page.evaluate(
          (at) => Object.assign((window as unknown as { leave: object }).leave, { at, heard: 0 }),
          message,
        );
        await page
          .getByRole("link", { name: /Sales performance/ })
          .first()
          .click();
        await page.waitForURL(/sales-performance/);
        await expect(page).toHaveURL(`${ownOrigin}/dashboards`);
        await expect(page.locator("iframe")).toHaveCount(0);
      }
      await openItem(page);
    });

    test("whoever switches fast ends where they wanted, in one frame", async ({ page }) => {
      await page.goto(`${ownOrigin}/dashboards/store-network`);
      await embed(page, vendor, "store-network").waitFor();
      for (const title of ["Sales performance", "Store network", "Sales performance"]) await goTo(page, title);
      await expectShown(await expectInteractive(page, vendor, "sales-performance"), "a.analyst", sales);
      await expect(page.locator("iframe")).toHaveCount(1);
    });
  });

test("a kind that a build lacks is named, with a new tab in place of trying again", async ({ page }) => {
  await serve("2022");
  await signInToOwnPortal(page, /Anna/, "/dashboards");
  await failsInTime(page, "kind_unsupported", "orders-by-week");
  const card = embed(page, vendor, "orders-by-week");
  await expect(card).toContainText("2022 or earlier");
  await expect(card.getByRole("link", { name: /new tab/i })).toBeVisible();
  await expect(card.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await serve("2024");
  await openItem(page, "orders-by-week");
});
