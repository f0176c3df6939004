/** ThoughtSpot in a real browser with the real SDK: whose account it is, what renewals keep, what each failure says. */
import type { FrameLocator, Page } from "@playwright/test";
import { sandboxServices } from "../lib/config/sandbox";
import portal from "../portal.config";
import { expectAccessible } from "./fixtures/accessibility";
import { ports } from "./fixtures/addresses";
import { expectFailed, expectInteractive, expectShown } from "./fixtures/embed";
import { type Faults, sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

const thoughtspot = sandbox("thoughtspot");
const internal = sandboxServices(ports.sandbox).thoughtspot.internalOrigin;
const health = "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13";
const healthPage = "/insights/customer-health";
const analyst = "a.analyst@portico.example";

const openHealth = async (page: Page) => {
  await page.goto(healthPage);
  return expectInteractive(page, "thoughtspot", "customer-health");
};
const failedHealth = async (page: Page, code: string) => {
  await page.goto(healthPage);
  return expectFailed(page, "thoughtspot", "customer-health", code);
};
/** How many tokens were handed out. A custom one only assigned the rows of an item without rules. */
const minted = async () => {
  const { tokensMinted } = (await thoughtspot.state()) as unknown as { tokensMinted: Record<string, number> };
  return Object.entries(tokensMinted).reduce(
    (sum, [kind, count]) => sum + (kind.startsWith("v2 custom") ? 0 : count),
    0,
  );
};
const chooseFilter = async (frame: FrameLocator, chip: string, value: string) => {
  const menu = frame.locator(`details[data-chip="${chip}"]`);
  if ((await menu.getAttribute("open")) === null) await menu.locator("summary").click();
  await menu.getByLabel(value).check();
};
/** The sandbox's own menu inside the frame. */
const inFrame = async (frame: FrameLocator, action: string) => {
  await frame.locator("#sandbox summary").click();
  await frame.getByRole("button", { name: action }).click();
};
/** Every state that the section goes through from now on. */
const watchStates = async (page: Page): Promise<() => Promise<string[]>> => {
  await page.evaluate(() => {
    const section = document.querySelector("section[data-vendor]");
    const seen: string[] = [];
    Object.assign(window, { seenStates: seen });
    if (section)
      new MutationObserver(() => seen.push(section.getAttribute("data-state") ?? "")).observe(section, {
        attributes: true,
        attributeFilter: ["data-state"],
      });
  });
  return () => page.evaluate(() => (window as unknown as { seenStates: string[] }).seenStates);
};
/** An administrator's call at ThoughtSpot. */
async function asAdministrator(path: string, body: object): Promise<Response> {
  const post = (to: string, what: object, token?: string) =>
    fetch(`${internal}/api/rest/2.0/${to}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(what),
    });
  const signIn = await post("auth/token/full", { username: "tsadmin", password: "admin" });
  return post(path, body, ((await signIn.json()) as { token: string }).token);
}
const setTrustedAuthentication = (auth_status: "ENABLED" | "DISABLED") =>
  asAdministrator("auth/configure", { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status } });

test.beforeEach(({ page }) => {
  // The SDK would like to show alerts; no one should ever see one.
  page.on("dialog", (dialog) => {
    throw new Error(`An alert was shown: ${dialog.message()}`);
  });
});

test.describe("signed in once, @embed", () => {
  for (const [persona, account] of [
    ["analyst", analyst],
    ["viewer", "v.viewer@portico.example"],
    ["admin", "a.admin@portico.example"],
  ] as const)
    test(`the ${persona}'s Liveboard opens as ${account}`, async ({ page, signInAs }) => {
      await signInAs(persona, { from: healthPage });
      await expectShown(await expectInteractive(page, "thoughtspot", "customer-health"), account, health);
    });

  test("every item of the catalog opens, with a full token, as ThoughtSpot documents the cookieless login", async ({
    page,
    signInAs,
  }) => {
    await signInAs("admin");
    for (const { slug, kind, target } of portal.items.filter(({ vendor }) => vendor === "thoughtspot")) {
      await page.goto(`/insights/${slug}`);
      const open = await expectInteractive(page, "thoughtspot", slug);
      const object = target.liveboardId ?? target.answerId;
      const body = open.frame.locator("body");
      await expect(body).toHaveAttribute("data-sandbox-access", "FULL");
      if (object) await expect(body, kind).toHaveAttribute("data-sandbox-item", object);
    }
  });

  test("an expired token is replaced without a flicker, filters and all", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { section, frame } = await openHealth(page);
    await chooseFilter(frame, "Region", "Islands");
    await expect(page).toHaveURL(/filter\.Region=Islands/);
    const states = await watchStates(page);
    await section.locator("iframe").evaluate((element) => element.setAttribute("data-same", "yes"));
    await thoughtspot.faults({ advanceMs: 700_000 });
    await chooseFilter(frame, "Plan", "Team");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Islands.*Team/);
    await expect(section).toHaveAttribute("data-state", "interactive");
    await expect(section.locator("iframe[data-same=yes]")).toBeVisible();
    expect(new Set(await states())).toEqual(new Set(["renewing", "interactive"]));
  });

  test("the application gets a truly new token when it asks for one before the end", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { section, frame } = await openHealth(page);
    const before = await minted();
    await inFrame(frame, "Ask for a new token");
    await expect.poll(minted).toBe(before + 1);
    await expect(section).toHaveAttribute("data-state", "interactive");
  });
});

test.describe("while it is open", () => {
  test("a report of an expired token that is alive changes nothing", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { section, frame } = await openHealth(page);
    await inFrame(frame, "Report an expired token");
    await chooseFilter(frame, "Plan", "Team");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Team/);
    await expect(section).toHaveAttribute("data-state", "interactive");
    expect(await minted()).toBe(1);
  });

  test("a token that ThoughtSpot forgot is never handed out again", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { section, frame } = await openHealth(page);
    await thoughtspot.reset();
    await chooseFilter(frame, "Plan", "Team");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Team/);
    await expect(section).toHaveAttribute("data-state", "interactive");
    expect(await minted()).toBe(1);
  });

  test("ThoughtSpot may be gone for a moment while a token ends", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { section, frame } = await openHealth(page);
    await section.locator("iframe").evaluate((element) => element.setAttribute("data-same", "yes"));
    await thoughtspot.faults({
      advanceMs: 700_000,
      rules: [{ match: "POST /api/rest/2.0/auth/token/*", hangUp: true, times: 2 }],
    });
    await chooseFilter(frame, "Plan", "Team");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Team/);
    await expect(section).toHaveAttribute("data-state", "interactive");
    await expect(section.locator("iframe[data-same=yes]")).toBeVisible();
  });

  test("a rate limit while a token ends is told as what it is", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { frame } = await openHealth(page);
    await thoughtspot.faults({
      advanceMs: 700_000,
      rules: [{ match: "GET /callosum/v1/session/isactive", status: 429, body: "{}" }],
    });
    await chooseFilter(frame, "Plan", "Team").catch(() => undefined);
    const section = await expectFailed(page, "thoughtspot", "customer-health", "vendor_busy");
    await thoughtspot.faults({ clear: true });
    await section.getByRole("button", { name: /try again/i }).click();
    await expectInteractive(page, "thoughtspot", "customer-health");
  });

  test("a sign-out inside ThoughtSpot is told, and a retry signs in again", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { frame } = await openHealth(page);
    await inFrame(frame, "Sign out");
    const section = await expectFailed(page, "thoughtspot", "customer-health", "embed_session_lost");
    await section.getByRole("button", { name: /try again/i }).click();
    await expectInteractive(page, "thoughtspot", "customer-health");
  });

  test("another user signing in in a second tab takes over the first", async ({ page, newPage, signInAs }) => {
    await signInAs("analyst");
    await openHealth(page);
    const second = await newPage();
    await second.goto("/");
    await second.getByRole("button", { name: /^Account of/ }).click();
    await second.getByRole("menuitem", { name: "Sign out" }).click();
    await second.waitForURL("**/signed-out");
    await expect(page.locator("section[data-vendor] iframe")).toHaveCount(0);
    await signInAs("viewer", { from: healthPage, page: second });
    await expectShown(
      await expectInteractive(second, "thoughtspot", "customer-health"),
      "v.viewer@portico.example",
      health,
    );
    await expectShown(
      await expectInteractive(page, "thoughtspot", "customer-health"),
      "v.viewer@portico.example",
      health,
    );
  });

  test("moving from item to item shows each, and coming back makes no new token", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await openHealth(page);
    for (const slug of ["sales-pipeline", "customer-health", "sales-pipeline", "customer-health"]) {
      const item = portal.items.find((entry) => entry.slug === slug);
      await page.keyboard.press("Control+k");
      await page.keyboard.type(item?.title ?? "");
      await page
        .getByRole("option", { name: new RegExp(item?.title ?? "") })
        .first()
        .click();
      const open = await expectInteractive(page, "thoughtspot", slug);
      await expectShown(open, analyst, item?.target.liveboardId ?? "");
    }
    expect(await minted()).toBe(2);
  });

  test("another user in the same browser sees only their own account", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await openHealth(page);
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
    await signInAs("viewer", { from: healthPage });
    const open = await expectInteractive(page, "thoughtspot", "customer-health");
    await expectShown(open, "v.viewer@portico.example", health);
  });

  test("signing out ends the token at ThoughtSpot", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await openHealth(page);
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
    await expect.poll(async () => (await thoughtspot.state()).tokensAlive).toEqual([]);
  });

  test("an idle session continues", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { section, frame } = await openHealth(page);
    await inFrame(frame, "Become idle");
    await chooseFilter(frame, "Plan", "Team");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Team/);
    await expect(section).toHaveAttribute("data-state", "interactive");
  });

  test("an application that gives up is started again once, with its filters; the second time is told", async ({
    page,
    signInAs,
  }) => {
    await signInAs("analyst");
    const { section, frame } = await openHealth(page);
    await chooseFilter(frame, "Region", "Islands");
    await expect(page).toHaveURL(/filter\.Region=Islands/);
    await inFrame(frame, "Report a failed sign-in");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Islands/);
    await expect(section).toHaveAttribute("data-state", "interactive");
    await inFrame(frame, "Report a failed sign-in");
    await expectFailed(page, "thoughtspot", "customer-health", "embed_session_lost");
  });

  test("filters in a link are in force from the start", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: `${healthPage}?filter.Region=South&filter.Plan=Team` });
    const { frame } = await expectInteractive(page, "thoughtspot", "customer-health");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /South.*Team/);
  });

  test("the frame follows the portal's theme without reloading", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { frame } = await openHealth(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect(frame.locator("html")).toHaveAttribute("data-theme", "dark");
    expect(await minted()).toBe(1);
  });

  test("axe finds nothing, in the portal and in the frame", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await openHealth(page);
    await expectAccessible(page, { frames: true });
  });
});

test.describe("in German", () => {
  test.use({ locale: "de-DE" });

  test("the frame speaks the browser's language", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { frame } = await openHealth(page);
    await expect(frame.locator("body")).toHaveAttribute("data-locale", "de-DE");
  });
});

test.describe("told apart within ten seconds", () => {
  const json = { "content-type": "application/json" };
  const cases: readonly (readonly [what: string, faults: Faults, code: string])[] = [
    ["CORS missing", { switches: { cors: false } }, "vendor_misconfigured"],
    ["the portal not among the hosts that may frame it", { switches: { framing: false } }, "embed_blocked"],
    ["an application that never speaks", { switches: { neverAppInit: true } }, "embed_timeout"],
    [
      "tokens that it makes and then refuses",
      { rules: [{ match: "GET /callosum/v1/session/isactive", status: 401, headers: json, body: "{}" }] },
      "embed_refused",
    ],
    ["blocked cookies", { switches: { postAfterRender: "noCookieAccess" } }, "cookies_blocked"],
    ["500", { rules: [{ match: "POST /api/rest/2.0/*", status: 500 }] }, "vendor_failed"],
    [
      "a rate limit",
      { rules: [{ match: "POST /api/rest/2.0/*", status: 429, headers: { "retry-after": "60" } }] },
      "vendor_busy",
    ],
    [
      "a page in place of an answer",
      {
        rules: [
          { match: "POST /api/rest/2.0/*", status: 200, headers: { "content-type": "text/html" }, body: "<html>" },
        ],
      },
      "vendor_bad_answer",
    ],
    ["six seconds of silence", { rules: [{ match: "POST /api/rest/2.0/*", delayMs: 6_000 }] }, "vendor_timeout"],
    ["a dropped connection", { rules: [{ match: "POST /api/rest/2.0/*", hangUp: true }] }, "vendor_unreachable"],
  ];
  for (const [what, faults, code] of cases)
    test(`${what} is ${code}, and goes away with its cause`, async ({ page, signInAs, errors }) => {
      errors.allow(/CORS|frame-ancestors|Framing|Failed to fetch/i);
      await signInAs("analyst");
      await thoughtspot.faults(faults);
      const started = Date.now();
      const section = await failedHealth(page, code);
      expect(Date.now() - started).toBeLessThan(12_000);
      await thoughtspot.faults({ clear: true });
      const retry = section.getByRole("button", { name: /try again/i });
      if (await retry.isVisible()) await retry.click();
      else await page.reload();
      await expectInteractive(page, "thoughtspot", "customer-health");
    });

  for (const [call, code, words] of [
    ["isactive", "vendor_unreachable", thoughtspot.origin],
    ["info", "embed_timeout", "ThoughtSpot"],
  ] as const)
    test(`a sign-in that hangs at ${call} is told, and a retry in place works at once`, async ({ page, signInAs }) => {
      await signInAs("analyst");
      await thoughtspot.faults({ rules: [{ match: `GET /callosum/v1/session/${call}`, delayMs: 60_000 }] });
      const section = await failedHealth(page, code);
      await expect(section).toContainText(words);
      // The first request still hangs: the browser must not make the next one wait for it.
      await thoughtspot.faults({ clear: true });
      await section.getByRole("button", { name: /try again/i }).click();
      await expectInteractive(page, "thoughtspot", "customer-health");
    });

  test("trusted authentication switched off is told, and works again after it is on", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await setTrustedAuthentication("DISABLED");
    await failedHealth(page, "trusted_auth_disabled");
    await setTrustedAuthentication("ENABLED");
    // The switch is on, and the key is another one now.
    const section = await failedHealth(page, "secret_key_rejected");
    await expect(section).toContainText("does not take the portal's key");
    await thoughtspot.reset();
    await openHealth(page);
  });

  test("a key that dies while a Liveboard is open leaves it open until its token ends", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const { section, frame } = await openHealth(page);
    await setTrustedAuthentication("DISABLED");
    await chooseFilter(frame, "Plan", "Team");
    await expect(frame.locator("body")).toHaveAttribute("data-sandbox-filters", /Team/);
    await thoughtspot.faults({ advanceMs: 700_000 });
    await chooseFilter(frame, "Plan", "Starter");
    await expect(section).toHaveAttribute("data-code", "trusted_auth_disabled");
  });

  test("tokens that ThoughtSpot forgot are replaced before anyone notices", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await openHealth(page);
    await thoughtspot.reset();
    await openHealth(page);
  });

  test("a closed ThoughtSpot account is told, and no token is shown", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await thoughtspot.faults({
      rules: [
        {
          match: "POST /api/rest/2.0/auth/token/full",
          status: 403,
          headers: json,
          body: JSON.stringify({ error: { message: { code: 10023, debug: "The account is inactive" } } }),
        },
      ],
    });
    const section = await failedHealth(page, "account_disabled");
    await expect(section).not.toContainText("10023");
  });
});

test.describe("not for everyone", () => {
  test("an item of others is refused without a word to ThoughtSpot", async ({ page, signInAs }) => {
    await signInAs("viewer");
    await page.goto("/insights/sales-pipeline");
    await expect(page.getByRole("heading", { name: "Not shared with you" })).toBeVisible();
    expect(await minted()).toBe(0);
  });

  test("a token is not in the address, the storage or the cookies", async ({ page, signInAs }) => {
    await signInAs("analyst");
    const answer = page.waitForResponse("**/api/thoughtspot/token");
    const { frame } = await openHealth(page);
    await inFrame(frame, "Ask for a new token");
    const { token } = (await (await answer).json()) as { token: string };
    expect(token.length).toBeGreaterThan(20);
    expect(page.url()).not.toContain(token);
    for (const inner of page.frames()) expect(inner.url()).not.toContain(token);
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(stored).not.toContain(token);
  });
});

test.describe("the redirect login of 2021", () => {
  test("leads a signed-in user to the item, and hides the token", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await page.goto("/open/thoughtspot/customer-health");
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-user", analyst);
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-item", health);
    expect(page.url()).toContain(`#/embed/viz/${health}`);
    expect(page.url()).not.toContain("authtoken");
    const { tokensMinted } = (await thoughtspot.state()) as unknown as { tokensMinted: object };
    expect(tokensMinted).toMatchObject({ [`v1 ${analyst}`]: 1 });
  });

  test("takes the filters of the link along", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await page.goto("/open/thoughtspot/customer-health?filter.Region=Islands&filter.Plan=Team");
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-filters", /Islands.*Team/);
  });

  test("leads to a search on its model, with its words", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await page.goto("/open/thoughtspot/renewal-search");
    await expect(page.locator("#words")).toHaveValue("[Renewal value] [Industry]");
    await expect(page.locator(".answer article")).toHaveAttribute("aria-label", "Renewal value by Industry");
  });

  test("opens a session that ends with the portal's own", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await page.goto("/open/thoughtspot/customer-health");
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-user", analyst);
    await page.goto("/");
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
    await expect.poll(async () => (await thoughtspot.state()).sessions).toEqual([]);
    await page.goto(`${thoughtspot.origin}/#/home`);
    await expect(page.getByRole("heading", { name: "Sign in to ThoughtSpot" })).toBeVisible();
  });

  test("asks strangers to sign in first, and then goes on", async ({ page }) => {
    await page.goto("/open/thoughtspot/customer-health");
    await page.getByRole("button", { name: /^analyst/i }).click();
    await expect(page.locator("body")).toHaveAttribute("data-sandbox-user", analyst);
  });

  test("refuses the items of others, prefetches, pictures and frames, without a token", async ({ page, signInAs }) => {
    await signInAs("viewer");
    await page.goto("/open/thoughtspot/sales-pipeline");
    await expect(page).toHaveURL(/\/insights\/sales-pipeline$/);
    const ask = (headers: Record<string, string>) =>
      page.request.get("/open/thoughtspot/customer-health", { headers, maxRedirects: 0 });
    expect((await ask({ "sec-purpose": "prefetch" })).status()).toBe(204);
    expect((await ask({ "sec-fetch-dest": "iframe" })).status()).toBe(403);
    expect((await ask({ "sec-fetch-dest": "image" })).status()).toBe(403);
    expect(await minted()).toBe(0);
  });
});

test.describe("the sandbox's administrator page", () => {
  test("turns trusted authentication off only after a confirmation, and on with Save Changes", async ({
    page,
    errors,
  }) => {
    errors.allow(/401/);
    await page.goto(`${thoughtspot.origin}/admin`);
    await page.getByLabel("Name").fill("tsadmin");
    await page.getByLabel("Password").fill("admin");
    await page.getByRole("button", { name: "Sign in" }).click();
    const key = (await page.locator("#secret-key").textContent()) ?? "";
    const toggle = page.getByRole("switch", { name: "Trusted authentication" });
    await toggle.click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.locator("#secret-key")).toHaveText(key);
    await toggle.click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await expect(toggle).not.toBeChecked();
    const { trustedAuth } = await thoughtspot.state();
    expect(trustedAuth).toMatchObject({ cluster: { enabled: false } });
    await toggle.click();
    await expect(toggle).toBeChecked();
    await expect(page.locator("#secret-key")).not.toHaveText(key);
    const next = (await page.locator("#secret-key").textContent()) ?? "";
    // Shown, and not yet in force.
    expect((await thoughtspot.state()).trustedAuth).toMatchObject({ cluster: { enabled: false } });
    await page.reload();
    await expect(toggle).not.toBeChecked();
    await toggle.click();
    await page.getByRole("button", { name: "Save Changes" }).first().click();
    await expect(toggle).toBeChecked();
    await expect(page.locator("#secret-key")).toHaveText(next);
    expect((await thoughtspot.state()).trustedAuth).toMatchObject({ cluster: { enabled: true } });
    await expectAccessible(page);
  });
});
