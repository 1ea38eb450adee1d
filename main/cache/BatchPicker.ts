import { destinationKey } from '../model/Destination.js';
import { byPlace } from '../seams/addressRanges.js';
import type { AddressRange, TakeOptions } from '../seams/Cache.js';
import type { ChosenRead } from './ChosenRead.js';
import { groupMatches, stateMatches } from './matchesFilter.js';
import type { Segment } from './Segment.js';
import { halvesOf, nsBetween, type SegmentColumns, type StampHalves } from './SegmentColumns.js';

/** A PutLogEvents request must not span 24 hours. */
const logSpanNsMax = 86_400_000_000_000;

/**
 * Chooses records for one batch, segment after segment: one destination (that of the first record chosen), within the
 * limits of records, bytes and (logs) time span.
 */
export class BatchPicker {
  readonly records: ChosenRead[] = [];
  /** Of the records' stamps, beside them. */
  readonly #highs: number[] = [];
  readonly #lows: number[] = [];
  /** Where the order of stamps begins anew: mostly at each older segment. */
  readonly #breaks: number[] = [];
  readonly #options: TakeOptions;
  /** Stamps that are taken: from this one on, and up to this one. */
  readonly #from: StampHalves;
  readonly #to: StampHalves;
  /** Ordinals by segment; null when every place will do. */
  readonly #only: ReadonlyMap<number, ReadonlySet<number>> | null;
  #bytes = 0;
  #destination: string | null = null;
  #oldest: StampHalves = { high: Infinity, low: 0 };
  #newest: StampHalves = { high: -Infinity, low: 0 };
  #full = false;

  constructor(options: TakeOptions) {
    this.#options = options;
    const { oldestStampNs, newestStampNs, filter = {}, only } = options;
    const { sinceNs = oldestStampNs, untilNs } = filter;
    this.#from = halvesOf(sinceNs > oldestStampNs ? sinceNs : oldestStampNs);
    this.#to = halvesOf(untilNs !== undefined && untilNs <= newestStampNs ? untilNs - 1n : newestStampNs);
    this.#only = only === undefined ? null : placesOf(only);
  }

  get full(): boolean {
    return this.#full || this.records.length >= this.#options.recordsMax;
  }

  /** Is there anything in the segment that could be taken? Answered from its sums. */
  mayTakeFrom(segment: Segment): boolean {
    if (this.#only?.has(segment.sequence) === false) return false;
    return segment.groups.some((_, number) => this.#takesGroup(segment, number));
  }

  /** Ordinals of what could be taken of the segment for the batch's destination, in the order of stamps. Needs the columns. */
  candidates(segment: Segment): number[] {
    const { columns } = segment;
    if (columns === null) return [];
    const takes = segment.groups.map((_, number) => this.#takesGroup(segment, number));
    const from = this.#from;
    const to = this.#to;
    const found: number[] = [];
    let ordered = true;
    let beforeHigh = -Infinity;
    let beforeLow = 0;
    const only = this.#only?.get(segment.sequence);
    if (this.#only !== null && only === undefined) return [];
    for (let ordinal = 0; ordinal < segment.records; ordinal += 1) {
      if (only?.has(ordinal) === false) continue;
      if (takes[columns.group(ordinal)] !== true || !this.#takesState(segment, ordinal)) continue;
      const high = columns.stampHigh(ordinal);
      const low = columns.stampLow(ordinal);
      if (nsBetween(high, low, from.high, from.low) < 0 || nsBetween(high, low, to.high, to.low) > 0) continue;
      ordered &&= nsBetween(high, low, beforeHigh, beforeLow) >= 0;
      beforeHigh = high;
      beforeLow = low;
      found.push(ordinal);
    }
    if (!ordered) {
      const between = (a: number, b: number): number =>
        nsBetween(columns.stampHigh(a), columns.stampLow(a), columns.stampHigh(b), columns.stampLow(b));
      found.sort((a, b) => between(a, b) || a - b);
    }
    const [first] = found;
    if (first === undefined) return [];
    const destination = this.#destination ?? keyOf(segment, columns.group(first));
    const same = segment.groups.map((_, number) => keyOf(segment, number) === destination);
    return same.every((is) => is) ? found : found.filter((ordinal) => same[columns.group(ordinal)] === true);
  }

  /** The next of the candidates, from `from` on, that fit beside what is already there; and where to go on. */
  nextSlice(
    { columns }: Segment,
    candidates: readonly number[],
    from: number,
  ): { readonly slice: number[]; readonly next: number } {
    const slice: number[] = [];
    if (columns === null) return { slice, next: candidates.length };
    const { recordsMax, bytesMax, kind } = this.#options;
    const spanNsMax = kind === 'log' ? logSpanNsMax : Infinity;
    let bytes = this.#bytes;
    let oldest = this.#oldest;
    let newest = this.#newest;
    let next = from;
    for (; next < candidates.length; next += 1) {
      const ordinal = candidates[next];
      if (ordinal === undefined || this.records.length + slice.length >= recordsMax) break;
      const isFirst = this.records.length + slice.length === 0;
      if (!isFirst && bytes + columns.size(ordinal) > bytesMax) {
        this.#full = true;
        break;
      }
      const high = columns.stampHigh(ordinal);
      const low = columns.stampLow(ordinal);
      const afterOldestNs = nsBetween(high, low, oldest.high, oldest.low);
      const afterNewestNs = nsBetween(high, low, newest.high, newest.low);
      if (afterOldestNs >= spanNsMax || -afterNewestNs >= spanNsMax) continue;
      if (afterOldestNs < 0) oldest = { high, low };
      if (afterNewestNs > 0) newest = { high, low };
      bytes += columns.size(ordinal);
      slice.push(ordinal);
    }
    return { slice, next };
  }

  /** A record of a slice, with the columns of its segment. */
  add(record: ChosenRead, columns: SegmentColumns): void {
    const high = columns.stampHigh(record.ordinal);
    const low = columns.stampLow(record.ordinal);
    const place = this.records.length;
    const oldest = this.#oldest;
    const newest = this.#newest;
    if (nsBetween(high, low, oldest.high, oldest.low) < 0) this.#oldest = { high, low };
    if (nsBetween(high, low, newest.high, newest.low) > 0) this.#newest = { high, low };
    this.#destination ??= destinationKey(record.destination);
    this.#bytes += columns.size(record.ordinal);
    this.records.push(record);
    this.#highs.push(high);
    this.#lows.push(low);
    if (place > 0 && this.#compare(place - 1, place) > 0) this.#breaks.push(place);
  }

  /** What was chosen, by stamp; what is stamped alike as it lies on disk. */
  inStampOrder(): readonly ChosenRead[] {
    const { records } = this;
    if (this.#breaks.length === 0) return records;
    const ends = [...this.#breaks, records.length];
    const starts = [0, ...this.#breaks];
    // Run after run from the newest segment to the oldest: then they need only be turned round.
    const isTurned = this.#breaks.every((_, run) => this.#compare((ends[run + 1] ?? 0) - 1, starts[run] ?? 0) <= 0);
    if (isTurned) {
      const runs = starts.map((start, run) => records.slice(start, ends[run]));
      return ([] as ChosenRead[]).concat(...runs.reverse());
    }
    const places = Array.from(records, (_, place) => place);
    return places.sort((a, b) => this.#compare(a, b)).flatMap((place) => records[place] ?? []);
  }

  #compare(a: number, b: number): number {
    const ns = nsBetween(this.#highs[a] ?? 0, this.#lows[a] ?? 0, this.#highs[b] ?? 0, this.#lows[b] ?? 0);
    const recordA = this.records[a];
    const recordB = this.records[b];
    return ns !== 0 || recordA === undefined || recordB === undefined ? ns : byPlace(recordA, recordB);
  }

  #takesGroup(segment: Segment, number: number): boolean {
    const sum = segment.groups[number];
    const { kind, filter = {}, includeHeld } = this.#options;
    if (sum?.group.kind !== kind || !groupMatches(sum.group, filter)) return false;
    if (this.#destination !== null && keyOf(segment, number) !== this.#destination) return false;
    const waiting =
      segment.countInGroup(number, 'pending') + (includeHeld === true ? segment.countInGroup(number, 'held') : 0);
    if (waiting === 0) return false;
    if (filter.sinceNs !== undefined && sum.newestNs < filter.sinceNs) return false;
    return filter.untilNs === undefined || sum.oldestNs < filter.untilNs;
  }

  #takesState(segment: Segment, ordinal: number): boolean {
    const state = segment.state(ordinal);
    if (state !== 'pending' && (state !== 'held' || this.#options.includeHeld !== true)) return false;
    return stateMatches(state, this.#options.filter ?? {});
  }
}

function keyOf(segment: Segment, number: number): string {
  const group = segment.groups[number]?.group;
  return group === undefined ? '' : destinationKey(group.destination);
}

function placesOf(ranges: readonly AddressRange[]): ReadonlyMap<number, ReadonlySet<number>> {
  const places = new Map<number, Set<number>>();
  for (const { segment, from, to } of ranges) {
    const ordinals = places.get(segment) ?? new Set();
    places.set(segment, ordinals);
    for (let ordinal = from; ordinal <= to; ordinal += 1) ordinals.add(ordinal);
  }
  return places;
}
