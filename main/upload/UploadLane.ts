import type { RecordKind } from '../model/Record.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { UploadOrder } from '../model/RobotConfig.js';
import { unreachable } from '../model/unreachable.js';
import type { UploadBatch } from '../seams/Cache.js';
import { Breaker, type Setback } from './Breaker.js';
import type { Intent, Packing } from './intents/Intent.js';
import { BatchDelivery, type DeliveryParts, type DeliveryResult } from './BatchDelivery.js';
import type { FlushJob } from './FlushJob.js';
import { acceptedAgeNsMax, acceptedAheadNsMax, logRequestBytesMax, logRequestEventsMax } from './limits.js';
import { metricRequestBytesMax, metricRequestDataMax } from './limits.js';
import { UnresolvedBatches } from './UnresolvedBatches.js';

/** Requests under way in one lane: enough to fill a link whose answers take long. */
export const requestsInFlightMax = 4;

/** What the clock brings (records stamped ahead become due) is looked for this often. */
const idleRecheckMs = 60_000;
/** For so long after a change of the settings a live record waits no longer than `eagerPeriodMs`. */
const eagerForMs = 1_500;
const eagerPeriodMs = 200;
/** While the cache cannot be read. */
const takeAgainMs = 5_000;
/** Aimed at, so that what was estimated does not spill over into a second, nearly empty request. */
const requestFill = 0.97;
const takeBytesMin = 65_536;
const takeBytesMax = 8 * 1_048_576;
/** A flush is not kept open for what CloudWatch shows only hours later. */
const flushWaitsForLookMs = 30_000;
/** Under a limit of bytes a second a request holds up what is live behind it: it takes no longer than this, and compressed far less. */
const limitedRequestS = 5;
const limitedTakeBytesMin = 4_096;
/** Where values go together, a request has far fewer data than records. */
const gatheredRecordsMax = 20_000;
const nothing: RecordFilter = { states: [] };
const forever = 2n ** 63n - 1n;
/** A batch with fewer records says little about how bytes on disk become bytes of events. */
const ratioRecordsMin = 100;

export interface LaneParts extends Omit<DeliveryParts, 'laneBreaker'> {
  readonly random: () => number;
  /** How records become requests, as the settings are now. */
  readonly packing: () => Packing;
  /** What goes by itself now; null when nothing does. */
  readonly byItself: () => RecordFilter | null;
  /** Most bytes a second on the wire; null: no limit. */
  readonly limitBytesPerS: () => number | null;
  readonly publishPeriodMs: () => number;
  readonly order: () => UploadOrder;
  /** The flush to work on, or null. */
  readonly flushJob: (kind: RecordKind) => FlushJob | null;
  /** A flush is wanted, also when it has nothing left to take. */
  readonly flushing: () => boolean;
  readonly onSetback: (setback: Setback) => void;
  readonly onChange: () => void;
}

type Step =
  | { readonly type: 'wait'; readonly ms: number | null }
  | { readonly type: 'idle' }
  | { readonly type: 'take'; readonly job: FlushJob | null }
  | { readonly type: 'look' };

/**
 * The logs, or the metrics, of one robot on their way to CloudWatch: takes from the cache what is due and has it delivered,
 * several requests at a time.
 *
 * A live record waits at most the publish period, but for `oldest_first`, where it waits for all before it; a backlog goes in
 * full requests back to back; a flush goes at once, but a live record that is due goes in between.
 */
export class UploadLane {
  readonly breaker: Breaker;
  private readonly unresolved: UnresolvedBatches;
  private readonly inFlight = new Set<Promise<void>>();
  private sending = 0;
  private recovered: Promise<void> = Promise.resolve();
  private accountBreaker: Breaker | null = null;
  private dirty = true;
  private dueAtMs = 0;
  private eagerUntilMs = -Infinity;
  private lastWasFlush = false;
  private wakeUp: (() => void) | null = null;
  private takeBytes: number;

  constructor(
    readonly kind: RecordKind,
    private readonly parts: LaneParts,
  ) {
    this.breaker = new Breaker(parts.clock, parts.random);
    this.breaker.onChange(() => {
      this.wake();
      parts.onChange();
    });
    this.unresolved = new UnresolvedBatches(kind, { ...parts, laneBreaker: this.breaker });
    this.takeBytes = (kind === 'log' ? logRequestBytesMax : metricRequestBytesMax) * requestFill;
  }

  /** Records on their way now. */
  get sendingRecords(): number {
    return this.sending;
  }

  /** Records of which nobody knows whether CloudWatch has them. */
  get unresolvedRecords(): number {
    return this.unresolved.records;
  }

  /** Runs until `stopping`; what is then unresolved goes back to the cache. */
  async run(): Promise<void> {
    this.recovered = this.recover();
    await this.recovered;
    while (!this.parts.stopping.aborted) {
      const step = this.nextStep();
      switch (step.type) {
        case 'wait':
          await this.sleep(step.ms);
          break;
        case 'idle':
          await this.sleep(Math.min(idleRecheckMs, this.unresolved.waitMs() ?? idleRecheckMs));
          this.dirty = true;
          break;
        case 'look':
          this.start(() => this.lookForOne());
          break;
        case 'take':
          await this.takeAndDeliver(step.job);
          break;
        default:
          unreachable(step);
      }
    }
    await Promise.all(this.inFlight);
    this.unresolved.leave();
  }

  /** A person's choice about what nobody can tell; the records that it concerned. */
  async settle(choice: 'sent' | 'again'): Promise<number> {
    await this.recovered;
    const records = await this.unresolved.settle(choice);
    this.lookAnew();
    return records;
  }

  /** New data was appended. */
  kick(): void {
    if (!this.dirty) this.lookAnew();
  }

  wake(): void {
    this.wakeUp?.();
  }

  /** What may go is another now. */
  lookAnew(): void {
    this.dirty = true;
    this.wake();
  }

  /** The settings are others: what waits is due at once, and for a moment what comes is nearly so, that a person sees it obeyed. */
  settingsChanged(): void {
    const nowMs = this.parts.clock.monotonicMs();
    this.dueAtMs = Math.min(this.dueAtMs, nowMs);
    this.eagerUntilMs = nowMs + eagerForMs;
    this.lookAnew();
  }

  tryNow(): void {
    this.breaker.tryNow();
    this.accountBreaker?.tryNow();
    this.wake();
  }

  private nextStep(): Step {
    if (this.inFlight.size >= this.inFlightMax()) return { type: 'wait', ms: null };
    const gateMs = this.gateMs();
    if (gateMs !== 0) return { type: 'wait', ms: gateMs };
    // While it is open, one request at a time tries.
    if (this.inFlight.size > 0 && this.isOpen()) return { type: 'wait', ms: null };
    const job = this.parts.flushJob(this.kind);
    const auto = this.parts.byItself() !== null;
    if (this.unresolved.waitMs() === 0 && (auto || this.parts.flushing())) return { type: 'look' };
    const dueMs = auto && this.dirty ? Math.max(0, this.dueAtMs - this.parts.clock.monotonicMs()) : null;
    if (job !== null && !(dueMs === 0 && this.lastWasFlush)) return { type: 'take', job };
    if (dueMs === 0) return { type: 'take', job: null };
    if (dueMs !== null) return { type: 'wait', ms: dueMs };
    return auto ? { type: 'idle' } : { type: 'wait', ms: null };
  }

  private isOpen(): boolean {
    return this.breaker.state() !== null || (this.accountBreaker?.state() ?? null) !== null;
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
      const periodMs = this.parts.publishPeriodMs();
      this.dueAtMs = nowMs + (nowMs < this.eagerUntilMs ? Math.min(periodMs, eagerPeriodMs) : periodMs);
    }
    const batch = await this.take(job);
    if (batch === 'failed') {
      this.dirty = true;
      await this.sleep(takeAgainMs);
      return;
    }
    if (batch === null) {
      if (job !== null) await this.endUnlessMoreComes(job);
      return;
    }
    this.accountBreaker = this.parts.breakerOf(batch.destination.account);
    if (job !== null) job.taken(this.kind, batch.stored.count);
    else if (this.hasBacklog(batch)) {
      this.dirty = true;
      this.dueAtMs = nowMs;
    }
    this.start(() => this.deliver(batch, job, this.parts.packing()));
  }

  /** What is under way, or is about to be looked for, may come back for the flush. */
  private async endUnlessMoreComes(job: FlushJob): Promise<void> {
    const lookMs = this.unresolved.waitMs();
    if (this.inFlight.size > 0) await this.sleep(null);
    else if (lookMs !== null && lookMs <= flushWaitsForLookMs) await this.sleep(lookMs);
    else job.nothingLeft(this.kind);
  }

  private start(task: () => Promise<void>): void {
    const running = task().finally(() => {
      this.inFlight.delete(running);
      this.wake();
    });
    this.inFlight.add(running);
  }

  private async take(job: FlushJob | null): Promise<UploadBatch | null | 'failed'> {
    const recordsMax = this.recordsMax();
    const nowNs = this.parts.clock.nowNs();
    try {
      return await this.parts.cache.take({
        kind: this.kind,
        recordsMax: job === null ? recordsMax : Math.min(recordsMax, job.leftOf(this.kind)),
        bytesMax: this.takeBytesNow(),
        oldestStampNs: nowNs - acceptedAgeNsMax,
        newestStampNs: nowNs + acceptedAheadNsMax,
        ...(this.parts.order() === 'oldest_first' ? { order: 'oldest' as const } : {}),
        filter: job === null ? (this.parts.byItself() ?? nothing) : job.filter,
      });
    } catch {
      // The disk cannot be read now. The cache says so in its own status; here it only means: later.
      return 'failed';
    }
  }

  private async lookForOne(): Promise<void> {
    const item = this.unresolved.due();
    if (item === null) return;
    this.accountBreaker = this.parts.breakerOf(item.intent.destination.account);
    const again = await this.unresolved.resolve(item);
    this.parts.onChange();
    if (again === null) return;
    again.job?.taken(this.kind, again.batch.stored.count);
    await this.deliver(again.batch, again.job, again.intent.packing);
  }

  /** What an earlier process left without an answer is `sending` again, and looked for before anything else. */
  private async recover(): Promise<void> {
    for (const intent of this.parts.intents.leftOpen()) {
      if (intent.destination.kind !== this.kind) continue;
      const batch = await this.takeAgain(intent);
      if (batch === 'stopping') return;
      // Nothing is left of it: it was acknowledged, and the crash came before that was noted here.
      if (batch === null) this.parts.intents.end(intent, 'accepted');
      else this.unresolved.add({ batch, intent }, null, true);
    }
  }

  private async takeAgain(intent: Intent): Promise<UploadBatch | null | 'stopping'> {
    for (;;) {
      try {
        return await this.parts.cache.take({
          kind: this.kind,
          recordsMax: intent.records,
          bytesMax: Number.MAX_SAFE_INTEGER,
          oldestStampNs: this.parts.clock.nowNs() - acceptedAgeNsMax,
          newestStampNs: forever,
          includeHeld: true,
          only: intent.ranges,
        });
      } catch {
        if (this.parts.stopping.aborted) return 'stopping';
        await this.sleep(takeAgainMs);
      }
    }
  }

  private async deliver(batch: UploadBatch, job: FlushJob | null, packing: Packing): Promise<void> {
    const length = batch.stored.count;
    this.sending += length;
    this.parts.onChange();
    try {
      const delivery = new BatchDelivery({ ...this.parts, laneBreaker: this.breaker }, this.kind, packing);
      const result = await delivery.deliver(batch);
      if (result.unresolved !== null) this.unresolved.add(result.unresolved, job, false);
      if (result.setback !== null) this.parts.onSetback(result.setback);
      else this.learnRatio(batch, result);
      job?.answered(this.kind, result.sent, result.refused);
      if (job === null) this.dirty = true;
      // What could not be answered is due as soon as the breakers let it.
      if (job === null && result.sent + result.refused < length) this.dueAtMs = this.parts.clock.monotonicMs();
    } finally {
      this.sending -= length;
      job?.returned(this.kind, length);
      this.parts.onChange();
    }
  }

  /** More waits than one period brings: the batch is full, or its records have waited for longer than they should. */
  private hasBacklog(batch: UploadBatch): boolean {
    if (batch.stored.count >= this.recordsMax()) return true;
    if (bytesOnDisk(batch) >= this.takeBytesNow() / 2) return true;
    const lateNs = this.parts.clock.nowNs() - BigInt(Math.round(2 * this.parts.publishPeriodMs() + 1_000)) * 1_000_000n;
    // Only of the oldest: to know when each was received, all would have to be decoded.
    return batch.stored.count > 0 && batch.stored.at(0).record.receivedNs < lateNs;
  }

  /** Side by side, requests would only share the limit: one after the other, what is live waits for one. */
  private inFlightMax(): number {
    return this.parts.limitBytesPerS() === null ? requestsInFlightMax : 1;
  }

  private takeBytesNow(): number {
    const limit = this.parts.limitBytesPerS();
    if (limit === null) return this.takeBytes;
    return Math.min(this.takeBytes, Math.max(limitedTakeBytesMin, limit * limitedRequestS));
  }

  private recordsMax(): number {
    if (this.kind === 'log') return logRequestEventsMax;
    const packing = this.parts.packing();
    const gathers = packing.kind === 'metric' && packing.statisticSets;
    return gathers ? gatheredRecordsMax : metricRequestDataMax;
  }

  /** The cache counts bytes on disk, CloudWatch those of the text: learns how the one becomes the other. */
  private learnRatio(batch: UploadBatch, result: DeliveryResult): void {
    if (batch.stored.count < ratioRecordsMin || result.bytes === 0) return;
    const bytes = bytesOnDisk(batch);
    if (bytes === 0) return;
    const requestBytesMax = this.kind === 'log' ? logRequestBytesMax : metricRequestBytesMax;
    const wanted = (requestBytesMax * requestFill * bytes) / result.bytes;
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

function bytesOnDisk({ stored }: UploadBatch): number {
  let bytes = 0;
  for (let place = 0; place < stored.count; place += 1) bytes += stored.endOf(place) - stored.startOf(place);
  return bytes;
}
