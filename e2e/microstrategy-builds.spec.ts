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
import portal from "../portal.config";
import type { FaultRule } from "../sandbox/kit/fault-rule";
import { embed, expectFailed, expectInteractive, expectShown, type OpenEmbed } from "./fixtures/embed";
import { embedTimes, latestMs, recordEmbedTimes } from "./fixtures/embed-times";
import { ownOrigin, ownSandbox, ownServices, signInToOwnPortal, startOwnPortal } from "./fixtures/own-portal";
import { expect, type Page, test } from "./fixtures/test";

const { origin, internalOrigin } = ownServices.microstrategy;
const library = ownSandbox("microstrategy");
const vendor = "microstrategy";
const sales = "7C1F4A92B06E4D35A8C3E5170F9B2D61";
const folder = process.env.E2E_SDK_SCRIPTS;

const builds = ["2020", "2022", "2024", "current"] as const;
type Build = (typeof builds)[number];

/** The kinds of items that a build opens inside the portal; the others are named, and open in a new tab. */
const opens: Readonly<Record<Build, readonly string[]>> = {
  "2020": ["dashboard"],
  "2022": ["dashboard"],
  "2024": ["dashboard", "report", "library"],
  current: ["dashboard", "report", "library", "document", "bot"],
};

const items = portal.items.filter(({ vendor: of, open }) => of === vendor && !open.includes("portal-admins"));
const firstOfEachKind = items.filter(({ kind }, index) => items.findIndex((one) => one.kind === kind) === index);

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

const openItem = async (page: Page): Promise<OpenEmbed> => {
  await page.goto(`${ownOrigin}/dashboards/sales-performance`);
  return expectInteractive(page, vendor, "sales-performance");
};

/** The item fails with this name in time. How long it took is written into the report. */
async function failsInTime(page: Page, code: string, how: string): Promise<void> {
  await page.goto(`${ownOrigin}/dashboards/sales-performance`);
  await expectFailed(page, vendor, "sales-performance", code);
  const times = await embedTimes(page);
  const { failedAt, scriptAt } = times;
  const description = `${failedAt} ms after the navigation, ${failedAt - Number(scriptAt)} ms after the script (${how})`;
  test.info().annotations.push({ type: code, description });
  expect(failedAt).toBeLessThan(latestMs(times));
}

/** Follows the link of an item on the page of all items, as a person does. */
const follow = (page: Page, title: string) =>
  page
    .getByRole("link", { name: new RegExp(`^${title}`) })
    .first()
    .click();

/** One press of Back leaves an item, and takes its frame along. */
async function leaveByBack(page: Page): Promise<void> {
  await page.goBack();
  await expect(page).toHaveURL(`${ownOrigin}/dashboards`);
  await expect(page.locator("iframe")).toHaveCount(0);
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

    test("each kind of item opens or is named, one press of Back leaves it, and ended, idle and switched sessions go on", async ({
      page,
    }) => {
      // One way through all of it, for a sign-in of its own costs more than each of these steps.
      test.setTimeout(120_000);
      for (const { slug, title, kind, target } of build === "current" ? items : firstOfEachKind)
        await test.step(`${slug}, and Back`, async () => {
          await follow(page, title);
          if (opens[build].includes(kind)) {
            const open = await expectInteractive(page, vendor, slug);
            await expectShown(open, "a.analyst", target.objectId ?? "library");
          } else {
            const card = await expectFailed(page, vendor, slug, "kind_unsupported");
            await expect(card).toContainText(build === "2024" ? "a build of 2024" : "a build of 2022 or earlier");
            await expect(card.getByRole("link", { name: /new tab/i })).toBeVisible();
            await expect(card.getByRole("button", { name: "Try again" })).toHaveCount(0);
          }
          await leaveByBack(page);
        });

      await follow(page, "Sales performance");
      const open = await expectInteractive(page, vendor, "sales-performance");
      for (const [how, end] of Object.entries({
        ended: endSessions,
        idle: () => library.faults({ advanceMs: 700_000 }),
      }))
        await test.step(`${how}, and renewed`, async () => {
          const before = await redeemed();
          await end();
          await expectRenewed(open, before);
        });
      // The frames that were renewed left nothing in the history either.
      await leaveByBack(page);

      await test.step("switched fast", async () => {
        await follow(page, "Store network");
        await embed(page, vendor, "store-network").waitFor();
        for (const title of ["Sales performance", "Store network", "Sales performance"]) await goTo(page, title);
        await expectShown(await expectInteractive(page, vendor, "sales-performance"), "a.analyst", sales);
        await expect(page.locator("iframe")).toHaveCount(1);
      });
    });

    test("a refused login and a cookie that is not kept have their names in time, and whoever leaves meanwhile leaves no error behind", async ({
      page,
    }) => {
      test.setTimeout(120_000);
      // The browser holds no session yet: each of these needs a login that works.
      await recordEmbedTimes(page);
      const match = "POST /MicroStrategyLibrary/api/auth/delegate";
      const refused = [{ match, status: 401, body: '{"code":"ERR003"}' }];
      await serve(build, {}, refused);
      await failsInTime(page, "embed_refused", "a script without cross-origin headers");
      await serve(build, { sdkCors: true }, refused);
      await failsInTime(page, "embed_refused", "a script with them");
      // A frame of another site keeps no such cookie, whether or not its login page looks.
      const lost = { sameSite: "Lax", partitioned: false };
      await serve(build, lost);
      await failsInTime(page, "cookies_blocked", "told by the login page");
      await serve(build, { ...lost, loginChecksCookie: false });
      await failsInTime(page, "cookies_blocked", "found out by the portal");

      await serve(build);
      await page.goto(`${ownOrigin}/dashboards`);
      await page.evaluate((library) => {
        const { dataset } = document.documentElement;
        window.addEventListener("message", ({ origin }) => {
          if (origin !== library) return;
          dataset.heard = String(Number(dataset.heard) + 1);
          if (dataset.heard === dataset.leaveAt) history.back();
        });
      }, origin);
      // From the login page's first word to the item's last.
      for (const message of [1, 2, 3, 4, 5, 7])
        await test.step(`left at message ${message}`, async () => {
          await page.evaluate((at) => {
            Object.assign(document.documentElement.dataset, { heard: "0", leaveAt: String(at) });
          }, message);
          await follow(page, "Sales performance");
          await expect
            .poll(() => page.evaluate(() => Number(document.documentElement.dataset.heard)))
            .toBeGreaterThanOrEqual(message);
          await expect(page).toHaveURL(`${ownOrigin}/dashboards`);
          await expect(page.locator("iframe")).toHaveCount(0);
        });
      await openItem(page);
    });
  });
