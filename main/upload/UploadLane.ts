import type { RecordKind } from '../model/Record.js';
import { unreachable } from '../model/unreachable.js';
import type { UploadBatch } from '../seams/Cache.js';
import { Breaker, type Setback } from './Breaker.js';
import { BatchDelivery, type DeliveryParts, type DeliveryResult } from './BatchDelivery.js';
import type { FlushJob } from './FlushJob.js';
import { acceptedAgeNsMax, acceptedAheadNsMax, logRequestBytesMax, logRequestEventsMax } from './limits.js';
import { metricRequestBytesMax, metricRequestDataMax } from './limits.js';

/** Requests under way in one lane. One keeps a stream in order and is the beginning; more is a later step. */
export const requestsInFlightMax = 1;

/** What the clock brings (records stamped ahead become due) is looked for this often. */
const idleRecheckMs = 60_000;
/** While the cache cannot be read. */
const takeAgainMs = 5_000;
/** Aimed at, so that what was estimated does not spill over into a second, nearly empty request. */
const requestFill = 0.97;
const takeBytesMin = 65_536;
const takeBytesMax = 8 * 1_048_576;
/** A batch with fewer records says little about how bytes on disk become bytes of events. */
const ratioRecordsMin = 100;

export interface LaneParts extends Omit<DeliveryParts, 'laneBreaker'> {
  readonly random: () => number;
  readonly auto: () => boolean;
  readonly publishPeriodMs: () => number;
  /** The flush to work on, or null. */
  readonly flushJob: (kind: RecordKind) => FlushJob | null;
  readonly onSetback: (setback: Setback) => void;
  readonly onChange: () => void;
}

type Step =
  | { readonly type: 'wait'; readonly ms: number | null }
  | { readonly type: 'idle' }
  | { readonly type: 'take'; readonly job: FlushJob | null }
  | { readonly type: 'again' };

/**
 * The logs, or the metrics, of one robot on their way to CloudWatch: takes from the cache what is due and has it delivered,
 * one request after the other.
 *
 * A live record waits at most the publish period; a backlog goes in full requests back to back; a flush goes at once, but a
 * live record that is due goes in between.
 */
export class UploadLane {
  readonly breaker: Breaker;
  /** Records of the batch under way, 0 when none is. */
  sendingRecords = 0;
  private accountBreaker: Breaker | null = null;
  private unresolved: { readonly batch: UploadBatch; readonly job: FlushJob | null } | null = null;
  private dirty = true;
  private dueAtMs = 0;
  private lastWasFlush = false;
  private wakeUp: (() => void) | null = null;
  private takeBytes: number;

  constructor(
    readonly kind: RecordKind,
    private readonly parts: LaneParts,
  ) {
    this.breaker = new Breaker(parts.clock, parts.random, () => {
      this.wake();
      parts.onChange();
    });
    this.takeBytes = (kind === 'log' ? logRequestBytesMax : metricRequestBytesMax) * requestFill;
  }

  /** Runs until `stopping`; what is then unresolved goes back to the cache. */
  async run(): Promise<void> {
    while (!this.parts.stopping.aborted) {
      const step = this.nextStep();
      switch (step.type) {
        case 'wait':
          await this.sleep(step.ms);
          break;
        case 'idle':
          await this.sleep(idleRecheckMs);
          this.dirty = true;
          break;
        case 'again':
          await this.sendUnresolved();
          break;
        case 'take':
          await this.takeAndDeliver(step.job);
          break;
        default:
          unreachable(step);
      }
    }
    if (this.unresolved === null) return;
    // It will be sent again after the next start.
    this.parts.tally.sentAgain(this.kind, this.unresolved.batch.records.length);
    this.parts.cache.release(this.unresolved.batch);
    this.unresolved = null;
  }

  /** New data was appended. */
  kick(): void {
    if (this.dirty) return;
    this.dirty = true;
    this.wake();
  }

  wake(): void {
    this.wakeUp?.();
  }

  tryNow(): void {
    this.breaker.tryNow();
    this.accountBreaker?.tryNow();
    this.wake();
  }

  private nextStep(): Step {
    const gateMs = this.gateMs();
    if (gateMs !== 0) return { type: 'wait', ms: gateMs };
    const job = this.parts.flushJob(this.kind);
    const auto = this.parts.auto();
    if (this.unresolved !== null && (auto || job !== null)) return { type: 'again' };
    const dueMs = auto && this.dirty ? Math.max(0, this.dueAtMs - this.parts.clock.monotonicMs()) : null;
    if (job !== null && !(dueMs === 0 && this.lastWasFlush)) return { type: 'take', job };
    if (dueMs === 0) return { type: 'take', job: null };
    if (dueMs !== null) return { type: 'wait', ms: dueMs };
    return auto ? { type: 'idle' } : { type: 'wait', ms: null };
  }

  /** Milliseconds until a request may go; null until told. */
  private gateMs(): number | null {
    const own = this.breaker.waitMs();
    const account = this.accountBreaker === null ? 0 : this.accountBreaker.waitMs();
    return own === null || account === null ? null : Math.max(own, account);
  }

  private async takeAndDeliver(job: FlushJob | null): Promise<void> {
    this.lastWasFlush = job !== null;
    const nowMs = this.parts.clock.monotonicMs();
    if (job === null) {
      this.dirty = false;
      this.dueAtMs = nowMs + this.parts.publishPeriodMs();
    }
    const batch = await this.take(job);
    if (batch === 'failed') {
      this.dirty = true;
      await this.sleep(takeAgainMs);
      return;
    }
    if (batch === null) {
      job?.nothingLeft(this.kind);
      return;
    }
    this.accountBreaker = this.parts.breakerOf(batch.destination.account);
    const result = await this.deliver(batch, job);
    if (job !== null) return;
    this.dirty = true;
    // What could not be answered is due as soon as the breakers let it.
    const answeredAll = result.sent + result.refused === batch.records.length;
    if (!answeredAll || this.hasBacklog(batch, result)) this.dueAtMs = nowMs;
  }

  private async take(job: FlushJob | null): Promise<UploadBatch | null | 'failed'> {
    const recordsMax = this.recordsMax();
    const nowNs = this.parts.clock.nowNs();
    try {
      return await this.parts.cache.take({
        kind: this.kind,
        recordsMax: job === null ? recordsMax : Math.min(recordsMax, job.leftOf(this.kind)),
        bytesMax: this.takeBytes,
        oldestStampNs: nowNs - acceptedAgeNsMax,
        newestStampNs: nowNs + acceptedAheadNsMax,
        ...(job === null ? {} : { filter: job.filter }),
      });
    } catch {
      // The disk cannot be read now. The cache says so in its own status; here it only means: later.
      return 'failed';
    }
  }

  private async sendUnresolved(): Promise<void> {
    const unresolved = this.unresolved;
    if (unresolved === null) return;
    this.unresolved = null;
    this.parts.tally.sentAgain(this.kind, unresolved.batch.records.length);
    await this.deliver(unresolved.batch, unresolved.job);
  }

  private async deliver(batch: UploadBatch, job: FlushJob | null): Promise<DeliveryResult> {
    this.sendingRecords = batch.records.length;
    this.parts.onChange();
    try {
      const delivery = new BatchDelivery({ ...this.parts, laneBreaker: this.breaker }, this.kind);
      const result = await delivery.deliver(batch);
      if (result.unresolved !== null) this.unresolved = { batch: result.unresolved, job };
      if (result.setback !== null) this.parts.onSetback(result.setback);
      else this.learnRatio(batch, result);
      job?.answered(this.kind, result.sent, result.refused);
      return result;
    } finally {
      this.sendingRecords = 0;
      this.parts.onChange();
    }
  }

  /** More waits than one period brings: the batch was full, or its records have waited for longer than they should. */
  private hasBacklog(batch: UploadBatch, result: DeliveryResult): boolean {
    const requestBytesMax = this.kind === 'log' ? logRequestBytesMax : metricRequestBytesMax;
    if (batch.records.length >= this.recordsMax() || result.bytes >= requestBytesMax / 2) return true;
    const lateNs = this.parts.clock.nowNs() - BigInt(Math.round(2 * this.parts.publishPeriodMs() + 1_000)) * 1_000_000n;
    return batch.records.some(({ record }) => record.receivedNs < lateNs);
  }

  private recordsMax(): number {
    return this.kind === 'log' ? logRequestEventsMax : metricRequestDataMax;
  }

  /** The cache counts bytes on disk, CloudWatch those of the text: learns how the one becomes the other. */
  private learnRatio(batch: UploadBatch, result: DeliveryResult): void {
    if (batch.records.length < ratioRecordsMin || result.bytes === 0) return;
    const bytesOnDisk = batch.records.reduce((sum, { data }) => sum + data.length, 0);
    if (bytesOnDisk === 0) return;
    const requestBytesMax = this.kind === 'log' ? logRequestBytesMax : metricRequestBytesMax;
    const wanted = (requestBytesMax * requestFill * bytesOnDisk) / result.bytes;
    this.takeBytes = Math.round(Math.min(Math.max(wanted, takeBytesMin), takeBytesMax));
  }

  /** Until `ms` have passed, or `wake`. */
  private sleep(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === null ? undefined : this.parts.clock.after(ms, () => this.wakeUp?.());
      this.wakeUp = () => {
        this.wakeUp = null;
        cancel?.();
        resolve();
      };
    });
  }
}
