import zstd from '@foxglove/wasm-zstd';

// The chunks' compression, MCAP's `zstd`. It is WebAssembly, because the Node that Electron brings may be older than the
// first one with a zstd of its own. Loading it takes some milliseconds; who imports this module waits for that.
await zstd.isLoaded;

/** A larger chunk than this is not made, and one that says it is larger is taken for damage before memory is given to it. */
export const chunkRawBytesMax = 256 * 1024 * 1024;

/**
 * Level 3 is zstd's own default. Measured on log messages: 180 MB/s; level 1 is a fifth faster and no larger, level 6 a
 * tenth smaller and four times slower.
 */
const level = 3;

export function compressChunk(records: Uint8Array): Uint8Array {
  return zstd.compress(records, level);
}

/** Null when these bytes are not a whole frame of exactly `rawBytes`. */
export function decompressChunk(compressed: Uint8Array, rawBytes: number): Uint8Array | null {
  if (rawBytes > chunkRawBytesMax || rawBytes === 0) return null;
  try {
    const records = zstd.decompress(compressed, rawBytes);
    if (records.byteLength !== rawBytes) return null;
    // Plain bytes, as those of a chunk that was not compressed.
    return new Uint8Array(records.buffer, records.byteOffset, rawBytes);
  } catch {
    return null;
  }
}
