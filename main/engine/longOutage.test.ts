import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { openDiskCache } from '../cache/openDiskCache.js';
import { SimulatedDisk } from '../cache/SimulatedDisk.test-support.js';
import { testLog } from '../cache/testRecords.js';
import type {
  CloudSink,
  EventsReading,
  PlaceReading,
  SamplesReading,
  SinkOutcome,
  SinkProbe,
} from '../seams/CloudSink.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import { MemoryIntentBook } from '../upload/intents/MemoryIntentBook.js';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import { logsConfig, metricsConfig, sendingConfig } from '../upload/records.test-support.js';
import { Uploader } from '../upload/Uploader.js';

/**
 * A long outage in simulated time, with the real cache on a simulated disk. Whole (8 hours at 2,000 records/s):
 * TETHER_OUTAGE_S=28800 TETHER_OUTAGE_RATE=2000 npx vitest run main/engine/longOutage.test.ts
 */
const outageS = Number(process.env['TETHER_OUTAGE_S'] ?? 120);
const recordsPerS = Number(process.env['TETHER_OUTAGE_RATE'] ?? 400);
const testMsMax = 120_000 + outageS * recordsPerS;
/** After the link is back the robot goes on for so long. */
const afterwardsS = 60;
const liveDelayMsMax = 10_000;
/** What an answer takes. */
const answerMs = 200;
/** What a few seconds bring, so that a short outage fills many. */
const segmentBytesMax = Math.max(65_536, 600 * recordsPerS);
/** Of one record with all that is around it on disk. */
const recordBytesMin = 100;
const requestRecordsMax = 10_000;
/** A test's own bookkeeping, and what the collector has not yet found. */
const memoryGrowthBytesMax = 32 * 1_048_576;

/** The link is down, then up: what comes is counted and let go. */
class Link implements CloudSink {
  isUp = false;
  upSinceMs = Infinity;
  /** How often each record came. */
  readonly came: Uint8Array;
  /** Stamps of the backlog's requests in the order in which they began, of the first record each. */
  readonly backlogStartsMs: number[] = [];
  /** Of those that were made while the link was up again. */
  liveDelayMs = 0;
  liveRecords = 0;

  constructor(
    private readonly clock: ManualClock,
    recordsMax: number,
  ) {
    this.came = new Uint8Array(recordsMax);
  }

  get nowMs(): number {
    return Number(this.clock.nowNs() / 1_000_000n);
  }

  goUp(): void {
    this.isUp = true;
    this.upSinceMs = this.nowMs;
  }

  async send(request: SinkRequest): Promise<SinkOutcome> {
    if (request.kind !== 'log') throw new Error('there are only logs');
    if (!this.isUp) {
      const problem = { code: 'offline', message: 'no link', nextStep: '' };
      return { type: 'retry', cause: 'offline', problem, afterMs: null, unknownOutcome: false };
    }
    const { events } = request;
    const backlog = events.find(({ timestampMs }) => timestampMs < this.upSinceMs);
    if (backlog !== undefined) this.backlogStartsMs.push(backlog.timestampMs);
    await new Promise<void>((resolve) => {
      this.clock.after(answerMs, resolve);
    });
    for (const { timestampMs, message } of events) {
      const number = Number(/<(\d+)>/.exec(message)?.[1]);
      this.came[number] = (this.came[number] ?? 0) + 1;
      if (timestampMs < this.upSinceMs) continue;
      this.liveRecords += 1;
      this.liveDelayMs = Math.max(this.liveDelayMs, this.nowMs - timestampMs);
    }
    return { type: 'accepted' };
  }

  findEvents(): Promise<EventsReading> {
    return Promise.resolve({ type: 'unreadable', reason: 'nobody asks' });
  }

  countSamples(): Promise<SamplesReading> {
    return Promise.resolve({ type: 'unreadable', reason: 'nobody asks' });
  }

  look(): Promise<PlaceReading> {
    return Promise.resolve({ type: 'unreadable', reason: 'nobody asks' });
  }

  probe(): Promise<SinkProbe> {
    return Promise.resolve({ reachable: this.isUp, accountId: null, problem: null });
  }

  close(): void {
    this.isUp = false;
  }
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Without the disk, which is in memory as well here. */
function memoryBytes(disk: SimulatedDisk): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external - disk.bytes();
}

test(
  `${outageS} s without a link at ${recordsPerS} records/s: all wait, in the same memory, and go newest first while live ones do not wait`,
  async () => {
    const clock = new ManualClock(1_795_392_000_000_000_000n);
    const disk = new SimulatedDisk();
    const link = new Link(clock, (outageS + afterwardsS * 20) * recordsPerS);
    const opened = await openDiskCache({
      ...{ folder: '/data/robots/rover', robot: 'rover', owner: { kind: 'a test', controlSocket: null }, clock },
      ...{ files: disk, limits: { bytesMax: 64e9, segmentBytesMax }, diskFreeBytesMin: 0 },
    });
    if (!opened.ok) throw new Error(opened.problem.message);
    const cache = opened.value;
    const settings = { logs: logsConfig, metrics: metricsConfig, sending: sendingConfig };
    const parts = { cache, sink: link, settings, clock, intents: new MemoryIntentBook(), random: () => 0.5 };
    const uploader = new Uploader(parts);
    uploader.start();
    let made = 0;
    const passSecond = async (): Promise<void> => {
      const nowNs = clock.nowNs();
      const stepNs = 1_000_000_000n / BigInt(recordsPerS);
      const batch = Array.from({ length: recordsPerS }, (_, index) =>
        testLog({ message: `<${made + index}>`, stampNs: nowNs - BigInt(recordsPerS - 1 - index) * stepNs }),
      );
      made += recordsPerS;
      const appended = cache.append(batch);
      await clock.advance(1_000);
      await appended;
    };
    const memory: number[] = [];
    for (let second = 1; second <= outageS; second++) {
      await passSecond();
      if (second % Math.ceil(outageS / 8) !== 0) continue;
      await cache.settled();
      const pending = await cache.pending();
      expect(pending.reduce((sum, { records }) => sum + records, 0)).toBe(made);
      const usage = await cache.usage();
      expect(usage).toMatchObject({ cachedRecords: made, waitingInMemory: 0, lost: {}, acknowledgedLogs: 0 });
      memory.push(memoryBytes(disk));
    }
    const [first = 0] = memory;
    expect(Math.max(...memory) - first).toBeLessThan(memoryGrowthBytesMax);

    link.goUp();
    uploader.tryNow();
    for (let second = 0; second < afterwardsS; second++) await passSecond();
    const backlogLeft = (): boolean => uploader.status().sentLogs < made;
    for (let second = 0; backlogLeft() && second < afterwardsS * 10; second++) await clock.advance(1_000);
    const stopped = uploader.stop();
    await clock.advance(5_000);
    await stopped;

    expect(uploader.status()).toMatchObject({ sentLogs: made, refused: 0, unresolvedLogs: 0, maybeTwiceLogs: 0 });
    expect(link.came.subarray(0, made).every((times) => times === 1)).toBe(true);
    expect(await cache.usage()).toMatchObject({ cachedRecords: 0, acknowledgedLogs: made, lost: {} });
    // Those of the first second are stamped before its end, when the link was down.
    expect(link.liveRecords).toBeGreaterThan((afterwardsS - 1) * recordsPerS);
    expect(link.liveDelayMs).toBeLessThan(liveDelayMsMax);
    // From segment to segment it goes back in time; within one, forward.
    const segmentMs = (1_000 * segmentBytesMax) / recordBytesMin / recordsPerS;
    const toleranceMs = 2 * segmentMs + (1_000 * requestRecordsMax) / recordsPerS;
    let earliestMs = Infinity;
    for (const startMs of link.backlogStartsMs) {
      expect(startMs).toBeLessThanOrEqual(earliestMs + toleranceMs);
      earliestMs = Math.min(earliestMs, startMs);
    }
    const [newestFirst = 0] = link.backlogStartsMs;
    expect(newestFirst).toBeGreaterThan(link.upSinceMs - toleranceMs);
    await cache.close();
  },
  testMsMax,
);
