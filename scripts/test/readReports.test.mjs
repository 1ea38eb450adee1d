// @ts-check
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPlaywrightReport, readVitestReport } from './readReports.mjs';

/** @type {string} */
let folder;
/** @type {string} */
let file;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tether-reports-'));
  file = path.join(folder, 'report.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('counts a test file that could not be loaded as a failure', () => {
  const testResults = [
    { status: 'passed', assertionResults: [{}, {}] },
    { status: 'failed', assertionResults: [{}] },
    { status: 'failed', assertionResults: [] },
  ];
  const counts = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, numTodoTests: 0 };
  writeFileSync(file, JSON.stringify({ ...counts, testResults }));
  expect(readVitestReport(file)).toEqual({ passed: 2, failed: 2, skipped: 1 });
});

it('counts errors outside of tests as failures', () => {
  const stats = { expected: 9, unexpected: 1, flaky: 1, skipped: 2 };
  writeFileSync(file, JSON.stringify({ stats, errors: [{ message: 'set-up' }] }));
  expect(readPlaywrightReport(file)).toEqual({ passed: 9, failed: 3, skipped: 2 });
});

it('takes a missing or broken report for a failure', () => {
  expect(readVitestReport(file)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  writeFileSync(file, '{"stats":');
  expect(readPlaywrightReport(file)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
