// @ts-check
/**
 * Durable append in commits of 1, 10, 100 and 1,000 records: ours and each peer in turn, round after round, each in a process
 * of its own. A ratio is the median of the rounds' ratios, since the disk is not the same from one second to the next.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineV8Flags } from '../../../build/main/engine/engineV8Flags.js';
import { Worker, workersFolder } from './runWorker.mjs';
import { median, percentile, words } from './figures.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

const engines = [
  { name: 'ours', module: 'ours.mjs' },
  { name: 'ours, segments of 16 MiB', module: 'ours.mjs', segmentBytesMax: 16 * 1024 * 1024 },
  { name: 'raw fdatasync', module: 'peers/rawDisk.mjs' },
  { name: 'raw @mcap/core', module: 'peers/rawMcap.mjs' },
  { name: 'lmdb', module: 'peers/lmdb.mjs' },
  { name: 'better-sqlite3', module: 'peers/sqlite.mjs' },
  { name: 'classic-level', module: 'peers/level.mjs' },
];
const databases = ['lmdb', 'better-sqlite3', 'classic-level'];
const commitSizes = [1, 10, 100, 1000];

/**
 * @typedef {object} Measured
 * @property {number[]} recordsPerS of each round
 * @property {number[]} timesMs of each commit
 * @property {number[]} cpuUs of the whole process, a record, in each round
 * @property {number} restMs what was left to do in the background after the rounds, together
 * @property {string} [missing]
 */

/** @param {{ report: import('./Report.mjs').Report, folder: string, quick: boolean }} context */
export async function measureAppend({ report, folder, quick }) {
  const rounds = quick ? 5 : 20;
  const ms = quick ? 100 : 200;
  /** @type {Record<string, unknown>} */
  const kept = {};
  for (const size of commitSizes) {
    const results = await measureSize(path.join(folder, `append-${size}`), size, rounds, ms);
    report.say(`\ncommits of ${size.toLocaleString('en-US')}, ${rounds} rounds of ${ms} ms each`);
    report.table([
      ['', 'records/s', 'p50 ms', 'p99 ms', 'CPU us a record'],
      ...[...results].map(([name, result]) => rowOf(name, result)),
    ]);
    const restMs = results.get('ours')?.restMs ?? 0;
    report.say(`packing after our rounds took ${words(restMs)} ms in all`);
    kept[size] = Object.fromEntries([...results].map(([name, result]) => [name, summaryOf(result)]));
    addTargets(report, size, results);
  }
  report.keep(kept);
}

/**
 * @param {string} folder
 * @param {number} size
 * @param {number} rounds
 * @param {number} ms
 */
async function measureSize(folder, size, rounds, ms) {
  /** @type {Map<string, Measured>} */
  const results = new Map(engines.map(({ name }) => [name, { recordsPerS: [], timesMs: [], cpuUs: [], restMs: 0 }]));
  /** @type {Map<string, Worker>} */
  const workers = new Map();
  for (const engine of engines) {
    const v8Flags = engine.module === 'ours.mjs' ? engineV8Flags : [];
    const worker = new Worker('append', [engine.name], workersFolder, v8Flags);
    const own = path.join(folder, engine.name.replaceAll(/\W+/g, '-'));
    await mkdir(own, { recursive: true });
    const options = { commitRecords: size, segmentBytesMax: engine.segmentBytesMax };
    workers.set(engine.name, worker);
    try {
      await worker.ask({ open: { module: path.join(here, engine.module), folder: own, options } });
    } catch (error) {
      setMissing(results, engine.name, error);
    }
  }
  // The round before the first is to warm up.
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, worker] of workers) {
      const result = results.get(name);
      if (result === undefined || result.missing !== undefined) continue;
      try {
        const { recordsPerS, timesMs, cpuUs, restMs } = await worker.ask({ commitRecords: size, ms });
        if (round < 0) continue;
        result.recordsPerS.push(recordsPerS);
        result.cpuUs.push(cpuUs);
        result.restMs += restMs;
        for (const time of timesMs) result.timesMs.push(time);
      } catch (error) {
        setMissing(results, name, error);
      }
    }
  }
  for (const worker of workers.values()) await worker.end();
  await rm(folder, { recursive: true, force: true });
  return results;
}

/**
 * @param {Map<string, Measured>} results
 * @param {string} name
 * @param {unknown} error
 */
function setMissing(results, name, error) {
  if (name.startsWith('ours')) throw error;
  const missing =
    error instanceof Error ? (error.message.split('\n')[0] ?? '').replace(/^\w*Error: /, '') : String(error);
  results.set(name, { recordsPerS: [], timesMs: [], cpuUs: [], restMs: 0, missing });
}

/** @param {Measured} result */
function summaryOf({ recordsPerS, timesMs, cpuUs, restMs, missing }) {
  if (missing !== undefined) return { missing };
  return {
    recordsPerS: median(recordsPerS),
    p50Ms: percentile(timesMs, 0.5),
    p99Ms: percentile(timesMs, 0.99),
    cpuUs: median(cpuUs),
    restMs,
  };
}

/**
 * @param {string} name
 * @param {Measured} result
 */
function rowOf(name, { recordsPerS, timesMs, cpuUs, missing }) {
  if (missing !== undefined) return [name, `not measured: ${missing}`];
  const figures = [median(recordsPerS), percentile(timesMs, 0.5), percentile(timesMs, 0.99), median(cpuUs)];
  return [name, ...figures.map(words)];
}

/**
 * @param {import('./Report.mjs').Report} report
 * @param {number} size
 * @param {Map<string, Measured>} results
 */
function addTargets(report, size, results) {
  const ours = results.get('ours');
  if (ours === undefined) return;
  const compare = (/** @type {string} */ peer, /** @type {number} */ limit) => {
    const other = results.get(peer);
    if (other === undefined) return;
    const ratio = median(ours.recordsPerS.map((value, round) => value / (other.recordsPerS[round] ?? NaN)));
    report.target({
      what: `durable records/s, commits of ${size}`,
      figure: median(ours.recordsPerS),
      peer,
      peerFigure: median(other.recordsPerS),
      ratio,
      rule: 'ratioMin',
      limit,
      ...(other.missing === undefined ? {} : { missing: other.missing }),
    });
  };
  compare('raw @mcap/core', 0.7);
  if (size === 1) compare('raw fdatasync', 0.85);
  if (size === 100) for (const name of databases) compare(name, 1);
}
