// @ts-check
/** What the benchmarks have in common: which of their parts are wanted, and under what conditions they ran. */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { profiling } from './runWorker.mjs';

/**
 * The names of `--only`, or all. Ends the process, with 2, when there is no such name.
 * @param {string | undefined} only
 * @param {readonly string[]} all
 * @param {string} what a name stands for, or nothing
 * @returns {readonly string[]}
 */
export function chosenParts(only, all, what = '') {
  const chosen = only?.split(',') ?? all;
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length === 0) return chosen;
  process.stderr.write(`There is no ${what}${unknown.join(', ')}. There are: ${all.join(', ')}.\n`);
  process.exit(2);
}

/**
 * Has the workers write their profiles there; empty: nowhere.
 * @param {string} folder
 */
export function profileInto(folder) {
  if (folder === '') return;
  profiling.folder = path.resolve(folder);
  mkdirSync(profiling.folder, { recursive: true });
}

/**
 * @template {Record<string, number | boolean>} Sizes
 * @param {Sizes} sizes how much was asked for
 */
export function aboutRun(sizes) {
  return {
    startedAt: new Date().toISOString(),
    node: process.version,
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    ...sizes,
    loadAtStart: os.loadavg()[0],
  };
}

/**
 * Says the load, and writes the results to `json` when that is given.
 * @param {import('./Report.mjs').Report} report
 * @param {{ readonly loadAtStart: number | undefined }} about as `aboutRun` gives it
 * @param {string | undefined} json
 */
export function finishRun(report, about, json) {
  report.finish();
  const loadAtEnd = os.loadavg()[0];
  report.say(`\nload average: ${about.loadAtStart?.toFixed(1)} at the start, ${loadAtEnd?.toFixed(1)} at the end`);
  if (json !== undefined) report.write(json, { ...about, loadAtEnd });
}
