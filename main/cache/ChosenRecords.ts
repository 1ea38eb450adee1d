import type { Channel } from '../model/Channel.js';
import type { TetherRecord } from '../model/Record.js';
import { rangesOfPlaces } from '../seams/addressRanges.js';
import type { AddressRange, CachedRecord, StoredRecords } from '../seams/Cache.js';
import { ChosenRead, type ChosenRun } from './ChosenRead.js';

/** The records of a batch in plain arrays: tens of thousands are on their way at once, and an object for each outlives what is young. */
export interface ChosenColumns {
  readonly runs: readonly ChosenRun[];
  /** By record: which of the runs, and where in the table of its chunk. */
  readonly runOf: Uint32Array;
  readonly placeOf: Uint32Array;
  /** Those that had to be decoded, by run and place as `keyOf` has them. */
  readonly decoded: ReadonlyMap<string, TetherRecord>;
}

export function keyOf(run: number, place: number): string {
  return `${run} ${place}`;
}

/** Records taken for upload; an object is made of one when somebody asks for it. */
export class ChosenRecords implements StoredRecords {
  readonly #columns: ChosenColumns;
  readonly count: number;
  #ranges: readonly AddressRange[] | null = null;
  /** The objects that were made, by place. */
  #made: CachedRecord[] = [];
  #isWhole = false;

  constructor(columns: ChosenColumns) {
    this.#columns = columns;
    this.count = columns.runOf.length;
  }

  get ranges(): readonly AddressRange[] {
    const { runs, runOf, placeOf } = this.#columns;
    const address = { segment: 0, ordinal: 0 };
    return (this.#ranges ??= rangesOfPlaces(this.count, (place) => {
      const run = runs[runOf[place] ?? 0];
      address.segment = run?.segment ?? 0;
      address.ordinal = run?.chunk.table.ordinals[placeOf[place] ?? 0] ?? 0;
      return address;
    }));
  }

  get records(): readonly CachedRecord[] {
    if (!this.#isWhole) this.#made = Array.from({ length: this.count }, (_, place) => this.at(place));
    this.#isWhole = true;
    return this.#made;
  }

  at(place: number): CachedRecord {
    const known = this.#made[place];
    if (known !== undefined) return known;
    const { runOf, placeOf, decoded } = this.#columns;
    const [run, inChunk] = [runOf[place] ?? 0, placeOf[place] ?? 0];
    const record = decoded.size === 0 ? null : (decoded.get(keyOf(run, inChunk)) ?? null);
    return (this.#made[place] = new ChosenRead(this.#runAt(place), inChunk, record));
  }

  channelOf(place: number): Channel {
    return this.#runAt(place).group.channel;
  }

  bytesOf(place: number): Uint8Array {
    return this.#runAt(place).chunk.bytes;
  }

  startOf(place: number): number {
    return this.#runAt(place).chunk.table.dataStarts[this.#columns.placeOf[place] ?? 0] ?? 0;
  }

  endOf(place: number): number {
    return this.#runAt(place).chunk.table.dataEnds[this.#columns.placeOf[place] ?? 0] ?? 0;
  }

  between(from: number, to: number): StoredRecords {
    if (from === 0 && to === this.count) return this;
    return new PartOfRecords(this, from, to);
  }

  #runAt(place: number): ChosenRun {
    const { runs, runOf } = this.#columns;
    const run = runs[runOf[place] ?? 0];
    if (run === undefined) throw new RangeError(`there is no record ${place} of ${this.count}`);
    return run;
  }
}

/** Some of them in a row. */
class PartOfRecords implements StoredRecords {
  readonly #whole: ChosenRecords;
  readonly #from: number;
  readonly count: number;

  constructor(whole: ChosenRecords, from: number, to: number) {
    this.#whole = whole;
    this.#from = from;
    this.count = to - from;
  }

  get ranges(): readonly AddressRange[] {
    return rangesOfPlaces(this.count, (place) => this.at(place).address);
  }

  get records(): readonly CachedRecord[] {
    return Array.from({ length: this.count }, (_, place) => this.at(place));
  }

  at(place: number): CachedRecord {
    return this.#whole.at(this.#from + place);
  }

  channelOf(place: number): Channel {
    return this.#whole.channelOf(this.#from + place);
  }

  bytesOf(place: number): Uint8Array {
    return this.#whole.bytesOf(this.#from + place);
  }

  startOf(place: number): number {
    return this.#whole.startOf(this.#from + place);
  }

  endOf(place: number): number {
    return this.#whole.endOf(this.#from + place);
  }

  between(from: number, to: number): StoredRecords {
    return this.#whole.between(this.#from + from, this.#from + to);
  }
}
