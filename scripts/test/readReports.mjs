// @ts-check
/** Counts of a test run, from the reports that the runners write for programs. A report that is not there is a failure. */
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * @param {string} file of vitest's JSON reporter
 * @returns {Counts}
 */
export function readVitestReport(file) {
  const report = readReport(file);
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  // A file that could not even be loaded has no tests in it, but it did not pass.
  const unloaded = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ result) =>
      result.status === 'failed' && result.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {string} file of Playwright's JSON reporter
 * @returns {Counts}
 */
export function readPlaywrightReport(file) {
  const report = readReport(file);
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  // Errors outside any test: a set-up or a file that failed as a whole.
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped };
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
