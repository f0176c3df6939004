/**
 * A preview on Vercel with nothing set but what Vercel sets: no sandbox beside it, pages and route handlers in two
 * processes that share no memory, behind an edge that ends TLS and asks for a pass. The portal must work.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { personas } from "../lib/config/sandbox";
import { portalOrigin, ports } from "./fixtures/addresses";
import { selfSigned } from "./fixtures/certificate";
import { type Edge, startEdge } from "./fixtures/edge";
import { expectInteractive, expectShown } from "./fixtures/embed";
import { items } from "./fixtures/items";
import { expect, type Page, test } from "./fixtures/test";

const { edge: edgePort, ...functions } = ports.preview;
/** The preview must not need a sandbox process. */
const { unused } = ports;
const hosts = { deployment: "portico-abc.localhost", branch: "portico-git-main.localhost" } as const;
const origins = {
  deployment: `https://${hosts.deployment}:${edgePort}`,
  branch: `https://${hosts.branch}:${edgePort}`,
};

let folder: string;
let edge: Edge;
const processes = new Map<number, ChildProcess>();

/** The environment of a preview: nothing of this process's own but where programs are. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NODE_ENV: "production",
  NODE_EXTRA_CA_CERTS: join(folder, "cert.pem"),
  NEXT_TELEMETRY_DISABLED: "1",
  SANDBOX_PORT: String(unused),
  VERCEL: "1",
  VERCEL_ENV: "preview",
  VERCEL_URL: new URL(origins.deployment).host,
  VERCEL_BRANCH_URL: new URL(origins.branch).host,
});

async function startFunction(port: number): Promise<void> {
  const args = ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(port)];
  processes.set(port, spawn(process.execPath, args, { env: environment(), stdio: "ignore" }));
  const healthy = () =>
    fetch(`http://127.0.0.1:${port}/api/health`).then(
      (response) => response.ok,
      () => false,
    );
  await expect.poll(healthy, { timeout: 20_000 }).toBe(true);
}

async function stopFunction(port: number): Promise<void> {
  const child = processes.get(port);
  if (!child || child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function expectAllThree(page: Page, persona: string, origin: string): Promise<void> {
  const accounts = personas.find((one) => one.persona === persona)?.accounts ?? {};
  for (const { vendor, item, path, object } of items) {
    await page.goto(`${origin}${path}/${item}`);
    const open = await expectInteractive(page, vendor, item);
    await expectShown(open, accounts[vendor] ?? "nobody", object);
    const frame = await open.frame.locator("body").evaluate(() => location.origin + location.pathname);
    expect(`${frame}/`).toContain(`${origin}/sandbox/${vendor}/`);
  }
}

test.describe.configure({ mode: "serial", timeout: 90_000 });
test.use({ contextOptions: { ignoreHTTPSErrors: true } });

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portico-preview-"));
  const certificate = selfSigned([...Object.values(hosts), "127.0.0.1"]);
  writeFileSync(join(folder, "cert.pem"), certificate.cert);
  edge = await startEdge(edgePort, functions, certificate);
  // One after the other: the first makes the secrets that both read, where the disk can be written.
  await startFunction(functions.pages);
  await startFunction(functions.routes);
});

test.afterAll(async () => {
  await Promise.all(Object.values(functions).map(stopFunction));
  await edge.stop();
  rmSync(folder, { recursive: true, force: true });
});

test.describe("where the sandbox is not mounted", () => {
  for (const path of [
    "/sandbox/microstrategy/MicroStrategyLibrary/app",
    "/sandbox/rocketchat/api/info",
    "/sandbox/thoughtspot",
    "/sandbox/thoughtspot/sandbox/health",
  ])
    test(`${path} is 404`, async ({ page }) => {
      for (const method of ["GET", "POST", "OPTIONS"]) {
        const response = await page.request.fetch(`${portalOrigin}${path}`, { method });
        expect([method, response.status()]).toEqual([method, 404]);
      }
    });
});

for (const [place, origin] of Object.entries(origins))
  test.describe(`at the ${place}'s address, protected`, () => {
    test.use({ baseURL: origin });
    test.beforeEach(({ context }) => context.addCookies([{ ...edge.pass, url: origin, secure: true, httpOnly: true }]));

    for (const persona of ["analyst", "viewer"] as const)
      test(`three products open as the ${persona}'s own accounts`, async ({ page, signInAs }) => {
        await signInAs(persona);
        await expectAllThree(page, persona, origin);
        expect(edge.turnedAway).toEqual([]);
      });
  });

test.describe("on the way of a visitor", () => {
  const origin = origins.deployment;
  test.use({ baseURL: origin });
  test.beforeEach(({ context }) => context.addCookies([{ ...edge.pass, url: origin, secure: true, httpOnly: true }]));

  test("links into a tab of its own lead to the vendor, signed in", async ({ page, signInAs }) => {
    await signInAs("analyst");
    for (const [link, account] of [
      ["/open/rocketchat?path=/channel/general", "a.analyst"],
      ["/open/thoughtspot/customer-health", "a.analyst@portico.example"],
    ] as const) {
      await page.goto(link);
      await expect(page.locator("[data-sandbox-user]").first()).toHaveAttribute("data-sandbox-user", account);
      expect(new URL(page.url()).origin).toBe(origin);
    }
  });

  test("the next person in the same browser sees nothing of the one before", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await expectAllThree(page, "analyst", origin);
    await page.getByRole("button", { name: /Anna Analyst/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/signed-out/);
    await signInAs("viewer");
    await expectAllThree(page, "viewer", origin);
  });

  test("an instance that goes away is no more than a vendor's restart", async ({ page, signInAs, errors }) => {
    // Rocket.Chat says so when it no longer knows the token; the portal then gets a new one.
    errors.allow(/login-with-token: refused/);
    await signInAs("analyst");
    await expectAllThree(page, "analyst", origin);
    await stopFunction(functions.routes);
    await startFunction(functions.routes);
    await expectAllThree(page, "analyst", origin);
  });

  test("no one can drive the sandbox, and no one else can frame it", async ({ page }) => {
    for (const { vendor } of items) {
      for (const control of ["faults", "reset"]) {
        const response = await page.request.post(`/sandbox/${vendor}/sandbox/${control}`, { data: { clear: true } });
        expect([vendor, control, response.status()]).toEqual([vendor, control, 404]);
      }
      expect((await page.request.get(`/sandbox/${vendor}/sandbox/state`)).status()).toBe(404);
      const health = await page.request.get(`/sandbox/${vendor}/sandbox/health`);
      expect(health.status()).toBe(200);
      expect(health.headers()["content-security-policy"]).toContain("frame-ancestors 'self'");
    }
  });
});

test("on your own machine it opens without TLS and without a pass", async ({ page }) => {
  // One process is everything here, so that it is the pages' function that serves the sandbox too.
  const origin = `http://localhost:${functions.pages}`;
  await page.goto(`${origin}/signin`);
  await page.getByRole("button", { name: /^viewer/i }).click();
  await page.waitForURL((url) => url.pathname !== "/signin");
  await expectAllThree(page, "viewer", origin);
});
