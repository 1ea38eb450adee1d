import type { CountedLoss, LossStage } from '../model/Loss.js';
import { fail, type Problem, type Result, succeed } from '../model/Problem.js';
import type { Destination } from '../model/Destination.js';
import type { RecordKind } from '../model/Record.js';
import type { RedactionRule } from '../model/redactText.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type {
  Cache,
  CacheChange,
  CacheShare,
  CachedRecord,
  CacheUsage,
  EditReceipt,
  HoldReceipt,
  OpenEditSummary,
  ImportProgress,
  PendingSummary,
  RecordAddress,
  RecordCounts,
  RecordToCache,
  Recovery,
  Rejection,
  SegmentSummary,
  TakeOptions,
  TimeShift,
  UploadBatch,
} from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import { ChunkCache } from './ChunkCache.js';
import type { CommitQueue } from './CommitQueue.js';
import type { DiskGuard } from './DiskGuard.js';
import { countRecords } from './countRecords.js';
import { slowDiskProblem } from './diskProblem.js';
import { expiredAgeNs, expireSegment, forgetExpiry } from './expireSegment.js';
import type { FileSystem } from './FileSystem.js';
import { HeadsWarmer } from './index/HeadsWarmer.js';
import { IndexKeeper } from './index/IndexKeeper.js';
import { Lane } from './Lane.js';
import type { GapMarker } from './GapMarker.js';
import { lossAt, type MarkedLoss } from './LossGap.js';
import type { Ledger } from './Ledger.js';
import type { LedgerBook } from './LedgerBook.js';
import type { OwnerLock } from './OwnerLock.js';
import { type ReadParts, readRecords } from './readRecords.js';
import type { Segment } from './Segment.js';
import { SegmentEdits } from './SegmentEdits.js';
import type { SegmentStore, StoreLimits } from './SegmentStore.js';
import type { ColumnsKeeper } from './withColumns.js';
import { scoutFor } from './WorkerScout.js';
import type { UndoTimers } from './UndoTimers.js';
import { countStates, summarisePending, summariseSegment } from './sumUp.js';
import { BookedLedger } from './BookedLedger.js';
import { ImportedRecords } from './ImportedRecords.js';
import { StateChanges } from './StateChanges.js';
import { UploadTaking } from './UploadTaking.js';

/** How often waiting records are checked for having become too old. */
const expiryCheckMs = 60_000;

export interface DiskCacheParts {
  readonly folder: string;
  readonly editsNeedRoom: boolean;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly store: SegmentStore;
  readonly queue: CommitQueue;
  readonly ledger: Ledger;
  readonly book: LedgerBook;
  readonly lock: OwnerLock;
  readonly markers: GapMarker;
  readonly guard: DiskGuard;
  readonly undo: UndoTimers;
  /** Are the heads of the indexes read in the background? */
  readonly readsAhead: boolean;
}

/**
 * The owner's side of a cache on disk. See main/seams/Cache.ts for what it promises.
 *
 * Invariants: what the ledger must say is durable before memory believes it (the ledger's `apply`), and memory changes
 * in one step without a wait in between, so that no one sees half of a change. `take` runs one at a time.
 */
export class DiskCache implements Cache {
  readonly #parts: DiskCacheParts;
  readonly #listeners = new Set<(change: CacheChange) => void>();
  readonly #takeLane = new Lane();
  readonly #index: IndexKeeper;
  readonly #warmer: HeadsWarmer | null;
  readonly #chunks = new ChunkCache();
  readonly #expiredAgeNs = { log: expiredAgeNs, metric: expiredAgeNs };
  readonly #ledger: BookedLedger;
  readonly #edits: SegmentEdits;
  readonly #changes: StateChanges;
  readonly #taking: UploadTaking;
  readonly #imported: ImportedRecords;
  #lastExpiryMs = -Infinity;
  /** Nothing more may be stored: the folder is about to be another's. */
  #closed = false;

  constructor(parts: DiskCacheParts) {
    this.#parts = parts;
    const { folder, store, book, undo, files, guard } = parts;
    this.#index = new IndexKeeper(files);
    const warmed = { index: this.#index, clock: parts.clock, segments: store.all() };
    this.#warmer = parts.readsAhead ? new HeadsWarmer(warmed) : null;
    const ledger = (this.#ledger = new BookedLedger(parts));
    const emit = this.emit.bind(this);
    this.#edits = new SegmentEdits({
      ...{ folder, store, edits: book.edits },
      parts: () => this.#readParts(),
      nowMs: () => ledger.nowMs(),
      needsRoom: parts.editsNeedRoom,
    });
    this.#changes = new StateChanges({ store, book, ledger, undo, emit, parts: () => this.#readParts() });
    this.#taking = new UploadTaking({ files, store, ledger, emit, chunks: this.#chunks, keeper: this.#keeper });
    this.#imported = new ImportedRecords({ folder, store, guard, book, ledger, emit });
  }

  async append(records: readonly RecordToCache[]): Promise<readonly (RecordAddress | null)[]> {
    const newestLog = records.findLast(({ kind }) => kind === 'log')?.destination;
    if (newestLog?.kind === 'log') this.#parts.markers.logsGoTo(newestLog);
    return this.#parts.queue.add(records);
  }

  async appendImported(progress: ImportProgress, records: readonly RecordToCache[]): Promise<Result<void>> {
    if (this.#closed) return fail('cancelled', 'The cache was closed.', 'Import again: it goes on where it stopped.');
    return this.#imported.append(progress, records);
  }

  importProgress(origin: string): Promise<{ progress: ImportProgress | null; recordsBeyond: number }> {
    return Promise.resolve(this.#imported.progress(origin));
  }

  take(options: TakeOptions): Promise<UploadBatch | null> {
    return this.#takeLane.run(() => {
      this.#expiredAgeNs[options.kind] = this.#parts.clock.nowNs() - options.oldestStampNs;
      return this.#taking.take(options);
    });
  }

  acknowledge(batch: UploadBatch, rejections: readonly Rejection[]): Promise<void> {
    return this.#taking.acknowledge(batch, rejections);
  }

  split(batch: UploadBatch, records: readonly CachedRecord[]): readonly [UploadBatch, UploadBatch] {
    return this.#taking.split(batch, records);
  }

  release(batch: UploadBatch): void {
    this.#taking.release(batch);
  }

  hold(filter: RecordFilter): Promise<HoldReceipt> {
    return this.#takeLane.run(() => this.#changes.hold(filter));
  }

  undoHold(id: number): Promise<number> {
    return this.#takeLane.run(() => this.#changes.undoHold(id));
  }

  unhold(filter: RecordFilter): Promise<number> {
    return this.#takeLane.run(() => this.#changes.unhold(filter));
  }

  retry(filter: RecordFilter, only?: RecordAddress): Promise<number> {
    return this.#takeLane.run(() => this.#changes.retry(filter, only));
  }

  delete(filter: RecordFilter): Promise<{ readonly id: number; readonly records: number }> {
    return this.#takeLane.run(() => this.#changes.delete(filter));
  }

  undelete(id: number): Promise<number> {
    return this.#takeLane.run(() => this.#changes.undelete(id));
  }

  redact(filter: RecordFilter, rule: RedactionRule): Promise<Result<EditReceipt>> {
    return this.#takeLane.run(() => this.#edits.redact(filter, rule));
  }

  reaim(filter: RecordFilter, destination: Destination): Promise<Result<EditReceipt>> {
    return this.#takeLane.run(() => this.#edits.reaim(filter, destination));
  }

  shiftTime(filter: RecordFilter, shift: TimeShift): Promise<Result<EditReceipt>> {
    return this.#takeLane.run(async () => {
      const made = await this.#edits.shiftTime(filter, shift);
      this.#lookAtAges();
      return made;
    });
  }

  openEdits(): readonly OpenEditSummary[] {
    return this.#edits.open().map(({ id, what, records, at }) => ({ id, what, records, at }));
  }

  confirmEdit(id: number): Promise<Result<void>> {
    return this.#takeLane.run(() => this.#edits.confirm(id));
  }

  undoEdit(id: number): Promise<Result<void>> {
    return this.#takeLane.run(async () => {
      const undone = await this.#edits.undo(id);
      this.#lookAtAges();
      return undone;
    });
  }

  async countLoss(
    stage: LossStage,
    count: number,
    reason: string,
    noticedMs: number = this.#ledger.nowMs(),
    known: MarkedLoss | null = null,
  ): Promise<void> {
    await this.#ledger.countLoss(stage, count, reason, noticedMs);
    this.#parts.markers.noteLoss(known ?? lossAt(stage, count, reason, noticedMs));
  }

  losses(): readonly CountedLoss[] {
    return this.#parts.book.losses.all();
  }

  /** For the parts that read: see `BookedLedger.countUnreadable`. */
  async countUnreadable(segment: Segment, ordinals: readonly number[], wanted: number): Promise<void> {
    const count = await this.#ledger.countUnreadable(segment, ordinals, wanted);
    this.#parts.markers.noteLoss(lossAt('torn', count, `damaged bytes in ${segment.file}`, this.#ledger.nowMs()));
  }

  onChange(listener: (change: CacheChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  setLimits(limits: StoreLimits): void {
    const { store } = this.#parts;
    void this.#ledger.record([{ type: 'limits', bytesMax: limits.bytesMax, at: this.#ledger.nowMs() }]).catch(ignore);
    void store.setLimits(limits).catch(ignore);
  }

  setShare(share: CacheShare | null): void {
    void this.#parts.store.setShare(share).catch(ignore);
  }

  setDiskFreeBytesMin(bytes: number | null): void {
    this.#parts.guard.setKeptBytes(bytes);
  }

  async usage(): Promise<CacheUsage> {
    await this.#expireNow();
    const { store, queue, book, folder } = this.#parts;
    const counts = countStates(store.values());
    return {
      bytes: store.bytes(),
      ...store.usable(),
      ...counts,
      acknowledgedLogs: book.acknowledgedLogs,
      acknowledgedMetrics: book.acknowledgedMetrics,
      lost: this.#ledger.lossCounts(),
      evicted: book.evicted.counts(),
      evictedForLaptop: book.evictedForLaptop,
      problem: this.#problem(),
      slowness: slowDiskProblem(queue, folder),
      waitingInMemory: queue.length,
      lostWaiting: queue.lost,
      deletedUndoable: book.deleted.records(),
      recoveries: this.recoveries(),
    };
  }

  async pending(filter: RecordFilter = {}): Promise<readonly PendingSummary[]> {
    await this.#expireNow();
    return summarisePending({ ...this.#readParts(), filter });
  }

  segments(): Promise<readonly SegmentSummary[]> {
    return Promise.resolve(this.#parts.store.all().map(summariseSegment));
  }

  counts(filter: RecordFilter): Promise<RecordCounts> {
    return countRecords({ ...this.#readParts(), filter });
  }

  read(filter: RecordFilter, order: 'oldest' | 'newest', after?: RecordAddress): AsyncIterable<CachedRecord> {
    return readRecords({ ...this.#readParts(), filter, order, ...(after === undefined ? {} : { after }) });
  }

  /** All that recoveries found and mended, in words: `usage().recoveries` has what nobody has dismissed. */
  findings(): readonly string[] {
    return this.#parts.book.notes.all().map(({ words }) => words);
  }

  /** As in `usage()`, at once. */
  recoveries(): readonly Recovery[] {
    return this.#parts.book.notes.open();
  }

  async dismissRecoveries(untilMs: number): Promise<number> {
    const { notes } = this.#parts.book;
    const dismissed = notes.open().filter(({ foundMs }) => foundMs <= untilMs).length;
    if (dismissed === 0) return 0;
    const line = { type: 'note' as const, words: '', dismissedUntil: untilMs, at: this.#ledger.nowMs() };
    await this.#ledger.record([line]);
    return dismissed;
  }

  /** Resolves when nothing is under way in the background: no packing, no eviction, no removal. */
  settled(): Promise<void> {
    return this.#parts.store.settled();
  }

  /** Resolves when nothing is read ahead any more (`readsAhead`). */
  async warmedUp(): Promise<void> {
    await this.#warmer?.over();
  }

  async close(): Promise<Result<void>> {
    const { queue, store, ledger, lock, markers, guard, undo } = this.#parts;
    this.#closed = true;
    const cold = this.#warmer?.stop();
    // A disk that refuses now gets no more time: what it does not take at this last attempt is given up.
    ledger.tryOnlyOnce();
    guard.standDown();
    undo.close();
    markers.close();
    await queue.flush();
    const problem = this.#problem();
    const abandoned = queue.abandon();
    await store.close().catch(ignore);
    await ledger.close();
    await cold;
    await lock.release().catch(ignore);
    if (problem === null || abandoned === 0) return succeed(undefined);
    return { ok: false, problem: { ...problem, message: `${problem.message} ${abandoned} records were not stored.` } };
  }

  /** For the parts that store: tells listeners. */
  emit(change: CacheChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** Stamps have changed: what is too old is found out anew. */
  #lookAtAges(): void {
    for (const segment of this.#parts.store.all()) forgetExpiry(segment);
    this.#lastExpiryMs = -Infinity;
  }

  async #expireNow(): Promise<void> {
    const { clock, store } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#lastExpiryMs < expiryCheckMs) return;
    this.#lastExpiryMs = nowMs;
    const kinds: readonly RecordKind[] = ['log', 'metric'];
    for (const segment of store.all()) {
      try {
        for (const kind of kinds) {
          await expireSegment(segment, kind, clock.nowNs() - this.#expiredAgeNs[kind], this.#keeper);
        }
      } catch {
        // The file went or cannot be read now: whoever needs its records will find out.
      }
    }
  }

  readonly #keeper: ColumnsKeeper = {
    load: (segment) => this.#parts.store.load(segment),
    unload: (segment) => {
      this.#parts.store.unload(segment);
    },
  };

  #readParts(): ReadParts & { readonly segments: readonly Segment[] } {
    const { files, store } = this.#parts;
    return {
      ...this.#keeper,
      ...{ files, index: this.#index, chunks: this.#chunks, scout: scoutFor(files), segments: store.all() },
    };
  }

  #problem(): Problem | null {
    const { queue, ledger } = this.#parts;
    return queue.problem ?? ledger.problem;
  }
}

function ignore(): void {
  // Told elsewhere (`usage().problem`), or mended at the next start.
}
