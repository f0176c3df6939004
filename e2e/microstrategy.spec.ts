/** MicroStrategy in a real browser: who is signed in, what a person can do, and what each failure says. */
import type { Page } from "@playwright/test";
import { revenueOfTheYear } from "../tests/fixtures/world";
import { embed, expectFailed, expectInteractive, expectShown } from "./fixtures/embed";
import { embedTimes, latestMs, recordEmbedTimes } from "./fixtures/embed-times";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

const library = sandbox("microstrategy");
const sales = "7C1F4A92B06E4D35A8C3E5170F9B2D61";
const stores = "1B83D6E0F74A4C29957E02CB6DA14F38";
const workforce = "0D94C8A2517E4B6F83DB6AE19F4C7025";
const retail = "4E9A1D07C35B4F0E8B62D1A97C30F584";
const salesPage = "/dashboards/sales-performance";
/** A year that the dashboards have on every day, and that is not the one they open with. */
const earlierYear = String(new Date().getUTCFullYear() - 2);

interface LibraryState {
  readonly sessions: readonly { readonly user: string; readonly loginMode: number }[];
  readonly minted: { readonly logins: number; readonly identityTokens: number; readonly redeemed: number };
}
const libraryState = async () => (await library.state()) as unknown as LibraryState;

const openSales = async (page: Page) => {
  await page.goto(salesPage);
  return expectInteractive(page, "microstrategy", "sales-performance");
};
const failedSales = async (page: Page, code: string) => {
  await page.goto(salesPage);
  return expectFailed(page, "microstrategy", "sales-performance", code);
};
const endSessionsOf = (username: string) =>
  fetch(`${library.origin.replace("mstr.localhost", "127.0.0.1")}/sandbox/end-sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username }),
  });

test.beforeEach(({ page }) => {
  // The SDK would like to show alerts; no one should ever see one.
  page.on("dialog", (dialog) => {
    throw new Error(`An alert was shown: ${dialog.message()}`);
  });
});

/** Goes to an item without leaving the page, as the palette does it. */
const goTo = async (page: Page, title: string) => {
  await page.getByRole("button", { name: /^Search/ }).click();
  await page.getByRole("combobox").fill(title);
  await page.getByRole("option", { name: title }).first().click();
};

test.describe("signed in once, @embed", () => {
  for (const [persona, account, slug, object] of [
    ["analyst", "a.analyst", "sales-performance", sales],
    ["viewer", "v.viewer", "sales-performance", sales],
    // What only administrators may open. The rest of the catalog is in microstrategy-builds.spec.ts.
    ["admin", "a.admin", "workforce-plan", workforce],
  ] as const)
    test(`the ${persona}'s dashboard opens as ${account}`, async ({ page, signInAs }) => {
      await signInAs(persona, { from: `/dashboards/${slug}` });
      await expectShown(await expectInteractive(page, "microstrategy", slug), account, object);
    });

  test("a session that ends while a dashboard is open comes back by itself, with page and filters", async ({
    page,
    signInAs,
  }) => {
    await signInAs("analyst");
    const { section, frame } = await openSales(page);
    await frame.getByRole("tab", { name: "Products" }).click();
    await frame.getByRole("button", { name: earlierYear }).click();
    await frame.getByRole("checkbox", { name: "South" }).uncheck();
    await endSessionsOf("a.analyst");
    await expect.poll(async () => (await libraryState()).minted.redeemed).toBe(2);
    await expect(section).toHaveAttribute("data-state", "interactive");
    await expect(frame.getByRole("tab", { name: "Products" })).toHaveAttribute("aria-selected", "true");
    await expect(frame.getByRole("button", { name: earlierYear })).toHaveAttribute("aria-pressed", "true");
    await expect(frame.getByRole("checkbox", { name: "South" })).not.toBeChecked();
    await expect(section.locator("iframe")).toHaveCount(1);
  });

  test("a browser that still holds another person's Library session never shows it", async ({
    context,
    page,
    signInAs,
  }) => {
    await signInAs("analyst");
    await expectShown(await openSales(page), "a.analyst", sales);
    // The portal never hears of the end of this session, so it ends nothing at the Library.
    await context.clearCookies({ domain: "portal.localhost" });
    await signInAs("viewer");
    await expectShown(await openSales(page), "v.viewer", sales);
    expect((await libraryState()).sessions.map(({ user }) => user)).not.toContain("a.analyst");
  });
});

test("without partitioned cookies a browser that blocks them gets the reason @embed", async ({
  page,
  signInAs,
  thirdPartyCookies,
}) => {
  await library.faults({ switches: { partitioned: false } });
  await signInAs("analyst");
  if (thirdPartyCookies === "allowed") {
    await expectShown(await openSales(page), "a.analyst", sales);
    return;
  }
  await failedSales(page, "cookies_blocked");
});

test.describe("from one dashboard to the next, @embed", () => {
  /** The frame's element bears a mark that a new one would not have. */
  const mark = (page: Page) => page.locator("iframe").evaluate((frame) => frame.setAttribute("data-mark", "first"));
  const marked = (page: Page) => page.locator("iframe[data-mark]");

  test("the frame stays: no second script, login page or login; title, page and filters follow, and Back leads back", async ({
    page,
    signInAs,
  }) => {
    await signInAs("analyst");
    const first = await openSales(page);
    await mark(page);
    await first.frame.getByRole("tab", { name: "Products" }).click();
    await goTo(page, "Store network");
    const second = await expectInteractive(page, "microstrategy", "store-network");
    await expectShown(second, "a.analyst", stores);
    await expect(page).toHaveURL("/dashboards/store-network");
    await expect(second.section).toHaveAttribute("aria-label", "Store network, MicroStrategy");
    await expect(marked(page)).toHaveAttribute("title", "Store network");
    await second.frame.getByRole("checkbox", { name: "South" }).uncheck();

    await page.goBack();
    const back = await expectInteractive(page, "microstrategy", "sales-performance");
    await expectShown(back, "a.analyst", sales);
    await expect(back.frame.getByRole("checkbox", { name: "South" })).toBeChecked();
    await expect(marked(page)).toHaveCount(1);
    await expect(page.locator("iframe")).toHaveCount(1);

    const { counts, minted } = (await library.state()) as unknown as LibraryState & { counts: Record<string, number> };
    expect(counts["GET /MicroStrategyLibrary/javascript/embeddinglib.js"]).toBe(1);
    expect(counts["GET /MicroStrategyLibrary/auth/ui/embeddedLogin.jsp"]).toBe(1);
    expect([minted.logins, minted.redeemed]).toEqual([1, 1]);
  });

  test("a session that ends after the move brings the second dashboard back, with its filters", async ({
    page,
    signInAs,
  }) => {
    await signInAs("analyst");
    await openSales(page);
    await goTo(page, "Store network");
    const { section, frame } = await expectInteractive(page, "microstrategy", "store-network");
    await frame.getByRole("checkbox", { name: "South" }).uncheck();
    await endSessionsOf("a.analyst");
    await expect.poll(async () => (await libraryState()).minted.redeemed).toBe(2);
    await expect(section).toHaveAttribute("data-state", "interactive");
    await expectShown({ section, frame }, "a.analyst", stores);
    await expect(frame.getByRole("checkbox", { name: "South" })).not.toBeChecked();
  });
});

test("filters and pages act; another kind gets a frame of its own, a lost item its name, another vendor's page no frame", async ({
  page,
  signInAs,
}) => {
  await signInAs("analyst");
  const { frame } = await openSales(page);
  const revenue = frame.locator(".kpi .figure").first();
  const wholeYear = revenueOfTheYear();
  await expect(revenue).toContainText(wholeYear);
  await frame.getByRole("checkbox", { name: "West" }).uncheck();
  await expect(revenue).not.toContainText(wholeYear);
  await frame.getByRole("button", { name: "Reset" }).click();
  await expect(revenue).toContainText(wholeYear);
  await frame.getByRole("tab", { name: "Regions" }).click();
  await expect(frame.locator("body")).toHaveAttribute("data-sandbox-page", "K54");

  await page.locator("iframe").evaluate((element) => element.setAttribute("data-mark", "first"));
  await goTo(page, "Orders by week");
  await expectInteractive(page, "microstrategy", "orders-by-week");
  await expect(page.locator("iframe[data-mark]")).toHaveCount(0);

  await goTo(page, "Sales performance");
  await expectInteractive(page, "microstrategy", "sales-performance");
  const body = JSON.stringify({ code: "ERR004", message: "Not found", ticketId: "0".repeat(32) });
  await library.faults({ rules: [{ match: "GET /MicroStrategyLibrary/app-content/*", status: 404, body, times: 1 }] });
  await goTo(page, "Store network");
  await expectFailed(page, "microstrategy", "store-network", "item_missing");
  await goTo(page, "Sales performance");
  await expectShown(await expectInteractive(page, "microstrategy", "sales-performance"), "a.analyst", sales);

  await goTo(page, "Customer health");
  await expectInteractive(page, "thoughtspot", "customer-health");
  await expect(page.locator('section[data-vendor="microstrategy"]')).toHaveCount(0);
});

test("fifty grants at once are one login, and fifty tokens", async ({ page, signInAs }) => {
  await signInAs("analyst");
  const tokens = await page.evaluate(async () => {
    const ask = async () => {
      const answer = await fetch("/api/microstrategy/identity-token", {
        method: "POST",
        headers: { "content-type": "application/json", "x-portal-request": "1" },
        body: JSON.stringify({ item: "sales-performance" }),
      });
      return (await answer.json()) as { identityToken: string; userId: string };
    };
    return Promise.all(Array.from({ length: 50 }, ask));
  });
  expect(new Set(tokens.map(({ identityToken }) => identityToken)).size).toBe(50);
  expect(new Set(tokens.map(({ userId }) => userId)).size).toBe(1);
  expect(Object.keys(tokens[0] ?? {}).sort()).toEqual(["identityToken", "userId"]);
  const { minted } = await libraryState();
  expect([minted.logins, minted.identityTokens]).toEqual([1, 50]);
});

test("a person links the own login in place, is told what is wrong with it, and goes on where the link was missing", async ({
  page,
  signInAs,
}) => {
  await signInAs("viewer", { from: "/account/connections" });
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: "Remove" })).toHaveCount(0);
  const card = await failedSales(page, "credential_missing");
  await card.getByRole("link", { name: "Connect account" }).click();

  const password = page.getByLabel("Password");
  await password.fill("not-the-password");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("MicroStrategy did not accept your login")).toBeVisible();
  expect((await libraryState()).sessions).toEqual([]);

  await password.fill("v.viewer-sandbox");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page).toHaveURL(salesPage);
  await expectShown(await expectInteractive(page, "microstrategy", "sales-performance"), "v.viewer", sales);
});

test("signing out ends the session at the Library, and the frame's with it", async ({ page, signInAs }) => {
  await signInAs("analyst");
  await openSales(page);
  expect((await libraryState()).sessions).toHaveLength(2);
  await page.getByRole("button", { name: /anna analyst/i }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/(signed-out|signin)/);
  await expect.poll(async () => (await libraryState()).sessions).toEqual([]);
});

test.describe("a failure has its own name and a way on", () => {
  // Several failures in one test spare it a sign-in for each.
  test.describe.configure({ timeout: 90_000 });
  test.beforeEach(({ signInAs }) => signInAs("analyst"));

  const tryAgain = async (page: Page) => {
    await page.getByRole("button", { name: "Try again" }).click();
    await expectInteractive(page, "microstrategy", "sales-performance");
  };

  test("of the portal's own calls: the Library is down, answers 500 or HTML, has no secret key; and comes back", async ({
    page,
  }) => {
    const login = "POST /MicroStrategyLibrary/api/auth/login";
    const api = "/MicroStrategyLibrary/*";
    for (const [code, faults] of [
      ["vendor_unreachable", { rules: [{ match: api, hangUp: true }] }],
      ["vendor_failed", { rules: [{ match: login, status: 500 }] }],
      ["vendor_bad_answer", { rules: [{ match: login, status: 200, body: "<html></html>" }] }],
      ["secret_key_missing", { switches: { secretKey: false } }],
    ] as const) {
      await library.faults({ clear: true, ...faults });
      await failedSales(page, code);
    }
    await library.faults({ clear: true });
    await tryAgain(page);
  });

  test("the user has too many sessions, and the portal does not make it worse by trying", async ({ page }) => {
    await openSales(page);
    await library.faults({ switches: { projectSessionCap: 1 } });
    // Another client of the same user: its first project call takes the only place.
    const api = `${library.origin.replace("mstr.localhost", "127.0.0.1")}/MicroStrategyLibrary/api`;
    await endSessionsOf("a.analyst");
    const login = await fetch(`${api}/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "a.analyst", password: "a.analyst-sandbox" }),
    });
    const headers = {
      "x-mstr-authtoken": login.headers.get("x-mstr-authtoken") ?? "",
      "x-mstr-projectid": retail,
      cookie: login.headers
        .getSetCookie()
        .map((line) => line.split(";")[0])
        .join("; "),
    };
    expect((await fetch(`${api}/sessions/projectId`, { headers })).status).toBe(200);
    await page.clock.install();
    await failedSales(page, "session_cap");
    const { minted } = await libraryState();
    // Nothing in the page tries again by itself, not even a minute later.
    await page.clock.fastForward(60_000);
    expect((await libraryState()).minted).toEqual(minted);
  });

  test("the Library does not let the portal frame it", async ({ page, errors }) => {
    errors.allow(/frame-ancestors/, /Access-Control-Allow-Origin|CORS policy/);
    await library.faults({ switches: { allowedOrigins: "" } });
    await recordEmbedTimes(page);
    await failedSales(page, "embed_blocked");
    const times = await embedTimes(page);
    expect(times.failedAt).toBeLessThan(latestMs(times));
  });

  test("of the script: it does not arrive, is something else, or needs a setting; the policy is weakened for nothing", async ({
    page,
    errors,
  }) => {
    errors.allow(/unsafe-eval|Content Security Policy/);
    const match = "GET /MicroStrategyLibrary/javascript/*";
    const rule = (more: object) => ({ clear: true, rules: [{ match, ...more }] });
    const body = "<html>Sign in</html>";
    const typed = (type: string) => ({ status: 200, headers: { "content-type": type } });
    for (const [faults, words] of [
      // Chromium keeps a web page that comes in place of another site's script from the portal, whatever type it has.
      [rule({ ...typed("text/html"), body }), "did not arrive"],
      [rule({ ...typed("text/javascript"), body }), "did not arrive"],
      [rule({ ...typed("text/javascript"), body: "location.assign;" }), "perhaps a sign-in page"],
    ] as const) {
      await library.faults(faults);
      const card = await failedSales(page, "sdk_unavailable");
      await expect(card).toContainText(words);
      await expect(card).not.toContainText("MICROSTRATEGY_SDK_EVAL");
    }
    for (const sdk of ["2020", "2022", "2024"]) {
      await library.faults({ clear: true, switches: { sdk } });
      await expect(await failedSales(page, "sdk_unavailable")).toContainText("MICROSTRATEGY_SDK_EVAL");
    }
    await library.faults({ ...rule({ status: 500, times: 1 }), switches: { sdk: "current" } });
    await failedSales(page, "sdk_unavailable");
    await tryAgain(page);
  });

  test("of the frames: a token is refused, a page answers 500 or has lost the item; one refusal is mended without a word", async ({
    page,
  }) => {
    const delegate = { match: "POST /MicroStrategyLibrary/api/auth/delegate", status: 401, body: '{"code":"ERR003"}' };
    const missing = JSON.stringify({ code: "ERR004", message: "Not found", ticketId: "0".repeat(32) });
    await library.faults({ rules: [{ ...delegate, times: 1 }] });
    await expectShown(await openSales(page), "a.analyst", sales);
    expect((await libraryState()).minted).toMatchObject({ identityTokens: 2, redeemed: 1 });
    for (const [code, rule] of [
      ["embed_refused", { ...delegate, times: 2 }],
      // Neither is a refusal to be framed.
      ["vendor_failed", { match: "GET /MicroStrategyLibrary/auth/ui/*", status: 500, body: "broken" }],
      ["vendor_failed", { match: "GET /MicroStrategyLibrary/app/*", status: 500, body: "broken" }],
      ["item_missing", { match: "GET /MicroStrategyLibrary/app-content/*", status: 404, body: missing }],
    ] as const) {
      // A session of its own each time, or the frame would need no token.
      await endSessionsOf("a.analyst");
      await library.faults({ clear: true, rules: [rule] });
      await failedSales(page, code);
      await library.faults({ clear: true });
      if (code !== "item_missing") await tryAgain(page);
    }
  });

  test("the page never answers: told within ten seconds from the navigation, also on a slow machine", async ({
    page,
    context,
  }) => {
    await library.faults({
      rules: [{ match: "GET /MicroStrategyLibrary/app-content/*", delayMs: 20_000, times: 1 }],
    });
    await recordEmbedTimes(page);
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await failedSales(page, "embed_timeout");
    const times = await embedTimes(page);
    expect(times.failedAt).toBeLessThan(latestMs(times));
  });

  test("an item that is not shared is refused before any vendor is called", async ({ page }) => {
    await page.goto("/dashboards/workforce-plan");
    await expect(embed(page, "microstrategy", "workforce-plan")).toHaveCount(0);
    expect((await libraryState()).minted.logins).toBe(0);
  });
});
