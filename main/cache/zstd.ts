import { createRequire } from 'node:module';

// The chunks' compression, MCAP's `zstd`. It is WebAssembly, because the Node that Electron brings may be older than the
// first one with a zstd of its own. Loading it takes some milliseconds; who imports this module waits for that.
//
// It is called underneath the functions of its package, which make a copy outside the heap of all that they decompress: who
// goes through a large cache would fill memory with those faster than they are collected.
interface ZstdModule {
  /** All of its memory; another object when that has grown. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _compressBound(bytes: number): number;
  /** These two give the bytes they wrote, or -1. */
  _compress(target: number, targetBytes: number, source: number, sourceBytes: number, level: number): number;
  _decompress(target: number, targetBytes: number, source: number, sourceBytes: number): number;
}

const makeModule = createRequire(import.meta.url)('@foxglove/wasm-zstd/dist/wasm-zstd.js') as () => Promise<ZstdModule>;
const zstd = await makeModule();

/** A larger chunk than this is not made, and one that says it is larger is taken for damage before memory is given to it. */
export const chunkRawBytesMax = 256 * 1024 * 1024;

/**
 * Level 3 is zstd's own default. Measured on log messages: 180 MB/s; level 1 is a fifth faster and no larger, level 6 a
 * tenth smaller and four times slower.
 */
const level = 3;

/** More than this is given back before something smaller is asked for. */
const keptBytesMax = 1024 * 1024;

/** A piece of the module's memory that is used again and again. */
class Piece {
  #pointer = 0;
  #bytes = 0;

  /** Where there are so many bytes; what was there is gone. */
  reserve(bytes: number): number {
    if (this.#pointer !== 0 && bytes <= this.#bytes && this.#bytes <= Math.max(bytes, keptBytesMax)) {
      return this.#pointer;
    }
    if (this.#pointer !== 0) zstd._free(this.#pointer);
    this.#bytes = 0;
    this.#pointer = zstd._malloc(bytes);
    if (this.#pointer === 0) throw new RangeError(`there is no memory for ${bytes} bytes of a chunk`);
    this.#bytes = bytes;
    return this.#pointer;
  }
}

const source = new Piece();
const target = new Piece();

export function compressChunk(records: Uint8Array): Uint8Array {
  const bound = zstd._compressBound(records.byteLength);
  const from = source.reserve(records.byteLength);
  const to = target.reserve(bound);
  zstd.HEAPU8.set(records, from);
  const bytes = zstd._compress(to, bound, from, records.byteLength, level);
  if (bytes < 0) throw new Error('a chunk could not be compressed');
  return zstd.HEAPU8.slice(to, to + bytes);
}

/** Null when these bytes are not a whole frame of exactly `rawBytes`. */
export function decompressChunk(compressed: Uint8Array, rawBytes: number): Uint8Array | null {
  return decompressInPlace(compressed, rawBytes)?.slice() ?? null;
}

/** The same, but what it gives is only there until the next call of a function of this module. */
export function decompressInPlace(compressed: Uint8Array, rawBytes: number): Uint8Array | null {
  if (rawBytes > chunkRawBytesMax || rawBytes === 0 || compressed.byteLength === 0) return null;
  try {
    const from = source.reserve(compressed.byteLength);
    const to = target.reserve(rawBytes);
    zstd.HEAPU8.set(compressed, from);
    if (zstd._decompress(to, rawBytes, from, compressed.byteLength) !== rawBytes) return null;
    return zstd.HEAPU8.subarray(to, to + rawBytes);
  } catch {
    return null;
  }
}
