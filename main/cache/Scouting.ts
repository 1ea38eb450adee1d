import type { ChunkScout, ScoutSearch } from './ChunkScout.js';
import { ChunkSieve } from './ChunkSieve.js';
import type { ByteSearch } from './index/ByteSearch.js';
import type { CompiledFilter } from './index/CompiledFilter.js';
import type { KnownHead } from './index/IndexKeeper.js';
import type { GroupOfChannel } from './index/RowChoice.js';
import type { Segment } from './Segment.js';

/**
 * Has a scout look through the segments while a search finds nothing, so that other threads do what takes long. Which records
 * pass, and in which order, is none of its business: it only says where nothing can be.
 */
export class Scouting {
  readonly #scout: ChunkScout | null;
  readonly #filter: CompiledFilter;
  readonly #bytes: ByteSearch | null;
  readonly #search: ScoutSearch | null;
  #inVain = 0;

  constructor(scout: ChunkScout | null, filter: CompiledFilter, bytes: ByteSearch | null) {
    this.#scout = scout;
    this.#filter = filter;
    this.#bytes = bytes;
    this.#search = bytes && { entries: filter.soughtEntries, bytes: bytes.sought };
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

  /** As the scout answers; null when nobody is asked. */
  ask(segment: Segment, known: KnownHead | null, groupOf: GroupOfChannel): Promise<readonly number[] | null> | null {
    const [scout, search] = [this.#scout, this.#search];
    if (scout === null || search === null || !this.isOn) return null;
    scout.prepare();
    if (known === null || !new ChunkSieve(segment, this.#filter.filter, this.#bytes).searchesAll) return null;
    const channelIds = segment.groups.map(({ channelId }) => channelId);
    const rows = this.#filter.takenRows(known.head, groupOf, channelIds);
    return scout.ask(search, { path: segment.path, index: known.place, rows });
  }
}
