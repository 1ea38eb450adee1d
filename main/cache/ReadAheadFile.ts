import { type OpenFile, readInto } from './FileSystem.js';
import type { ChunkPlace } from './SegmentColumns.js';

/** Read at once, when so much of what lies close together is wanted. */
const windowBytesMax = 256 * 1024;
/** Bytes between two wanted chunks that are read along rather than being stepped over. */
const gapBytesMax = 16 * 1024;

/**
 * A file of which chunks will be read in the order given: neighbours come in one read, so that many tiny chunks (commits of
 * one record) do not cost a read each, whichever way round they are read. For reading only.
 */
export class ReadAheadFile {
  readonly #file: Pick<OpenFile, 'read' | 'close'>;
  readonly #memory: WindowMemory;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  /** Files that are read one after the other may share their memory. */
  constructor(file: Pick<OpenFile, 'read' | 'close'>, memory = new WindowMemory()) {
    this.#file = file;
    this.#memory = memory;
  }

  /**
   * The chunk's bytes, valid until the next call. With it come those of the next ones that lie beside it: `wanted` are
   * all that will be asked for, in their order, `from` the place of this one.
   */
  async chunkBytes(wanted: readonly ChunkPlace[], from: number): Promise<Uint8Array> {
    const first = wanted[from];
    if (first === undefined) return new Uint8Array(0);
    if (!this.#holds(first)) await this.#bring(first, wanted, from);
    const start = first.position - this.#start;
    return this.#bytes.subarray(start, start + first.length);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #holds({ position, length }: ChunkPlace): boolean {
    return position >= this.#start && position + length <= this.#start + this.#bytes.byteLength;
  }

  async #bring(first: ChunkPlace, wanted: readonly ChunkPlace[], from: number): Promise<void> {
    const { start, end } = windowFrom(first, wanted, from);
    const memory = this.#memory.bytes(end - start);
    this.#bytes = memory.subarray(0, await readInto(this.#file, memory, start));
    this.#start = start;
  }
}

/** From where to where to read at once: the first place, and those behind it in `wanted` that lie close by. */
export function windowFrom(
  first: ChunkPlace,
  wanted: readonly ChunkPlace[],
  from: number,
): { readonly start: number; readonly end: number } {
  let [start, end] = [first.position, first.position + first.length];
  for (let next = from + 1; next < wanted.length; next += 1) {
    const place = wanted[next];
    if (place === undefined) break;
    const [nextStart, nextEnd] = [Math.min(start, place.position), Math.max(end, place.position + place.length)];
    const gap = place.position >= end ? place.position - end : start - place.position - place.length;
    if (gap > gapBytesMax || nextEnd - nextStart > windowBytesMax) break;
    [start, end] = [nextStart, nextEnd];
  }
  return { start, end };
}

/** Memory that is used again and again. */
export class WindowMemory {
  #bytes = new Uint8Array(0);

  bytes(length: number): Uint8Array {
    if (this.#bytes.byteLength < length) this.#bytes = new Uint8Array(length);
    return this.#bytes.subarray(0, length);
  }
}
