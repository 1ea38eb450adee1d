import type { Destination } from '../model/Destination.js';
import type { RecordKind } from '../model/Record.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import { rangesOf, rangesOfRecords, recordsIn } from '../seams/addressRanges.js';
import { ListedRecords } from '../seams/ListedRecords.js';
import { TakenBatch } from '../seams/TakenBatch.js';
import type {
  AddressRange,
  CacheChange,
  CachedRecord,
  RecordAddress,
  Rejection,
  StoredRecords,
  TakeOptions,
  UploadBatch,
} from '../seams/Cache.js';
import { BatchPicker, PickerMemory } from './BatchPicker.js';
import { ChosenRead } from './ChosenRead.js';
import type { BookedLedger } from './BookedLedger.js';
import type { ChunkCache } from './ChunkCache.js';
import { StoredDecoder } from './ChunkDecoder.js';
import { expireSegment, forgetExpiry, mayUnexpire } from './expireSegment.js';
import { errorCode, type FileSystem } from './FileSystem.js';
import type { LedgerEntry } from './LedgerEntry.js';
import { ledgerRanges, linesOf } from './ledgerRanges.js';
import { contentMatches, needsDecoding } from './matchesFilter.js';
import { readChosen } from './readChosen.js';
import type { RecordState, Segment } from './Segment.js';
import type { SegmentStore } from './SegmentStore.js';
import { type ColumnsKeeper, withColumns } from './withColumns.js';

export interface UploadTakingOptions {
  readonly files: FileSystem;
  readonly chunks: ChunkCache;
  readonly store: SegmentStore;
  readonly ledger: BookedLedger;
  readonly keeper: ColumnsKeeper;
  readonly emit: (change: CacheChange) => void;
}

/**
 * Records on their way to CloudWatch: taken in batches, and acknowledged, refused or given back.
 *
 * Invariants: a record is in one batch at a time, and that is known to memory only; what CloudWatch said is durable in the ledger
 * before memory believes it. `take` runs one at a time (the caller sees to that).
 */
export class UploadTaking {
  readonly #options: UploadTakingOptions;
  readonly #decoder = new StoredDecoder();
  readonly #memory = new PickerMemory();
  #nextBatch = 1;

  constructor(options: UploadTakingOptions) {
    this.#options = options;
  }

  async take(options: TakeOptions): Promise<UploadBatch | null> {
    const picker = new BatchPicker(options, this.#memory);
    try {
      await this.#pickAll(picker, options);
    } catch (error) {
      // What was chosen of other segments waits again.
      if (picker.destination !== null) this.release(this.#batch(picker.destination, picker.inStampOrder()));
      throw error;
    }
    const { destination } = picker;
    if (destination === null) return null;
    const batch = this.#batch(destination, picker.inStampOrder());
    this.#options.emit({ type: 'sending', ranges: batch.stored.ranges });
    return batch;
  }

  async acknowledge(batch: UploadBatch, rejections: readonly Rejection[]): Promise<void> {
    const refused = new Set(rejections.map(({ address }) => keyOf(address)));
    const answered = batch.stored.ranges;
    const accepted =
      refused.size === 0
        ? answered
        : rangesOfRecords(batch.records.filter(({ address }) => !refused.has(keyOf(address))));
    // A record is counted as sent or as evicted, not as both.
    await this.#options.store.leavingOver(answered.map(({ segment }) => segment));
    const byReason = new Map<string, RecordAddress[]>();
    for (const { address, reason } of rejections) {
      if (this.#isSending(address)) addTo(byReason, reason, address);
    }
    const ranges = this.#sendingIn(accepted);
    const entries = this.#acknowledgements(batch.destination.kind, ranges);
    for (const [reason, addresses] of byReason) entries.push(...this.#quarantines(addresses, reason));
    await this.#options.ledger.record(entries, () => {
      for (const range of ranges) this.#setAllSent(range, 'acknowledged');
      for (const [reason, addresses] of byReason) this.#applyQuarantine(addresses, reason);
    });
    if (ranges.length > 0) this.#options.emit({ type: 'acknowledged', ranges });
    for (const addresses of byReason.values()) {
      this.#options.emit({ type: 'quarantined', ranges: rangesOf(addresses) });
    }
    // A segment that cannot be removed now is removed at the next sweep or start.
    await this.#options.store.sweep().catch(() => undefined);
  }

  split(batch: UploadBatch, records: readonly CachedRecord[]): readonly [UploadBatch, UploadBatch] {
    const first = new Set(records);
    const { destination } = batch;
    const [chosen, rest] = [true, false].map((isFirst) => {
      return new ListedRecords(batch.records.filter((record) => first.has(record) === isFirst));
    }) as [ListedRecords, ListedRecords];
    return [this.#batch(destination, chosen), this.#batch(destination, rest)];
  }

  release(batch: UploadBatch): void {
    const released = this.#sendingIn(batch.stored.ranges);
    for (const { segment: sequence, from, to } of released) {
      const segment = this.#options.store.get(sequence);
      if (segment === undefined) continue;
      for (let ordinal = from; ordinal <= to; ordinal += 1) putBack(segment, ordinal);
      // It may have grown too old on the way.
      forgetExpiry(segment);
    }
    if (released.length > 0) this.#options.emit({ type: 'pending', ranges: released });
  }

  #batch(destination: Destination, stored: StoredRecords): UploadBatch {
    return new TakenBatch(this.#nextBatch++, destination, stored);
  }

  async #pickAll(picker: BatchPicker, options: TakeOptions): Promise<void> {
    const oldestFirst = this.#options.store.all();
    for (const segment of options.order === 'oldest' ? oldestFirst : oldestFirst.toReversed()) {
      if (picker.full) break;
      if (segment.leaving) continue;
      const mayTake = picker.mayTakeFrom(segment) || mayUnexpire(segment, options.kind, options.oldestStampNs);
      if (mayTake) await this.#pickFrom(segment, picker, options);
    }
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
    await expireSegment(segment, options.kind, options.oldestStampNs, this.#options.keeper);
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
      const mustMatch = needsDecoding(filter);
      await readChosen(this.#options, segment, ordinals, this.#decoder, {
        read: (run, ordinal, place, record) => {
          const known = mustMatch ? new ChosenRead(run, place, record).record : record;
          if (mustMatch && known !== null && !contentMatches(known, filter)) putBack(segment, ordinal);
          else picker.add(run, ordinal, place, columns, known);
        },
        undecodable: (ordinal, reason) => {
          addTo(undecodable, reason, { segment: segment.sequence, ordinal });
        },
        damaged: ({ firstOrdinal: from, lastOrdinal: to }) => {
          this.#options.store.giveUp({ segment: segment.sequence, from, to });
        },
      });
    } catch (error) {
      for (const ordinal of ordinals) putBack(segment, ordinal);
      throw error;
    }
    for (const [reason, addresses] of undecodable) await this.#quarantine(addresses, reason);
  }

  /** Puts records that cannot be sent aside by themselves. */
  async #quarantine(addresses: readonly RecordAddress[], reason: string): Promise<void> {
    await this.#options.ledger.record(this.#quarantines(addresses, reason), () => {
      this.#applyQuarantine(addresses, reason);
    });
    this.#options.emit({ type: 'quarantined', ranges: rangesOf(addresses) });
  }

  #applyQuarantine(addresses: readonly RecordAddress[], reason: string): void {
    for (const range of rangesOf(addresses)) {
      const { segment, from, to } = range;
      this.#options.store.get(segment)?.reasons.push({ from, to, reason });
      this.#setAllSent(range, 'quarantined');
    }
  }

  #isSending({ segment, ordinal }: RecordAddress): boolean {
    return this.#options.store.get(segment)?.isSending(ordinal) === true;
  }

  /** What is under way of these ranges, which do not touch. */
  #sendingIn(ranges: readonly AddressRange[]): AddressRange[] {
    const found: AddressRange[] = [];
    for (const { segment: sequence, from, to } of ranges) {
      const segment = this.#options.store.get(sequence);
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

  #setAllSent({ segment: sequence, from, to }: AddressRange, state: RecordState): void {
    const segment = this.#options.store.get(sequence);
    for (let ordinal = from; ordinal <= to; ordinal += 1) {
      if (segment?.isSending(ordinal) === true) segment.setState(ordinal, state);
    }
  }

  #acknowledgements(kind: RecordKind, accepted: readonly AddressRange[]): LedgerEntry[] {
    const records = recordsIn(accepted);
    // The counts stand in the first line; a crash in between cannot part them, as all lines are one write.
    return linesOf(accepted).map((ranges, line) => ({
      type: 'ack',
      ranges: ledgerRanges(ranges),
      logs: line === 0 && kind === 'log' ? records : 0,
      metrics: line === 0 && kind === 'metric' ? records : 0,
      at: this.#options.ledger.nowMs(),
    }));
  }

  #quarantines(addresses: readonly RecordAddress[], reason: string): LedgerEntry[] {
    const at = this.#options.ledger.nowMs();
    const lines = linesOf(rangesOf(addresses));
    return [
      ...lines.map((ranges) => ({ type: 'quarantine' as const, ranges: ledgerRanges(ranges), reason, at })),
      { type: 'loss', stage: 'rejected', count: addresses.length, reason, at },
    ];
  }

  /** Whoever takes records reads them as well. */
  get #takeKeeper(): ColumnsKeeper {
    const { keeper, store, chunks } = this.#options;
    return { ...keeper, load: (segment) => store.load(segment, chunks) };
  }
}

function keyOf({ segment, ordinal }: RecordAddress): string {
  return `${segment} ${ordinal}`;
}

function addTo(byReason: Map<string, RecordAddress[]>, reason: string, address: RecordAddress): void {
  const same = byReason.get(reason);
  if (same === undefined) byReason.set(reason, [address]);
  else same.push(address);
}

function putBack(segment: Segment, ordinal: number): void {
  const state = segment.state(ordinal);
  if (state === 'sending') segment.setState(ordinal, 'pending');
  if (state === 'sending-held') segment.setState(ordinal, 'held');
}
