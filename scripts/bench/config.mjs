// @ts-check
/**
 * `npm run bench -- config`: how long hostile, wrongly encoded and large robot files hold up their reader and what memory they take
 * at their peak, each in a process of its own, beside the `yaml` package's own reader on the same text; and how soon an applied
 * change is obeyed by the uploader. `--rounds N`: of the latter (20).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { percentile } from './cache/figures.mjs';
import { cases } from './config/cases.mjs';
import { measureObeying } from './config/obey.mjs';

const millisecondsMax = 200;
/** Longest text that the peer is given: beyond, it takes minutes. */
const peerTextMax = 1_000_000;
const roundsDefault = 20;
/** The template's own, and one that is long: what waits for it must not wait for the change. */
const publishPeriodsS = [1, 5, 60];

/** @param {string} text @returns {number} milliseconds */
function peer(text) {
  const start = performance.now();
  try {
    parseDocument(text, { logLevel: 'silent' });
  } catch {
    // It recurses until the stack ends: that is its answer.
  }
  return performance.now() - start;
}

const load = os
  .loadavg()
  .map((one) => one.toFixed(1))
  .join(' ');
process.stdout.write(`Node ${process.versions.node}, ${os.cpus().length} cores, load ${load}\n\n`);
process.stdout.write(
  '| file | median ms | max ms | CPU ms | peak MB | yaml ms | first issue |\n|---|---|---|---|---|---|---|\n',
);
const folder = mkdtempSync(path.join(os.tmpdir(), 'tether-bench-config-'));
const script = path.join(import.meta.dirname, 'config', 'oneCase.mjs');
/** @type {string[]} */
const missed = [];
for (const [number, one] of cases.entries()) {
  /** @type {{ milliseconds: number[], cpuMilliseconds: number, peakMegabytes: number, place: string }} */
  const found = JSON.parse(execFileSync(process.execPath, [script, String(number), folder], { encoding: 'utf8' }));
  const most = Math.max(...found.milliseconds);
  const text = 'text' in one ? one.text() : null;
  const theirs = text === null || text.length > peerTextMax ? '–' : peer(text).toFixed(0);
  const place = found.place === '' ? 'valid' : found.place.slice(0, 70);
  if (most > millisecondsMax) missed.push(`${one.name}: ${most.toFixed(0)} ms`);
  if ((found.place === '') !== (one.isValid === true)) missed.push(`${one.name}: ${place}`);
  process.stdout.write(
    `| ${one.name} | ${percentile(found.milliseconds, 0.5).toFixed(1)} | ${most.toFixed(1)} | ${found.cpuMilliseconds.toFixed(1)} | ${found.peakMegabytes.toFixed(0)} | ${theirs} | ${place.replaceAll('|', '/')} |\n`,
  );
}
rmSync(folder, { recursive: true, force: true });
process.stdout.write(
  missed.length === 0 ? `\nAll within ${millisecondsMax} ms, with a place.\n` : `\nMissed: ${missed.join('; ')}\n`,
);

const given = process.argv.indexOf('--rounds');
const rounds = given === -1 ? roundsDefault : Number(process.argv[given + 1]);
process.stdout.write('\n| publish_frequency | rounds | p50 ms | p95 ms | max ms |\n|---|---|---|---|---|\n');
for (const periodS of publishPeriodsS) {
  const times = await measureObeying(rounds, periodS);
  const figures = [0.5, 0.95, 1].map((part) => percentile(times, part).toFixed(0));
  process.stdout.write(`| ${periodS} s | ${times.length} | ${figures.join(' | ')} |\n`);
}
