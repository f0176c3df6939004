/**
 * The ways a portal can sign people in at MicroStrategy beside their own linked login, which microstrategy.spec.ts has.
 * Each needs a portal that is configured for it, as for a real Library.
 */
import { sandboxPassword } from "../lib/config/sandbox";
import { expectFailed, expectInteractive, expectShown } from "./fixtures/embed";
import { ownOrigin, ownSandbox, ownServices, signInToOwnPortal, startOwnPortal } from "./fixtures/own-portal";
import { expect, type Page, test } from "./fixtures/test";

const { origin, internalOrigin } = ownServices.microstrategy;
const library = ownSandbox("microstrategy");
const sales = "7C1F4A92B06E4D35A8C3E5170F9B2D61";
const storeFinder = "64A7E3D8901B4F2CB5C60D7E2F9A1B83";
const salesPage = "/dashboards/sales-performance";
const vendor = "microstrategy";
const service = {
  MICROSTRATEGY_SERVICE_USERNAME: "portico-service",
  MICROSTRATEGY_SERVICE_PASSWORD: sandboxPassword("portico-service"),
};

interface LibraryState {
  readonly sessions: readonly { readonly user: string; readonly loginMode: number; readonly client: string }[];
  readonly minted: { readonly logins: number; readonly redeemed: number };
}
const libraryState = async () => (await library.state()) as LibraryState;
const modesOf = async (user: string) =>
  new Set((await libraryState()).sessions.filter((one) => one.user === user).map(({ loginMode }) => loginMode));

/** A portal with these settings for the tests of a group. */
function usePortal(settings: Readonly<Record<string, string>>): void {
  let stop: () => Promise<void> = async () => undefined;
  test.beforeAll(async () => {
    stop = await startOwnPortal({
      MICROSTRATEGY_LIBRARY_URL: `${origin}/MicroStrategyLibrary`,
      MICROSTRATEGY_LIBRARY_INTERNAL_URL: `${internalOrigin}/MicroStrategyLibrary`,
      ...settings,
    });
  });
  test.afterAll(() => stop());
  test.beforeEach(() => library.reset());
}

const open = (page: Page, person: RegExp, from = salesPage) => signInToOwnPortal(page, person, from);

test.describe("with the sign-in of the organization", () => {
  usePortal({ MICROSTRATEGY_LOGIN: "oidc" });

  test("a dashboard opens as the mapped account, without a login of its own", async ({ page }) => {
    await open(page, /Anna/);
    const shown = await expectInteractive(page, vendor, "sales-performance");
    await expectShown(shown, "a.analyst", sales);
    expect(await modesOf("a.analyst")).toEqual(new Set([4194304]));
  });

  test("the next person in the same browser gets the own account", async ({ page, context }) => {
    await open(page, /Anna/);
    await expectInteractive(page, vendor, "sales-performance");
    await context.clearCookies({ domain: "portal.localhost" });
    await context.clearCookies({ domain: "idp.localhost" });
    await open(page, /Victor/);
    await expectShown(await expectInteractive(page, vendor, "sales-performance"), "v.viewer", sales);
  });

  test("when the identity provider's tokens are refused, nothing is shown and the reason is named", async ({
    page,
  }) => {
    await library.faults({ switches: { loginModes: "1" } });
    await open(page, /Anna/);
    await expectFailed(page, vendor, "sales-performance", "vendor_misconfigured");
    expect((await libraryState()).minted.logins).toBe(0);
  });
});

test.describe("with API tokens", () => {
  usePortal({ MICROSTRATEGY_LOGIN: "api-token", ...service });

  test("a dashboard opens as the mapped account, and the service account leaves no session", async ({ page }) => {
    await open(page, /Victor/);
    await expectShown(await expectInteractive(page, vendor, "sales-performance"), "v.viewer", sales);
    expect(await modesOf("v.viewer")).toEqual(new Set([4096]));
    expect(await modesOf("portico-service")).toEqual(new Set());
  });
});

test.describe("as guest", () => {
  usePortal({ MICROSTRATEGY_LOGIN: "guest" });

  test("an item marked public opens as the guest", async ({ page }) => {
    await open(page, /Anna/, "/dashboards/store-finder");
    await expectShown(await expectInteractive(page, vendor, "store-finder"), "guest", storeFinder);
  });

  test("any other item is refused with its own sentence, before MicroStrategy is called", async ({ page }) => {
    await open(page, /Anna/);
    const card = await expectFailed(page, vendor, "sales-performance", "item_forbidden");
    await expect(card).toContainText("not for guests");
    expect((await libraryState()).minted.logins).toBe(0);
  });
});

const webSettings = {
  MICROSTRATEGY_LOGIN: "web",
  MICROSTRATEGY_WEB_URL: `${origin}/MicroStrategy`,
};

/** Runs a task of MicroStrategy Web in the browser's own session there, as the product's own pages do. */
async function signInToWeb(page: Page, username: string): Promise<void> {
  await page.goto(`${origin}/MicroStrategyLibrary/auth/ui/loginPage`);
  const status = await page.evaluate(
    async ([userid, password]) => {
      const form = { taskId: "login", taskContentType: "json", taskEnv: "xhr", userid, password };
      const body = new URLSearchParams(form as Record<string, string>);
      return (await fetch("/MicroStrategy/servlet/taskProc", { method: "POST", body })).status;
    },
    [username, sandboxPassword(username)],
  );
  expect(status).toBe(200);
}

test.describe("with the browser's own MicroStrategy Web session", () => {
  usePortal({ ...webSettings, ...service });
  // A servlet that answers the portal's origin, and cookies that a page of another site may use.
  test.beforeEach(() => library.faults({ switches: { webCors: true, partitioned: false } }));
  test.afterEach(() => library.faults({ clear: true }));

  const reopened = async (page: Page) => {
    await page.goto(`${ownOrigin}${salesPage}`);
    return expectInteractive(page, vendor, "sales-performance");
  };

  test("a browser without one is told to sign in there, and can then go on", async ({ page }) => {
    await open(page, /Anna/);
    const card = await expectFailed(page, vendor, "sales-performance", "vendor_signed_out");
    await expect(card.getByRole("link", { name: /new tab/i })).toHaveAttribute("href", `${origin}/MicroStrategy`);
    await signInToWeb(page, "a.analyst");
    await expectShown(await reopened(page), "a.analyst", sales);
    expect((await libraryState()).minted.redeemed).toBe(1);
  });

  test("one that is someone else's is never shown", async ({ page }) => {
    await signInToWeb(page, "a.admin");
    await open(page, /Anna/);
    const card = await expectFailed(page, vendor, "sales-performance", "vendor_signed_out");
    await expect(card).toContainText("another account");
    expect((await libraryState()).minted.redeemed).toBe(0);
  });

  test("secret keys that differ, and a servlet that does not answer the portal, have their own words", async ({
    page,
    errors,
  }) => {
    errors.allow(/CORS policy/);
    await signInToWeb(page, "a.analyst");
    await library.faults({ switches: { webSecretKey: "different" } });
    await open(page, /Anna/);
    const refused = await expectFailed(page, vendor, "sales-performance", "vendor_misconfigured");
    await expect(refused).toContainText("secret keys differ");
    await library.faults({ switches: { webSecretKey: "same", webCors: false } });
    await page.reload();
    await expectFailed(page, vendor, "sales-performance", "embed_blocked");
  });
});

test.describe("with a MicroStrategy Web session that the portal opens", () => {
  usePortal({
    ...webSettings,
    // Only the portal's server calls it.
    MICROSTRATEGY_WEB_URL: `${internalOrigin}/MicroStrategy`,
    MICROSTRATEGY_WEB_SESSION: "server",
  });

  test("a person links the own login once, and dashboards open with Web's tokens", async ({ page }) => {
    await open(page, /Anna/);
    const card = await expectFailed(page, vendor, "sales-performance", "credential_missing");
    await card.getByRole("link", { name: "Connect account" }).click();
    await page.getByLabel("Password").fill(sandboxPassword("a.analyst"));
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(page).toHaveURL(`${ownOrigin}${salesPage}`);
    await expectShown(await expectInteractive(page, vendor, "sales-performance"), "a.analyst", sales);
    const clients = (await libraryState()).sessions.map(({ client }) => client);
    expect(new Set(clients)).toEqual(new Set(["web", "library"]));
  });
});
