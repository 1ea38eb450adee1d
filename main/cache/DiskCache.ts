import { type CountedLoss, type LossStage, lossStages } from '../model/Loss.js';
import { fail, type Problem, type Result, succeed } from '../model/Problem.js';
import type { Destination } from '../model/Destination.js';
import type { RecordKind } from '../model/Record.js';
import type { RedactionRule } from '../model/redactText.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type {
  AddressRange,
  Cache,
  CacheChange,
  CacheShare,
  CachedRecord,
  CacheUsage,
  EditReceipt,
  OpenEditSummary,
  ImportProgress,
  PendingSummary,
  RecordAddress,
  RecordCounts,
  RecordToCache,
  Rejection,
  SegmentSummary,
  TakeOptions,
  TimeShift,
  UploadBatch,
} from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import { BatchPicker } from './BatchPicker.js';
import { ChunkCache } from './ChunkCache.js';
import { StoredDecoder } from './ChunkDecoder.js';
import type { CommitQueue } from './CommitQueue.js';
import { type DeletedRange, type Deletion, restoringEntries, statesBefore, stillDeleted } from './DeletedRanges.js';
import type { DiskGuard } from './DiskGuard.js';
import { diskProblem } from './diskProblem.js';
import { countRecords } from './countRecords.js';
import { slowDiskProblem } from './diskProblem.js';
import { expiredAgeNs, expireSegment, mayUnexpire } from './expireSegment.js';
import { errorCode, type FileSystem } from './FileSystem.js';
import { importedEntry, importProgressOf, roomForImport } from './ImportBook.js';
import { IndexKeeper } from './index/IndexKeeper.js';
import { Lane } from './Lane.js';
import type { GapMarker } from './GapMarker.js';
import type { Ledger } from './Ledger.js';
import type { LedgerBook } from './LedgerBook.js';
import type { LedgerEntry } from './LedgerEntry.js';
import { contentMatches, needsDecoding } from './matchesFilter.js';
import type { OwnerLock } from './OwnerLock.js';
import { rangesOf } from '../seams/addressRanges.js';
import { ledgerRanges, linesOf } from './ledgerRanges.js';
import { readChosen } from './readChosen.js';
import { mayHold, type ReadParts, readRecords } from './readRecords.js';
import type { RecordState, Segment } from './Segment.js';
import { selectOrdinals } from './selectOrdinals.js';
import { SegmentEdits } from './SegmentEdits.js';
import type { SegmentStore, StoreLimits } from './SegmentStore.js';
import { type ColumnsKeeper, withColumns } from './withColumns.js';
import { missingEntries } from './UnreadableRecords.js';
import type { UndoTimers } from './UndoTimers.js';
import { countStates, summarisePending, summariseSegment } from './sumUp.js';

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
  readonly #decoder = new StoredDecoder();
  readonly #index: IndexKeeper;
  readonly #chunks = new ChunkCache();
  /** Losses that are counted but not durable yet. */
  readonly #undurableLosses = new Map<LossStage, number>();
  readonly #expiredAgeNs = { log: expiredAgeNs, metric: expiredAgeNs };
  readonly #edits: SegmentEdits;
  #nextBatch = 1;
  #lastExpiryMs = -Infinity;
  /** Nothing more may be stored: the folder is about to be another's. */
  #closed = false;

  constructor(parts: DiskCacheParts) {
    this.#parts = parts;
    const { folder, store, book } = parts;
    this.#edits = new SegmentEdits({
      ...{ folder, store, edits: book.edits },
      parts: () => this.#readParts(),
      nowMs: () => this.#nowMs(),
      needsRoom: parts.editsNeedRoom,
    });
    this.#index = new IndexKeeper(parts.files);
  }

  async append(records: readonly RecordToCache[]): Promise<readonly (RecordAddress | null)[]> {
    return this.#parts.queue.add(records);
  }

  async appendImported(progress: ImportProgress, records: readonly RecordToCache[]): Promise<Result<void>> {
    const { folder, guard, store } = this.#parts;
    if (this.#closed) return fail('cancelled', 'The cache was closed.', 'Import again: it goes on where it stopped.');
    const room = roomForImport(store.bytes(), store.limits, records);
    if (!room.ok && records.length > 0) return room;
    const recordProgress = (): Promise<void> => this.#record([importedEntry(progress, 0, store.all(), this.#nowMs())]);
    try {
      if (records.length === 0) await recordProgress();
      else {
        await guard.check();
        await store.store(records, ({ segment, ordinal: from }) => {
          this.emit({ type: 'appended', ranges: [{ segment, from, to: from + records.length - 1 }] });
          return recordProgress();
        });
      }
      return succeed(undefined);
    } catch (error) {
      return { ok: false, problem: diskProblem(error, folder) };
    }
  }

  importProgress(origin: string): Promise<{ progress: ImportProgress | null; recordsBeyond: number }> {
    const { book, store } = this.#parts;
    return Promise.resolve(importProgressOf(origin, book, store.all()));
  }

  async take(options: TakeOptions): Promise<UploadBatch | null> {
    return this.#takeLane.run(async () => {
      this.#expiredAgeNs[options.kind] = this.#parts.clock.nowNs() - options.oldestStampNs;
      const picker = new BatchPicker(options);
      const oldestFirst = this.#parts.store.all();
      for (const segment of options.order === 'oldest' ? oldestFirst : oldestFirst.toReversed()) {
        if (picker.full) break;
        if (segment.leaving) continue;
        const mayTake = picker.mayTakeFrom(segment) || mayUnexpire(segment, options.kind, options.oldestStampNs);
        if (mayTake) await this.#pickFrom(segment, picker, options);
      }
      if (picker.records.length === 0) return null;
      const records = picker.inStampOrder();
      const destination = records[0]?.destination;
      if (destination === undefined) return null;
      this.#emit('sending', rangesOf(records));
      return { id: this.#nextBatch++, destination, records };
    });
  }

  async acknowledge(batch: UploadBatch, rejections: readonly Rejection[]): Promise<void> {
    const refused = new Set(rejections.map(({ address }) => keyOf(address)));
    const addresses = batch.records.map(({ address }) => address);
    const answered = rangesOf(addresses);
    const accepted =
      refused.size === 0 ? answered : rangesOf(addresses.filter((address) => !refused.has(keyOf(address))));
    // A record is counted as sent or as evicted, not as both.
    await this.#parts.store.leavingOver(answered.map(({ segment }) => segment));
    const byReason = new Map<string, RecordAddress[]>();
    for (const { address, reason } of rejections) {
      if (!this.#isSending(address)) continue;
      const same = byReason.get(reason);
      if (same === undefined) byReason.set(reason, [address]);
      else same.push(address);
    }
    const ranges = this.#sendingIn(accepted);
    const entries = this.#acknowledgements(batch.destination.kind, ranges);
    for (const [reason, addresses] of byReason) entries.push(...this.#quarantines(addresses, reason));
    await this.#record(entries, () => {
      for (const range of ranges) this.#setAllSent(range);
      for (const [reason, addresses] of byReason) this.#applyQuarantine(addresses, reason);
    });
    if (ranges.length > 0) this.#emit('acknowledged', ranges);
    for (const addresses of byReason.values()) this.#emit('quarantined', rangesOf(addresses));
    await this.#sweep();
  }

  split(batch: UploadBatch, records: readonly CachedRecord[]): readonly [UploadBatch, UploadBatch] {
    const first = new Set(records);
    const { destination } = batch;
    return [
      { id: this.#nextBatch++, destination, records: batch.records.filter((record) => first.has(record)) },
      { id: this.#nextBatch++, destination, records: batch.records.filter((record) => !first.has(record)) },
    ];
  }

  release(batch: UploadBatch): void {
    const released: RecordAddress[] = [];
    for (const { address } of batch.records) {
      const segment = this.#parts.store.get(address.segment);
      const state = segment?.state(address.ordinal);
      if (state !== 'sending' && state !== 'sending-held') continue;
      if (segment === undefined) continue;
      segment.setState(address.ordinal, state === 'sending' ? 'pending' : 'held');
      // It may have grown too old on the way.
      forgetExpiry(segment);
      released.push(address);
    }
    if (released.length > 0) this.#emit('pending', rangesOf(released));
  }

  hold(filter: RecordFilter): Promise<number> {
    return this.#takeLane.run(() => this.#change(filter, 'hold', ['pending', 'expired'], 'held'));
  }

  unhold(filter: RecordFilter): Promise<number> {
    return this.#takeLane.run(() => this.#change(filter, 'unhold', ['held'], 'pending'));
  }

  retry(filter: RecordFilter): Promise<number> {
    return this.#takeLane.run(() => this.#change(filter, 'unhold', ['quarantined'], 'pending'));
  }

  delete(filter: RecordFilter): Promise<{ readonly id: number; readonly records: number }> {
    return this.#takeLane.run(async () => {
      const states = ['pending', 'expired', 'held', 'quarantined'] as const;
      // An id that no line of the ledger has would be given again after a reopening.
      let id = 0;
      const takeId = (): number => (id = this.#parts.book.deleted.takeId());
      const records = await this.#change(filter, 'delete', states, 'deleted', takeId);
      if (records > 0) this.#parts.undo.watch(id);
      return { id, records };
    });
  }

  undelete(id: number): Promise<number> {
    return this.#takeLane.run(async () => {
      const deletion = this.#parts.undo.claim(id);
      if (deletion === undefined) return 0;
      const sequences = new Set(deletion.ranges.map(({ segment }) => segment));
      const segments = this.#parts.store.all().filter(({ sequence }) => sequences.has(sequence));
      let restored: readonly DeletedRange[] = [];
      try {
        await this.#withColumnsOfAll(segments, async () => {
          restored = await this.#restore(deletion);
        });
      } catch (error) {
        this.#parts.undo.watch(id);
        throw error;
      }
      for (const range of restored) this.#emit(range.before === 'expired' ? 'pending' : range.before, [range]);
      return restored.reduce((records, { from, to }) => records + to - from + 1, 0);
    });
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

  async countLoss(stage: LossStage, count: number, reason: string, noticedMs = this.#nowMs()): Promise<void> {
    if (count === 0) return;
    await this.#recordLoss(stage, count, [{ type: 'loss', stage, count, reason, at: noticedMs }]);
  }

  losses(): readonly CountedLoss[] {
    return this.#parts.book.losses.all();
  }

  /** For the parts that read: these cannot be read, and `wanted` of them were. Counted once, over all openings. */
  async countUnreadable({ sequence, file }: Segment, ordinals: readonly number[], wanted: number): Promise<void> {
    const fresh = ordinals.filter((ordinal) => !this.#parts.book.unreadable.has(sequence, ordinal));
    const count = Math.min(wanted, fresh.length);
    if (count === 0) return;
    const lines = missingEntries(sequence, fresh, count, `damaged bytes in ${file}`, this.#nowMs());
    await this.#recordLoss('torn', count, lines);
  }

  onChange(listener: (change: CacheChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  setLimits(limits: StoreLimits): void {
    const { store } = this.#parts;
    void this.#record([{ type: 'limits', bytesMax: limits.bytesMax, at: this.#nowMs() }]).catch(ignore);
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
      lost: this.#lossCounts(),
      evicted: book.evicted.counts(),
      evictedForLaptop: book.evictedForLaptop,
      problem: this.#problem(),
      slowness: slowDiskProblem(queue.commitMs, queue.length, folder),
      waitingInMemory: queue.length,
      deletedUndoable: book.deleted.records(),
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

  /** What was found and mended at the start and since, in words, for the person. */
  findings(): readonly string[] {
    return this.#parts.book.notes;
  }

  /** Resolves when nothing is under way in the background: no packing, no eviction, no removal. */
  settled(): Promise<void> {
    return this.#parts.store.settled();
  }

  async close(): Promise<Result<void>> {
    const { queue, store, ledger, lock, markers, guard, undo } = this.#parts;
    this.#closed = true;
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
    await lock.release().catch(ignore);
    if (problem === null || abandoned === 0) return succeed(undefined);
    return { ok: false, problem: { ...problem, message: `${problem.message} ${abandoned} records were not stored.` } };
  }

  /** For the parts that store: tells listeners. */
  emit(change: CacheChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  async #pickFrom(segment: Segment, picker: BatchPicker, options: TakeOptions): Promise<void> {
    try {
      await withColumns(this.#takeKeeper, segment, () => this.#pickFromColumns(segment, picker, options));
    } catch (error) {
      // The file went: `load` has counted what was in it.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  async #pickFromColumns(segment: Segment, picker: BatchPicker, options: TakeOptions): Promise<void> {
    await expireSegment(segment, options.kind, options.oldestStampNs, this.#keeper);
    const candidates = picker.candidates(segment);
    for (let from = 0; from < candidates.length && !picker.full;) {
      const { slice, next } = picker.nextSlice(segment, candidates, from);
      if (slice.length === 0) break;
      from = next;
      await this.#takeSlice(segment, slice, picker, options.filter ?? {});
    }
  }

  async #takeSlice(
    segment: Segment,
    ordinals: readonly number[],
    picker: BatchPicker,
    filter: RecordFilter,
  ): Promise<void> {
    for (const ordinal of ordinals) {
      segment.setState(ordinal, segment.state(ordinal) === 'held' ? 'sending-held' : 'sending');
    }
    const undecodable = new Map<string, RecordAddress[]>();
    try {
      const { columns } = segment;
      if (columns === null) throw new Error(`the columns of ${segment.file} are not in memory`);
      for (const chosen of await readChosen(this.#readParts(), segment, ordinals, this.#decoder)) {
        if (chosen.type === 'damaged') {
          const { firstOrdinal: from, lastOrdinal: to } = chosen.chunk;
          this.#parts.store.giveUp({ segment: segment.sequence, from, to });
        } else if (chosen.type === 'undecodable') {
          const address = { segment: segment.sequence, ordinal: chosen.ordinal };
          undecodable.set(chosen.reason, [...(undecodable.get(chosen.reason) ?? []), address]);
        } else if (needsDecoding(filter) && !contentMatches(chosen.record, filter)) {
          putBack(segment, chosen.ordinal);
        } else {
          picker.add(chosen, columns);
        }
      }
    } catch (error) {
      for (const ordinal of ordinals) putBack(segment, ordinal);
      throw error;
    }
    for (const [reason, addresses] of undecodable) await this.#quarantine(addresses, reason);
  }

  /** Puts records that cannot be sent aside by themselves. */
  async #quarantine(addresses: readonly RecordAddress[], reason: string): Promise<void> {
    await this.#record(this.#quarantines(addresses, reason), () => {
      this.#applyQuarantine(addresses, reason);
    });
    this.#emit('quarantined', rangesOf(addresses));
  }

  #applyQuarantine(addresses: readonly RecordAddress[], reason: string): void {
    for (const { segment, from, to } of rangesOf(addresses)) {
      this.#parts.store.get(segment)?.reasons.push({ from, to, reason });
    }
    for (const address of addresses) this.#setSent(address, 'quarantined');
  }

  #setSent(address: RecordAddress, state: RecordState): void {
    if (this.#isSending(address)) this.#parts.store.get(address.segment)?.setState(address.ordinal, state);
  }

  #isSending({ segment, ordinal }: RecordAddress): boolean {
    return this.#parts.store.get(segment)?.isSending(ordinal) === true;
  }

  /** What is under way of these ranges, which do not touch. */
  #sendingIn(ranges: readonly AddressRange[]): AddressRange[] {
    const found: AddressRange[] = [];
    for (const { segment: sequence, from, to } of ranges) {
      const segment = this.#parts.store.get(sequence);
      if (segment === undefined) continue;
      for (let ordinal = from; ordinal <= to; ordinal += 1) {
        if (!segment.isSending(ordinal)) continue;
        const first = ordinal;
        while (ordinal < to && segment.isSending(ordinal + 1)) ordinal += 1;
        found.push({ segment: sequence, from: first, to: ordinal });
      }
    }
    return found;
  }

  #setAllSent({ segment: sequence, from, to }: AddressRange): void {
    const segment = this.#parts.store.get(sequence);
    for (let ordinal = from; ordinal <= to; ordinal += 1) {
      if (segment?.isSending(ordinal) === true) segment.setState(ordinal, 'acknowledged');
    }
  }

  #acknowledgements(kind: RecordKind, accepted: readonly AddressRange[]): LedgerEntry[] {
    const records = accepted.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    // The counts stand in the first line; a crash in between cannot part them, as all lines are one write.
    return linesOf(accepted).map((ranges, line) => ({
      type: 'ack',
      ranges: ledgerRanges(ranges),
      logs: line === 0 && kind === 'log' ? records : 0,
      metrics: line === 0 && kind === 'metric' ? records : 0,
      at: this.#nowMs(),
    }));
  }

  #quarantines(addresses: readonly RecordAddress[], reason: string): LedgerEntry[] {
    const at = this.#nowMs();
    const lines = linesOf(rangesOf(addresses));
    return [
      ...lines.map((ranges) => ({ type: 'quarantine' as const, ranges: ledgerRanges(ranges), reason, at })),
      { type: 'loss', stage: 'rejected', count: addresses.length, reason, at },
    ];
  }

  async #change(
    filter: RecordFilter,
    type: 'hold' | 'unhold' | 'delete',
    from: readonly RecordState[],
    to: 'held' | 'pending' | 'deleted',
    takeDeleteId: (() => number) | null = null,
  ): Promise<number> {
    const meant = this.#parts.store.all().filter((segment) => mayHold(segment, filter));
    const changed: AddressRange[] = [];
    let records = 0;
    // The columns stay until the ledger is durable: then the states change.
    await this.#withColumnsOfAll(meant, async (segments) => {
      for (const segment of segments) {
        const found = await selectOrdinals(this.#readParts(), segment, filter, new Set(from));
        changed.push(...rangesOf(found.map((ordinal) => ({ segment: segment.sequence, ordinal }))));
      }
      const at = this.#nowMs();
      const deleteId = takeDeleteId === null || changed.length === 0 ? null : takeDeleteId();
      const id = deleteId === null ? {} : { id: deleteId };
      const entries = linesOf(changed).map((ranges) => ({ type, ranges: ledgerRanges(ranges), ...id, at }));
      await this.#record(entries, () => {
        if (deleteId !== null) this.#rememberDeleted(deleteId, at, changed);
        records = this.#applyChange(changed, to);
      });
    });
    if (changed.length > 0) this.#emit(to, changed);
    return records;
  }

  #rememberDeleted(id: number, at: number, ranges: readonly AddressRange[]): void {
    for (const { segment: sequence, from, to } of ranges) {
      const segment = this.#parts.store.get(sequence);
      if (segment !== undefined) this.#parts.book.deleted.add(id, at, statesBefore(segment, from, to));
    }
  }

  /** Gives back what could be restored: the room of a part may have been needed meanwhile. */
  async #restore({ id, ranges }: Deletion): Promise<readonly DeletedRange[]> {
    const { store, book } = this.#parts;
    const restored: DeletedRange[] = [];
    const at = this.#nowMs();
    await this.#record([...restoringEntries(ranges, at), { type: 'undelete', id, at }], () => {
      for (const range of ranges) {
        const segment = store.get(range.segment);
        if (segment === undefined) continue;
        forgetExpiry(segment);
        for (const part of stillDeleted(segment, range)) {
          for (let ordinal = part.from; ordinal <= part.to; ordinal += 1) segment.setState(ordinal, part.before);
          restored.push(part);
        }
      }
      book.deleted.forget(id);
    });
    return restored;
  }

  /** Those segments whose file has gone meanwhile are left out. */
  async #withColumnsOfAll(
    segments: readonly Segment[],
    use: (loaded: readonly Segment[]) => Promise<void>,
  ): Promise<void> {
    const { store } = this.#parts;
    const loaded: Segment[] = [];
    for (const segment of segments) segment.users += 1;
    try {
      for (const segment of segments) {
        try {
          await store.load(segment);
          loaded.push(segment);
        } catch (error) {
          if (errorCode(error) !== 'ENOENT') throw error;
        }
      }
      await use(loaded);
    } finally {
      for (const segment of segments) {
        segment.users -= 1;
        store.unload(segment);
      }
    }
  }

  #applyChange(ranges: readonly AddressRange[], to: 'held' | 'pending' | 'deleted'): number {
    let records = 0;
    for (const { segment: sequence, from, to: last } of ranges) {
      const segment = this.#parts.store.get(sequence);
      if (segment === undefined) continue;
      forgetExpiry(segment);
      for (let ordinal = from; ordinal <= last; ordinal += 1) {
        records += 1;
        // Taken for upload while the ledger was being written: held again if it comes back.
        if (segment.state(ordinal) === 'sending' && to === 'held') segment.setState(ordinal, 'sending-held');
        else segment.setState(ordinal, to);
      }
    }
    return records;
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

  /** Whoever takes records reads them as well. */
  readonly #takeKeeper: ColumnsKeeper = {
    ...this.#keeper,
    load: (segment) => this.#parts.store.load(segment, this.#chunks),
  };

  #readParts(): ReadParts & { readonly segments: readonly Segment[] } {
    const { files, store } = this.#parts;
    return { ...this.#keeper, files, index: this.#index, chunks: this.#chunks, segments: store.all() };
  }

  /** Durable when resolved; `apply` changes memory in the same order as the ledger's lines. */
  async #record(entries: readonly LedgerEntry[], apply: () => void = ignore): Promise<void> {
    if (entries.length === 0) return;
    const { ledger, book } = this.#parts;
    await ledger.append(entries, () => {
      for (const entry of entries) {
        if (entry.type === 'ack') {
          book.acknowledgedLogs += entry.logs;
          book.acknowledgedMetrics += entry.metrics;
        } else if (entry.type === 'loss' || entry.type === 'missing' || entry.type === 'imported') {
          book.add(entry);
        }
      }
      apply();
    });
  }

  /** Counted at once, and durable when resolved. */
  async #recordLoss(stage: LossStage, count: number, lines: readonly LedgerEntry[]): Promise<void> {
    this.#undurableLosses.set(stage, (this.#undurableLosses.get(stage) ?? 0) + count);
    await this.#record(lines, () => {
      this.#undurableLosses.set(stage, (this.#undurableLosses.get(stage) ?? 0) - count);
    });
  }

  /** A segment that cannot be removed now is removed at the next sweep or start. */
  async #sweep(): Promise<void> {
    await this.#parts.store.sweep().catch(ignore);
  }

  #problem(): Problem | null {
    const { queue, ledger } = this.#parts;
    return queue.problem ?? ledger.problem;
  }

  #lossCounts(): Partial<Record<LossStage, number>> {
    const lost: Partial<Record<LossStage, number>> = {};
    for (const stage of lossStages) {
      const count = (this.#parts.book.lost[stage] ?? 0) + (this.#undurableLosses.get(stage) ?? 0);
      if (count > 0) lost[stage] = count;
    }
    return lost;
  }

  #emit(type: Exclude<CacheChange['type'], 'appended' | 'evicted'>, ranges: readonly AddressRange[]): void {
    this.emit({ type, ranges });
  }

  #nowMs(): number {
    return Number(this.#parts.clock.nowNs() / 1_000_000n);
  }
}

function keyOf({ segment, ordinal }: RecordAddress): string {
  return `${segment} ${ordinal}`;
}

function putBack(segment: Segment, ordinal: number): void {
  const state = segment.state(ordinal);
  if (state === 'sending') segment.setState(ordinal, 'pending');
  if (state === 'sending-held') segment.setState(ordinal, 'held');
}

/** Its records are looked at again for their age: some have come back to pending. */
function forgetExpiry(segment: Segment): void {
  segment.expiredBefore.log = null;
  segment.expiredBefore.metric = null;
}

function ignore(): void {
  // Told elsewhere (`usage().problem`), or mended at the next start.
}
