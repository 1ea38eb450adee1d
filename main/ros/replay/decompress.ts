import { createRequire } from 'node:module';

type Decompress = ((source: Uint8Array, bytes: number) => Uint8Array) & { readonly isLoaded: Promise<unknown> };
interface Zstd {
  readonly decompress: (source: Uint8Array, bytes: number) => Uint8Array;
  readonly isLoaded: Promise<unknown>;
}
interface Bzip2 {
  init(): Promise<{ readonly decompress: (source: Uint8Array, bytes: number) => Uint8Array }>;
}

const require = createRequire(import.meta.url);
const lz4 = require('@foxglove/wasm-lz4') as Decompress;
const zstd = require('@foxglove/wasm-zstd') as Zstd;
await Promise.all([lz4.isLoaded, zstd.isLoaded]);

/** A chunk that says it is larger is taken for damage before memory is given to it. */
const chunkBytesMax = 1024 * 1024 * 1024;

function bounded(decompress: (source: Uint8Array, bytes: number) => Uint8Array) {
  return (source: Uint8Array, bytes: bigint | number): Uint8Array => {
    if (bytes > chunkBytesMax) throw new Error(`a chunk of ${bytes} bytes is too large`);
    return decompress(source, Number(bytes));
  };
}

/** What MCAP's chunks may be compressed with. */
export const decompressHandlers = {
  lz4: bounded((source, bytes) => lz4(source, bytes)),
  zstd: bounded((source, bytes) => zstd.decompress(source, bytes)),
};

/** What a chunk of a ROS 1 bag may be compressed with, made ready; null for another word. */
export async function rosbag1Decompressor(
  compression: string,
): Promise<((source: Uint8Array, bytes: number) => Uint8Array) | null> {
  switch (compression) {
    case 'none':
      return (source) => source;
    case 'lz4':
      return decompressHandlers.lz4;
    case 'bz2':
      return await (bzip2 ??= loadBzip2());
    default:
      return null;
  }
}

let bzip2: Promise<(source: Uint8Array, bytes: number) => Uint8Array> | null = null;

/** Loaded only for who needs it: it is seldom, and larger than the others. */
async function loadBzip2(): Promise<(source: Uint8Array, bytes: number) => Uint8Array> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set<unknown>(process.rawListeners(event)));
  const module = await (require('@foxglove/wasm-bz2') as Bzip2).init();
  // It was built to end the whole process on an error of anybody, which is not for a library to decide.
  events.forEach((event, index) => {
    for (const listener of process.rawListeners(event)) {
      if (before[index]?.has(listener) !== true) process.off(event, listener as () => void);
    }
  });
  return bounded((source, bytes) => module.decompress(source, bytes));
}

const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

export function isZstd(data: Uint8Array): boolean {
  return zstdMagic.equals(data.subarray(0, zstdMagic.length));
}

/** A message that was compressed by itself, as `ros2 bag record --compression-mode message` does. Throws for damage. */
export function unzstd(data: Uint8Array): Uint8Array {
  return decompressHandlers.zstd(data, zstdContentBytes(data));
}

/** The size of what is in a frame, as its header says: RFC 8878, 3.1.1.1. */
function zstdContentBytes(frame: Uint8Array): bigint {
  const header = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const descriptor = header.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  switch (descriptor >> 6) {
    case 0:
      if (isSingleSegment) return BigInt(header.readUInt8(at));
      throw new Error('the compressed message does not say how long it is');
    case 1:
      return BigInt(header.readUInt16LE(at) + 256);
    case 2:
      return BigInt(header.readUInt32LE(at));
    default:
      return header.readBigUInt64LE(at);
  }
}
