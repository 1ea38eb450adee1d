import type { AddressRange, RecordAddress } from '../seams/Cache.js';
import type { LedgerRange } from './LedgerEntry.js';

/** Ranges in one ledger line. */
const rangesPerLineMax = 2000;

/** The fewest ranges that cover exactly these records. */
export function rangesOf(addresses: readonly RecordAddress[]): AddressRange[] {
  const sorted = isSorted(addresses) ? addresses : addresses.toSorted(byPlace);
  const ranges: { segment: number; from: number; to: number }[] = [];
  for (const { segment, ordinal } of sorted) {
    const last = ranges.at(-1);
    if (last?.segment === segment && ordinal <= last.to + 1) last.to = ordinal;
    else ranges.push({ segment, from: ordinal, to: ordinal });
  }
  return ranges;
}

function byPlace(a: RecordAddress, b: RecordAddress): number {
  return a.segment - b.segment || a.ordinal - b.ordinal;
}

function isSorted(addresses: readonly RecordAddress[]): boolean {
  let before: RecordAddress | undefined;
  for (const address of addresses) {
    if (before !== undefined && byPlace(before, address) > 0) return false;
    before = address;
  }
  return true;
}

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
