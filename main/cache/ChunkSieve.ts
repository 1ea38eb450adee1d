import type { RecordFilter } from '../model/RecordFilter.js';
import type { ByteSearch } from './index/ByteSearch.js';
import { groupMatches, stampMatches } from './matchesFilter.js';
import type { MessageTable } from './MessageTable.js';
import type { Segment } from './Segment.js';
import type { SegmentGroup } from './SegmentGroup.js';
import { viewOf } from './segmentBytes.js';

const unwanted = 0;
const wanted = 1;
/** Wanted, and its texts stand in the message's bytes as they are. */
const searchable = 2;

/**
 * Tells which of a segment's messages may pass a filter, from a chunk's bytes and without decoding them. States are not asked
 * for here.
 *
 * Invariant: what it holds back passes surely not.
 */
export class ChunkSieve {
  readonly #filter: RecordFilter;
  readonly #search: ByteSearch | null;
  /** By channel. */
  readonly #kinds: Uint8Array;
  /** Can all that may pass be looked for in bytes? Then `mayHold` can say no. */
  readonly searchesAll: boolean;

  /** `search` is what the filter looks for in bytes. */
  constructor({ groups }: Segment, filter: RecordFilter, search: ByteSearch | null) {
    this.#filter = filter;
    this.#search = search;
    this.#kinds = new Uint8Array(1 + groups.reduce((most, { channelId }) => Math.max(most, channelId), 0));
    for (const { group, channelId } of groups) {
      const kind = holdsPlainText(group) ? searchable : wanted;
      this.#kinds[channelId] = groupMatches(group, filter) ? kind : unwanted;
    }
    this.searchesAll = search !== null && !this.#kinds.includes(wanted);
  }

  /** False when nothing in these bytes can pass. */
  mayHold(records: Uint8Array): boolean {
    return !this.searchesAll || this.#search?.mayHold(records) !== false;
  }

  /** One byte a message, 0 for one that cannot pass. */
  mark(records: Uint8Array, table: MessageTable): Uint8Array {
    const found = this.#search?.mark(records, table) ?? null;
    const marks = found ?? new Uint8Array(table.length);
    const { sinceNs, untilNs } = this.#filter;
    const view = sinceNs === undefined && untilNs === undefined ? null : viewOf(records);
    for (let place = 0; place < table.length; place += 1) {
      const kind = this.#kinds[table.channelIds[place] ?? 0] ?? unwanted;
      const passes = kind === searchable && found !== null ? found[place] === 1 : kind !== unwanted;
      const inTime =
        view === null ||
        !passes ||
        stampMatches(view.getBigUint64((table.dataStarts[place] ?? 0) - 8, true), this.#filter);
      marks[place] = passes && inTime ? 1 : 0;
    }
    return marks;
  }
}

/** Do the messages hold their texts as they are, in UTF-8? */
function holdsPlainText({ channel }: SegmentGroup): boolean {
  return channel.messageEncoding === 'cdr' || channel.messageEncoding === 'ros1';
}
