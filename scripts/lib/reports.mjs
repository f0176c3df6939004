/** Reads how many tests passed and failed from the reports of Jest and Playwright. */
import { readFileSync } from "node:fs";

const failedRun = { passed: 0, failed: 1, skipped: 0 };

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** A suite that could not run counts as one failure; so does a missing report. @param {string} file */
export function jestResult(file) {
  const report = readReport(file);
  if (!report) return failedRun;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    // The tests on PostgreSQL, where its package has no binary for the platform.
    skipped: report.numPendingTests,
  };
}

/** A test that passed only on retry counts as failed, an error outside any test as one failure. @param {string} file */
export function playwrightResult(file) {
  const report = readReport(file);
  if (!report?.stats) return failedRun;
  const { expected, unexpected, flaky } = report.stats;
  return { passed: expected, failed: unexpected + flaky + (report.errors?.length ?? 0), skipped: 0 };
}
