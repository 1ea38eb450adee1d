import { createRequire } from 'node:module';

type Decompress = ((source: Uint8Array, bytes: number) => Uint8Array) & { readonly isLoaded: Promise<unknown> };
interface Zstd {
  readonly decompress: (source: Uint8Array, bytes: number) => Uint8Array;
  readonly isLoaded: Promise<unknown>;
}

const require = createRequire(import.meta.url);
const lz4 = require('@foxglove/wasm-lz4') as Decompress;
const zstd = require('@foxglove/wasm-zstd') as Zstd;
await Promise.all([lz4.isLoaded, zstd.isLoaded]);

/** A chunk that says it is larger is taken for damage before memory is given to it. */
const chunkBytesMax = 1024 * 1024 * 1024;

function bounded(decompress: (source: Uint8Array, bytes: number) => Uint8Array) {
  return (source: Uint8Array, bytes: bigint): Uint8Array => {
    if (bytes > chunkBytesMax) throw new Error(`a chunk of ${bytes} bytes is too large`);
    return decompress(source, Number(bytes));
  };
}

/** What MCAP's chunks may be compressed with. */
export const decompressHandlers = {
  lz4: bounded((source, bytes) => lz4(source, bytes)),
  zstd: bounded((source, bytes) => zstd.decompress(source, bytes)),
};
