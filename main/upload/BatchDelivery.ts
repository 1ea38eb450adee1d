import type { CloudAccount } from '../model/Destination.js';
import type { RecordKind } from '../model/Record.js';
import { unreachable } from '../model/unreachable.js';
import type { Cache, CachedRecord, Rejection, UploadBatch } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import type { CloudSink, SinkOutcome, SinkRequest } from '../seams/CloudSink.js';
import type { Breaker, Setback } from './Breaker.js';
import { destinationProblem } from './destinationProblem.js';
import type { Intent, IntentBook, Packing } from './intents/Intent.js';
import { intentOf } from './intents/intentOf.js';
import { packBatch } from './packBatch.js';
import type { PackedBatch, PackedRequest, Parcel } from './Parcel.js';
import type { UploadTally } from './UploadTally.js';

/** Single records that were refused with nothing accepted beside them: so many, and it is not the records' fault. */
const refusedAloneMax = 8;
const acknowledgeAgainFirstMs = 1_000;
const acknowledgeAgainMs = 30_000;

export interface DeliveryParts {
  readonly cache: Cache;
  readonly sink: CloudSink;
  readonly clock: Clock;
  readonly tally: UploadTally;
  readonly intents: IntentBook;
  /** Requests whose answer was lost, and which were found in CloudWatch. */
  readonly onFound?: (requests: readonly SinkRequest[]) => void;
  /** The breaker that all requests to an account share. */
  readonly breakerOf: (account: CloudAccount) => Breaker;
  /** The lane's own, for what only this kind of request is refused for. */
  readonly laneBreaker: Breaker;
  /** No further request is begun. */
  readonly stopping: AbortSignal;
  /** The request under way is given up too. */
  readonly giveUp: AbortSignal;
}

export interface DeliveryResult {
  readonly sent: number;
  readonly refused: number;
  readonly bytes: number;
  /** Why it ended early; null when all was answered, when we stop, or when the reason was told before. */
  readonly setback: Setback | null;
  /** Its request may have been carried out. */
  readonly unresolved: Unresolved | null;
}

/** Records that are still `sending`, because nobody knows what became of their request: they are to be looked for. */
export interface Unresolved {
  readonly batch: UploadBatch;
  readonly intent: Intent;
}

type DeliveryEnd = Pick<DeliveryResult, 'setback' | 'unresolved'>;

/**
 * Sends one batch from the cache and answers the cache for every record of it: acknowledged when accepted, quarantined when
 * refused for good, released when it must wait. Nothing is acknowledged unless a request with it was accepted.
 *
 * A request that is invalid is halved until the bad records stand alone; the good ones go on.
 */
export class BatchDelivery {
  private readonly waiting: UploadBatch[] = [];
  /** Refused standing alone, not yet put aside. */
  private suspects: { readonly batch: UploadBatch; readonly rejection: Rejection }[] = [];
  private sent = 0;
  private refused = 0;
  private bytes = 0;

  constructor(
    private readonly parts: DeliveryParts,
    private readonly kind: RecordKind,
    private readonly packing: Packing,
  ) {}

  async deliver(batch: UploadBatch): Promise<DeliveryResult> {
    this.waiting.push(batch);
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      const end = await this.deliverOne(next);
      if (end !== null) {
        this.releaseRest();
        return this.result(end.setback, end.unresolved);
      }
    }
    await this.putAsideSuspects();
    return this.result(null, null);
  }

  /** Null to go on. */
  private async deliverOne(batch: UploadBatch): Promise<DeliveryEnd | null> {
    const setback = this.setbackBefore(batch);
    if (setback !== 'none') {
      this.parts.cache.release(batch);
      return { setback, unresolved: null };
    }
    const packed = packBatch(batch, this.packing);
    const good = await this.putAsideRefused(batch, packed);
    const [parcel, ...further] = packed.parcels;
    if (good === null || parcel === undefined) return null;
    if (further.length === 0) return this.deliverParcel(good, parcel);
    const [first, rest] = this.parts.cache.split(good, parcel.records);
    this.waiting.push(rest);
    return this.deliverParcel(first, parcel);
  }

  /** `none` when a request may go; null when it may not, for a reason that was told before (or another lane is trying). */
  private setbackBefore({ destination }: UploadBatch): Setback | 'none' | null {
    const { stopping, breakerOf, laneBreaker } = this.parts;
    if (stopping.aborted || laneBreaker.waitMs() !== 0 || breakerOf(destination.account).waitMs() !== 0) return null;
    const problem = destinationProblem(destination);
    if (problem === null) return 'none';
    const setback: Setback = { cause: 'not-authorised', problem, afterMs: null };
    laneBreaker.failed(setback);
    return setback;
  }

  /** The batch without what no request may carry; null when nothing is left. */
  private async putAsideRefused(batch: UploadBatch, packed: PackedBatch): Promise<UploadBatch | null> {
    if (packed.refused.length === 0) return batch;
    if (packed.parcels.length === 0) {
      await this.acknowledge(batch, packed.rejections);
      return null;
    }
    const [refused, good] = this.parts.cache.split(batch, packed.refused);
    await this.acknowledge(refused, packed.rejections);
    return good;
  }

  private async deliverParcel(batch: UploadBatch, parcel: Parcel): Promise<DeliveryEnd | null> {
    const { intents, clock } = this.parts;
    const intent = await intents.begin(intentOf(parcel, this.packing, Number(clock.nowNs() / 1_000_000n)));
    const rejections = new Map<CachedRecord, string>();
    for (const [index, packed] of parcel.requests.entries()) {
      const outcome = await this.send(packed.request);
      switch (outcome.type) {
        case 'accepted':
          break;
        case 'partly':
          markRejected(rejections, parcel, packed, outcome.rejected);
          break;
        case 'invalid':
          intents.end(intent, 'not-sent');
          return this.halve(batch, parcel, outcome.reason);
        case 'retry':
          // What came before it in this parcel was accepted, so asking again repeats it.
          return this.putOff({ batch, intent }, outcome, outcome.unknownOutcome || index > 0);
        case 'not-authorised': {
          const setback: Setback = { cause: 'not-authorised', problem: outcome.problem, afterMs: null };
          return this.putOff({ batch, intent }, setback, index > 0);
        }
        default:
          return unreachable(outcome);
      }
      this.bytes += packed.bytes;
    }
    await this.acknowledge(batch, rejectionsOf(parcel, rejections), intent);
    return null;
  }

  private putOff(unresolved: Unresolved, setback: Setback, unknownOutcome: boolean): DeliveryEnd {
    if (!unknownOutcome) {
      this.parts.intents.end(unresolved.intent, 'not-sent');
      this.parts.cache.release(unresolved.batch);
    }
    return { setback: this.parts.stopping.aborted ? null : setback, unresolved: unknownOutcome ? unresolved : null };
  }

  private async send(request: SinkRequest): Promise<SinkOutcome> {
    const { sink, tally, breakerOf, laneBreaker, giveUp } = this.parts;
    const breaker = breakerOf(request.destination.account);
    breaker.enter();
    laneBreaker.enter();
    tally.requests += 1;
    const outcome = await untilGivenUp(giveUp, (signal) => sink.send(request, signal));
    this.tell(breaker, outcome);
    return outcome;
  }

  private tell(breaker: Breaker, outcome: SinkOutcome): void {
    const { laneBreaker } = this.parts;
    switch (outcome.type) {
      case 'accepted':
      case 'partly':
      case 'invalid':
        breaker.succeeded();
        laneBreaker.succeeded();
        return;
      case 'retry':
        if (this.parts.giveUp.aborted) breaker.abandoned();
        else breaker.failed(outcome);
        laneBreaker.abandoned();
        return;
      case 'not-authorised':
        // The service answered, or was not asked: the link is not what is wrong.
        breaker.succeeded();
        laneBreaker.failed({ cause: 'not-authorised', problem: outcome.problem, afterMs: null });
        return;
      default:
        unreachable(outcome);
    }
  }

  private halve(batch: UploadBatch, parcel: Parcel, reason: string): Promise<DeliveryEnd | null> {
    const [only, ...others] = parcel.records;
    if (only === undefined) throw new Error('an empty parcel was refused');
    if (others.length === 0) return this.suspect(batch, { address: only.address, reason });
    const half = parcel.records.slice(0, Math.ceil(parcel.records.length / 2));
    const [first, second] = this.parts.cache.split(batch, half);
    this.waiting.push(second, first);
    return Promise.resolve(null);
  }

  /** A record that was refused standing alone is bad, unless so many are that something else must be wrong. */
  private async suspect(batch: UploadBatch, rejection: Rejection): Promise<DeliveryEnd | null> {
    this.suspects.push({ batch, rejection });
    if (this.sent > 0) {
      await this.putAsideSuspects();
      return null;
    }
    if (this.suspects.length < refusedAloneMax) return null;
    for (const suspect of this.suspects) this.parts.cache.release(suspect.batch);
    this.suspects = [];
    const setback: Setback = {
      cause: 'not-authorised',
      problem: {
        code: 'refused',
        message: `CloudWatch refuses every ${this.kind} of this destination: ${rejection.reason}`,
        nextStep: 'Nothing was lost. Check the names in the robot file, or report this with the message.',
      },
      afterMs: null,
    };
    this.parts.laneBreaker.failed(setback);
    return { setback, unresolved: null };
  }

  private async putAsideSuspects(): Promise<void> {
    const suspects = this.suspects;
    this.suspects = [];
    for (const { batch, rejection } of suspects) await this.acknowledge(batch, [rejection]);
  }

  /**
   * Accepted is accepted: when the cache cannot write that down now (a full disk), sending again would be the wrong thing, so
   * this waits until it can, or until we stop.
   */
  private async acknowledge(
    batch: UploadBatch,
    rejections: readonly Rejection[],
    intent: Intent | null = null,
  ): Promise<void> {
    for (let delayMs = acknowledgeAgainFirstMs; ; delayMs = Math.min(delayMs * 2, acknowledgeAgainMs)) {
      try {
        await this.parts.cache.acknowledge(batch, rejections);
        break;
      } catch {
        if (this.parts.giveUp.aborted) {
          // The intent stays open: the next start looks for these records.
          this.parts.cache.release(batch);
          return;
        }
        await this.pause(delayMs);
      }
    }
    if (intent !== null) this.parts.intents.end(intent, 'accepted');
    const accepted = batch.stored.count - rejections.length;
    this.sent += accepted;
    this.refused += rejections.length;
    this.parts.tally.refused += rejections.length;
    this.parts.tally.accepted(this.kind, accepted);
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const { giveUp, clock } = this.parts;
      const done = (): void => {
        cancel();
        giveUp.removeEventListener('abort', done);
        resolve();
      };
      const cancel = clock.after(delayMs, done);
      giveUp.addEventListener('abort', done);
    });
  }

  private releaseRest(): void {
    for (const batch of this.waiting.splice(0)) this.parts.cache.release(batch);
    for (const { batch } of this.suspects.splice(0)) this.parts.cache.release(batch);
  }

  private result(setback: Setback | null, unresolved: Unresolved | null): DeliveryResult {
    this.parts.tally.sentBytes += this.bytes;
    return { sent: this.sent, refused: this.refused, bytes: this.bytes, setback, unresolved };
  }
}

/**
 * Calls with a signal that `giveUp` aborts: one of its own for each call, as a signal that lives as long as the app would
 * gather a listener from each.
 */
export async function untilGivenUp<T>(giveUp: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const aborter = new AbortController();
  const abort = (): void => {
    aborter.abort();
  };
  if (giveUp.aborted) abort();
  giveUp.addEventListener('abort', abort);
  try {
    return await call(aborter.signal);
  } finally {
    giveUp.removeEventListener('abort', abort);
  }
}

function markRejected(
  rejections: Map<CachedRecord, string>,
  parcel: Parcel,
  packed: PackedRequest,
  rejected: readonly { readonly index: number; readonly reason: string }[],
): void {
  for (const { index, reason } of rejected) {
    const record = parcel.records[packed.recordOfEvent[index] ?? -1];
    if (record !== undefined) rejections.set(record, reason);
  }
}

function rejectionsOf(parcel: Parcel, reasons: ReadonlyMap<CachedRecord, string>): readonly Rejection[] {
  if (reasons.size === 0) return [];
  return parcel.records.flatMap((record) => {
    const reason = reasons.get(record);
    return reason === undefined ? [] : [{ address: record.address, reason }];
  });
}
