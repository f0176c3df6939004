/**
 * ThoughtSpot's two logins with cookies. They need a portal that is configured for them, as for a real ThoughtSpot: this
 * spec starts one per login, with a sandbox of its own, and signs people in with OpenID Connect.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { sandboxGuid, sandboxSecret, sandboxServices } from "../lib/config/sandbox";
import { embed, expectInteractive, expectShown } from "./fixtures/embed";
import { ports } from "./fixtures/places";
import { expect, type Page, test } from "./fixtures/test";

const ownPort = ports.portal + 30;
const ownSandbox = ports.sandbox + 30;
const origin = `http://portal.localhost:${ownPort}`;
const services = sandboxServices(ownSandbox);
const health = "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13";
const healthPage = "/insights/customer-health";

let processes: ChildProcess[] = [];

const environment = (login: string): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: "",
  NODE_ENV: "production",
  NEXT_TELEMETRY_DISABLED: "1",
  LOG_LEVEL: "warn",
  DATABASE_URL: ":memory:",
  AUTH_URL: origin,
  AUTH_SECRET: randomBytes(33).toString("base64"),
  PORTAL_SEALING_KEYS: randomBytes(32).toString("base64url"),
  AUTH_OIDC_ISSUER: services.idp.origin,
  AUTH_OIDC_INTERNAL_URL: services.idp.internalOrigin,
  AUTH_OIDC_ID: "portico",
  AUTH_OIDC_SECRET: sandboxSecret("idp:client-secret"),
  THOUGHTSPOT_URL: services.thoughtspot.origin,
  THOUGHTSPOT_INTERNAL_URL: services.thoughtspot.internalOrigin,
  THOUGHTSPOT_SECRET_KEY: sandboxGuid("thoughtspot:secret-key"),
  THOUGHTSPOT_LOGIN: login,
});

async function answers(address: string): Promise<void> {
  await expect
    .poll(
      () =>
        fetch(address).then(
          (response) => response.ok,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
}

async function startPortal(login: string): Promise<void> {
  const run = (args: string[], env: NodeJS.ProcessEnv) => spawn(process.execPath, args, { env, stdio: "ignore" });
  const env = environment(login);
  processes = [
    run(["--import", "tsx", "sandbox/server.ts"], { ...env, SANDBOX_PORT: String(ownSandbox), PORTAL_ORIGIN: origin }),
    run(["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(ownPort)], env),
  ];
  await answers(`${services.thoughtspot.internalOrigin}/sandbox/health`);
  await answers(`http://127.0.0.1:${ownPort}/api/health`);
}

async function stopPortal(): Promise<void> {
  const ended = processes.map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of processes) child.kill("SIGTERM");
  await Promise.all(ended);
}

async function signIn(page: Page, person: RegExp): Promise<void> {
  await page.goto(`${origin}/signin?from=${encodeURIComponent(healthPage)}`);
  await page.getByRole("button", { name: "Continue with your organization" }).click();
  await page.getByRole("button", { name: person }).click();
  await page.waitForURL(`${origin}${healthPage}`);
}

const openHealth = (page: Page) => expectInteractive(page, "thoughtspot", "customer-health");

for (const login of ["cookie", "redirect"])
  test.describe(`with the ${login} login`, () => {
    test.describe.configure({ mode: "serial" });
    test.beforeAll(() => startPortal(login));
    test.afterAll(stopPortal);

    test.describe("in a browser that keeps no cookies in frames", () => {
      test.use({ thirdPartyCookies: "blocked" });

      test("people are told so, and have a way that works", async ({ page }) => {
        await signIn(page, /Anna/);
        const section = embed(page, "thoughtspot", "customer-health");
        await expect(section).toHaveAttribute("data-code", "cookies_blocked");
        await expect(section.getByRole("link", { name: /new tab/i })).toBeVisible();
      });
    });

    test("the item opens as the mapped account", async ({ page }) => {
      await signIn(page, /Anna/);
      await expectShown(await openHealth(page), "a.analyst@portico.example", health);
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
