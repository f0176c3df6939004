/**
 * End-to-end tests: the built portal and the sandbox as real processes, a real browser. `npm run e2e` builds first.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import "./scripts/localhost-dns.cjs";
import type { CookieOption } from "./e2e/fixtures/browser";
import { ports } from "./e2e/fixtures/places";

const { portal, sandbox } = ports;

// Workers load this file too: they must see the same database.
process.env.E2E_DATABASE ??= join(mkdtempSync(join(tmpdir(), "portico-e2e-")), "portal.db");

/** What both processes share. Without NODE_OPTIONS: neither may see the tests' own name resolution. */
const shared = {
  NODE_OPTIONS: "",
  SANDBOX_PORT: String(sandbox),
  SANDBOX_SECRET: "end-to-end",
  PORTAL_ORIGIN: `http://portal.localhost:${portal}`,
  NEXT_TELEMETRY_DISABLED: "1",
};
const gracefulShutdown = { signal: "SIGTERM", timeout: 5_000 } as const;

export default defineConfig<CookieOption>({
  testDir: "e2e",
  // The sandbox's state is shared, and its faults strike whoever comes first.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 45_000,
  expect: { timeout: 10_000 },
  outputDir: "test-results/e2e",
  reporter: "list",
  use: {
    baseURL: `http://portal.localhost:${portal}`,
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "cookies allowed", use: { thirdPartyCookies: "allowed" } },
    // What is tagged @embed must hold in both modes.
    { name: "cookies blocked", grep: /@embed/, use: { thirdPartyCookies: "blocked" } },
  ],
  webServer: [
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
        AUTH_URL: `http://portal.localhost:${portal}`,
        DATABASE_URL: process.env.E2E_DATABASE,
        // The tests sign in and open much more than a person does.
        PORTAL_GRANTS_PER_MINUTE: "100000",
        LOG_LEVEL: "warn",
      },
      gracefulShutdown,
      reuseExistingServer: false,
    },
  ],
});
