import { type Result, succeed } from '../model/Problem.js';
import { fail } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { CachedRecord, CacheReader, CacheUsage, PendingSummary, SegmentSummary } from '../seams/Cache.js';
import { type Clock, systemClock } from '../seams/Clock.js';
import { listSegments, otherBytesOf } from './cacheFolder.js';
import { expiredAgeNs, expireSegment } from './expireSegment.js';
import { errorCode, type FileSystem, nodeFileSystem } from './FileSystem.js';
import { LedgerBook } from './LedgerBook.js';
import { loadColumns, unloadColumns } from './loadColumns.js';
import { readSegment } from './openSegment.js';
import { ledgerFile, readLedger } from './readLedger.js';
import { readRecords } from './readRecords.js';
import type { Segment } from './Segment.js';
import type { ColumnsKeeper } from './withColumns.js';
import { countStates, summarisePending, summariseSegment } from './sumUp.js';

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
}): Promise<Result<CacheReader>> {
  const { folder, robot, files = nodeFileSystem, clock = systemClock } = options;
  const { newerVersion } = await readLedger(files, `${folder}/${ledgerFile}`);
  if (newerVersion !== null) return newerCache(robot, folder, newerVersion);
  return succeed(new DiskCacheReader(folder, files, clock));
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

  constructor(folder: string, files: FileSystem, clock: Clock) {
    this.#folder = folder;
    this.#files = files;
    this.#clock = clock;
  }

  async usage(): Promise<CacheUsage> {
    const { book, segments, bytes } = await this.#look();
    const counts = countStates(segments);
    return {
      bytes,
      bytesMax: book.bytesMax ?? 0,
      ...counts,
      acknowledgedLogs: book.acknowledgedLogs,
      acknowledgedMetrics: book.acknowledgedMetrics,
      lost: book.lossCounts(),
      evicted: book.evicted.counts(),
      problem: null,
      waitingInMemory: 0,
      deletedUndoable: book.deleted.records(),
    };
  }

  async pending(filter: RecordFilter = {}): Promise<readonly PendingSummary[]> {
    const { segments } = await this.#look();
    return summarisePending({ files: this.#files, segments, filter, ...this.#keeper });
  }

  async segments(): Promise<readonly SegmentSummary[]> {
    const { segments } = await this.#look();
    return segments.map(summariseSegment);
  }

  async *read(filter: RecordFilter, order: 'oldest' | 'newest'): AsyncGenerator<CachedRecord, void, void> {
    const { segments } = await this.#look();
    yield* readRecords({ files: this.#files, segments, filter, order, ...this.#keeper });
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
    for (const place of await listSegments(this.#files, this.#folder)) {
      if (book.gone.has(place.sequence)) continue;
      try {
        const segment = await readSegment(this.#files, place);
        if (book.needsColumns(segment)) await loadColumns(this.#files, segment);
        book.applyTo(segment);
        await expireSegment(segment, 'log', oldestNs, this.#keeper);
        await expireSegment(segment, 'metric', oldestNs, this.#keeper);
        bytes += segment.bytes;
        if (segment.isEmptied()) continue;
        segments.push(segment);
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error;
      }
    }
    book.deleted.forgetOld(Number(this.#clock.nowNs() / 1_000_000n));
    return { book, segments, bytes };
  }
}
