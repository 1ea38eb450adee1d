/**
 * What bounds the server's memory and, given a folder, keeps it over a restart.
 *
 * Everything accepted belongs to a numbered segment. With a folder, a segment is a file of JSON lines,
 * `segment-NNNNNNNN.jsonl`, each line one accepted request or one change of a group or stream. When all segments together
 * pass `bytesMax` the oldest goes, on disk and in memory alike, so that the two never tell different stories.
 *
 * Invariants: a line is written whole before its request is answered (so a killed process has kept what it acknowledged;
 * there is no fsync: this store is a stand-in, not the robot's only copy); each segment starts with the groups and
 * streams known then, so that the older files may go; lines that cannot be read are skipped and noted, never repaired.
 */
import { mkdir, open, readFile, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** Default bound of everything kept, in bytes. */
export const STORE_BYTES_MAX_DEFAULT = 256 * 1024 * 1024;
/** The smallest bound taken: below it, a single full request would already be the whole store. */
export const STORE_BYTES_MAX_MIN = 4 * 1024 * 1024;
/** A segment's share of the bound: one in this many goes at a time. */
const SEGMENTS_COUNT_TARGET = 16;
const SEGMENT_BYTES_MAX = 16 * 1024 * 1024;
/** What one record costs in memory beside its text (object, index entry, string header): measured on Node 20, rounded. */
const RECORD_MEMORY_OVERHEAD_BYTES = 160;

export interface SegmentStoreOptions {
  readonly folder: string | undefined;
  readonly bytesMax: number;
  /** Lines that restate all groups and streams. */
  readonly snapshot: () => readonly Buffer[];
  /** Forget everything that belongs to this segment. */
  readonly evict: (segment: number) => void;
  /** Something in the folder could not be read. */
  readonly note: (text: string) => void;
}

/** What reading a line back gave: how much memory it now takes. */
export interface LoadedLine {
  readonly memoryBytes: number;
  readonly records: number;
}

export type LoadLine = (line: unknown, segment: number) => LoadedLine;

interface Segment {
  readonly number: number;
  /** What counts against the bound: disk or memory, whichever is more. */
  bytes: number;
}

export class SegmentStore {
  readonly #options: SegmentStoreOptions;
  readonly #segmentBytesMax: number;
  #segments: Segment[] = [];
  #handle: FileHandle | undefined;
  /** Length of the open file up to its last whole line. */
  #wholeBytes = 0;
  /** The last file read ended in a whole line, and may be written on. */
  #lastIsWhole = false;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(options: SegmentStoreOptions) {
    this.#options = options;
    this.#segmentBytesMax = Math.min(SEGMENT_BYTES_MAX, Math.ceil(options.bytesMax / SEGMENTS_COUNT_TARGET));
  }

  /** Opens the store, handing every line found in the folder to `load`, oldest first. */
  static async open(options: SegmentStoreOptions, load: LoadLine): Promise<SegmentStore> {
    const store = new SegmentStore(options);
    if (options.folder !== undefined) {
      await mkdir(options.folder, { recursive: true });
      await store.#load(options.folder, load);
    }
    if (!(await store.#reopenLastSegment())) await store.#startSegment();
    await store.#evictOverBound();
    return store;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /**
   * Writes one line (made only if there is a folder) and gives the segment that it belongs to. `memoryBytes` and
   * `records` say what the request will take in memory. Throws what the file system threw; the file then ends in a whole
   * line again.
   */
  append(line: () => Buffer, memoryBytes: number, records = 0): Promise<number> {
    const done = this.#tail.then(() => this.#appendNow(line, memoryBytes, records));
    // The queue goes on after a failed write: the failure belongs to the one request that waits for it.
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.#tail;
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #appendNow(makeLine: () => Buffer, memoryBytes: number, records: number): Promise<number> {
    const line = this.#options.folder === undefined ? undefined : makeLine();
    const bytes = Math.max(line?.length ?? 0, memoryBytes + records * RECORD_MEMORY_OVERHEAD_BYTES);
    if (this.#current.bytes > 0 && this.#current.bytes + bytes > this.#segmentBytesMax) await this.#startSegment();
    if (line !== undefined) await this.#write(line);
    this.#current.bytes += bytes;
    await this.#evictOverBound();
    return this.#current.number;
  }

  get #current(): Segment {
    const segment = this.#segments.at(-1);
    if (segment === undefined) throw new Error('the store has no segment: it was not opened');
    return segment;
  }

  async #write(line: Buffer): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) throw new Error('the store is closed');
    try {
      await writeWhole(handle, line);
      this.#wholeBytes += line.length;
    } catch (error) {
      // A torn line in the middle would make the next, good line unreadable.
      await handle.truncate(this.#wholeBytes).catch(() => undefined);
      throw error;
    }
  }

  /** Goes on with the last file, so that a thousand starts do not leave a thousand files. Never after a torn line. */
  async #reopenLastSegment(): Promise<boolean> {
    const last = this.#segments.at(-1);
    const { folder } = this.#options;
    if (folder === undefined || last === undefined) return false;
    if (!this.#lastIsWhole || last.bytes > this.#segmentBytesMax) return false;
    this.#handle = await open(join(folder, segmentFileName(last.number)), 'a');
    return true;
  }

  async #startSegment(): Promise<void> {
    const number = (this.#segments.at(-1)?.number ?? 0) + 1;
    const { folder, snapshot } = this.#options;
    if (folder !== undefined) {
      const handle = await open(join(folder, segmentFileName(number)), 'a');
      await this.#handle?.close();
      this.#handle = handle;
      this.#wholeBytes = 0;
    }
    this.#segments.push({ number, bytes: 0 });
    if (folder !== undefined) for (const line of snapshot()) await this.#write(line);
  }

  async #evictOverBound(): Promise<void> {
    while (this.bytes > this.#options.bytesMax && this.#segments.length > 1) {
      const oldest = this.#segments.shift();
      if (oldest === undefined) return;
      const { folder } = this.#options;
      if (folder !== undefined) await rm(join(folder, segmentFileName(oldest.number)), { force: true });
      this.#options.evict(oldest.number);
    }
  }

  async #load(folder: string, load: LoadLine): Promise<void> {
    const numbers = (await readdir(folder)).map(segmentNumber).filter((number) => number !== undefined);
    for (const number of numbers.sort((a, b) => a - b)) {
      const name = segmentFileName(number);
      const segment = { number, bytes: 0 };
      this.#segments.push(segment);
      const text = await readFile(join(folder, name));
      this.#loadSegment(name, text, segment, load);
      this.#wholeBytes = text.length;
      this.#lastIsWhole = text.length === 0 || text.at(-1) === 0x0a;
    }
  }

  #loadSegment(name: string, text: Buffer, segment: Segment, load: LoadLine): void {
    let start = 0;
    for (let lineNumber = 1; start < text.length; lineNumber += 1) {
      const end = text.indexOf(0x0a, start);
      if (end < 0) {
        this.#options.note(`${name}: dropped a torn last line of ${String(text.length - start)} bytes`);
        break;
      }
      try {
        const { memoryBytes, records } = load(JSON.parse(text.toString('utf8', start, end)), segment.number);
        segment.bytes += Math.max(end - start + 1, memoryBytes + records * RECORD_MEMORY_OVERHEAD_BYTES);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#options.note(`${name}: skipped line ${String(lineNumber)}: ${why.slice(0, 200)}`);
        segment.bytes += end - start + 1;
      }
      start = end + 1;
    }
  }
}

/** `appendFile` would cut the line into half-megabyte writes, each a turn of the event loop. */
async function writeWhole(handle: FileHandle, line: Buffer): Promise<void> {
  for (let written = 0; written < line.length;) {
    const { bytesWritten } = await handle.write(line, written);
    written += bytesWritten;
  }
}

function segmentFileName(number: number): string {
  return `segment-${String(number).padStart(8, '0')}.jsonl`;
}

function segmentNumber(name: string): number | undefined {
  const digits = /^segment-(\d{8})\.jsonl$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
