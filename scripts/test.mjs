/**
 * `npm test`: installs what is missing, then types, Biome, Jest and Playwright. Runs all of them even when one fails,
 * names the parts that failed, and closes with one line: `N passed, N failed`, and `N skipped` where something was.
 */
import { mkdirSync, rmSync } from "node:fs";
import { Failure, run, say } from "./lib/cli.mjs";
import { endToEnd } from "./lib/end-to-end.mjs";
import { inside, programs } from "./lib/paths.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { command } from "./lib/processes.mjs";
import { jestResult, playwrightResult } from "./lib/reports.mjs";

const reports = inside("test-results/reports");

/**
 * A check without tests of its own: counts nothing when it passes, one failure otherwise.
 *
 * @param {string} title
 * @param {string[][]} commands arguments for Node
 */
async function check(title, ...commands) {
  say(`\n${title}`);
  for (const args of commands) {
    if ((await command(process.execPath, args)) !== 0) return { passed: 0, failed: 1, skipped: 0 };
  }
  return { passed: 0, failed: 0, skipped: 0 };
}

async function jest() {
  say("\nJest");
  const report = `${reports}/jest.json`;
  const code = await command(process.execPath, [programs.jest, "--json", `--outputFile=${report}`], {
    env: { ...process.env, NODE_ENV: "test" },
  });
  return counted(jestResult(report), code);
}

async function playwright() {
  say("\nPlaywright");
  const report = `${reports}/playwright.json`;
  try {
    const code = await endToEnd([], report);
    return counted(playwrightResult(report), code);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/**
 * A non-zero exit code is a failure, whatever the report says.
 *
 * @param {{ passed: number, failed: number, skipped: number }} result
 * @param {number} code
 */
const counted = (result, code) => (code !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result);

await run(async () => {
  requireNode();
  await installMissing();
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });

  const parts = {
    Types: await check(
      "Types",
      [programs.next, "typegen"],
      [programs.tsc, "--noEmit"],
      [programs.tsc, "-p", "tsconfig.scripts.json"],
    ),
    Biome: await check("Biome", [programs.biome, "check", "--error-on-warnings", "."]),
    Jest: await jest(),
    Playwright: await playwright(),
  };
  const results = Object.values(parts);
  // The output of a part that failed early stands far above the last lines, which are all that some logs keep.
  for (const [part, result] of Object.entries(parts)) if (result.failed > 0) say(`\nFailed: ${part}`);
  const sum = (/** @type {"passed" | "failed" | "skipped"} */ key) =>
    results.reduce((total, result) => total + result[key], 0);
  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  say(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
  return sum("failed") === 0 ? 0 : 1;
});
