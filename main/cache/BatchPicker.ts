import { type Destination, destinationKey } from '../model/Destination.js';
import type { TetherRecord } from '../model/Record.js';
import type { AddressRange, TakeOptions } from '../seams/Cache.js';
import type { ChosenRun } from './ChosenRead.js';
import { ChosenRecords, keyOf as decodedKeyOf } from './ChosenRecords.js';
import { groupMatches, stateMatches } from './matchesFilter.js';
import type { Segment } from './Segment.js';
import { halvesOf, nsBetween, type SegmentColumns, type StampHalves } from './SegmentColumns.js';

/** A PutLogEvents request must not span 24 hours. */
const logSpanNsMax = 86_400_000_000_000;
const capacityAtFirst = 1_024;

/** By record: which of a batch's runs, and where in the table of its chunk. */
export class PickerMemory {
  runOf = new Uint32Array(capacityAtFirst);
  placeOf = new Uint32Array(capacityAtFirst);

  set(at: number, run: number, place: number): void {
    if (at === this.runOf.length) [this.runOf, this.placeOf] = [grown(this.runOf), grown(this.placeOf)];
    this.runOf[at] = run;
    this.placeOf[at] = place;
  }
}

/**
 * Chooses records for one batch, segment after segment: one destination (that of the first record chosen), within the
 * limits of records, bytes and (logs) time span.
 *
 * What it knows of each record stands in plain arrays: an object for each of tens of thousands that are under way at once is what
 * most of a garbage collection is about.
 */
export class BatchPicker {
  #count = 0;
  readonly #runs: ChosenRun[] = [];
  readonly #memory: PickerMemory;
  readonly #decoded = new Map<string, TetherRecord>();
  /** Where the order of stamps begins anew: mostly at each older segment. */
  readonly #breaks: number[] = [];
  readonly #options: TakeOptions;
  /** Stamps that are taken: from this one on, and up to this one. */
  readonly #from: StampHalves;
  readonly #to: StampHalves;
  /** Ordinals by segment; null when every place will do. */
  readonly #only: ReadonlyMap<number, ReadonlySet<number>> | null;
  #bytes = 0;
  #destination: Destination | null = null;
  #destinationKey: string | null = null;
  /** Stamps of what was chosen: high and low of the oldest, then of the newest. */
  readonly #span = Float64Array.of(Infinity, 0, -Infinity, 0);
  /** High and low of the record chosen last. */
  readonly #last = Float64Array.of(-Infinity, 0);
  #full = false;

  /** Those who take one batch after the other use the memory again. */
  constructor(options: TakeOptions, memory = new PickerMemory()) {
    this.#options = options;
    this.#memory = memory;
    const { oldestStampNs, newestStampNs, filter = {}, only } = options;
    const { sinceNs = oldestStampNs, untilNs } = filter;
    this.#from = halvesOf(sinceNs > oldestStampNs ? sinceNs : oldestStampNs);
    this.#to = halvesOf(untilNs !== undefined && untilNs <= newestStampNs ? untilNs - 1n : newestStampNs);
    this.#only = only === undefined ? null : placesOf(only);
  }

  get count(): number {
    return this.#count;
  }

  /** Of the first record chosen; null before that. */
  get destination(): Destination | null {
    return this.#destination;
  }

  get full(): boolean {
    return this.#full || this.#count >= this.#options.recordsMax;
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
    const destination = this.#destinationKey ?? keyOf(segment, columns.group(first));
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
    const span = Float64Array.from(this.#span);
    let next = from;
    for (; next < candidates.length; next += 1) {
      const ordinal = candidates[next];
      if (ordinal === undefined || this.#count + slice.length >= recordsMax) break;
      const isFirst = this.#count + slice.length === 0;
      if (!isFirst && bytes + columns.size(ordinal) > bytesMax) {
        this.#full = true;
        break;
      }
      const high = columns.stampHigh(ordinal);
      const low = columns.stampLow(ordinal);
      if (afterOldestNs(span, high, low) >= spanNsMax || -afterNewestNs(span, high, low) >= spanNsMax) continue;
      widen(span, high, low);
      bytes += columns.size(ordinal);
      slice.push(ordinal);
    }
    return { slice, next };
  }

  /** A record of a slice, with the columns of its segment. `place` is in the table of the run's chunk. */
  add(run: ChosenRun, ordinal: number, place: number, columns: SegmentColumns, record: TetherRecord | null): void {
    const at = this.#count;
    if (this.#destination === null) {
      this.#destination = run.group.destination;
      this.#destinationKey = destinationKey(run.group.destination);
    }
    const high = columns.stampHigh(ordinal);
    const low = columns.stampLow(ordinal);
    const afterLastNs = nsBetween(high, low, this.#last[0] ?? 0, this.#last[1] ?? 0);
    this.#last[0] = high;
    this.#last[1] = low;
    widen(this.#span, high, low);
    this.#bytes += columns.size(ordinal);
    if (run.number < 0) run.number = this.#runs.push(run) - 1;
    this.#memory.set(at, run.number, place);
    this.#count = at + 1;
    if (record !== null) this.#decoded.set(decodedKeyOf(run.number, place), record);
    if (afterLastNs < 0 || (afterLastNs === 0 && this.#compare(at - 1, at) > 0)) this.#breaks.push(at);
  }

  /** What was chosen, by stamp; what is stamped alike as it lies on disk. */
  inStampOrder(): ChosenRecords {
    const order = this.#order();
    const [runs, decoded] = [this.#runs, this.#decoded];
    const memory = this.#memory;
    const runOf = memory.runOf.slice(0, this.#count);
    const placeOf = memory.placeOf.slice(0, this.#count);
    if (order !== null) {
      for (let at = 0; at < order.length; at += 1) {
        runOf[at] = memory.runOf[order[at] ?? 0] ?? 0;
        placeOf[at] = memory.placeOf[order[at] ?? 0] ?? 0;
      }
    }
    return new ChosenRecords({ runs, runOf, placeOf, decoded });
  }

  /** Where each comes from; null when they are in order as they were chosen. */
  #order(): Uint32Array | null {
    if (this.#breaks.length === 0) return null;
    const ends = [...this.#breaks, this.#count];
    const starts = [0, ...this.#breaks];
    // Run after run from the newest segment to the oldest: then they need only be turned round.
    const isTurned = this.#breaks.every((_, run) => this.#compare((ends[run + 1] ?? 0) - 1, starts[run] ?? 0) <= 0);
    const order = new Uint32Array(this.#count);
    if (!isTurned) {
      for (let at = 0; at < order.length; at += 1) order[at] = at;
      return order.sort((a, b) => this.#compare(a, b));
    }
    let at = 0;
    for (let run = starts.length - 1; run >= 0; run -= 1) {
      for (let from = starts[run] ?? 0; from < (ends[run] ?? 0); from += 1, at += 1) order[at] = from;
    }
    return order;
  }

  #compare(a: number, b: number): number {
    const { runOf, placeOf } = this.#memory;
    const [runA, runB] = [this.#runs[runOf[a] ?? 0], this.#runs[runOf[b] ?? 0]];
    if (runA === undefined || runB === undefined) return 0;
    const [placeA, placeB] = [placeOf[a] ?? 0, placeOf[b] ?? 0];
    const [chunkA, chunkB] = [runA.chunk, runB.chunk];
    const high = chunkA.stampHigh(placeA);
    const ns = nsBetween(high, chunkA.stampLow(placeA), chunkB.stampHigh(placeB), chunkB.stampLow(placeB));
    if (ns !== 0) return ns;
    const ordinals = (chunkA.table.ordinals[placeA] ?? 0) - (chunkB.table.ordinals[placeB] ?? 0);
    return runA.segment - runB.segment || ordinals;
  }

  #takesGroup(segment: Segment, number: number): boolean {
    const sum = segment.groups[number];
    const { kind, filter = {}, includeHeld } = this.#options;
    if (sum?.group.kind !== kind || !groupMatches(sum.group, filter)) return false;
    if (this.#destinationKey !== null && keyOf(segment, number) !== this.#destinationKey) return false;
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

function grown(places: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(places.length * 2);
  larger.set(places);
  return larger;
}

function afterOldestNs(span: Float64Array, high: number, low: number): number {
  return nsBetween(high, low, span[0] ?? 0, span[1] ?? 0);
}

function afterNewestNs(span: Float64Array, high: number, low: number): number {
  return nsBetween(high, low, span[2] ?? 0, span[3] ?? 0);
}

function widen(span: Float64Array, high: number, low: number): void {
  if (afterOldestNs(span, high, low) < 0) {
    span[0] = high;
    span[1] = low;
  }
  if (afterNewestNs(span, high, low) > 0) {
    span[2] = high;
    span[3] = low;
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
