import { ByteBoundedMap } from './ByteBoundedMap.js';
import { ReadChunk } from './ChunkDecoder.js';
import type { ReadAheadFile } from './ReadAheadFile.js';
import { checkChunk, uncheckedRecords } from './segmentBytes.js';
import type { ChunkPlace } from './SegmentColumns.js';

/** What the chunks that are kept take in memory, about. */
const bytesMax = 8 * 1024 * 1024;
/** One message's places and times. */
const messageBytes = 120;

/**
 * Chunks that were read, checked and taken apart, for those who read them again soon: the next page, the next batch.
 *
 * Invariant: the path tells the generation of a segment, and a chunk's bytes never change within one.
 */
export class ChunkCache {
  readonly #chunks = new ByteBoundedMap<string, ReadChunk>(bytesMax);

  /**
   * The chunk at `places[number]`. Null when its CRC is not right any more, or when `mayHold` says of its uncompressed bytes
   * that nothing of use is in them.
   */
  async read(
    file: ReadAheadFile,
    path: string,
    places: readonly ChunkPlace[],
    number: number,
    mayHold: ((records: Uint8Array) => boolean) | null = null,
  ): Promise<ReadChunk | null> {
    const place = places[number];
    if (place === undefined) return null;
    const key = `${place.position} ${place.length} ${path}`;
    const known = this.#chunks.get(key);
    if (known !== undefined) return known;
    const bytes = await file.chunkBytes(places, number);
    if (bytes.byteLength !== place.length) return null;
    const records = uncheckedRecords(bytes);
    if (records === null || mayHold?.(records) === false) return null;
    // What is kept must not hold on to the window that it was read in.
    const checked = records.buffer === bytes.buffer ? checkChunk(bytes.slice()) : checkChunk(bytes, records);
    if (checked === null) return null;
    const chunk = new ReadChunk(checked.messages, checked.records);
    this.#chunks.set(key, chunk, chunk.bytes.byteLength + chunk.messages.length * messageBytes);
    return chunk;
  }
}
