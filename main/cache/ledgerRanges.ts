import type { AddressRange } from '../seams/Cache.js';
import type { LedgerRange } from './LedgerEntry.js';

/** Ranges in one ledger line. */
const rangesPerLineMax = 2000;

export function ledgerRanges(ranges: readonly AddressRange[]): LedgerRange[] {
  return ranges.map(({ segment, from, to }) => [segment, from, to]);
}

/** As many ranges at a time as one line of the ledger has. */
export function linesOf<T extends AddressRange>(ranges: readonly T[]): T[][] {
  const lines: T[][] = [];
  for (let from = 0; from < ranges.length; from += rangesPerLineMax) {
    lines.push(ranges.slice(from, from + rangesPerLineMax));
  }
  return lines;
}
