/** The main job, end to end: one sign-in, three products, each as the person's own account; and its end. */
import { personas } from "../lib/config/sandbox";
import { portalOrigin } from "./fixtures/addresses";
import { expectFailed, expectInteractive, expectShown } from "./fixtures/embed";
import { items } from "./fixtures/items";
import { type SandboxState, sandbox } from "./fixtures/sandbox-control";
import { expect, type Page, test } from "./fixtures/test";

type Accounts = (typeof personas)[number]["accounts"];

async function expectAllThree(page: Page, accounts: Accounts): Promise<void> {
  for (const { vendor, item, path, object } of items) {
    await page.goto(`${path}/${item}`);
    await expectShown(await expectInteractive(page, vendor, item), accounts[vendor] ?? "nobody", object);
  }
}

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/signed-out/);
}

/** How many sessions or tokens of an account are alive, by each vendor's own count. */
const alive: Record<(typeof items)[number]["vendor"], (state: SandboxState, account: string) => number> = {
  microstrategy: (state, account) =>
    (state.sessions as { user: string }[]).filter(({ user }) => user === account).length,
  rocketchat: (state, account) =>
    (state.users as { username: string; loginTokens: number }[]).find(({ username }) => username === account)
      ?.loginTokens ?? 0,
  thoughtspot: (state, account) =>
    (state.tokensAlive as { user: string }[]).filter(({ user }) => user === account).length,
};

// As most people have it.
test.use({ contextOptions: { reducedMotion: "no-preference" } });

for (const { persona, name, accounts } of personas.filter(({ persona }) =>
  ["admin", "analyst", "viewer"].includes(persona),
))
  test(`${persona} signs in once, and three products open as ${name}'s own accounts @embed`, async ({
    page,
    signInAs,
  }) => {
    await signInAs(persona);
    await expectAllThree(page, accounts);
  });

test("a person who signs in with the organization sees the same three @embed", async ({ page }) => {
  const analyst = personas.find(({ persona }) => persona === "analyst");
  await page.goto("/signin");
  await page.getByRole("button", { name: "Continue with your organization" }).click();
  await expect(page.getByRole("heading", { name: "Choose an account" })).toBeVisible();
  await page.getByRole("button", { name: /^Analyst/i }).click();
  await page.waitForURL((url) => url.origin === portalOrigin && url.pathname === "/");
  await expectAllThree(page, analyst?.accounts ?? {});
});

test("the next person in the same browser sees nothing of the one before @embed", async ({ page, signInAs }) => {
  await signInAs("analyst");
  await expectAllThree(page, {
    microstrategy: "a.analyst",
    rocketchat: "a.analyst",
    thoughtspot: "a.analyst@portico.example",
  });
  await signOut(page, "Anna Analyst");
  await signInAs("viewer");
  await expectAllThree(page, {
    microstrategy: "v.viewer",
    rocketchat: "v.viewer",
    thoughtspot: "v.viewer@portico.example",
  });
});

test("after sign-out no vendor has a live session of the person", async ({ page, signInAs }) => {
  await signInAs("analyst");
  const accounts = { microstrategy: "a.analyst", rocketchat: "a.analyst", thoughtspot: "a.analyst@portico.example" };
  await expectAllThree(page, accounts);
  for (const { vendor } of items)
    expect(alive[vendor](await sandbox(vendor).state(), accounts[vendor]), vendor).toBeGreaterThan(0);
  await signOut(page, "Anna Analyst");
  for (const { vendor } of items)
    await expect
      .poll(async () => alive[vendor](await sandbox(vendor).state(), accounts[vendor]), {
        message: vendor,
        timeout: 2_000,
      })
      .toBe(0);
});

for (const down of items)
  test(`${down.vendor} being down leaves the other two alone, and comes back by itself`, async ({ page, signInAs }) => {
    await signInAs("analyst");
    await sandbox(down.vendor).faults({ rules: [{ match: "*/api/*", hangUp: true }] });
    await page.goto(`${down.path}/${down.item}`);
    const failed = await expectFailed(page, down.vendor, down.item, "vendor_unreachable");
    for (const { vendor, item, path } of items.filter((other) => other !== down)) {
      await page.goto(`${path}/${item}`);
      await expectInteractive(page, vendor, item);
    }
    await page.goto(`${down.path}/${down.item}`);
    await expectFailed(page, down.vendor, down.item, "vendor_unreachable");
    await sandbox(down.vendor).faults({ clear: true });
    // Ten failures in a row would have opened the circuit for two seconds: trying again is the way on.
    await expect(async () => {
      const again = failed.getByRole("button", { name: "Try again" });
      if (await again.isVisible()) await again.click();
      await expectInteractive(page, down.vendor, down.item);
    }).toPass({ timeout: 20_000 });
  });

test("without a session every page leads to the sign-in and back, and every grant is refused", async ({ page }) => {
  for (const { path, item } of items) {
    await page.goto(`${path}/${item}?page=2`);
    await expect(page).toHaveURL(`/signin?from=${encodeURIComponent(`${path}/${item}?page=2`)}`);
  }
  for (const route of ["microstrategy/identity-token", "rocketchat/token", "thoughtspot/token"]) {
    const response = await page.request.post(`/api/${route}`, {
      headers: { origin: portalOrigin, "x-portal-request": "1" },
      data: { item: "sales-performance" },
    });
    expect([route, response.status()]).toEqual([route, 401]);
  }
  for (const { vendor } of items)
    expect(Object.keys((await sandbox(vendor).state()).counts).filter((call) => call.includes("/api/"))).toEqual([]);
});
