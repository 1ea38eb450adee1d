import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuiltWorker } from '../cache/useWorker.test-support.js';
import { openDiskCache } from '../cache/openDiskCache.js';
import { randomFrom } from '../cache/randomFrom.test-support.js';
import { testLog, testLogDestination, testMetric } from '../cache/testRecords.js';
import type { LogDestination } from '../model/Destination.js';
import { systemClock } from '../seams/Clock.js';
import { FaultyWay } from './FaultyWay.test-support.js';
import type { UploadReport } from './uploadWorker.js';

export interface ConformanceOptions {
  readonly worker: BuiltWorker;
  /** Of the CloudWatch behind the way that breaks. */
  readonly endpoint: string;
  readonly records: number;
  readonly seed: number;
  readonly kills: number;
  /** Records stamped now, for a CloudWatch whose clock is so far behind that it refuses them. */
  readonly tooNew: number;
}

export interface Filled {
  readonly logs: number;
  readonly metrics: number;
}

export const conformanceGroup = testLogDestination.group;
export const conformanceNamespace = 'rovers';
/** So that there are many requests. */
export const conformanceStreams = Array.from({ length: 16 }, (_, index) => `rover ${index}`);
export const metricNames = ['metric 0', 'metric 1', 'metric 2', 'metric 3'] as const;
/** Every so many-th record is a metric. */
const metricShare = 6;
const faultShare = 0.35;
const settleAfterMs = 500;
const hourNs = 3_600_000_000_000n;
/** Times of the records: so long ago, over so long. */
const agoNs = 9n * hourNs;
const overNs = 3n * hourNs;

/** A robot's whole side of sending in a process of its own, killed at random, on a way that breaks at random. */
export class ConformanceRun {
  /** Whether values go together, where they may. */
  statisticSets = false;

  private constructor(
    private readonly options: ConformanceOptions,
    private readonly folder: string,
    readonly way: FaultyWay,
  ) {}

  static async make(options: ConformanceOptions): Promise<ConformanceRun> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tether-conformance-'));
    return new ConformanceRun(options, folder, await FaultyWay.start(options.endpoint, randomFrom(options.seed)));
  }

  async remove(): Promise<void> {
    await this.way.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Numbers as logs, and every sixth as a metric, over the hours before; the last few too new for CloudWatch. */
  async fill(): Promise<Filled> {
    const { folder } = this;
    const { records, tooNew } = this.options;
    const limits = { bytesMax: 8e9, segmentBytesMax: 1_000_000 };
    const owner = { kind: 'a test', controlSocket: null };
    const opened = await openDiskCache({ folder, robot: 'rover', owner, limits, clock: systemClock });
    if (!opened.ok) throw new Error(opened.problem.message);
    const startNs = systemClock.nowNs() - agoNs;
    let metrics = 0;
    for (let from = 0; from < records; from += 1_000) {
      const batch = Array.from({ length: Math.min(1_000, records - from) }, (_, index) => {
        const number = from + index;
        const stampNs = startNs + BigInt(number) * (overNs / BigInt(records));
        if (number % metricShare !== 0)
          return testLog({ message: `<${number}>`, stampNs, destination: streamOf(number) });
        metrics += 1;
        return testMetric(metricNames[(number / metricShare) % metricNames.length] ?? '', number, stampNs);
      });
      await opened.value.append(batch);
    }
    const nowNs = systemClock.nowNs();
    await opened.value.append(
      Array.from({ length: tooNew }, (_, index) => testLog({ message: `<new ${index}>`, stampNs: nowNs })),
    );
    await opened.value.close();
    return { logs: records - metrics, metrics };
  }

  /** Kills while sending, at moments that the seed chooses; the last run goes to its end. */
  async sendThroughAll(): Promise<UploadReport> {
    const { way } = this;
    const { records, seed, kills } = this.options;
    const random = randomFrom(seed + 1);
    way.faultShare = faultShare;
    for (let round = 0; round < kills; round++) {
      const [putsMax, laterMs] = [way.puts + 1 + Math.floor(random() * 8), Math.floor(random() * 60)];
      const report = await this.run(({ waiting }) => way.puts >= putsMax || waiting === 0);
      await sleep(laterMs);
      if (report.waiting === 0) break;
    }
    // Metrics that nobody can tell of stay, where reading is not allowed.
    await this.run(({ waiting, unresolved }, ranMs) => waiting === unresolved || ranMs > 20_000 + records / 20);
    way.faultShare = 0;
    return await this.run(({ waiting, unresolved }, ranMs, settle) => {
      // Nothing but what nobody can tell is left: a person would have to choose now.
      if (!way.mayRead && unresolved > 0 && unresolved === waiting && ranMs > settleAfterMs) settle();
      return waiting === 0 && unresolved === 0;
    });
  }

  /** Runs the worker until `until`, and kills it. Its last report. */
  private async run(
    until: (report: UploadReport, ranMs: number, settle: () => void) => boolean,
  ): Promise<UploadReport> {
    const args = [this.folder, this.way.url, this.statisticSets ? 'sets' : ''];
    const child = fork(this.options.worker.path, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
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
}

function streamOf(number: number): LogDestination {
  const stream = conformanceStreams[Math.floor(number / 50) % conformanceStreams.length] ?? '';
  return { ...testLogDestination, stream };
}

/** Of all metrics that `fill` makes. */
export function metricSum({ metrics }: Filled): number {
  return (metricShare * (metrics * (metrics - 1))) / 2;
}

/** What stands in the angle brackets of a line. */
export function numberIn(message: string): string {
  return /<(.*)>/.exec(message)?.[1] ?? message;
}
