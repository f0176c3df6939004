/** Signing in and out, both ways, and what must not work. */

import { expectAccessible } from "./fixtures/accessibility";
import { portalOrigin } from "./fixtures/addresses";
import { sandbox } from "./fixtures/sandbox-control";
import { type BrowserContext, expect, type Page, test } from "./fixtures/test";

const pages = ["/", "/dashboards/sales-performance", "/chat", "/insights/customer-health", "/account/connections"];
const sessionCookie = "authjs.session-token";

const cookieOf = async (context: BrowserContext) =>
  (await context.cookies(portalOrigin)).find(({ name }) => name === sessionCookie);

const withOrganization = (page: Page) => page.getByRole("button", { name: "Continue with your organization" });

/** Goes to the identity provider's account chooser. Its buttons have the names of the portal's own: wait for it. */
async function chooseOrganization(page: Page): Promise<void> {
  await withOrganization(page).click();
  await expect(page.getByRole("heading", { name: "Choose an account" })).toBeVisible();
}

async function signInWithOrganization(page: Page, person: RegExp, from = "/"): Promise<void> {
  await page.goto(`/signin?from=${encodeURIComponent(from)}`);
  await chooseOrganization(page);
  await page.getByRole("button", { name: person }).click();
  await page.waitForURL((url) => url.origin === portalOrigin && url.pathname !== "/signin");
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/signed-out");
}

/** Where a page without session leads. */
async function expectSignedOut(page: Page): Promise<void> {
  await page.goto("/account/connections");
  await expect(page).toHaveURL(/\/signin\?from=%2Faccount%2Fconnections$/);
}

test.describe("after signing out", () => {
  test("who came by the identity provider can sign out there too, without a token in any address", async ({ page }) => {
    await signInWithOrganization(page, /^Analyst/);
    await signOut(page);
    let tokensSeen = 0;
    page.on("request", (request) => {
      if (/id_token|access_token|eyJ/.test(request.url())) tokensSeen += 1;
    });
    const there = page.getByRole("link", { name: "Sign out of idp.localhost too" });
    const address = new URL((await there.getAttribute("href")) ?? "");
    expect(address.origin).toBe(sandbox("idp").origin);
    expect(address.searchParams.get("client_id")).toBe("portico");
    expect(address.searchParams.get("post_logout_redirect_uri")).toBe(`${portalOrigin}/signed-out`);
    await expectAccessible(page);

    await there.click();
    await page
      .getByRole("button", { name: /sign out|yes/i })
      .first()
      .click();
    await page.waitForURL((url) => url.origin === portalOrigin && url.pathname === "/signed-out");
    await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
    await expect(there).toHaveCount(0);
    expect(tokensSeen).toBe(0);
  });

  test("a persona of one click is offered no provider, nor is whoever just opens the page", async ({
    page,
    signInAs,
  }) => {
    const offer = page.getByRole("link", { name: /^Sign out of/ });
    await page.goto("/signed-out");
    await expect(page.getByRole("link", { name: "Sign in again" })).toBeVisible();
    await expect(offer).toHaveCount(0);
    await signInWithOrganization(page, /^Analyst/);
    await signOut(page);
    await expect(offer).toBeVisible();
    await signInAs("viewer");
    await signOut(page);
    await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
    await expect(offer).toHaveCount(0);
  });
});

test.describe("refused", () => {
  for (const path of pages) {
    test(`an anonymous visit of ${path} leads to sign-in and back`, async ({ page }) => {
      await page.goto(path);
      await expect(page).toHaveURL((url) => url.pathname === "/signin");
      await page.getByRole("button", { name: /^analyst/i }).click();
      await expect(page).toHaveURL(portalOrigin + path);
    });
  }

  test("a session cookie that is none of the portal's signs no one in, and is never an error", async ({
    page,
    context,
  }) => {
    const forged = [
      "x",
      "a.b.c",
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwZXJzb25hLWFkbWluIn0.",
      "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0..AAAA.AAAA.AAAA",
      "a".repeat(3500),
    ];
    for (const value of forged) {
      await context.addCookies([{ name: sessionCookie, value, url: portalOrigin, httpOnly: true, sameSite: "Lax" }]);
      const response = await page.goto("/account/connections");
      expect(response?.status()).toBe(200);
      await expect(page).toHaveURL(/\/signin/);
      expect((await context.request.get("/api/auth/session")).status()).toBe(200);
    }
  });

  test("an old cookie after sign-out", async ({ page, context, signInAs }) => {
    await signInAs("analyst");
    const cookie = await cookieOf(context);
    expect(cookie).toBeDefined();
    await signOut(page);
    if (cookie) await context.addCookies([cookie]);
    await expectSignedOut(page);
    expect(await (await context.request.get("/api/auth/session")).json()).toBeNull();
  });

  test("the old cookie once someone else signed in", async ({ page, context, signInAs }) => {
    await signInAs("admin");
    const cookie = await cookieOf(context);
    await context.clearCookies({ name: "authjs.callback-url" });
    await page.goto("/signin?error=cancelled");
    await page.getByRole("button", { name: /^viewer/i }).click();
    await expect(page.getByRole("button", { name: "Account of Victor Viewer" })).toBeVisible();
    if (cookie) await context.addCookies([cookie]);
    await expectSignedOut(page);
  });

  test("a callback no one asked for", async ({ page, context }) => {
    await page.goto("/api/auth/callback/oidc?code=stolen&state=forged");
    await expect(page).toHaveURL((url) => url.pathname === "/signin" && url.searchParams.get("error") === "failed");
    await expect(page.locator("main").getByRole("alert")).toContainText("could not be completed");
    expect(await cookieOf(context)).toBeUndefined();
  });

  test("someone else's callback, so that no one is signed in as a stranger", async ({ page, context, browserFor }) => {
    await page.goto("/signin");
    await chooseOrganization(page);
    // Without its cookies this browser cannot use the code up.
    await context.clearCookies({ domain: "portal.localhost" });
    const callback = page.waitForRequest(/\/api\/auth\/callback\/oidc\?/);
    await page.getByRole("button", { name: /^admin/i }).click();
    const address = (await callback).url();

    const victim = await (await browserFor("allowed")).newContext();
    try {
      const theirs = await victim.newPage();
      await theirs.goto(address);
      await expect(theirs).toHaveURL((url) => url.pathname === "/signin");
      expect(await cookieOf(victim)).toBeUndefined();
    } finally {
      await victim.close();
    }
  });

  test("next-auth's own forms and pages", async ({ context }) => {
    for (const path of [
      "signin",
      "signin/oidc",
      "signout",
      "csrf",
      "providers",
      "error",
      "verify-request",
      "nowhere",
    ]) {
      expect((await context.request.get(`/api/auth/${path}`)).status(), path).toBe(404);
    }
    for (const path of ["signin/oidc", "signout", "callback/persona", "session"]) {
      const response = await context.request.post(`/api/auth/${path}`, { form: { persona: "admin" } });
      expect([404, 405], path).toContain(response.status());
    }
    expect(await cookieOf(context)).toBeUndefined();
  });

  test("an unknown persona", async ({ page, context }) => {
    await page.goto("/signin");
    await page.getByRole("button", { name: /^analyst/i }).evaluate((button) => button.setAttribute("value", "root"));
    await page.getByRole("button", { name: /^analyst/i }).click();
    await expect(page).toHaveURL(/error=persona/);
    expect(await cookieOf(context)).toBeUndefined();
  });
});

test.describe("with the organization's sign-in", () => {
  test("the person lands on the page asked for", async ({ page }) => {
    await signInWithOrganization(page, /^analyst/i, "/insights/customer-health");
    await expect(page).toHaveURL(`${portalOrigin}/insights/customer-health`);
    await expect(page.getByRole("button", { name: "Account of Anna Analyst" })).toBeVisible();
  });

  test("the request carries PKCE, state and nonce, and the callback is the portal's", async ({ page }) => {
    const request = page.waitForRequest((candidate) => new URL(candidate.url()).pathname === "/auth");
    await page.goto("/signin");
    await withOrganization(page).click();
    const sent = new URL((await request).url()).searchParams;
    expect(sent.get("code_challenge_method")).toBe("S256");
    expect(sent.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(sent.get("state")).toMatch(/\S{20,}/);
    expect(sent.get("nonce")).toMatch(/\S{20,}/);
    expect(sent.get("redirect_uri")).toBe(`${portalOrigin}/api/auth/callback/oidc`);
  });

  test("one browser can sign in as one person after another", async ({ page }) => {
    await signInWithOrganization(page, /^admin/i);
    await expect(page.getByRole("button", { name: "Account of Ada Admin" })).toBeVisible();
    await signOut(page);
    await signInWithOrganization(page, /^viewer/i);
    await expect(page.getByRole("button", { name: "Account of Victor Viewer" })).toBeVisible();
  });

  test("cancelling leads back, says so and remembers the page asked for", async ({ page, context }) => {
    await page.goto("/signin?from=%2Fchat");
    await chooseOrganization(page);
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page).toHaveURL(`${portalOrigin}/signin?from=%2Fchat&error=cancelled`);
    await expect(page.locator("main").getByRole("alert")).toContainText("cancelled");
    expect(await cookieOf(context)).toBeUndefined();
    await page.getByRole("button", { name: /^analyst/i }).click();
    await expect(page).toHaveURL((url) => url.pathname.startsWith("/chat"));
  });

  test("an identity provider that does not answer is named, and works again once it is back", async ({ page }) => {
    await sandbox("idp").faults({ rules: [{ match: "/.well-known/*", status: 500 }] });
    await page.goto("/signin?from=%2Fchat");
    await withOrganization(page).click();
    await expect(page.locator("main").getByRole("alert")).toContainText("does not answer");
    await sandbox("idp").faults({ clear: true });
    await chooseOrganization(page);
  });
});

test.describe("as a sandbox persona", () => {
  const names = {
    admin: "Ada Admin",
    analyst: "Anna Analyst",
    viewer: "Victor Viewer",
    unmapped: "Uma Unmapped",
  } as const;
  for (const [persona, name] of Object.entries(names) as [keyof typeof names, string][]) {
    test(`${persona} is ${name}`, async ({ page, signInAs }) => {
      await signInAs(persona);
      await expect(page.getByRole("button", { name: `Account of ${name}` })).toBeVisible();
    });
  }

  test("disabled may sign in and is told that nothing opens", async ({ page, signInAs }) => {
    await signInAs("disabled");
    await expect(page.getByText(/disabled/i).first()).toBeVisible();
  });

  test.describe("without JavaScript", () => {
    test.use({ javaScriptEnabled: false });
    test("sign-in works all the same", async ({ page, signInAs }) => {
      await signInAs("analyst", { from: "/account/connections" });
      await expect(page).toHaveURL(`${portalOrigin}/account/connections`);
    });
  });
});

test.describe("the session", () => {
  test("is one cookie that no script can read, for eight hours at most", async ({ page, context, signInAs }) => {
    await signInAs("analyst");
    const cookie = await cookieOf(context);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
    expect(cookie?.value.length).toBeLessThan(4096);
    expect(cookie?.expires).toBeLessThanOrEqual(Date.now() / 1000 + 8 * 3600 + 5);
    expect(await page.evaluate(() => document.cookie)).not.toMatch(/authjs/);
  });

  test("tells scripts a name and an address, nothing else", async ({ context, signInAs }) => {
    await signInAs("analyst");
    const session: { user: object } = await (await context.request.get("/api/auth/session")).json();
    expect(Object.keys(session).sort()).toEqual(["expires", "user"]);
    expect(Object.keys(session.user).sort()).toEqual(["email", "id", "name"]);
  });

  test("ends in every tab at once", async ({ page, newPage, signInAs }) => {
    await signInAs("analyst", { from: "/account/connections" });
    const other = await newPage();
    await other.goto("/");
    await signOut(page);
    await expectSignedOut(other);
  });
});

test.describe("by keyboard alone", () => {
  test("one signs in, opens the account menu and signs out", async ({ page }) => {
    await page.goto("/signin");
    const analyst = page.getByRole("button", { name: /^analyst/i });
    for (let presses = 0; presses < 15; presses += 1) {
      await page.keyboard.press("Tab");
      if (await analyst.evaluate((button) => button === document.activeElement)) break;
    }
    await expect(analyst).toBeFocused();
    await page.keyboard.press("Enter");
    const account = page.getByRole("button", { name: /^Account of/ });
    await expect(account).toBeVisible();
    await account.focus();
    await page.keyboard.press("Enter");
    const signOutItem = page.getByRole("menuitem", { name: "Sign out" });
    await expect(signOutItem).toBeVisible();
    await page.keyboard.press("End");
    await expect(signOutItem).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/signed-out$/);
    await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  });
});

test("axe finds nothing on the sign-in pages", async ({ page }) => {
  await page.goto("/signin?error=failed");
  await expectAccessible(page);
  await chooseOrganization(page);
  await expectAccessible(page);
  await page.goto("/signed-out");
  await expectAccessible(page);
});
