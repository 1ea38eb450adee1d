import { crc32 } from 'node:zlib';
import { StoredDecoder } from './ChunkDecoder.js';
import type { ChunkContent } from './index/indexChunk.js';
import { indexMessages } from './indexMessages.js';
import type { SegmentGroup } from './SegmentGroup.js';
import { takeChunkApart } from './segmentBytes.js';
import { compressChunk } from './zstd.js';

/** A chunk's uncompressed records, and the group of each channel in them. Plain data: it can be sent to a worker thread. */
export interface ChunkToPack {
  readonly records: Uint8Array;
  readonly groups: ReadonlyMap<number, SegmentGroup>;
}

export interface PackedChunk {
  readonly compressed: Uint8Array;
  /** Of the uncompressed records. */
  readonly crc: number;
  /** For the segment's index. */
  readonly content: ChunkContent;
}

/** Compresses and indexes chunks: most of the work of packing, and none of its files. */
export interface ChunkPacker {
  pack(chunk: ChunkToPack): Promise<PackedChunk>;
  close(): Promise<void>;
}

/** Here and now: some milliseconds for a chunk. */
export function packChunk({ records, groups }: ChunkToPack, decoder: StoredDecoder): PackedChunk {
  const chunk = takeChunkApart(records);
  if (chunk === null) throw new Error('records that were taken from whole chunks do not hold together');
  const content = indexMessages(records, chunk.messages, groups, decoder);
  return { compressed: compressChunk(records), crc: crc32(records), content };
}

/** Packs in the caller's own thread, one chunk a turn of the event loop. */
export class InlinePacker implements ChunkPacker {
  readonly #decoder = new StoredDecoder();

  async pack(chunk: ChunkToPack): Promise<PackedChunk> {
    await new Promise((resolve) => setImmediate(resolve));
    return packChunk(chunk, this.#decoder);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
