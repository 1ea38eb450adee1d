import type { AddressRange, RecordAddress } from './Cache.js';

/** In the order of segments, and in one by ordinal. */
export function byPlace(a: RecordAddress, b: RecordAddress): number {
  return a.segment - b.segment || a.ordinal - b.ordinal;
}

/** The fewest ranges that cover exactly these records. */
export function rangesOf(addresses: readonly RecordAddress[]): AddressRange[] {
  const ranges: GrowingRange[] = [];
  for (const address of addresses) {
    if (!extend(ranges, address)) return rangesOf(addresses.toSorted(byPlace));
  }
  return ranges;
}

/** The same, without a list of their addresses: mostly they are in order. */
export function rangesOfRecords(records: readonly { readonly address: RecordAddress }[]): AddressRange[] {
  const ranges: GrowingRange[] = [];
  for (const { address } of records) {
    if (!extend(ranges, address)) return rangesOf(records.map((record) => record.address));
  }
  return ranges;
}

/** Records in ranges that do not touch. */
export function recordsIn(ranges: readonly Pick<AddressRange, 'from' | 'to'>[]): number {
  return ranges.reduce((records, { from, to }) => records + to - from + 1, 0);
}

interface GrowingRange {
  readonly segment: number;
  readonly from: number;
  to: number;
}

/** With the address in the last range, or in one more; false when it belongs before. */
function extend(ranges: GrowingRange[], { segment, ordinal }: RecordAddress): boolean {
  const last = ranges.at(-1);
  if (last !== undefined && (segment < last.segment || (segment === last.segment && ordinal < last.to))) return false;
  if (last?.segment === segment && ordinal <= last.to + 1) last.to = ordinal;
  else ranges.push({ segment, from: ordinal, to: ordinal });
  return true;
}
