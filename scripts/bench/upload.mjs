// @ts-check
/**
 * How fast a backlog gets to CloudWatch: ours (read from a cache on disk, with durable intents and acknowledgements) against the bare
 * SDK in a loop, two logging libraries and the originals' way, into a sink on loopback that takes everything, and into moto.
 *
 *   npm run bench -- upload [--quick] [--rounds 3] [--only ours,sdk,...] [--no-moto] [--json FILE] [--folder FOLDER] [--profile FOLDER]
 *
 * The slow ones get fewer records (the table says how many): all figures are rates. A ratio is the median of the rounds' ratios.
 * CPU is that of the sending process alone. It judges nothing by its exit code: the last table says which targets held.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, words } from './cache/figures.mjs';
import { aboutRun, chosenParts, finishRun, profileInto } from './cache/benchRun.mjs';
import { Report } from './cache/Report.mjs';
import { engineV8Flags } from '../../build/main/engine/engineV8Flags.js';
import { runWorker } from './cache/runWorker.mjs';
import { LoopbackSink } from './upload/LoopbackSink.mjs';
import { MotoSink } from './upload/MotoSink.mjs';
import { setUpPeers } from './upload/peers.mjs';

// The SDK's about the age of this Node, in each process.
process.env['NODE_NO_WARNINGS'] = '1';

const workers = path.join(import.meta.dirname, 'upload', 'workers');

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {'log' | 'metric'} kind
 * @property {string} worker
 * @property {number} share of the records, so that nobody waits for the slow ones
 * @property {object} [task]
 * @property {boolean} [intoMoto]
 */

/** @type {Record<string, Subject>} */
const subjects = {
  sdk: {
    name: 'bare SDK, full batches',
    kind: 'log',
    worker: 'sdk',
    share: 1,
    task: { recordsMax: 10_000 },
    intoMoto: true,
  },
  ours: { name: 'ours', kind: 'log', worker: 'ours', share: 1, intoMoto: true },
  logtape: { name: '@logtape/cloudwatch-logs', kind: 'log', worker: 'logtape', share: 1 },
  winston: { name: 'winston-cloudwatch', kind: 'log', worker: 'winston', share: 0.02 },
  winstonFlush: {
    name: 'winston-cloudwatch, told to end',
    kind: 'log',
    worker: 'winston',
    share: 0.1,
    task: { flush: true },
  },
  originals: { name: "originals' way, 50 records", kind: 'log', worker: 'sdk', share: 0.05, task: { recordsMax: 50 } },
  sdkMetrics: {
    name: 'bare SDK, full batches',
    kind: 'metric',
    worker: 'sdk',
    share: 1,
    task: { recordsMax: 1_000 },
    intoMoto: true,
  },
  oursMetrics: { name: 'ours', kind: 'metric', worker: 'ours', share: 1, intoMoto: true },
  originalsMetrics: {
    name: "originals' way, 20 data",
    kind: 'metric',
    worker: 'sdk',
    share: 0.05,
    task: { recordsMax: 20 },
  },
};

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    moto: { type: 'boolean', default: true },
    json: { type: 'string' },
    folder: { type: 'string', default: os.tmpdir() },
    profile: { type: 'string', default: '' },
  },
});
const chosen = chosenParts(options.only, Object.keys(subjects));
profileInto(options.profile);
const counts = options.quick ? { log: 200_000, metric: 40_000 } : { log: 1_000_000, metric: 200_000 };
/** moto parses and keeps everything: it gets less. */
const motoShare = options.quick ? 0.1 : 0.05;

/** @typedef {import('./upload/measured.mjs').Measured & import('./upload/LoopbackSink.mjs').Received} Round */
/** @typedef {{ sent: number, rounds: Round[], missing?: string }} Result */

const report = new Report();
const folder = await mkdtemp(path.join(options.folder, 'tether-bench-upload-'));
const about = aboutRun({ quick: options.quick });
report.say(JSON.stringify(about));
try {
  await setUpPeers().catch((error) => report.say(`The peers could not be set up: ${error.message}`));
  report.begin('loopback');
  const sink = new LoopbackSink();
  await sink.start();
  const loopback = await measureInto(sink, Number(options.rounds), 1, chosen);
  await sink.stop();
  show(loopback);
  addTargets(loopback);
  if (options.moto) await measureMoto();
} finally {
  await rm(folder, { recursive: true, force: true });
}
finishRun(report, about, options.json);

/**
 * Everyone in turn, round after round, as the machine is not the same from one second to the next.
 * @param {{ url: string, received(): Promise<import('./upload/LoopbackSink.mjs').Received> }} sink
 * @param {number} rounds
 * @param {number} share
 * @param {readonly string[]} names
 */
async function measureInto(sink, rounds, share, names) {
  /** @type {Map<string, Result>} */
  const results = new Map();
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const subject = subjects[name];
      if (subject === undefined) continue;
      const count = Math.round(counts[subject.kind] * subject.share * share);
      const result = results.get(name) ?? { sent: count, rounds: [] };
      results.set(name, result);
      if (result.missing !== undefined) continue;
      try {
        result.rounds.push(await measure(subject, count, sink));
      } catch (error) {
        if (subject.worker === 'ours' || subject.worker === 'sdk') throw error;
        result.missing = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      }
    }
  }
  return results;
}

/**
 * @param {Subject} subject
 * @param {number} count
 * @param {{ url: string, received(): Promise<import('./upload/LoopbackSink.mjs').Received> }} sink
 * @returns {Promise<Round>}
 */
async function measure({ kind, worker, task, name }, count, sink) {
  const cache = path.join(folder, 'cache');
  const work = { ...task, kind, count, endpoint: sink.url, folder: cache };
  if (worker === 'ours') await runWorker('fill', work, workers);
  await sink.received();
  const own = await runWorker(worker, work, workers, worker === 'ours' ? engineV8Flags : []);
  const received = await sink.received();
  await rm(cache, { recursive: true, force: true });
  if (received.records !== count) throw new Error(`${name}: ${received.records} of ${count} arrived`);
  return { ...own, ...received };
}

async function measureMoto() {
  report.begin('moto');
  const moto = await MotoSink.begin().catch((/** @type {Error} */ error) => error);
  if (moto instanceof Error) {
    report.say(`not measured: ${moto.message}`);
    return;
  }
  try {
    const names = chosen.filter((name) => subjects[name]?.intoMoto === true);
    show(await measureInto(moto, 1, motoShare, names));
  } finally {
    await moto.stop();
  }
}

/** @param {Map<string, Result>} results */
function show(results) {
  const head = ['', 'records', 'records/s', 'CPU s a million', 'bytes a record', 'requests a million', 'peak MB'];
  for (const kind of /** @type {const} */ (['log', 'metric'])) {
    const rows = [...results]
      .filter(([name]) => subjects[name]?.kind === kind)
      .map(([name, result]) => rowOf(name, result));
    if (rows.length === 0) continue;
    report.say(`\n${kind === 'log' ? 'log records' : 'metric data'}`);
    report.table([head, ...rows]);
  }
  report.keep(Object.fromEntries(results));
}

/**
 * @param {string} name
 * @param {Result} result
 */
function rowOf(name, { sent, rounds, missing }) {
  const label = subjects[name]?.name ?? name;
  if (missing !== undefined) return [label, `not measured: ${missing}`];
  const of = (/** @type {(round: Round) => number} */ figure) => words(median(rounds.map(figure)));
  return [
    label,
    words(sent),
    of(({ recordsPerS }) => recordsPerS),
    of(({ cpuS }) => cpuS),
    of(({ bytes, records }) => bytes / records),
    of(({ requests, records }) => (requests * 1e6) / records),
    of(({ rssMb }) => rssMb),
  ];
}

/** @param {Map<string, Result>} results */
function addTargets(results) {
  /**
   * @param {string} own
   * @param {string} peer
   * @param {string} what
   * @param {(round: Round) => number} figure
   * @param {'ratioMin' | 'ratioMax'} rule
   * @param {number} limit
   */
  const compare = (own, peer, what, figure, rule, limit) => {
    const [ours, others] = [results.get(own), results.get(peer)];
    if (ours === undefined || others === undefined) return;
    const ratio = median(ours.rounds.map((round, place) => figure(round) / figure(others.rounds[place] ?? round)));
    report.target({
      ...{ what, rule, limit, peer: subjects[peer]?.name ?? peer },
      figure: median(ours.rounds.map(figure)),
      peerFigure: median(others.rounds.map(figure)),
      ratio: others.missing === undefined ? ratio : NaN,
      ...(others.missing === undefined ? {} : { missing: others.missing }),
    });
  };
  const rate = (/** @type {Round} */ { recordsPerS }) => recordsPerS;
  const requests = (/** @type {Round} */ round) => (round.requests * 1e6) / round.records;
  compare('ours', 'sdk', 'log records/s', rate, 'ratioMin', 0.85);
  compare('ours', 'logtape', 'log records/s', rate, 'ratioMin', 2);
  compare('ours', 'winston', 'log records/s', rate, 'ratioMin', 10);
  compare('ours', 'winstonFlush', 'log records/s', rate, 'ratioMin', 10);
  compare('ours', 'originals', 'log records/s', rate, 'ratioMin', 10);
  compare('ours', 'originals', 'requests a million logs', requests, 'ratioMax', 1 / 20);
  compare('oursMetrics', 'sdkMetrics', 'metric data/s', rate, 'ratioMin', 0.85);
  compare('oursMetrics', 'originalsMetrics', 'metric data/s', rate, 'ratioMin', 10);
  compare('oursMetrics', 'originalsMetrics', 'requests a million data', requests, 'ratioMax', 1 / 20);
}
