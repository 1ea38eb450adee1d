import { type Result, succeed } from '../model/Problem.js';
import { fail } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type {
  CachedRecord,
  CacheReader,
  CacheUsage,
  PendingSummary,
  RecordAddress,
  RecordCounts,
  SegmentSummary,
} from '../seams/Cache.js';
import { type Clock, systemClock } from '../seams/Clock.js';
import { bySegment, chooseGeneration } from './chooseGeneration.js';
import type { WrittenGeneration } from './NamedGeneration.js';
import { listSegments, otherBytesOf, type SegmentFile } from './cacheFolder.js';
import { ChunkCache } from './ChunkCache.js';
import type { ChunkScout } from './ChunkScout.js';
import { countRecords } from './countRecords.js';
import { expiredAgeNs, expireSegment } from './expireSegment.js';
import { errorCode, type FileSystem, nodeFileSystem } from './FileSystem.js';
import { IndexKeeper } from './index/IndexKeeper.js';
import { LedgerBook } from './LedgerBook.js';
import { loadColumns, unloadColumns } from './loadColumns.js';
import { readSegment } from './openSegment.js';
import { ledgerFile, readLedger } from './readLedger.js';
import { type ReadParts, readRecords } from './readRecords.js';
import type { Segment } from './Segment.js';
import type { ColumnsKeeper } from './withColumns.js';
import { scoutFor } from './WorkerScout.js';
import { countStates, summarisePending, summariseSegment } from './sumUp.js';

/** How often a segment is looked for again that is written anew at the same moment. */
const attemptsMax = 5;

interface Snapshot {
  readonly book: LedgerBook;
  readonly segments: readonly Segment[];
  readonly bytes: number;
}

/**
 * Reads a cache beside its owner, or without one, and changes nothing. Each call looks at the disk anew: the ledger
 * first, then the segments, so that what is acknowledged in between may still show as pending, never the reverse.
 * Segments that go meanwhile are left out. What the owner holds in memory only (sending, waiting) cannot be seen.
 */
export async function openCacheReader(options: {
  readonly folder: string;
  readonly robot: string;
  readonly files?: FileSystem;
  readonly clock?: Clock;
  /** Helps a long search; by default one for the whole process, in threads of its own. */
  readonly scout?: ChunkScout | null;
}): Promise<Result<CacheReader>> {
  const { folder, robot, files = nodeFileSystem, clock = systemClock, scout = scoutFor(files) } = options;
  const { newerVersion } = await readLedger(files, `${folder}/${ledgerFile}`);
  if (newerVersion !== null) return newerCache(robot, folder, newerVersion);
  return succeed(new DiskCacheReader(folder, files, clock, scout));
}

export function newerCache(robot: string, folder: string, version: number): Result<never> {
  return fail(
    'newer-version',
    `The cache of ${robot} (${folder}) was written by a newer Tether (ledger version ${version}).`,
    'Open it with that version; nothing in it was changed.',
  );
}

class DiskCacheReader implements CacheReader {
  readonly #folder: string;
  readonly #files: FileSystem;
  readonly #clock: Clock;
  readonly #parts: ReadParts;

  constructor(folder: string, files: FileSystem, clock: Clock, scout: ChunkScout | null) {
    this.#folder = folder;
    this.#files = files;
    this.#clock = clock;
    this.#parts = {
      files,
      index: new IndexKeeper(files),
      chunks: new ChunkCache(),
      scout,
      relocate: (segment) => this.#relocate(segment),
      ...this.#keeper,
    };
  }

  async usage(): Promise<CacheUsage> {
    const { book, segments, bytes } = await this.#look();
    const counts = countStates(segments);
    return {
      bytes,
      bytesMax: book.bytesMax ?? 0,
      bytesMaxCause: 'robot-limit',
      ...counts,
      acknowledgedLogs: book.acknowledgedLogs,
      acknowledgedMetrics: book.acknowledgedMetrics,
      lost: book.lossCounts(),
      evicted: book.evicted.counts(),
      evictedForLaptop: book.evictedForLaptop,
      problem: null,
      slowness: null,
      waitingInMemory: 0,
      lostWaiting: 0,
      deletedUndoable: book.deleted.records(),
      recoveries: book.notes.open(),
    };
  }

  async pending(filter: RecordFilter = {}): Promise<readonly PendingSummary[]> {
    const { segments } = await this.#look();
    return summarisePending({ ...this.#parts, segments, filter });
  }

  async segments(): Promise<readonly SegmentSummary[]> {
    const { segments } = await this.#look();
    return segments.map(summariseSegment);
  }

  async counts(filter: RecordFilter): Promise<RecordCounts> {
    const { segments } = await this.#look();
    return countRecords({ ...this.#parts, segments, filter });
  }

  async *read(
    filter: RecordFilter,
    order: 'oldest' | 'newest',
    after?: RecordAddress,
  ): AsyncGenerator<CachedRecord, void, void> {
    const { segments } = await this.#look();
    yield* readRecords({ ...this.#parts, segments, filter, order, ...(after === undefined ? {} : { after }) });
  }

  readonly #keeper: ColumnsKeeper = {
    load: async (segment) => {
      await loadColumns(this.#files, segment);
    },
    unload: unloadColumns,
  };

  async #look(): Promise<Snapshot> {
    const content = await readLedger(this.#files, `${this.#folder}/${ledgerFile}`);
    const book = new LedgerBook();
    for (const entry of content.entries) book.add(entry);
    const segments: Segment[] = [];
    let bytes = content.bytes + (await otherBytesOf(this.#files, this.#folder));
    const oldestNs = this.#clock.nowNs() - expiredAgeNs;
    const ledgerTrusted = content.bytes > 0 && content.damagedLines === 0;
    for (const generations of bySegment(await listSegments(this.#files, this.#folder))) {
      const sequence = generations[0]?.sequence ?? 0;
      if (book.gone.has(sequence)) continue;
      const named = book.generations.get(sequence);
      const segment = await this.#readLatest(generations, named, ledgerTrusted, async (found) => {
        if (book.needsColumns(found)) await loadColumns(this.#files, found);
        book.applyTo(found);
        await expireSegment(found, 'log', oldestNs, this.#keeper);
        await expireSegment(found, 'metric', oldestNs, this.#keeper);
      });
      bytes += segment?.bytes ?? 0;
      if (segment !== null && !segment.isEmptied()) segments.push(segment);
    }
    book.deleted.forgetOld(Number(this.#clock.nowNs() / 1_000_000n));
    return { book, segments, bytes };
  }

  /** A segment as it is now; its file may be written anew under another name meanwhile. Null when it is gone. */
  async #readLatest(
    generations: readonly SegmentFile[],
    named: WrittenGeneration | undefined,
    ledgerTrusted: boolean,
    prepare: (segment: Segment) => Promise<void>,
  ): Promise<Segment | null> {
    let places = generations;
    for (let attempt = 0; attempt < attemptsMax && places.length > 0; attempt += 1) {
      try {
        const chosen = await chooseGeneration(this.#files, places, named, ledgerTrusted && attempt === 0);
        if (chosen === null) return null;
        const segment = await readSegment(this.#files, chosen.place);
        await prepare(segment);
        return segment;
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error;
        const sequence = places[0]?.sequence;
        places = (await listSegments(this.#files, this.#folder)).filter((place) => place.sequence === sequence);
      }
    }
    return null;
  }

  /** Goes over to the file that the owner has made of a segment meanwhile. False when it is gone. */
  async #relocate(segment: Segment): Promise<boolean> {
    const all = await listSegments(this.#files, this.#folder);
    const places = all.filter(({ sequence }) => sequence === segment.sequence);
    const latest = await this.#readLatest(places, undefined, false, async (found) => {
      await loadColumns(this.#files, found);
    });
    if (latest === null || latest.path === segment.path) return false;
    segment.takeOver(latest);
    return true;
  }
}
