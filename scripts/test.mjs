// @ts-check
/**
 * `npm test`: set-up with what only tests need, the static checks, the build, unit and integration tests (vitest), and the
 * tests of the real app (Playwright). A stage that fails does not keep the later ones from running; the exit code is 0 only
 * if all passed. The last line is `N passed, N failed`, a static check or the build counting as one.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { Reporter } from './setup/Reporter.mjs';
import { nodeModulesDir, rootDir } from './setup/paths.mjs';
import { problemText } from './setup/SetupError.mjs';
import { setup } from './setup.mjs';
import { readPlaywrightReport, readVitestReport } from './test/readReports.mjs';
import { endTools, runTool } from './test/runTool.mjs';
import { passes, staticChecks } from './test/staticChecks.mjs';

/** @typedef {import('./test/readReports.mjs').Counts} Counts */

const unitReport = path.join(rootDir, 'build', 'reports', 'unit.json');
const appReport = path.join(rootDir, 'e2e', 'results', 'report.json');

/** @type {{ name: string, seconds: number, counts: Counts }[]} */
const stages = [];

/**
 * @param {string} name
 * @param {() => Promise<Counts>} work
 */
async function stage(name, work) {
  process.stdout.write(`\n== ${name}\n`);
  const startedMs = performance.now();
  let counts = { passed: 0, failed: 1, skipped: 0 };
  try {
    counts = await work();
  } catch (error) {
    process.stdout.write(`${problemText(error)}\n`);
  }
  stages.push({ name, seconds: (performance.now() - startedMs) / 1000, counts });
}

/**
 * @param {boolean} isPassed
 * @returns {Counts}
 */
function one(isPassed) {
  return { passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1, skipped: 0 };
}

async function unitTests() {
  rmSync(unitReport, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`];
  const code = await runTool(path.join(nodeModulesDir, 'vitest', 'vitest.mjs'), ['run', ...reporters]);
  return agreeing(readVitestReport(unitReport), code);
}

async function appTests() {
  rmSync(appReport, { force: true });
  const config = path.join('e2e', 'playwright.config.ts');
  const code = await runTool(path.join(nodeModulesDir, '@playwright', 'test', 'cli.js'), ['test', '--config', config]);
  return agreeing(readPlaywrightReport(appReport), code);
}

/**
 * A runner that fails although its report has no failure (an unhandled error, a crash at the end) has failed.
 * @param {Counts} counts
 * @param {number} code
 */
function agreeing(counts, code) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function summary() {
  process.stdout.write('\n== stages\n');
  for (const { name, seconds, counts } of stages) {
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    const words = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
    process.stdout.write(`${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s   ${words}\n`);
  }
  const passed = stages.reduce((sum, { counts }) => sum + counts.passed, 0);
  const failed = stages.reduce((sum, { counts }) => sum + counts.failed, 0);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

/** During set-up and build a signal ends everything, with the commands that run. */
function leave() {
  endTools();
  process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, leave);
const reporter = new Reporter();
await stage('set-up', async () => {
  await setup({ tests: true, reporter });
  return { passed: 0, failed: 0, skipped: 0 };
});
for (const check of staticChecks) await stage(check.name, async () => one(await passes(check)));
await stage('build', async () => {
  await build({ reporter });
  return one(true);
});
await stage('unit', unitTests);
await stage('app', appTests);
process.exit(summary());
