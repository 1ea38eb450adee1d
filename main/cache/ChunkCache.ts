import { ByteBoundedMap } from './ByteBoundedMap.js';
import { ReadChunk } from './ChunkDecoder.js';
import type { ChunkSieve } from './ChunkSieve.js';
import { MessageTable, messageTimesBytes } from './MessageTable.js';
import type { ReadAheadFile } from './ReadAheadFile.js';
import { type CheckedChunk, checkMessages, passingRecords } from './segmentBytes.js';
import type { ChunkPlace } from './SegmentColumns.js';

/** What the chunks that are kept take in memory, about. */
const bytesMax = 8 * 1024 * 1024;
/** One message's place in the table. */
const messageBytes = 14;

const nothing = new ReadChunk(new MessageTable(0), new Uint8Array(0), true);

/**
 * Chunks that were read and checked, for those who read them again soon: the next page, the next batch. Of a chunk of which only
 * a few messages are wanted, only those leave here, and nothing is kept.
 *
 * Invariant: the path tells the generation of a segment, and a chunk's bytes never change within one.
 */
export class ChunkCache {
  readonly #chunks = new ByteBoundedMap<string, ReadChunk>(bytesMax);
  readonly #table = new MessageTable();

  /** The chunk at `places[number]`; messages that the sieve holds back may be missing. Null when it cannot be read right. */
  async read(
    file: ReadAheadFile,
    path: string,
    places: readonly ChunkPlace[],
    number: number,
    sieve: ChunkSieve | null = null,
  ): Promise<ReadChunk | null> {
    const place = places[number];
    if (place === undefined) return null;
    const key = keyOf(path, place.position, place.length);
    const known = this.#chunks.get(key);
    if (known !== undefined) return known;
    const bytes = await file.chunkBytes(places, number);
    if (bytes.byteLength !== place.length) return null;
    // From here on nothing is waited for: the records are only there until the next chunk is decompressed.
    const records = passingRecords(bytes);
    if (records === null) return null;
    if (sieve?.mayHold(records) === false) return nothing;
    const table = this.#table;
    if (checkMessages(bytes, records, table) === null) return null;
    const marks = sieve?.mark(records, table) ?? null;
    if (marks !== null && 2 * wantedBytes(table, marks) < records.byteLength) return pickOut(records, table, marks);
    const chunk = new ReadChunk(table.copy(), records.slice(), false);
    this.#set(key, chunk);
    return chunk;
  }

  /** Somebody has just read and checked it: whoever wants its messages next need not do that again. */
  keep(path: string, position: number, length: number, { records, table }: CheckedChunk): void {
    const isOwn = records.byteLength === records.buffer.byteLength;
    this.#set(keyOf(path, position, length), new ReadChunk(table, isOwn ? records : records.slice(), false));
  }

  #set(key: string, chunk: ReadChunk): void {
    this.#chunks.set(key, chunk, chunk.bytes.byteLength + chunk.table.length * messageBytes);
  }
}

function keyOf(path: string, position: number, length: number): string {
  return `${position} ${length} ${path}`;
}

function wantedBytes({ length, dataStarts, dataEnds }: MessageTable, marks: Uint8Array): number {
  let bytes = 0;
  for (let place = 0; place < length; place += 1) {
    if (marks[place] === 0) continue;
    bytes += messageTimesBytes + (dataEnds[place] ?? 0) - (dataStarts[place] ?? 0);
  }
  return bytes;
}

function pickOut(records: Uint8Array, table: MessageTable, marks: Uint8Array): ReadChunk {
  const bytes = new Uint8Array(wantedBytes(table, marks));
  const picked = new MessageTable(marks.reduce((sum, mark) => sum + mark, 0));
  let position = 0;
  for (let place = 0; place < table.length; place += 1) {
    if (marks[place] === 0) continue;
    const [start, end] = [(table.dataStarts[place] ?? 0) - messageTimesBytes, table.dataEnds[place] ?? 0];
    bytes.set(records.subarray(start, end), position);
    const dataStart = position + messageTimesBytes;
    position += end - start;
    picked.add(table.channelIds[place] ?? 0, table.ordinals[place] ?? 0, dataStart, position);
  }
  return new ReadChunk(picked, bytes, true);
}
