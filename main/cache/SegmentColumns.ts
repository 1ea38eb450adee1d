/** Where a chunk is in its file, and which entries of the columns are its messages. */
export interface ChunkPlace {
  readonly position: number;
  readonly length: number;
  readonly firstOrdinal: number;
  /** Included. */
  readonly lastOrdinal: number;
}

const capacityMin = 256;

/** Of the lower half of a stamp, to one of the higher. */
const highUnit = 2 ** 32;

/** A stamp in two numbers, the higher one signed: comparing bigints costs more than the rest of choosing a record. */
export interface StampHalves {
  readonly high: number;
  readonly low: number;
}

export function halvesOf(stampNs: bigint): StampHalves {
  return { high: Number(stampNs >> 32n), low: Number(BigInt.asUintN(32, stampNs)) };
}

/** Nanoseconds from b to a. The sign is exact, and so is all up to 104 days. */
export function nsBetween(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return (aHigh - bHigh) * highUnit + (aLow - bLow);
}

/**
 * One entry for each record of a segment, by ordinal, in plain arrays (14 bytes a record): what choosing records needs
 * without reading them.
 */
export class SegmentColumns {
  groups: Uint16Array;
  stamps: BigInt64Array;
  /** The same memory, low and high half of each: everything that this runs on is little-endian. */
  #halves: Int32Array;
  sizes: Uint32Array;
  readonly chunks: ChunkPlace[] = [];

  /** With room for so many records at first. */
  constructor(capacity = capacityMin) {
    this.groups = new Uint16Array(capacity);
    this.stamps = new BigInt64Array(capacity);
    this.#halves = new Int32Array(this.stamps.buffer);
    this.sizes = new Uint32Array(capacity);
  }

  set(ordinal: number, group: number, stampNs: bigint, bytes: number): void {
    if (ordinal >= this.groups.length) this.#grow(ordinal + 1);
    this.groups[ordinal] = group;
    this.stamps[ordinal] = stampNs;
    this.sizes[ordinal] = bytes;
  }

  setHalves(ordinal: number, group: number, low: number, high: number, bytes: number): void {
    if (ordinal >= this.groups.length) this.#grow(ordinal + 1);
    this.groups[ordinal] = group;
    this.#halves[ordinal * 2] = low;
    this.#halves[ordinal * 2 + 1] = high;
    this.sizes[ordinal] = bytes;
  }

  group(ordinal: number): number {
    return this.groups[ordinal] ?? 0;
  }

  stamp(ordinal: number): bigint {
    return this.stamps[ordinal] ?? 0n;
  }

  stampLow(ordinal: number): number {
    return (this.#halves[ordinal * 2] ?? 0) >>> 0;
  }

  stampHigh(ordinal: number): number {
    return this.#halves[ordinal * 2 + 1] ?? 0;
  }

  size(ordinal: number): number {
    return this.sizes[ordinal] ?? 0;
  }

  /** The chunk that holds the record; chunks are in ascending order of ordinals. */
  chunkOf(ordinal: number): ChunkPlace | null {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.chunks[middle]?.lastOrdinal ?? 0) < ordinal) low = middle + 1;
      else high = middle;
    }
    const chunk = this.chunks[low];
    return chunk !== undefined && chunk.firstOrdinal <= ordinal && ordinal <= chunk.lastOrdinal ? chunk : null;
  }

  #grow(length: number): void {
    const capacity = Math.max(length, this.groups.length * 2);
    const groups = new Uint16Array(capacity);
    groups.set(this.groups);
    this.groups = groups;
    const stamps = new BigInt64Array(capacity);
    stamps.set(this.stamps);
    this.stamps = stamps;
    this.#halves = new Int32Array(stamps.buffer);
    const sizes = new Uint32Array(capacity);
    sizes.set(this.sizes);
    this.sizes = sizes;
  }
}
