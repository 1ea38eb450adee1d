import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { useWorker } from '../cache/useWorker.test-support.js';
import { freePort } from '../ros/freePort.test-support.js';
import { conformanceGroup, conformanceNamespace, ConformanceRun } from './ConformanceRun.test-support.js';
import { conformanceStreams, metricNames, metricSum, numberIn } from './ConformanceRun.test-support.js';

/**
 * The same as uploadConformance.test.ts against moto, a CloudWatch that this project did not write:
 * TETHER_MOTO_RECORDS=100000 npx vitest run main/engine/motoConformance.test.ts
 *
 * moto holds few of CloudWatch's rules: it takes what is too new, and sizes and spans that AWS refuses. Of a request, those
 * rules are held by the checker in the way (`checkSentRequest`), not by the answer.
 */
const records = Number(process.env['TETHER_MOTO_RECORDS'] ?? 3_000);
const seed = Number(process.env['TETHER_UPLOAD_SEED'] ?? Date.now() % 1_000_000);
const kills = Number(process.env['TETHER_UPLOAD_KILLS'] ?? 3);
const testMsMax = 600_000 + 5 * records;
const startMsMax = 120_000;
const hourMs = 3_600_000;

const toolchainSchema = z.object({ peers: z.object({ python: z.string() }) });
const client = { region: 'us-east-1', credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' } };

const worker = useWorker('uploadWorker', import.meta.dirname);
let moto: ChildProcess;
let endpoint: string;
let run: ConformanceRun;

beforeEach(async () => {
  const port = await freePort();
  endpoint = `http://127.0.0.1:${port}`;
  moto = spawn(pythonOfPeers(), ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await untilAnswering();
  run = await ConformanceRun.make({ worker, endpoint, records, seed, kills, tooNew: 0 });
}, startMsMax);
afterEach(async () => {
  await run.remove();
  const ended = once(moto, 'exit');
  moto.kill('SIGKILL');
  await ended;
});

/** Set-up's; without it this fails in words: nothing here is skipped quietly. */
function pythonOfPeers(): string {
  const root = path.resolve(import.meta.dirname, '../..');
  const file = process.env['TETHER_TOOLCHAIN'] ?? path.join(root, '.cache/toolchain.json');
  const found = toolchainSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!found.success) throw new Error('moto is not set up: run npm test');
  return found.data.peers.python;
}

async function untilAnswering(): Promise<void> {
  const answers = (): Promise<boolean> =>
    fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (moto.exitCode !== null || moto.signalCode !== null) throw new Error('moto did not start');
    await sleep(200);
  }
}

async function logNumbers(): Promise<readonly string[]> {
  const logs = new CloudWatchLogsClient({ ...client, endpoint });
  const numbers: string[] = [];
  for (const logStreamName of conformanceStreams) {
    for (let nextToken: string | undefined; ;) {
      const page = await logs.send(
        new GetLogEventsCommand({
          ...{ logGroupName: conformanceGroup, logStreamName, startFromHead: true },
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      for (const { message = '' } of page.events ?? []) numbers.push(numberIn(message));
      if (page.nextForwardToken === undefined || page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
    }
  }
  logs.destroy();
  return numbers;
}

/** As CloudWatch itself adds them up. */
async function metricTotals(): Promise<{ readonly samples: number; readonly sum: number }> {
  const metrics = new CloudWatchClient({ ...client, endpoint });
  let [samples, sum] = [0, 0];
  for (const MetricName of metricNames) {
    const { Datapoints = [] } = await metrics.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: conformanceNamespace, MetricName, Period: 60 },
        ...{ StartTime: new Date(Date.now() - 12 * hourMs), EndTime: new Date(), Statistics: ['Sum', 'SampleCount'] },
      }),
    );
    for (const { SampleCount = 0, Sum = 0 } of Datapoints) {
      samples += SampleCount;
      sum += Sum;
    }
  }
  metrics.destroy();
  return { samples, sum };
}

describe(`moto, ${records} records, seed ${seed}`, () => {
  test(
    'with permission to read: each record is there once, and the metrics add up to the very sum',
    async () => {
      const filled = await run.fill();
      const report = await run.sendThroughAll();
      const numbers = await logNumbers();
      expect(run.way.violations).toEqual([]);
      expect(report).toMatchObject({ waiting: 0, unresolved: 0, quarantined: 0 });
      expect(report).toMatchObject({ maybeTwiceLogs: 0, maybeTwiceMetrics: 0 });
      expect(new Set(numbers).size).toBe(filled.logs);
      expect(numbers.length).toBe(filled.logs);
      expect(await metricTotals()).toEqual({ samples: filled.metrics, sum: metricSum(filled) });
      expect(run.way.fired.size).toBeGreaterThan(0);
    },
    testMsMax,
  );

  test(
    'without it: nothing is lost, and each possible copy is counted',
    async () => {
      run.way.mayRead = false;
      const filled = await run.fill();
      const report = await run.sendThroughAll();
      const numbers = await logNumbers();
      expect(run.way.violations).toEqual([]);
      expect(report).toMatchObject({ waiting: 0, unresolved: 0, quarantined: 0 });
      expect(new Set(numbers).size).toBe(filled.logs);
      expect(numbers.length - filled.logs).toBeLessThanOrEqual(report.maybeTwiceLogs);
      const { samples } = await metricTotals();
      expect(samples).toBeGreaterThanOrEqual(filled.metrics);
      expect(samples - filled.metrics).toBeLessThanOrEqual(report.maybeTwiceMetrics);
    },
    testMsMax,
  );
});
