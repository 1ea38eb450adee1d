import type { AddressRange, RecordAddress } from '../seams/Cache.js';
import type { LedgerRange } from './LedgerEntry.js';

/** The fewest ranges that cover exactly these records. */
export function rangesOf(addresses: readonly RecordAddress[]): AddressRange[] {
  const sorted = addresses.toSorted((a, b) => a.segment - b.segment || a.ordinal - b.ordinal);
  const ranges: { segment: number; from: number; to: number }[] = [];
  for (const { segment, ordinal } of sorted) {
    const last = ranges.at(-1);
    if (last?.segment === segment && ordinal <= last.to + 1) last.to = ordinal;
    else ranges.push({ segment, from: ordinal, to: ordinal });
  }
  return ranges;
}

export function ledgerRanges(ranges: readonly AddressRange[]): LedgerRange[] {
  return ranges.map(({ segment, from, to }) => [segment, from, to]);
}
