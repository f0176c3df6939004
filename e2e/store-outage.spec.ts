/**
 * A database that is busy or away, against the built portal: everybody is told so with `503` and when to come back, in
 * the portal's own words, and everything works again by itself. Two faults showed only here: a connection that stayed
 * broken after another process had held the lock, and pages that failed with the framework's own error.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIResponse, Page } from "@playwright/test";
import { holdWriteLock } from "../tests/lock-holder";
import { Cluster, findBinaries } from "../tests/postgres/cluster.cjs";
import { ownOrigin, sandboxSettings, startOwnPortal } from "./fixtures/own-portal";
import { expect, test } from "./fixtures/test";

// The pages' own scripts would ask for grants too.
test.use({ javaScriptEnabled: false });
test.describe.configure({ mode: "serial", timeout: 120_000 });

const lines: string[] = [];
const startWith = (DATABASE_URL: string) =>
  startOwnPortal({ ...sandboxSettings, DATABASE_URL, PORTAL_GRANTS_PER_MINUTE: "1000" }, (line) => lines.push(line));

const grant = (page: Page) =>
  page.request.post(`${ownOrigin}/api/thoughtspot/token`, {
    headers: { origin: ownOrigin, "x-portal-request": "1" },
    data: { item: "customer-health" },
  });
/** As the browser sends the forms of the pages. */
const form = (page: Page, path: string) =>
  page.request.post(ownOrigin + path, { headers: { origin: ownOrigin }, multipart: { from: "/", persona: "viewer" } });
const visit = (page: Page) => page.request.get(`${ownOrigin}/`);
const statusAt = async (page: Page, path: string) => (await page.request.get(ownOrigin + path)).status();

const signIn = (page: Page, persona: string) => page.getByRole("button", { name: new RegExp(`^${persona}`, "i") });

async function signInAs(page: Page, persona: string): Promise<void> {
  await page.goto(`${ownOrigin}/signin?again=1`);
  await signIn(page, persona).click();
  await page.waitForURL((url) => url.pathname !== "/signin");
}

async function expectRefusedGrant(response: APIResponse, retryAfter: string): Promise<void> {
  expect([response.status(), response.headers()["retry-after"]]).toEqual([503, retryAfter]);
  expect(await response.json()).toMatchObject({ code: "store_busy", status: 503 });
}

async function expectOwnPage(response: APIResponse, retryAfter: string): Promise<void> {
  expect([response.status(), response.headers()["retry-after"]]).toEqual([503, retryAfter]);
  expect(await response.text()).toContain("The portal's database is not available");
}

async function expectRecovery(page: Page): Promise<void> {
  await expect.poll(() => statusAt(page, "/api/ready")).toBe(200);
  await expect.poll(() => statusAt(page, "/")).toBe(200);
  const granted = await Promise.all(Array.from({ length: 20 }, () => grant(page)));
  expect(new Set(granted.map((response) => response.status()))).toEqual(new Set([200]));
  await signInAs(page, "viewer");
  expect((await grant(page)).status()).toBe(200);
}

test.beforeEach(() => {
  lines.length = 0;
});
test.afterEach(() => {
  expect(lines.filter((line) => /failed unexpectedly|Something went wrong|⨯/i.test(line))).toEqual([]);
});

test("another process holds the lock of the SQLite file for seven seconds", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "portico-e2e-outage-"));
  const file = join(folder, "portal.db");
  const stop = await startWith(file);
  try {
    await signInAs(page, "analyst");
    expect((await grant(page)).status()).toBe(200);
    const release = await holdWriteLock(file);
    try {
      // The page of the form was loaded before.
      await page.goto(`${ownOrigin}/signin?again=1`);
      const seven = Date.now() + 7_000;
      do {
        for (const refused of await Promise.all(Array.from({ length: 5 }, () => grant(page))))
          await expectRefusedGrant(refused, "1");
        expect((await visit(page)).status(), "pages only read").toBe(200);
        expect(await statusAt(page, "/api/health")).toBe(200);
      } while (Date.now() < seven);
      await expect.poll(() => statusAt(page, "/api/ready")).toBe(503);
      for (const path of ["/", "/signin"]) await expectOwnPage(await form(page, path), "1");
      await signIn(page, "viewer").click();
      await expect(page.getByRole("alert")).toContainText("The portal's database is not available");
    } finally {
      await release();
    }
    await expectRecovery(page);
  } finally {
    await stop();
    rmSync(folder, { recursive: true });
  }
});

// Where the package has no server for the platform, the run of Jest says so.
if (findBinaries())
  test("PostgreSQL is stopped, and started again", async ({ page }) => {
    const server = await Cluster.create();
    let stop = async () => {};
    try {
      await server.start();
      stop = await startWith(server.url());
      await signInAs(page, "analyst");
      expect((await grant(page)).status()).toBe(200);
      await server.stop();
      // At once: the very first answers of the outage are the portal's own.
      const [first, refused, signOut, signInForm] = await Promise.all([
        visit(page),
        grant(page),
        form(page, "/"),
        form(page, "/signin"),
      ]);
      await expectOwnPage(first, "5");
      await expectRefusedGrant(refused, "5");
      for (const response of [signOut, signInForm]) await expectOwnPage(response, "5");
      await expect.poll(() => statusAt(page, "/api/ready")).toBe(503);
      expect(await statusAt(page, "/api/health")).toBe(200);
      await page.goto(`${ownOrigin}/insights/customer-health`);
      await expect(page.getByRole("alert")).toContainText("The portal's database is not available");
      await server.start();
      await expectRecovery(page);
    } finally {
      await stop();
      await server.remove();
    }
  });
