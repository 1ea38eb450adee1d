import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildWorker, type BuiltWorker } from '../cache/buildWorker.test-support.js';
import { openDiskCache } from '../cache/openDiskCache.js';
import { randomFrom } from '../cache/randomFrom.test-support.js';
import { testLog, testLogDestination, testMetric } from '../cache/testRecords.js';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import type { LogDestination } from '../model/Destination.js';
import { systemClock } from '../seams/Clock.js';
import { FaultyWay } from './FaultyWay.test-support.js';
import type { UploadReport } from './uploadWorker.js';

/**
 * A robot's whole side of sending, killed at random on a way that breaks at random, against the strict local CloudWatch:
 * TETHER_UPLOAD_RECORDS=1000000 npx vitest run main/engine/uploadConformance.test.ts
 */
const records = Number(process.env['TETHER_UPLOAD_RECORDS'] ?? 24_000);
const seed = Number(process.env['TETHER_UPLOAD_SEED'] ?? Date.now() % 1_000_000);
const kills = Number(process.env['TETHER_UPLOAD_KILLS'] ?? 5);
const metricShare = 6;
const metricNames = 4;
const faultShare = 0.35;
/** The local CloudWatch's clock is this much behind: what is stamped near now or ahead is refused there as too new. */
const cloudBehindMs = 3 * 3_600_000;
const settleAfterMs = 500;
const testMsMax = 600_000 + records;
/** So that there are many requests. */
const streams = 16;
const group = 'field';
const namespace = 'rovers';

let worker: BuiltWorker;
let folder: string;
let cloud: LocalCloudWatch;
let way: FaultyWay;

beforeAll(async () => {
  worker = await buildWorker('uploadWorker', import.meta.dirname);
}, 60_000);
afterAll(async () => {
  await worker.dispose();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-conformance-'));
  cloud = await LocalCloudWatch.start({ clock: { nowMs: () => Date.now() - cloudBehindMs }, bytesMax: 4e9 });
  way = await FaultyWay.start(cloud.url, randomFrom(seed));
});
afterEach(async () => {
  await way.stop();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

function streamOf(number: number): LogDestination {
  return { ...testLogDestination, stream: `rover ${Math.floor(number / 50) % streams}` };
}

interface Filled {
  readonly logs: number;
  readonly metrics: number;
  /** Stamped so that CloudWatch refuses them. */
  readonly tooNew: number;
}

/** Numbers as logs, and every sixth as a metric, over the hours before; the last few too new for CloudWatch. */
async function fill(): Promise<Filled> {
  const limits = { bytesMax: 8e9, segmentBytesMax: 1_000_000 };
  const owner = { kind: 'a test', controlSocket: null };
  const opened = await openDiskCache({ folder, robot: 'rover', owner, limits, clock: systemClock });
  if (!opened.ok) throw new Error(opened.problem.message);
  const startNs = systemClock.nowNs() - 9n * 3_600_000_000_000n;
  const stepNs = (3n * 3_600_000_000_000n) / BigInt(records);
  let metrics = 0;
  for (let from = 0; from < records; from += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, records - from) }, (_, index) => {
      const number = from + index;
      const stampNs = startNs + BigInt(number) * stepNs;
      if (number % metricShare !== 0)
        return testLog({ message: `<${number}>`, stampNs, destination: streamOf(number) });
      metrics += 1;
      return testMetric(`metric ${(number / metricShare) % metricNames}`, number, stampNs);
    });
    await opened.value.append(batch);
  }
  const nowNs = systemClock.nowNs();
  const tooNew = 7;
  await opened.value.append(
    Array.from({ length: tooNew }, (_, index) => testLog({ message: `<new ${index}>`, stampNs: nowNs })),
  );
  await opened.value.close();
  return { logs: records - metrics, metrics, tooNew };
}

/** Runs the worker until `until`, and kills it. Its last report. */
async function run(until: (report: UploadReport, ranMs: number, settle: () => void) => boolean): Promise<UploadReport> {
  const child = fork(worker.path, [folder, way.url], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const begunMs = Date.now();
  try {
    return await new Promise<UploadReport>((resolve, reject) => {
      child.on('message', (report) => {
        const settle = (): void => void child.send('settle');
        if (until(report as UploadReport, Date.now() - begunMs, settle)) resolve(report as UploadReport);
      });
      child.on('exit', (code) => {
        reject(new Error(`the worker ended with ${String(code)}: ${said}`));
      });
    });
  } finally {
    child.removeAllListeners('exit');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** Kills while sending, at moments that the seed chooses; the last run goes to its end. */
async function sendThroughAll(): Promise<UploadReport> {
  const random = randomFrom(seed + 1);
  way.faultShare = faultShare;
  for (let round = 0; round < kills; round++) {
    const [putsMax, laterMs] = [way.puts + 1 + Math.floor(random() * 8), Math.floor(random() * 60)];
    const report = await run(({ waiting }) => way.puts >= putsMax || waiting === 0);
    await sleep(laterMs);
    if (report.waiting === 0) break;
  }
  // Metrics that nobody can tell of stay, where reading is not allowed.
  await run(({ waiting, unresolved }, ranMs) => waiting === unresolved || ranMs > 20_000 + records / 20);
  way.faultShare = 0;
  return await run(({ waiting, unresolved }, ranMs, settle) => {
    // Nothing but what nobody can tell is left: a person would have to choose now.
    if (!way.mayRead && unresolved > 0 && unresolved === waiting && ranMs > settleAfterMs) settle();
    return waiting === 0 && unresolved === 0;
  });
}

function logNumbers(): readonly string[] {
  return cloud.logEvents(group).map(({ message }) => /<(.*)>/.exec(message)?.[1] ?? message);
}

function metricValues(): readonly number[] {
  return cloud.metricData(namespace).map(({ observation }) => (observation as unknown as { value: number }).value);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** What came of all records, in the log of the run. */
function tell(filled: Filled, numbers: readonly string[], values: readonly number[], report: UploadReport): void {
  const { logs, metrics, tooNew } = filled;
  const [unique, uniqueValues] = [new Set(numbers).size, new Set(values).size];
  const there = unique + uniqueValues + report.quarantined;
  const copies = numbers.length - unique + values.length - uniqueValues;
  process.stdout.write(
    `${[
      `${logs + metrics + tooNew} records (${logs} logs, ${metrics} metrics, ${tooNew} logs that CloudWatch must refuse), seed ${seed}:`,
      `in CloudWatch ${unique} logs and ${uniqueValues} metrics, in quarantine ${report.quarantined}: ${there} in all, ${logs + metrics + tooNew - there} missing.`,
      `Copies: ${copies}; counted as possible: ${report.maybeTwiceLogs} logs, ${report.maybeTwiceMetrics} metrics.`,
      `Sum of the metrics: ${sumOf(values)} in CloudWatch, ${wantedSum(filled)} recorded.`,
      `Faults: ${[...way.fired].map(([fault, times]) => `${times} × ${fault}`).join(', ')}.`,
    ].join('\n  ')}\n`,
  );
}

/** Every `metricShare`th number is a metric's value. */
function wantedSum({ metrics }: Filled): number {
  return (metricShare * (metrics * (metrics - 1))) / 2;
}

describe(`${records} records, seed ${seed}`, () => {
  test(
    'with permission to read: each record is in CloudWatch once, or in quarantine with a reason',
    async () => {
      const filled = await fill();
      const report = await sendThroughAll();
      const numbers = logNumbers();
      const values = metricValues();
      tell(filled, numbers, values, report);
      expect(way.violations).toEqual([]);
      expect(report).toMatchObject({ waiting: 0, unresolved: 0, maybeTwiceLogs: 0, maybeTwiceMetrics: 0 });
      expect(new Set(numbers).size).toBe(filled.logs);
      expect(numbers.length).toBe(filled.logs);
      expect(report.quarantined).toBe(filled.tooNew);
      expect(report.acknowledgedLogs).toBe(filled.logs);
      expect(values.length).toBe(filled.metrics);
      expect(sumOf(values)).toBe(wantedSum(filled));
      expect(way.fired.size).toBeGreaterThan(0);
    },
    testMsMax,
  );

  test(
    'without it: nothing is lost, and each possible copy is counted',
    async () => {
      way.mayRead = false;
      const filled = await fill();
      const report = await sendThroughAll();
      const numbers = logNumbers();
      const values = metricValues();
      tell(filled, numbers, values, report);
      expect(way.violations).toEqual([]);
      expect(report).toMatchObject({ waiting: 0, unresolved: 0, quarantined: filled.tooNew });
      expect(new Set(numbers).size).toBe(filled.logs);
      expect(numbers.length - filled.logs).toBeLessThanOrEqual(report.maybeTwiceLogs);
      expect(new Set(values).size).toBe(filled.metrics);
      expect(values.length - filled.metrics).toBeLessThanOrEqual(report.maybeTwiceMetrics);
    },
    testMsMax,
  );
});
