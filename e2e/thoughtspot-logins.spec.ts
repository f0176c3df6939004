/**
 * ThoughtSpot's two logins with cookies. They need a portal that is configured for them, as for a real ThoughtSpot: this
 * spec starts one per login, with a sandbox of its own, and signs people in with OpenID Connect.
 */
import type { FrameLocator } from "@playwright/test";
import { sandboxGuid } from "../lib/config/sandbox";
import portal from "../portal.config";
import { ports } from "./fixtures/addresses";
import { embed, expectInteractive, expectShown } from "./fixtures/embed";
import { ownOrigin as origin, ownServices as services, signInToOwnPortal, startOwnPortal } from "./fixtures/own-portal";
import { expect, type Page, test } from "./fixtures/test";

const health = "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13";
const healthPage = "/insights/customer-health";

let stopPortal = async () => {};

type Extra = Readonly<Record<string, string>>;

async function startPortal(login: string, extra: Extra = {}): Promise<void> {
  stopPortal = await startOwnPortal({
    AUTH_OIDC_SCOPE: "openid profile email groups",
    THOUGHTSPOT_URL: services.thoughtspot.origin,
    THOUGHTSPOT_INTERNAL_URL: services.thoughtspot.internalOrigin,
    THOUGHTSPOT_SECRET_KEY: sandboxGuid("thoughtspot:secret-key"),
    THOUGHTSPOT_LOGIN: login,
    THOUGHTSPOT_ADMIN_USERNAME: "tsadmin",
    ...extra,
  });
}

const signIn = (page: Page, person: RegExp) => signInToOwnPortal(page, person, healthPage);

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/signed-out");
}

/** The control of this spec's own sandbox. */
const control = async (path: string, body?: object): Promise<Record<string, unknown>> => {
  const init = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return (await fetch(`${services.thoughtspot.internalOrigin}/sandbox/${path}`, init)).json();
};

/** An administrator's call at this spec's own ThoughtSpot. */
async function asAdministrator(path: string, body: object): Promise<void> {
  const post = (to: string, what: object, token?: string) =>
    fetch(`${services.thoughtspot.internalOrigin}/api/rest/2.0/${to}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(what),
    });
  const signedIn = await post("auth/token/full", { username: "tsadmin", password: "admin" });
  const { token } = (await signedIn.json()) as { token: string };
  expect((await post(path, body, token)).status).toBe(204);
}
const partitionCookies = (enable_partitioned_cookies: boolean) =>
  asAdministrator("system/security-settings/configure", { cluster_preferences: { enable_partitioned_cookies } });

const choosePlan = async (frame: FrameLocator, plan: string) => {
  const menu = frame.locator('details[data-chip="Plan"]');
  if ((await menu.getAttribute("open")) === null) await menu.locator("summary").click();
  // Not check(): the frame may sign in again before the box could show its tick.
  await menu.getByLabel(plan).click();
};

const openHealth = (page: Page) => expectInteractive(page, "thoughtspot", "customer-health");

for (const login of ["cookie", "redirect"])
  test.describe(`with the ${login} login`, () => {
    test.describe.configure({ mode: "serial" });
    test.beforeAll(() => startPortal(login));
    test.beforeEach(() => control("reset", {}));
    test.afterAll(() => stopPortal());

    test.describe("in a browser that keeps no cookies in frames", () => {
      test.use({ thirdPartyCookies: "blocked" });

      test("people are told so, and have a way that works", async ({ page }) => {
        await signIn(page, /Anna/);
        const section = embed(page, "thoughtspot", "customer-health");
        await expect(section).toHaveAttribute("data-code", "cookies_blocked");
        await expect(section.getByRole("link", { name: /new tab/i })).toBeVisible();
        // Left signed in at the portal, she would keep her session at ThoughtSpot from the end that comes next.
        await signOut(page);
      });

      test("the session that the browser cannot end is ended by the portal at sign-out", async ({ page }) => {
        await signIn(page, /Anna/);
        await expect(embed(page, "thoughtspot", "customer-health")).toHaveAttribute("data-code", "cookies_blocked");
        expect(await control("state")).toMatchObject({ sessions: [{ user: "a.analyst@portico.example" }] });
        await signOut(page);
        await expect.poll(async () => (await control("state")).sessions).toEqual([]);
      });

      test("partitioned cookies open the item, through renewals and for the next user", async ({ page }) => {
        await partitionCookies(true);
        await signIn(page, /Anna/);
        const { section, frame } = await openHealth(page);
        await expectShown({ section, frame }, "a.analyst@portico.example", health);
        await control("faults", { advanceMs: 4 * 3_600_000 });
        const back = page.waitForResponse((response) => response.url().endsWith("/app/content") && response.ok());
        await choosePlan(frame, "Team");
        await back;
        await expect(section).toHaveAttribute("data-state", "interactive");
        await signOut(page);
        await expect.poll(async () => (await control("state")).sessions).toEqual([]);
        await page.context().clearCookies({ domain: "idp.localhost" });
        await signIn(page, /Victor/);
        await expectShown(await openHealth(page), "v.viewer@portico.example", health);
      });
    });

    test("the item opens as the mapped account", async ({ page }) => {
      await signIn(page, /Anna/);
      await expectShown(await openHealth(page), "a.analyst@portico.example", health);
    });

    test("every item of the catalog opens", async ({ page }) => {
      test.setTimeout(90_000);
      await signIn(page, /Ada/);
      for (const { slug } of portal.items.filter(({ vendor }) => vendor === "thoughtspot")) {
        await page.goto(`${origin}/insights/${slug}`);
        const { frame } = await expectInteractive(page, "thoughtspot", slug);
        await expect(frame.locator("body")).toHaveAttribute("data-sandbox-user", "a.admin@portico.example");
      }
    });

    test("filters of the address are in force, followed, and kept when the session ends", async ({ page }) => {
      await signIn(page, /Anna/);
      await page.goto(`${origin}${healthPage}?filter.Region=Islands`);
      const { section, frame } = await openHealth(page);
      await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Islands/);
      await choosePlan(frame, "Team");
      await expect(page).toHaveURL(/filter\.Region=Islands&filter\.Plan=Team/);
      await control("faults", { advanceMs: 4 * 3_600_000 });
      const back = page.waitForResponse((response) => response.url().endsWith("/app/content") && response.ok());
      await choosePlan(frame, "Starter");
      await back;
      await expect(section).toHaveAttribute("data-state", "interactive");
      await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Islands.*Team/);
    });

    test("signing out of the portal ends the session at ThoughtSpot", async ({ page }) => {
      await signIn(page, /Anna/);
      await openHealth(page);
      // A reload forgets everything that the page knew of the session.
      await page.goto(origin);
      await signOut(page);
      await expect.poll(async () => (await control("state")).sessions).toEqual([]);
    });

    test("a session that ends comes back by itself", async ({ page }) => {
      await signIn(page, /Anna/);
      const { section, frame } = await openHealth(page);
      const gone = page.waitForResponse(/\/session\/logout$/);
      await frame.locator("#sandbox summary").click();
      await frame.getByRole("button", { name: "Forget the sign-in" }).click();
      await gone;
      const back = page.waitForResponse((response) => response.url().endsWith("/app/content") && response.ok());
      await frame.locator('details[data-chip="Plan"] summary').click();
      // Not check(): the frame signs in again before the box could show its tick.
      await frame.locator('details[data-chip="Plan"]').getByLabel("Team").click();
      await back;
      await expect(section).toHaveAttribute("data-state", "interactive");
      await expect(frame.locator("body")).toHaveAttribute("data-sandbox-user", "a.analyst@portico.example");
    });

    test("what another user left behind in the browser is never shown", async ({ page, context }) => {
      await signIn(page, /Anna/);
      await openHealth(page);
      await context.clearCookies({ domain: "portal.localhost" });
      await context.clearCookies({ domain: "idp.localhost" });
      const seen: string[] = [];
      page.on("response", async (response) => {
        if (response.url().endsWith("/app/content") && response.ok())
          seen.push(((await response.json()) as { user: string }).user);
      });
      await signIn(page, /Victor/);
      await expectShown(await openHealth(page), "v.viewer@portico.example", health);
      expect(new Set(seen)).toEqual(new Set(["v.viewer@portico.example"]));
    });
  });

test.describe("with the redirect login", () => {
  test.beforeAll(() => startPortal("redirect"));
  test.afterAll(() => stopPortal());

  test("a token whose login was refused is not sent a second time", async ({ page, errors }) => {
    errors.allow(/401/);
    await control("faults", { rules: [{ match: "GET */session/auth/token", status: 401, times: 1 }] });
    await signIn(page, /Anna/);
    const section = embed(page, "thoughtspot", "customer-health");
    await expect(section).toHaveAttribute("data-code", "embed_timeout", { timeout: 12_000 });
    await expect(section).toContainText("Another try logs in again");
    await section.getByRole("button", { name: /try again/i }).click();
    await expectShown(await openHealth(page), "a.analyst@portico.example", health);
    expect((await control("state")).tokensMinted).toMatchObject({ "v1 a.analyst@portico.example": 2 });
  });

  test("a search opens on its model, with its words", async ({ page }) => {
    await signIn(page, /Anna/);
    await page.goto(`${origin}/insights/renewal-search`);
    const { frame } = await expectInteractive(page, "thoughtspot", "renewal-search");
    await expect(frame.locator(".answer article")).toHaveAttribute("aria-label", "Renewal value by Industry");
  });
});

test.describe("with tokens of one object", () => {
  test.beforeAll(() => startPortal("cookieless", { THOUGHTSPOT_TOKEN: "object" }));
  test.beforeEach(() => control("reset", {}));
  test.afterAll(() => stopPortal());

  test("a token opens its Liveboard and no other, and the session lives on", async ({ page }) => {
    await signIn(page, /Anna/);
    const { section, frame } = await openHealth(page);
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-access", "REPORT_BOOK_VIEW");
    const show = (id: string) =>
      frame.locator("body").evaluate((_, board) => {
        location.hash = `#/embed/viz/${board}`;
      }, id);
    await show("9b5e0d27-c31f-4a86-8e74-f06a13d2b958");
    await expect(frame.getByRole("heading", { name: "No access" })).toBeVisible();
    await show(health);
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-item", health);
    await expect(section).toHaveAttribute("data-state", "interactive");
  });

  test("search and the items with row security get a full one", async ({ page }) => {
    await signIn(page, /Ada/);
    for (const slug of ["renewal-search", "revenue-by-territory"]) {
      await page.goto(`${origin}/insights/${slug}`);
      const { frame } = await expectInteractive(page, "thoughtspot", slug);
      await expect(frame.locator("body")).toHaveAttribute("data-sandbox-access", "FULL");
    }
  });
});

test.describe("with the cookie login and multi-factor authentication", () => {
  test.beforeAll(() => startPortal("cookie"));
  test.afterAll(() => stopPortal());

  test("people read that a second factor is asked for, and administrators what to change", async ({ page, errors }) => {
    errors.allow(/403/);
    await control("faults", { switches: { multiFactor: true } });
    await signIn(page, /Anna/);
    const section = embed(page, "thoughtspot", "customer-health");
    await expect(section).toHaveAttribute("data-code", "multi_factor_required", { timeout: 15_000 });
    await expect(section).toContainText("THOUGHTSPOT_LOGIN=cookieless");
  });
});

test.describe("with the cookieless login and no check of tokens", () => {
  test.beforeAll(() => startPortal("cookieless", { THOUGHTSPOT_TOKEN_CHECK: "off" }));
  test.afterAll(() => stopPortal());

  test("an item takes one token, although the SDK comes back for each of its calls", async ({ page }) => {
    await signIn(page, /Anna/);
    await expectShown(await openHealth(page), "a.analyst@portico.example", health);
    expect((await control("state")).tokensMinted).toMatchObject({ "v2 full a.analyst@portico.example": 1 });
  });
});

for (const login of ["cookieless", "redirect"])
  test.describe(`with the ${login} login and an address that browsers cannot reach`, () => {
    test.beforeAll(() => startPortal(login, { THOUGHTSPOT_URL: `http://thoughtspot.localhost:${ports.unused}` }));
    test.afterAll(() => stopPortal());

    test("people and administrators read what to look at, within ten seconds", async ({ page, errors }) => {
      errors.allow(/ERR_CONNECTION_REFUSED/);
      await signIn(page, /Anna/);
      const section = embed(page, "thoughtspot", "customer-health");
      await expect(section).toHaveAttribute("data-code", "vendor_unreachable", { timeout: 11_000 });
      await expect(section).toContainText("THOUGHTSPOT_URL");
    });
  });

test.describe("with a key that follows", () => {
  const next = "the-key-that-follows-0001";
  const setTrustedAuthentication = (auth_status: "ENABLED" | "DISABLED") =>
    asAdministrator("auth/configure", { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status } });
  test.beforeAll(() => startPortal("cookieless", { THOUGHTSPOT_SECRET_KEY_NEXT: next }));
  test.afterAll(() => stopPortal());

  test("replacing the key while a Liveboard is open disturbs no one, and needs no restart", async ({ page }) => {
    await signIn(page, /Anna/);
    const { section, frame } = await openHealth(page);
    await section.locator("iframe").evaluate((element) => element.setAttribute("data-same", "yes"));
    await control("faults", { switches: { nextSecretKey: next } });
    await setTrustedAuthentication("DISABLED");
    await setTrustedAuthentication("ENABLED");
    await control("faults", { advanceMs: 700_000 });
    await choosePlan(frame, "Team");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Team/);
    await expect(section).toHaveAttribute("data-state", "interactive");
    await expect(section.locator("iframe[data-same=yes]")).toBeVisible();
  });
});
