import { type Result, succeed } from '../model/Problem.js';
import type { CacheChange, ImportProgress, RecordToCache } from '../seams/Cache.js';
import type { BookedLedger } from './BookedLedger.js';
import type { DiskGuard } from './DiskGuard.js';
import { diskProblem } from './diskProblem.js';
import { importedEntry, importProgressOf, roomForImport } from './ImportBook.js';
import type { LedgerBook } from './LedgerBook.js';
import type { SegmentStore } from './SegmentStore.js';

export interface ImportedRecordsOptions {
  readonly folder: string;
  readonly store: SegmentStore;
  readonly guard: DiskGuard;
  readonly book: LedgerBook;
  readonly ledger: BookedLedger;
  readonly emit: (change: CacheChange) => void;
}

/** Records out of the original nodes' files: each batch is one chunk, and the line that says how far they came right behind it. */
export class ImportedRecords {
  readonly #options: ImportedRecordsOptions;

  constructor(options: ImportedRecordsOptions) {
    this.#options = options;
  }

  /** Problems: `cache-full`, `room-later`, and those of the disk. */
  async append(progress: ImportProgress, records: readonly RecordToCache[]): Promise<Result<void>> {
    const { folder, guard, store, ledger, emit } = this.#options;
    const room = roomForImport(store.importRoom(), records);
    if (!room.ok && records.length > 0) return room;
    const recordProgress = (): Promise<void> =>
      ledger.record([importedEntry(progress, 0, store.all(), ledger.nowMs())]);
    try {
      if (records.length === 0) await recordProgress();
      else {
        await guard.check();
        await store.store(records, ({ segment, ordinal: from }) => {
          emit({ type: 'appended', ranges: [{ segment, from, to: from + records.length - 1 }] });
          return recordProgress();
        });
      }
      return succeed(undefined);
    } catch (error) {
      return { ok: false, problem: diskProblem(error, folder) };
    }
  }

  progress(origin: string): { progress: ImportProgress | null; recordsBeyond: number } {
    return importProgressOf(origin, this.#options.book, this.#options.store.all());
  }
}
