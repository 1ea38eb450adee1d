import type { Problem } from '../model/Problem.js';
import type { Clock } from '../seams/Clock.js';
import { diskProblem } from './diskProblem.js';
import { errorCode, type FileSystem, type OpenFile, removeIfThere, writeAll, writeNewFile } from './FileSystem.js';
import { encodeLedgerLines, type LedgerEntry } from './LedgerEntry.js';
import { ledgerFile } from './readLedger.js';

/** How long the ledger waits before it tries a failing disk again. */
const retryMs = 1000;
/** Grown to this many times what the last compaction left, it is compacted again. */
const compactionGrowth = 4;

const newLedgerFile = `${ledgerFile}.new`;

interface Waiting {
  readonly entries: readonly LedgerEntry[];
  readonly apply: () => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface LedgerOptions {
  readonly folder: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  /** Bytes of the whole, trusted ledger on disk; null to begin by writing it anew. */
  readonly bytes: number | null;
  /** A ledger smaller than this is never compacted. */
  readonly compactionBytesMin: number;
  /** All that is durable so far, as few entries as will do. */
  readonly snapshot: () => readonly LedgerEntry[];
  /** Frees the few bytes kept for a full disk; false when they are spent. */
  readonly spendBallast: () => Promise<boolean>;
}

/**
 * Appends to the ledger.
 *
 * Invariants: entries are believed (`apply`, then the promise) only after `fdatasync`, in the order they were given.
 * After any failure the file on disk is not appended to again: it is written anew from what was believed, with the
 * waiting entries, under another name, synced, and renamed into place. Compaction is the same act.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  #file: OpenFile | null = null;
  #bytes: number;
  #compactedBytes: number;
  #rewrite: boolean;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  #stopped = false;
  #patient = true;
  #lastError = new Error('the disk refused');
  #wake: (() => void) | null = null;
  problem: Problem | null = null;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#bytes = options.bytes ?? 0;
    this.#compactedBytes = this.#bytes;
    this.#rewrite = options.bytes === null || options.bytes === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Durable when resolved. `apply` runs in between, before anything later is written. Tries until the disk takes it. */
  append(entries: readonly LedgerEntry[], apply: () => void = () => undefined): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error('the ledger is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, apply, resolve, reject });
      this.#writing ??= this.#writeAllWaiting();
    });
  }

  /** Resolves when all that was given to it before is durable and applied. */
  settled(): Promise<void> {
    return this.append([]);
  }

  /** The next append writes the file anew: its folder was gone, or was found damaged. */
  demandRewrite(): void {
    this.#rewrite = true;
    this.#bytes = 0;
  }

  /** From now on what the disk refuses is given up at once (the promise rejects): the end is near. */
  tryOnlyOnce(): void {
    this.#patient = false;
    this.#wake?.();
  }

  /** Waits for what is being written; what the disk refuses is given up. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.tryOnlyOnce();
    await this.#writing;
    await this.#releaseFile();
  }

  async #writeAllWaiting(): Promise<void> {
    // Let appends of the same moment join the first one's fdatasync.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const written = batch.flatMap(({ entries }) => entries);
      if (written.length === 0 || (await this.#tryWrite(written))) {
        for (const { apply, resolve } of batch) {
          apply();
          resolve();
        }
        continue;
      }
      if (!this.#patient) {
        for (const { reject } of batch) reject(this.#lastError);
        continue;
      }
      this.#waiting = [...batch, ...this.#waiting];
      await this.#pause();
    }
    this.#writing = null;
  }

  async #tryWrite(entries: readonly LedgerEntry[]): Promise<boolean> {
    for (;;) {
      try {
        await this.#write(entries);
        this.problem = null;
        return true;
      } catch (error) {
        this.#rewrite = true;
        await this.#releaseFile();
        if (errorCode(error) === 'ENOSPC' && (await this.#options.spendBallast())) continue;
        this.problem = diskProblem(error, this.#options.folder);
        if (error instanceof Error) this.#lastError = error;
        return false;
      }
    }
  }

  async #write(entries: readonly LedgerEntry[]): Promise<void> {
    const grown = Math.max(this.#options.compactionBytesMin, this.#compactedBytes * compactionGrowth);
    if (this.#rewrite || this.#bytes > grown) {
      await this.#writeAnew(entries);
      return;
    }
    this.#file ??= await this.#options.files.open(`${this.#options.folder}/${ledgerFile}`, 'r+');
    const bytes = encodeLedgerLines(entries);
    await writeAll(this.#file, bytes, this.#bytes);
    await this.#file.datasync();
    this.#bytes += bytes.byteLength;
  }

  async #writeAnew(entries: readonly LedgerEntry[]): Promise<void> {
    const { files, folder, snapshot } = this.#options;
    await this.#releaseFile();
    await removeIfThere(files, `${folder}/${newLedgerFile}`);
    const believed = encodeLedgerLines(snapshot());
    const bytes = Buffer.concat([believed, encodeLedgerLines(entries)]);
    await writeNewFile(files, `${folder}/${newLedgerFile}`, bytes);
    await files.rename(`${folder}/${newLedgerFile}`, `${folder}/${ledgerFile}`);
    await files.syncFolder(folder);
    this.#rewrite = false;
    this.#bytes = bytes.byteLength;
    this.#compactedBytes = believed.byteLength;
  }

  async #releaseFile(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close().catch(() => undefined);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(retryMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
