import type { Problem } from '../model/Problem.js';
import type { RecordAddress, RecordToCache } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';

/** How long the queue waits before it tries a failing disk again. */
const retryMs = 1000;
/** What a waiting record costs in memory beside its bytes, about. */
const recordOverheadBytes = 200;

export interface CommitQueueOptions {
  readonly clock: Clock;
  readonly commitIntervalMs: number;
  /** A commit starts at once when this many records wait. */
  readonly commitRecordsMax: number;
  /** Limit of waiting records in memory; the oldest go first. */
  readonly memoryBytesMax: number;
  /** Limit of one commit's bytes (a single record may be larger). */
  readonly commitBytesMax: () => number;
  /** Makes records durable: the segment, and the ordinal of the first. Throws when the disk refuses. */
  readonly store: (records: readonly RecordToCache[]) => Promise<RecordAddress>;
  /** `lost`: as in `CommitQueue.lost`. */
  readonly problemOf: (error: unknown, lost: number) => Problem;
  /** The memory limit made these go. Returns how many of them count as lost. */
  readonly lost: (records: readonly RecordToCache[]) => number;
}

class Request {
  readonly places: (RecordAddress | null)[];
  #unsettled: number;
  readonly #resolve: (places: readonly (RecordAddress | null)[]) => void;

  constructor(length: number, resolve: (places: readonly (RecordAddress | null)[]) => void) {
    this.places = new Array<RecordAddress | null>(length).fill(null);
    this.#unsettled = length;
    this.#resolve = resolve;
  }

  settle(index: number, place: RecordAddress | null): void {
    this.places[index] = place;
    this.#unsettled -= 1;
    if (this.#unsettled === 0) this.#resolve(this.places);
  }
}

interface Waiting {
  readonly record: RecordToCache;
  readonly request: Request;
  readonly index: number;
}

/**
 * Records on their way to the disk, in order. They wait until a commit is due (`commitIntervalMs` after the first, or at
 * once when `commitRecordsMax` wait), what arrives during a commit goes with the next one, and while the disk refuses
 * they stay here up to the memory limit.
 */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #waiting: Waiting[] = [];
  /** Entries of `#waiting` before this one are done with. */
  #head = 0;
  #waitingBytes = 0;
  /** Records of the commit under way, still to be counted as waiting. */
  #inCommit = 0;
  /** When the commit under way began; null between commits. */
  #commitBeganMs: number | null = null;
  #lastCommitMs = 0;
  #running: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  #closed = false;
  /** Why the disk refuses; null while it does not. */
  #refusal: { readonly error: unknown } | null = null;
  #lost = 0;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.length - this.#head + this.#inCommit;
  }

  /** Why the disk refuses now. */
  get problem(): Problem | null {
    return this.#refusal === null ? null : this.#options.problemOf(this.#refusal.error, this.#lost);
  }

  /** Records that the memory limit made go since the disk last took all that waited. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * How long the disk takes for a commit: the one under way, or the last one when that took longer. 0 when nothing waits
   * for it.
   */
  get commitMs(): number {
    if (this.length === 0) return 0;
    const beganMs = this.#commitBeganMs;
    const runningMs = beganMs === null ? 0 : this.#options.clock.monotonicMs() - beganMs;
    return Math.max(runningMs, this.#lastCommitMs);
  }

  add(records: readonly RecordToCache[]): Promise<readonly (RecordAddress | null)[]> {
    if (records.length === 0) return Promise.resolve([]);
    if (this.#closed) return Promise.resolve(records.map(() => null));
    return new Promise((resolve) => {
      const request = new Request(records.length, resolve);
      for (const [index, record] of records.entries()) {
        this.#waiting.push({ record, request, index });
        this.#waitingBytes += costOf(record);
      }
      this.#keepWithinMemory();
      this.#schedule();
    });
  }

  /** Tries to store all that waits, now; what the disk refuses stays. Resolves when nothing is under way. */
  async flush(): Promise<void> {
    await this.#running;
    this.#start();
    await this.#running;
    this.#cancel();
  }

  /** Gives up what waits: it is lost. Returns how many records that were. Nothing is taken from now on. */
  abandon(): number {
    this.#closed = true;
    const abandoned = this.#waiting.slice(this.#head);
    this.#waiting = [];
    this.#head = 0;
    this.#waitingBytes = 0;
    for (const { request, index } of abandoned) request.settle(index, null);
    return abandoned.length;
  }

  #schedule(): void {
    if (this.#running !== null || this.#head === this.#waiting.length) return;
    // While the disk refuses, only the retry's timer starts a commit.
    const full =
      this.#waiting.length - this.#head >= this.#options.commitRecordsMax ||
      this.#waitingBytes >= this.#options.commitBytesMax();
    if (full && this.#refusal === null) this.#start();
    else this.#startAfter(this.#refusal === null ? this.#options.commitIntervalMs : retryMs);
  }

  #startAfter(delayMs: number): void {
    this.#cancelTimer ??= this.#options.clock.after(delayMs, () => {
      this.#cancelTimer = null;
      this.#start();
    });
  }

  #start(): void {
    this.#cancel();
    this.#running ??= this.#commitAll().finally(() => {
      this.#running = null;
      this.#schedule();
    });
  }

  #cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  async #commitAll(): Promise<void> {
    while (this.#head < this.#waiting.length) {
      const batch = this.#takeBatch();
      try {
        const first = await this.#store(batch);
        this.#refusal = null;
        this.#inCommit = 0;
        for (const [offset, { request, index }] of batch.entries()) {
          request.settle(index, { segment: first.segment, ordinal: first.ordinal + offset });
        }
      } catch (error) {
        this.#refusal = { error };
        this.#putBack(batch);
        return;
      }
    }
    this.#lost = 0;
  }

  async #store(batch: readonly Waiting[]): Promise<RecordAddress> {
    const { clock, store } = this.#options;
    const beganMs = clock.monotonicMs();
    this.#commitBeganMs = beganMs;
    try {
      return await store(batch.map(({ record }) => record));
    } finally {
      this.#commitBeganMs = null;
      this.#lastCommitMs = clock.monotonicMs() - beganMs;
    }
  }

  #takeBatch(): Waiting[] {
    const bytesMax = this.#options.commitBytesMax();
    const from = this.#head;
    let bytes = 0;
    while (this.#head < this.#waiting.length) {
      const next = this.#waiting[this.#head];
      if (next === undefined || (bytes > 0 && bytes + costOf(next.record) > bytesMax)) break;
      bytes += costOf(next.record);
      this.#head += 1;
    }
    const batch = this.#waiting.slice(from, this.#head);
    if (this.#head === this.#waiting.length) this.#dropDone();
    this.#waitingBytes -= bytes;
    this.#inCommit = batch.length;
    return batch;
  }

  #putBack(batch: readonly Waiting[]): void {
    this.#waiting = [...batch, ...this.#waiting.slice(this.#head)];
    this.#head = 0;
    this.#inCommit = 0;
    for (const { record } of batch) this.#waitingBytes += costOf(record);
    this.#keepWithinMemory();
  }

  #keepWithinMemory(): void {
    const lost: RecordToCache[] = [];
    while (this.#waitingBytes > this.#options.memoryBytesMax && this.#head < this.#waiting.length) {
      const oldest = this.#waiting[this.#head];
      if (oldest === undefined) break;
      this.#head += 1;
      this.#waitingBytes -= costOf(oldest.record);
      lost.push(oldest.record);
      oldest.request.settle(oldest.index, null);
    }
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) this.#dropDone();
    if (lost.length > 0) this.#lost += this.#options.lost(lost);
  }

  #dropDone(): void {
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }
}

function costOf({ data }: RecordToCache): number {
  return data.byteLength + recordOverheadBytes;
}
