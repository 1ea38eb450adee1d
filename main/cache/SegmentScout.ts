import { closeSync, openSync, readSync } from 'node:fs';
import type { ScoutQuestion, ScoutSearch } from './ChunkScout.js';
import { attachmentData } from './findAttachment.js';
import { ByteSearch } from './index/ByteSearch.js';
import { EntryFilter } from './index/EntryFilter.js';
import { takesAnyRow, type TakenRows } from './index/RowChoice.js';
import {
  type ChunkIndexEntry,
  decodeIndexChunks,
  indexAttachmentName,
  type IndexedPlace,
} from './index/SegmentIndex.js';
import { WindowMemory, windowFrom } from './ReadAheadFile.js';
import { passingRecords } from './segmentBytes.js';

/** Memory for more is not used again. */
const keptBytesMax = 1024 * 1024;
/** A larger index is left to the one who reads. */
const indexBytesMax = 8 * 1024 * 1024;

/**
 * Looks through one segment after the other for what a search wants. It waits for the disk where it stands, so it needs a thread
 * of its own: what lies in the system's memory is there at once, and with nothing to wait for two threads use two cores.
 */
export class SegmentScout {
  readonly #entries: EntryFilter;
  readonly #bytes: ByteSearch;
  #memory = new WindowMemory();

  constructor({ entries, bytes }: ScoutSearch) {
    this.#entries = new EntryFilter(entries);
    this.#bytes = new ByteSearch(bytes);
  }

  /** As `ChunkScout` answers. Throws what opening and reading the file throw. */
  look({ path, index, rows }: ScoutQuestion): number[] | null {
    if (index.length > indexBytesMax) return null;
    const descriptor = openSync(path, 'r');
    try {
      const places = this.#placesByIndex(this.#read(descriptor, index.offset, index.length), rows);
      return places && this.#look(descriptor, places);
    } finally {
      closeSync(descriptor);
    }
  }

  /** The chunks that the index does not rule out; null when it does not hold together. */
  #placesByIndex(attachment: Uint8Array, rows: TakenRows | null): IndexedPlace[] | null {
    const data = attachmentData(attachment, indexAttachmentName);
    const chunks = data && decodeIndexChunks(data);
    const may = chunks?.filter((chunk) => this.#entries.mayMatch(chunk) && mayTakeRows(chunk, rows));
    return may?.map(({ place }) => place) ?? null;
  }

  #look(descriptor: number, places: readonly IndexedPlace[]): number[] {
    const found: number[] = [];
    let [start, end] = [0, 0];
    let bytes: Uint8Array = new Uint8Array(0);
    for (const [number, place] of places.entries()) {
      if (place.position < start || place.position + place.length > end) {
        ({ start, end } = windowFrom(place, places, number));
        bytes = this.#read(descriptor, start, end - start);
      }
      const from = place.position - start;
      const records = passingRecords(bytes.subarray(from, from + place.length));
      // What cannot be read is left to the one who reads, who counts it.
      if (records === null || this.#bytes.mayHold(records)) found.push(place.position);
    }
    return found;
  }

  /** Fewer bytes only at the end of the file; they are there until the next call. */
  #read(descriptor: number, position: number, length: number): Uint8Array {
    if (length > keptBytesMax) this.#memory = new WindowMemory();
    const memory = this.#memory.bytes(length);
    let filled = 0;
    while (filled < length) {
      const got = readSync(descriptor, memory, filled, length - filled, position + filled);
      if (got === 0) break;
      filled += got;
    }
    return memory.subarray(0, filled);
  }
}

function mayTakeRows(chunk: ChunkIndexEntry, rows: TakenRows | null): boolean {
  const tallies = rows === null ? null : chunk.tallies();
  return rows === null || tallies === null || takesAnyRow(tallies, rows);
}
