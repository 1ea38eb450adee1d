import type { ChunkScout } from './ChunkScout.js';
import { ChunkSieve } from './ChunkSieve.js';
import type { ByteSearch } from './index/ByteSearch.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { ReadAheadFile } from './ReadAheadFile.js';
import type { Segment } from './Segment.js';
import type { ChunkPlace } from './SegmentColumns.js';

/** Of so many segments that are opened, the scout is asked about `scoutedOf`: the reading thread opens all of them. */
const turns = 5;
const scoutedOf = 3;

/**
 * Has a scout look into some of the segments while a search finds nothing, so that two threads share what must be looked
 * through. Which records pass, and in which order, is none of its business: it only says where nothing can be.
 */
export class Scouting {
  readonly #scout: ChunkScout | null;
  readonly #filter: RecordFilter;
  readonly #search: ByteSearch | null;
  #inVain = 0;
  #turn = 0;

  constructor(scout: ChunkScout | null, filter: RecordFilter, search: ByteSearch | null) {
    this.#scout = scout;
    this.#filter = filter;
    this.#search = search;
  }

  /** One more chunk is done with. */
  looked(): void {
    this.#inVain += 1;
  }

  found(): void {
    this.#inVain = 0;
  }

  /** Has so much been looked through in vain that the scout is asked? */
  get isOn(): boolean {
    return this.#scout !== null && this.#search !== null && this.#inVain >= this.#scout.chunksInVainMin;
  }

  /** Those of the chunks that are in the file's window and surely have no hit; null when nobody is asked. */
  ask(segment: Segment, file: ReadAheadFile, wanted: readonly ChunkPlace[]): Promise<ReadonlySet<ChunkPlace>> | null {
    const scout = this.#scout;
    const search = this.#search;
    if (scout === null || search === null || !this.isOn) return null;
    scout.prepare();
    this.#turn = (this.#turn + scoutedOf) % turns;
    if (this.#turn >= scoutedOf || !new ChunkSieve(segment, this.#filter, search).searchesAll) return null;
    const { start, bytes } = file.window;
    const held = wanted.filter((place) => file.holds(place));
    if (held.length === 0) return null;
    const chunks = Uint32Array.from(held.flatMap(({ position, length }) => [position - start, length]));
    const answer = scout.ask({ sought: search.sought, bytes, chunks });
    return answer?.then((marks) => new Set(held.filter((_, number) => marks?.[number] === 0))) ?? null;
  }
}
