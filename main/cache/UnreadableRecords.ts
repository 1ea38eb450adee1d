import type { LedgerEntry, LedgerRange } from './LedgerEntry.js';
import { rangesOf } from '../seams/addressRanges.js';
import { ledgerRanges, linesOf } from './ledgerRanges.js';

/**
 * Records that could not be read when somebody looked, and are counted as lost, as the ledger has them. What becomes
 * readable again (a file came back from a backup) is offered again; this only keeps a loss from being counted twice.
 */
export class UnreadableRecords {
  readonly #ranges = new Map<number, (readonly [from: number, to: number])[]>();

  add(ranges: readonly LedgerRange[]): void {
    for (const [segment, from, to] of ranges) {
      const known = this.#ranges.get(segment);
      if (known === undefined) this.#ranges.set(segment, [[from, to]]);
      else known.push([from, to]);
    }
  }

  forget(segment: number): void {
    this.#ranges.delete(segment);
  }

  hasIn(segment: number): boolean {
    return this.#ranges.has(segment);
  }

  has(segment: number, ordinal: number): boolean {
    return this.#ranges.get(segment)?.some(([from, to]) => from <= ordinal && ordinal <= to) === true;
  }

  /** For a compaction: their number is in the totals. */
  entries(segment: number, at: number): LedgerEntry[] {
    const ranges = (this.#ranges.get(segment) ?? []).map(([from, to]): LedgerRange => [segment, from, to]);
    return ranges.length === 0 ? [] : [{ type: 'missing', ranges, lost: 0, reason: '', at }];
  }
}

/** The lines that count records as unreadable; the number lost stands in the first. All lines are one write. */
export function missingEntries(
  segment: number,
  ordinals: readonly number[],
  lost: number,
  reason: string,
  at: number,
): LedgerEntry[] {
  const lines = linesOf(rangesOf(ordinals.map((ordinal) => ({ segment, ordinal }))));
  return lines.map((ranges, line) => {
    return { type: 'missing', ranges: ledgerRanges(ranges), lost: line === 0 ? lost : 0, reason, at };
  });
}
