import type { AddressRange, RecordAddress } from './Cache.js';

/** In the order of segments, and in one by ordinal. */
export function byPlace(a: RecordAddress, b: RecordAddress): number {
  return a.segment - b.segment || a.ordinal - b.ordinal;
}

export function isByPlace(addresses: readonly RecordAddress[]): boolean {
  let before: RecordAddress | undefined;
  for (const address of addresses) {
    if (before !== undefined && byPlace(before, address) > 0) return false;
    before = address;
  }
  return true;
}

/** The fewest ranges that cover exactly these records. */
export function rangesOf(addresses: readonly RecordAddress[]): AddressRange[] {
  const sorted = isByPlace(addresses) ? addresses : addresses.toSorted(byPlace);
  const ranges: { segment: number; from: number; to: number }[] = [];
  for (const { segment, ordinal } of sorted) {
    const last = ranges.at(-1);
    if (last?.segment === segment && ordinal <= last.to + 1) last.to = ordinal;
    else ranges.push({ segment, from: ordinal, to: ordinal });
  }
  return ranges;
}
