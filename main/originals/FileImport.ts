import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImportedFile } from '../contract/importReport.js';
import type { Destinations } from '../model/destinationsOf.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { Cache, ImportProgress, RecordToCache } from '../seams/Cache.js';
import { type FilePart, openFileParts } from './FileParts.js';
import type { ImportLog } from './ImportLog.js';
import { type OriginalLog, type OriginalMetric, parseOriginalLine } from './parseOriginalLine.js';
import { type FileLine, readLines } from './readLines.js';
import { RecentTimes } from './RecentTimes.js';
import { recordOfLine } from './recordOfLine.js';

/** Records that are stored together, with one line in the ledger. */
const batchRecordsMax = 1000;
/** Bytes of them; a single record may be larger. */
const batchBytesMax = 256 * 1024;

/** Room in the limit of all caches is given anew about once a second. */
const roomAgainMs = 250;
const roomWaitMsMax = 15_000;

export interface FileImportOptions {
  readonly cache: Pick<Cache, 'appendImported' | 'importProgress'>;
  readonly destinations: Destinations;
  readonly storageResolutionS: number;
  /** Values that the original read for one upload. */
  readonly metricBatchRecords: number;
  readonly log: ImportLog;
  readonly signal: AbortSignal;
  readonly onStep: () => void;
}

/**
 * Takes one file in, line by line.
 *
 * Invariants: each line is counted once, as imported, imported before, uploaded before or reported. A batch is stored
 * together with how far the file is then done, so that a run that was killed is resumed: lines that the ledger calls
 * done are passed over, and after them as many usable lines as there are records beyond it. A last line that is cut off
 * is never called done: should the file have grown until the next run, it is looked at again.
 */
export class FileImport {
  readonly #options: FileImportOptions;
  readonly #name: string;
  readonly #counts: ImportedFile;
  readonly #fromBytes: number;
  readonly #recent: RecentTimes;
  readonly #hash = createHash('sha256');
  #parts: readonly FilePart[] = [];
  #doneLines = 0;
  #doneBytes = 0;
  #batch: RecordToCache[] = [];
  #batchBytes = 0;
  #batchPart: FilePart | null = null;

  /** What begins before `fromBytes` may have been sent by the original. */
  constructor(options: FileImportOptions, name: string, fromBytes: number) {
    this.#options = options;
    this.#name = name;
    this.#fromBytes = fromBytes;
    this.#counts = options.log.begin(name);
    this.#recent = new RecentTimes(options.metricBatchRecords - 1);
  }

  /** A problem when the cache does not take what is there; all lines up to then are accounted for. */
  async run(file: FileHandle): Promise<Result<void>> {
    for await (const line of readLines(file)) {
      if (this.#options.signal.aborted) {
        const stored = await this.#store();
        return stored.ok ? cancelled : stored;
      }
      this.#counts.lines += 1;
      this.#options.log.lines += 1;
      if (line.number === 1) this.#parts = await openFileParts(this.#options.cache, this.#name, line, this.#fromBytes);
      const taken = await this.#take(line);
      if (!taken.ok) return taken;
      const strange = this.#strangeAt(line);
      if (strange === null) continue;
      this.#options.log.problem(this.#name, line.number, line.start, strange);
      return await this.#store();
    }
    const stored = await this.#store();
    const short = this.#parts.some(
      ({ recorded, recordsBeyond }) => recordsBeyond > 0 || (recorded?.lines ?? 0) > this.#doneLines,
    );
    if (short)
      this.#options.log.problem(
        this.#name,
        this.#doneLines,
        this.#doneBytes,
        'the file ends here, and was longer when it was imported before',
      );
    return stored;
  }

  async #take(line: FileLine): Promise<Result<void>> {
    const parsed = parseOriginalLine(line);
    if (parsed.type === 'bad') {
      this.#count('reported');
      this.#options.log.problem(this.#name, line.number, line.start, parsed.reason);
      if (line.terminated) this.#done(line);
      return succeed(undefined);
    }
    const part = this.#partOf(line, parsed);
    const isNew = part !== null && this.#isNew(part, line);
    if (isNew && this.#batchPart !== null && this.#batchPart !== part) {
      const stored = await this.#store();
      if (!stored.ok) return stored;
    }
    this.#done(line);
    if (part === null) this.#count('uploadedBefore');
    else if (!isNew) this.#count('importedBefore');
    else return await this.#add(part, line, parsed);
    return succeed(undefined);
  }

  /** The part that the line belongs to; null when the original has sent it. */
  #partOf(line: FileLine, parsed: OriginalLog | OriginalMetric): FilePart | null {
    // See readSavedOffsets: what an offset says of log lines, and of metrics of an equal time, proves nothing.
    const inDoubt = parsed.type === 'log' || this.#recent.add(parsed.timestampMs);
    return this.#parts.find(({ fromBytes }) => inDoubt || line.start >= fromBytes) ?? null;
  }

  #isNew(part: FilePart, line: FileLine): boolean {
    if (line.number <= (part.recorded?.lines ?? 0)) return false;
    if (part.recordsBeyond === 0) return true;
    part.recordsBeyond -= 1;
    return false;
  }

  async #add(part: FilePart, line: FileLine, parsed: OriginalLog | OriginalMetric): Promise<Result<void>> {
    const { destinations, log, storageResolutionS } = this.#options;
    const record = recordOfLine(parsed, destinations, part.origin);
    this.#batchPart = part;
    this.#batch.push(record);
    this.#batchBytes += record.data.byteLength;
    if (parsed.type === 'metric' && parsed.storageResolutionS !== storageResolutionS) log.otherResolution += 1;
    if (line.start < this.#fromBytes) log.doubted += 1;
    const full = this.#batch.length >= batchRecordsMax || this.#batchBytes >= batchBytesMax;
    return full ? await this.#store() : succeed(undefined);
  }

  async #store(): Promise<Result<void>> {
    const [part, records] = [this.#batchPart, this.#batch];
    if (part === null) return succeed(undefined);
    const { cache, log, onStep } = this.#options;
    if (!part.started) {
      // Where the part begins must be known before anything of it is stored.
      const begun = await cache.appendImported(progressAt(part, 0, 0, ''), []);
      if (!begun.ok) return begun;
      part.started = true;
    }
    const stored = await this.#append(this.#progress(part), records);
    if (!stored.ok) {
      // These lines are as if they had not been read.
      this.#counts.lines -= records.length;
      return stored;
    }
    this.#counts.imported += records.length;
    log.imported += records.length;
    [this.#batch, this.#batchBytes, this.#batchPart] = [[], 0, null];
    onStep();
    return stored;
  }

  /** Waits where there is room for it in a moment. */
  async #append(progress: ImportProgress, records: readonly RecordToCache[]): Promise<Result<void>> {
    const { cache, signal } = this.#options;
    const untilMs = performance.now() + roomWaitMsMax;
    for (;;) {
      const stored = await cache.appendImported(progress, records);
      if (stored.ok || stored.problem.code !== 'room-later') return stored;
      if (signal.aborted) return cancelled;
      if (performance.now() > untilMs) return { ok: false, problem: { ...stored.problem, code: 'cache-full' } };
      await sleep(roomAgainMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #progress(part: FilePart): ImportProgress {
    return progressAt(part, this.#doneLines, this.#doneBytes, this.#hash.copy().digest('hex'));
  }

  #done({ number, end, content }: FileLine): void {
    this.#doneLines = number;
    this.#doneBytes = end;
    this.#hash.update(content).update('\n');
  }

  /** Is the beginning, where an earlier run ended, no longer what it was? In words, or null. */
  #strangeAt(line: FileLine): string | null {
    const ends = this.#parts.filter(({ recorded }) => recorded?.lines === line.number);
    const same = ends.every(
      ({ recorded }) => recorded?.bytes === this.#doneBytes && recorded.digest === this.#hash.copy().digest('hex'),
    );
    if (same) return null;
    return `the lines up to here are not those that were imported from a file of this name before; nothing after them was imported. To import it all, give a copy of the file another number`;
  }

  #count(fate: 'importedBefore' | 'uploadedBefore' | 'reported'): void {
    this.#counts[fate] += 1;
  }
}

const cancelled = fail(
  'cancelled',
  'Interrupted before all was imported.',
  'What was imported is on disk; import again when you want: it goes on where it stopped.',
);

function progressAt({ origin, fromBytes }: FilePart, lines: number, bytes: number, digest: string): ImportProgress {
  return { origin, fromBytes, lines, bytes, digest };
}
