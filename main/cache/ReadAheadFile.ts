import { type OpenFile, readAt } from './FileSystem.js';
import type { ChunkPlace } from './SegmentColumns.js';

/** Read at once, when so much of what lies close together is wanted. */
const windowBytesMax = 256 * 1024;
/** Bytes between two wanted chunks that are read along rather than being stepped over. */
const gapBytesMax = 16 * 1024;

/**
 * A file of which chunks will be read in the order given: neighbours come in one read, so that many tiny chunks (commits of
 * one record) do not cost a read each, whichever way round they are read. For reading only.
 */
export class ReadAheadFile implements OpenFile {
  readonly #file: OpenFile;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** Brings the chunk in, with those of the next ones that lie beside it. `wanted` are the chunks from `from` on, in their order. */
  async bring(wanted: readonly ChunkPlace[], from: number): Promise<void> {
    const first = wanted[from];
    if (first === undefined || this.#holds(first.position, first.length)) return;
    let [start, end] = [first.position, first.position + first.length];
    for (let next = from + 1; next < wanted.length; next += 1) {
      const place = wanted[next];
      if (place === undefined) break;
      const [nextStart, nextEnd] = [Math.min(start, place.position), Math.max(end, place.position + place.length)];
      const gap = place.position >= end ? place.position - end : start - place.position - place.length;
      if (gap > gapBytesMax || nextEnd - nextStart > windowBytesMax) break;
      [start, end] = [nextStart, nextEnd];
    }
    this.#bytes = await readAt(this.#file, start, end - start);
    this.#start = start;
  }

  read(into: Uint8Array, position: number): Promise<number> {
    if (!this.#holds(position, into.byteLength)) return this.#file.read(into, position);
    into.set(this.#bytes.subarray(position - this.#start, position - this.#start + into.byteLength));
    return Promise.resolve(into.byteLength);
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  linkCount(): Promise<number> {
    return this.#file.linkCount();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  write(): Promise<never> {
    return Promise.reject(new Error('a file that is only read'));
  }

  datasync(): Promise<never> {
    return Promise.reject(new Error('a file that is only read'));
  }

  truncate(): Promise<never> {
    return Promise.reject(new Error('a file that is only read'));
  }

  #holds(position: number, length: number): boolean {
    return position >= this.#start && position + length <= this.#start + this.#bytes.byteLength;
  }
}
