import { destinationKey } from '../model/Destination.js';
import type { AddressRange, CachedRecord, TakeOptions } from '../seams/Cache.js';
import { groupMatches, stampMatches, stateMatches } from './matchesFilter.js';
import type { Segment } from './Segment.js';

/** A PutLogEvents request must not span 24 hours. */
const logSpanNsMax = 86_400_000_000_000n;

interface Candidate {
  readonly ordinal: number;
  readonly stampNs: bigint;
  readonly bytes: number;
}

/**
 * Chooses records for one batch, segment after segment: one destination (that of the first record chosen), within the
 * limits of records, bytes and (logs) time span.
 */
export class BatchPicker {
  readonly records: CachedRecord[] = [];
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

  /** What could be taken of the segment for the batch's destination, in the order of stamps. Needs the columns. */
  candidates(segment: Segment): Candidate[] {
    const { columns } = segment;
    if (columns === null) return [];
    const takes = segment.groups.map((_, number) => this.#takesGroup(segment, number));
    const found: (Candidate & { readonly group: number })[] = [];
    let ordered = true;
    const only = this.#only?.get(segment.sequence);
    if (this.#only !== null && only === undefined) return [];
    for (let ordinal = 0; ordinal < segment.records; ordinal += 1) {
      const group = columns.group(ordinal);
      if (only?.has(ordinal) === false) continue;
      if (takes[group] !== true || !this.#takesState(segment, ordinal)) continue;
      const stampNs = columns.stamp(ordinal);
      if (stampNs < this.#options.oldestStampNs || stampNs > this.#options.newestStampNs) continue;
      if (!stampMatches(stampNs, this.#options.filter ?? {})) continue;
      ordered &&= stampNs >= (found.at(-1)?.stampNs ?? stampNs);
      found.push({ ordinal, stampNs, bytes: columns.size(ordinal), group });
    }
    if (!ordered)
      found.sort((a, b) => (a.stampNs < b.stampNs ? -1 : a.stampNs > b.stampNs ? 1 : a.ordinal - b.ordinal));
    const first = found[0];
    if (first === undefined) return [];
    const destination = this.#destination ?? keyOf(segment, first.group);
    const same = segment.groups.map((_, number) => keyOf(segment, number) === destination);
    return found.filter(({ group }) => same[group] === true);
  }

  /** The next of the candidates, from `from` on, that fit beside what is already there; and where to go on. */
  nextSlice(candidates: readonly Candidate[], from: number): { readonly slice: Candidate[]; readonly next: number } {
    const slice: Candidate[] = [];
    let bytes = this.#bytes;
    let [oldestNs, newestNs] = [this.#oldestNs, this.#newestNs];
    let next = from;
    for (; next < candidates.length; next += 1) {
      const candidate = candidates[next];
      if (candidate === undefined || this.records.length + slice.length >= this.#options.recordsMax) break;
      const isFirst = this.records.length + slice.length === 0;
      if (!isFirst && bytes + candidate.bytes > this.#options.bytesMax) {
        this.#full = true;
        break;
      }
      const { stampNs } = candidate;
      const oldest = isFirst || stampNs < oldestNs ? stampNs : oldestNs;
      const newest = isFirst || stampNs > newestNs ? stampNs : newestNs;
      if (this.#options.kind === 'log' && newest - oldest >= logSpanNsMax) continue;
      [oldestNs, newestNs] = [oldest, newest];
      bytes += candidate.bytes;
      slice.push(candidate);
    }
    return { slice, next };
  }

  add(record: CachedRecord, stampNs: bigint): void {
    if (this.records.length === 0 || stampNs < this.#oldestNs) this.#oldestNs = stampNs;
    if (this.records.length === 0 || stampNs > this.#newestNs) this.#newestNs = stampNs;
    this.#destination ??= destinationKey(record.destination);
    this.#bytes += record.data.byteLength;
    this.records.push(record);
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
