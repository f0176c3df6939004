/**
 * End-to-end tests: the built portal and the sandbox as real processes, a real browser. `npm run e2e` builds first.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import "./scripts/localhost-dns.cjs";
import { portalOrigin, portsOfWorker } from "./e2e/fixtures/addresses";
import type { CookieOption } from "./e2e/fixtures/browser";
import { workerCount } from "./scripts/lib/workers.cjs";

const workers = workerCount();
// Workers load this file too: one folder is enough.
process.env.E2E_DATABASES ??= mkdtempSync(join(tmpdir(), "portico-e2e-"));
const databases = process.env.E2E_DATABASES;
const gracefulShutdown = { signal: "SIGTERM", timeout: 5_000 } as const;

/** The sandbox and the portal of one worker. */
function servers(index: number) {
  const { portal, sandbox } = portsOfWorker(index);
  const origin = `http://portal.localhost:${portal}`;
  // Without NODE_OPTIONS: neither may see the tests' own name resolution.
  const shared = {
    NODE_OPTIONS: "",
    SANDBOX_PORT: String(sandbox),
    SANDBOX_SECRET: "end-to-end",
    PORTAL_ORIGIN: origin,
    NEXT_TELEMETRY_DISABLED: "1",
  };
  return [
    {
      command: "node --import tsx sandbox/server.ts",
      // The last one that starts.
      url: `http://127.0.0.1:${sandbox + 3}/sandbox/health`,
      env: shared,
      gracefulShutdown,
      reuseExistingServer: false,
    },
    {
      command: `node node_modules/next/dist/bin/next start -H 127.0.0.1 -p ${portal}`,
      url: `http://127.0.0.1:${portal}/api/health`,
      env: {
        ...shared,
        NODE_ENV: "production",
        PORT: String(portal),
        PORTAL_SANDBOX: "on",
        AUTH_URL: origin,
        DATABASE_URL: join(databases, `portal-${index}.db`),
        // The tests sign in and open much more than a person does.
        PORTAL_GRANTS_PER_MINUTE: "100000",
        LOG_LEVEL: "warn",
      },
      gracefulShutdown,
      reuseExistingServer: false,
    },
  ];
}

export default defineConfig<CookieOption>({
  testDir: "e2e",
  workers,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 45_000,
  expect: { timeout: 10_000 },
  outputDir: "test-results/e2e",
  reporter: "list",
  use: {
    baseURL: portalOrigin,
    // Drawing what moves costs a machine without a graphics card a fifth of its time. The main job is done with it.
    contextOptions: { reducedMotion: "reduce" },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "cookies allowed", use: { thirdPartyCookies: "allowed" } },
    // What is tagged @embed must hold in both modes.
    { name: "cookies blocked", grep: /@embed/, use: { thirdPartyCookies: "blocked" } },
  ],
  webServer: Array.from({ length: workers }, (_, index) => servers(index)).flat(),
});
