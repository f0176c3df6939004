/** Runs Playwright against a built portal and the sandbox, on ports of their own. */

import { requireBrowser } from "./browser.mjs";
import { buildMissing } from "./build.mjs";
import { ports, portsNeeded } from "./environment.mjs";
import { programs } from "./paths.mjs";
import { requireFreePorts } from "./ports.mjs";
import { command } from "./processes.mjs";
import { workerCount, workerPorts } from "./workers.cjs";

/** Not the demo's, so that the tests can run beside it. */
const endToEndPorts = { portal: 3100, sandbox: 4100 };

/**
 * @param {string[]} args for Playwright
 * @param {string} [report] where to write the JSON report
 * @returns {Promise<number>} Playwright's exit code
 */
export async function endToEnd(args, report) {
  const own = { ...process.env, PORT: process.env.E2E_PORT, SANDBOX_PORT: process.env.E2E_SANDBOX_PORT };
  const where = ports(own, endToEndPorts);
  const workers = Array.from({ length: workerCount() }, (_, index) => workerPorts(index, where));
  const needed = workers.flatMap(portsNeeded);
  await requireFreePorts(needed.map((entry) => ({ ...entry, variable: `E2E_${entry.variable}` })));
  await requireBrowser();
  await buildMissing();
  const env = {
    ...process.env,
    E2E_PORT: String(where.portal),
    E2E_SANDBOX_PORT: String(where.sandbox),
    ...(report ? { PLAYWRIGHT_JSON_OUTPUT_FILE: report } : {}),
  };
  const reporters = report ? ["--reporter=list,json"] : [];
  // Playwright ends its servers when it is interrupted, not when it is terminated.
  return command(process.execPath, [programs.playwright, "test", ...reporters, ...args], { env, endSignal: "SIGINT" });
}
