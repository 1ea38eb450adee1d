import { destinationKey } from '../model/Destination.js';
import { byPlace, isByPlace } from '../seams/addressRanges.js';
import type { AddressRange, CachedRecord, TakeOptions } from '../seams/Cache.js';
import { groupMatches, stampMatches, stateMatches } from './matchesFilter.js';
import type { Segment } from './Segment.js';

/** A PutLogEvents request must not span 24 hours. */
const logSpanNsMax = 86_400_000_000_000n;

/**
 * Chooses records for one batch, segment after segment: one destination (that of the first record chosen), within the
 * limits of records, bytes and (logs) time span.
 */
export class BatchPicker {
  readonly records: CachedRecord[] = [];
  /** Of the records, beside them. */
  readonly #stamps: bigint[] = [];
  #ordered = true;
  readonly #options: TakeOptions;
  /** Ordinals by segment; null when every place will do. */
  readonly #only: ReadonlyMap<number, ReadonlySet<number>> | null;
  #bytes = 0;
  #destination: string | null = null;
  #oldestNs = 0n;
  #newestNs = 0n;
  #full = false;

  constructor(options: TakeOptions) {
    this.#options = options;
    this.#only = options.only === undefined ? null : placesOf(options.only);
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
    const { oldestStampNs, newestStampNs, filter = {} } = this.#options;
    let found: number[] = [];
    let ordered = true;
    let beforeNs = columns.stamp(0);
    const only = this.#only?.get(segment.sequence);
    if (this.#only !== null && only === undefined) return [];
    for (let ordinal = 0; ordinal < segment.records; ordinal += 1) {
      if (only?.has(ordinal) === false) continue;
      if (takes[columns.group(ordinal)] !== true || !this.#takesState(segment, ordinal)) continue;
      const stampNs = columns.stamp(ordinal);
      if (stampNs < oldestStampNs || stampNs > newestStampNs) continue;
      if (!stampMatches(stampNs, filter)) continue;
      ordered &&= found.length === 0 || stampNs >= beforeNs;
      beforeNs = stampNs;
      found.push(ordinal);
    }
    if (!ordered) {
      found = found.sort((a, b) => {
        const [aNs, bNs] = [columns.stamp(a), columns.stamp(b)];
        return aNs < bNs ? -1 : aNs > bNs ? 1 : a - b;
      });
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
    let bytes = this.#bytes;
    let [oldestNs, newestNs] = [this.#oldestNs, this.#newestNs];
    let next = from;
    for (; next < candidates.length; next += 1) {
      const ordinal = candidates[next];
      if (ordinal === undefined || this.records.length + slice.length >= this.#options.recordsMax) break;
      const isFirst = this.records.length + slice.length === 0;
      if (!isFirst && bytes + columns.size(ordinal) > this.#options.bytesMax) {
        this.#full = true;
        break;
      }
      const stampNs = columns.stamp(ordinal);
      const oldest = isFirst || stampNs < oldestNs ? stampNs : oldestNs;
      const newest = isFirst || stampNs > newestNs ? stampNs : newestNs;
      if (this.#options.kind === 'log' && newest - oldest >= logSpanNsMax) continue;
      [oldestNs, newestNs] = [oldest, newest];
      bytes += columns.size(ordinal);
      slice.push(ordinal);
    }
    return { slice, next };
  }

  add(record: CachedRecord, stampNs: bigint, bytes: number): void {
    if (this.records.length === 0 || stampNs < this.#oldestNs) this.#oldestNs = stampNs;
    if (this.records.length === 0 || stampNs > this.#newestNs) this.#newestNs = stampNs;
    this.#destination ??= destinationKey(record.destination);
    this.#bytes += bytes;
    this.#ordered &&= stampNs >= (this.#stamps.at(-1) ?? stampNs);
    this.records.push(record);
    this.#stamps.push(stampNs);
  }

  /** What was chosen, by stamp; what is stamped alike as it lies on disk. */
  inStampOrder(): CachedRecord[] {
    if (this.#ordered && isByPlace(this.records.map(({ address }) => address))) return this.records;
    const stamped = this.records.map((record, place) => ({ record, stampNs: this.#stamps[place] ?? 0n }));
    stamped.sort((a, b) => {
      if (a.stampNs !== b.stampNs) return a.stampNs < b.stampNs ? -1 : 1;
      return byPlace(a.record.address, b.record.address);
    });
    return stamped.map(({ record }) => record);
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
