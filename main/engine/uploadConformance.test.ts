import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { useWorker } from '../cache/useWorker.test-support.js';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import type { Observation } from '../localcloud/metrics/MetricStore.js';
import { conformanceGroup, conformanceNamespace, ConformanceRun, type Filled } from './ConformanceRun.test-support.js';
import { metricSum, numberIn } from './ConformanceRun.test-support.js';
import type { UploadReport } from './uploadWorker.js';

/**
 * A robot's whole side of sending, killed at random on a way that breaks at random, against the strict local CloudWatch:
 * TETHER_UPLOAD_RECORDS=1000000 npx vitest run main/engine/uploadConformance.test.ts
 */
const records = Number(process.env['TETHER_UPLOAD_RECORDS'] ?? 24_000);
const seed = Number(process.env['TETHER_UPLOAD_SEED'] ?? Date.now() % 1_000_000);
const kills = Number(process.env['TETHER_UPLOAD_KILLS'] ?? 5);
/** The local CloudWatch's clock is this much behind: what is stamped near now or ahead is refused there as too new. */
const cloudBehindMs = 3 * 3_600_000;
const tooNew = 7;
const testMsMax = 600_000 + records;

const worker = useWorker('uploadWorker', import.meta.dirname);
let cloud: LocalCloudWatch;
let run: ConformanceRun;

beforeEach(async () => {
  cloud = await LocalCloudWatch.start({ clock: { nowMs: () => Date.now() - cloudBehindMs }, bytesMax: 4e9 });
  run = await ConformanceRun.make({ worker, endpoint: cloud.url, records, seed, kills, tooNew });
});
afterEach(async () => {
  await run.remove();
  await cloud.stop();
});

function logNumbers(): readonly string[] {
  return cloud.logEvents(conformanceGroup).map(({ message }) => numberIn(message));
}

function totalsOf(observation: Observation): { readonly samples: number; readonly sum: number } {
  switch (observation.kind) {
    case 'value':
      return { samples: 1, sum: observation.value };
    case 'statistics':
      return { samples: observation.sampleCount, sum: observation.sum };
    case 'distribution':
      throw new Error('nobody sends distributions');
  }
}

function metricValues(): readonly number[] {
  return cloud
    .metricData(conformanceNamespace)
    .map(({ observation }) => (observation as unknown as { value: number }).value);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** What came of all records, in the log of the run. */
function tell(filled: Filled, numbers: readonly string[], values: readonly number[], report: UploadReport): void {
  const { logs, metrics } = filled;
  const [unique, uniqueValues] = [new Set(numbers).size, new Set(values).size];
  const there = unique + uniqueValues + report.quarantined;
  const copies = numbers.length - unique + values.length - uniqueValues;
  process.stdout.write(
    `${[
      `${logs + metrics + tooNew} records (${logs} logs, ${metrics} metrics, ${tooNew} logs that CloudWatch must refuse), seed ${seed}:`,
      `in CloudWatch ${unique} logs and ${uniqueValues} metrics, in quarantine ${report.quarantined}: ${there} in all, ${logs + metrics + tooNew - there} missing.`,
      `Copies: ${copies}; counted as possible: ${report.maybeTwiceLogs} logs, ${report.maybeTwiceMetrics} metrics.`,
      `Sum of the metrics: ${sumOf(values)} in CloudWatch, ${metricSum(filled)} recorded.`,
      `Faults: ${[...run.way.fired].map(([fault, times]) => `${times} × ${fault}`).join(', ')}.`,
    ].join('\n  ')}\n`,
  );
}

describe(`${records} records, seed ${seed}`, () => {
  test(
    'with permission to read: each record is in CloudWatch once, or in quarantine with a reason',
    async () => {
      const filled = await run.fill();
      const report = await run.sendThroughAll();
      const numbers = logNumbers();
      const values = metricValues();
      tell(filled, numbers, values, report);
      expect(run.way.violations).toEqual([]);
      expect(report).toMatchObject({ waiting: 0, unresolved: 0, maybeTwiceLogs: 0, maybeTwiceMetrics: 0 });
      expect(new Set(numbers).size).toBe(filled.logs);
      expect(numbers.length).toBe(filled.logs);
      expect(report.quarantined).toBe(tooNew);
      expect(report.acknowledgedLogs).toBe(filled.logs);
      expect(values.length).toBe(filled.metrics);
      expect(sumOf(values)).toBe(metricSum(filled));
      expect(run.way.fired.size).toBeGreaterThan(0);
    },
    testMsMax,
  );

  test(
    'with statistic sets: far fewer data, and the same number and sum of values',
    async () => {
      run.statisticSets = true;
      const filled = await run.fill();
      const report = await run.sendThroughAll();
      expect(run.way.violations).toEqual([]);
      expect(report).toMatchObject({ waiting: 0, unresolved: 0, maybeTwiceMetrics: 0, quarantined: tooNew });
      const totals = cloud.metricData(conformanceNamespace).map(({ observation }) => totalsOf(observation));
      expect(totals.reduce((sum, { samples }) => sum + samples, 0)).toBe(filled.metrics);
      expect(totals.reduce((total, { sum }) => total + sum, 0)).toBe(metricSum(filled));
      expect(totals.length).toBeLessThan(filled.metrics / 2);
    },
    testMsMax,
  );

  test(
    'without it: nothing is lost, and each possible copy is counted',
    async () => {
      run.way.mayRead = false;
      const filled = await run.fill();
      const report = await run.sendThroughAll();
      const numbers = logNumbers();
      const values = metricValues();
      tell(filled, numbers, values, report);
      expect(run.way.violations).toEqual([]);
      expect(report).toMatchObject({ waiting: 0, unresolved: 0, quarantined: tooNew });
      expect(new Set(numbers).size).toBe(filled.logs);
      expect(numbers.length - filled.logs).toBeLessThanOrEqual(report.maybeTwiceLogs);
      expect(new Set(values).size).toBe(filled.metrics);
      expect(values.length - filled.metrics).toBeLessThanOrEqual(report.maybeTwiceMetrics);
    },
    testMsMax,
  );
});
