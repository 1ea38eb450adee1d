import type { AddressRange, RecordAddress } from './Cache.js';

/** In the order of segments, and in one by ordinal. */
function byPlace(a: RecordAddress, b: RecordAddress): number {
  return a.segment - b.segment || a.ordinal - b.ordinal;
}

/** The fewest ranges that cover exactly these records. */
export function rangesOf(addresses: readonly RecordAddress[]): AddressRange[] {
  const ranges: GrowingRange[] = [];
  for (const { segment, ordinal } of addresses) {
    if (!extend(ranges, segment, ordinal)) return rangesOf(addresses.toSorted(byPlace));
  }
  return ranges;
}

/** The same, without a list of their addresses: mostly they are in order. */
export function rangesOfRecords(records: readonly { readonly address: RecordAddress }[]): AddressRange[] {
  return rangesOfPlaces(records.length, (place) => records[place]?.address ?? nowhere);
}

/** The same of records that are told one after the other; the object that `addressOf` gives may be the same each time. */
export function rangesOfPlaces(count: number, addressOf: (place: number) => RecordAddress): AddressRange[] {
  const ranges: GrowingRange[] = [];
  for (let place = 0; place < count; place += 1) {
    const { segment, ordinal } = addressOf(place);
    if (!extend(ranges, segment, ordinal)) {
      return rangesOf(Array.from({ length: count }, (_, each) => ({ ...addressOf(each) })));
    }
  }
  return ranges;
}

const nowhere: RecordAddress = { segment: 0, ordinal: 0 };

/** Records in ranges that do not touch. */
export function recordsIn(ranges: readonly Pick<AddressRange, 'from' | 'to'>[]): number {
  return ranges.reduce((records, { from, to }) => records + to - from + 1, 0);
}

interface GrowingRange {
  readonly segment: number;
  readonly from: number;
  to: number;
}

/** With the record in the last range, or in one more; false when it belongs before. */
function extend(ranges: GrowingRange[], segment: number, ordinal: number): boolean {
  const last = ranges.at(-1);
  if (last !== undefined && (segment < last.segment || (segment === last.segment && ordinal < last.to))) return false;
  if (last?.segment === segment && ordinal <= last.to + 1) last.to = ordinal;
  else ranges.push({ segment, from: ordinal, to: ordinal });
  return true;
}
