import type { RecordFilter } from '../model/RecordFilter.js';
import type { AddressRange, CacheChange, HoldReceipt, RecordAddress } from '../seams/Cache.js';
import { rangesOf, recordsIn } from '../seams/addressRanges.js';
import type { BookedLedger } from './BookedLedger.js';
import { type DeletedRange, type Deletion, restoringEntries, statesBefore, stillDeleted } from './DeletedRanges.js';
import { forgetExpiry } from './expireSegment.js';
import { errorCode } from './FileSystem.js';
import type { LedgerBook } from './LedgerBook.js';
import { ledgerRanges, linesOf } from './ledgerRanges.js';
import { mayHold, type ReadParts } from './readRecords.js';
import type { RecordState, Segment } from './Segment.js';
import type { SegmentStore } from './SegmentStore.js';
import { selectOrdinals } from './selectOrdinals.js';
import type { UndoTimers } from './UndoTimers.js';

export interface StateChangesOptions {
  readonly store: SegmentStore;
  readonly book: LedgerBook;
  readonly ledger: BookedLedger;
  readonly undo: UndoTimers;
  readonly parts: () => ReadParts;
  readonly emit: (change: CacheChange) => void;
}

/** Records that a change is about, by segment. */
interface Meant {
  readonly segments: readonly Segment[];
  /** Needs the segment's columns. */
  readonly ordinalsOf: (segment: Segment) => Promise<readonly number[]>;
}

/** Holds that can be undone: as many as the page remembers. */
const holdsMax = 20;
/** What is remembered of one; more ranges than that (every other record of very many) would cost too much memory. */
const heldRangesMax = 50_000;

/**
 * What a person makes of records: kept back, waiting again, deleted, and the delete undone. Each resolves with how many records
 * that were, when the ledger has it.
 *
 * Invariant: nothing is taken for upload meanwhile (the caller sees to that), so that no record goes out that was meant.
 */
export class StateChanges {
  readonly #options: StateChangesOptions;
  /** What the last holds of this opening kept back, by id: so that just that can be let go again. */
  readonly #holds = new Map<number, readonly AddressRange[]>();
  #lastHoldId = 0;

  constructor(options: StateChangesOptions) {
    this.#options = options;
  }

  async hold(filter: RecordFilter): Promise<HoldReceipt> {
    const { records, ranges } = await this.#change(this.#meantBy(filter, ['pending', 'expired']), 'hold', 'held');
    if (records === 0 || ranges.length > heldRangesMax) return { id: 0, records };
    this.#lastHoldId += 1;
    this.#holds.set(this.#lastHoldId, ranges);
    if (this.#holds.size > holdsMax) this.#holds.delete(this.#lastHoldId - holdsMax);
    return { id: this.#lastHoldId, records };
  }

  /** Lets go what that hold kept back and is still held; 0 when it is not known any more. */
  async undoHold(id: number): Promise<number> {
    const ranges = this.#holds.get(id) ?? [];
    this.#holds.delete(id);
    const bySegment = new Map<number, AddressRange[]>();
    for (const range of ranges) {
      const known = bySegment.get(range.segment);
      if (known === undefined) bySegment.set(range.segment, [range]);
      else known.push(range);
    }
    const meant: Meant = {
      segments: this.#options.store.all().filter(({ sequence }) => bySegment.has(sequence)),
      ordinalsOf: (segment) => Promise.resolve(heldIn(segment, bySegment.get(segment.sequence) ?? [])),
    };
    return (await this.#change(meant, 'unhold', 'pending')).records;
  }

  async unhold(filter: RecordFilter): Promise<number> {
    return (await this.#change(this.#meantBy(filter, ['held']), 'unhold', 'pending')).records;
  }

  /** What was refused waits again; with `only`, that one. */
  async retry(filter: RecordFilter, only?: RecordAddress): Promise<number> {
    const all = this.#meantBy(filter, ['quarantined']);
    const meant = only === undefined ? all : onlyOf(all, only);
    return (await this.#change(meant, 'unhold', 'pending')).records;
  }

  async delete(filter: RecordFilter): Promise<{ readonly id: number; readonly records: number }> {
    const { book, undo } = this.#options;
    const states = ['pending', 'expired', 'held', 'quarantined'] as const;
    // An id that no line of the ledger has would be given again after a reopening.
    let id = 0;
    const takeId = (): number => (id = book.deleted.takeId());
    const { records } = await this.#change(this.#meantBy(filter, states), 'delete', 'deleted', takeId);
    if (records > 0) undo.watch(id);
    return { id, records };
  }

  /** 0 when there is no such delete any more. */
  async undelete(id: number): Promise<number> {
    const { store, undo, emit } = this.#options;
    const deletion = undo.claim(id);
    if (deletion === undefined) return 0;
    const sequences = new Set(deletion.ranges.map(({ segment }) => segment));
    const segments = store.all().filter(({ sequence }) => sequences.has(sequence));
    let restored: readonly DeletedRange[] = [];
    try {
      await this.#withColumnsOfAll(segments, async () => {
        restored = await this.#restore(deletion);
      });
    } catch (error) {
      undo.watch(id);
      throw error;
    }
    for (const range of restored) {
      emit({ type: range.before === 'expired' ? 'pending' : range.before, ranges: [range] });
    }
    return recordsIn(restored);
  }

  #meantBy(filter: RecordFilter, from: readonly RecordState[]): Meant {
    const { store, parts } = this.#options;
    const states = new Set(from);
    return {
      segments: store.all().filter((segment) => mayHold(segment, filter)),
      ordinalsOf: (segment) => selectOrdinals(parts(), segment, filter, states),
    };
  }

  async #change(
    meant: Meant,
    type: 'hold' | 'unhold' | 'delete',
    to: 'held' | 'pending' | 'deleted',
    takeDeleteId: (() => number) | null = null,
  ): Promise<{ readonly records: number; readonly ranges: readonly AddressRange[] }> {
    const { ledger } = this.#options;
    const changed: AddressRange[] = [];
    let records = 0;
    // The columns stay until the ledger is durable: then the states change.
    await this.#withColumnsOfAll(meant.segments, async (segments) => {
      for (const segment of segments) {
        const found = await meant.ordinalsOf(segment);
        changed.push(...rangesOf(found.map((ordinal) => ({ segment: segment.sequence, ordinal }))));
      }
      const at = ledger.nowMs();
      const deleteId = takeDeleteId === null || changed.length === 0 ? null : takeDeleteId();
      const id = deleteId === null ? {} : { id: deleteId };
      const entries = linesOf(changed).map((ranges) => ({ type, ranges: ledgerRanges(ranges), ...id, at }));
      await ledger.record(entries, () => {
        if (deleteId !== null) this.#rememberDeleted(deleteId, at, changed);
        records = this.#applyChange(changed, to);
      });
    });
    if (changed.length > 0) this.#options.emit({ type: to, ranges: changed });
    return { records, ranges: changed };
  }

  #rememberDeleted(id: number, at: number, ranges: readonly AddressRange[]): void {
    for (const { segment: sequence, from, to } of ranges) {
      const segment = this.#options.store.get(sequence);
      if (segment !== undefined) this.#options.book.deleted.add(id, at, statesBefore(segment, from, to));
    }
  }

  /** Gives back what could be restored: the room of a part may have been needed meanwhile. */
  async #restore({ id, ranges }: Deletion): Promise<readonly DeletedRange[]> {
    const { store, book, ledger } = this.#options;
    const restored: DeletedRange[] = [];
    const at = ledger.nowMs();
    await ledger.record([...restoringEntries(ranges, at), { type: 'undelete', id, at }], () => {
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
    const { store } = this.#options;
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
      const segment = this.#options.store.get(sequence);
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
}

function onlyOf({ segments, ordinalsOf }: Meant, { segment: sequence, ordinal }: RecordAddress): Meant {
  return {
    segments: segments.filter((segment) => segment.sequence === sequence),
    ordinalsOf: async (segment) => (await ordinalsOf(segment)).filter((one) => one === ordinal),
  };
}

/** Ordinals in the ranges that are still held. */
function heldIn(segment: Segment, ranges: readonly AddressRange[]): number[] {
  const found: number[] = [];
  for (const { from, to } of ranges) {
    for (let ordinal = from; ordinal <= to; ordinal += 1) if (segment.state(ordinal) === 'held') found.push(ordinal);
  }
  return found;
}
