import { ByteBoundedMap } from './ByteBoundedMap.js';
import { type ReadChunk, readChunk } from './ChunkDecoder.js';
import type { OpenFile } from './FileSystem.js';
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

  /** Null when the chunk's CRC is not right any more. */
  async read(file: OpenFile, path: string, place: ChunkPlace): Promise<ReadChunk | null> {
    const key = `${place.position} ${place.length} ${path}`;
    const known = this.#chunks.get(key);
    if (known !== undefined) return known;
    const chunk = await readChunk(file, place);
    if (chunk !== null) this.#chunks.set(key, chunk, chunk.bytes.byteLength + chunk.messages.length * messageBytes);
    return chunk;
  }
}
