import type { Clock } from '../seams/Clock.js';
import type { FileSystem } from './FileSystem.js';

/** Kept free for the rest of the machine: this much, or `keptFreePart` of the disk, whichever is less. */
const keptFreeBytes = 1_000_000_000;
const keptFreePart = 0.05;
/** How often the disk is asked while records come in. */
const checkIntervalMs = 1000;

/** What is kept free on a disk of this size; `chosen`: in place of the usual. */
export function keptFreeBytesOf(totalBytes: number, chosen: number | null): number {
  return chosen ?? Math.min(keptFreeBytes, totalBytes * keptFreePart);
}

/** The disk has room, but less than is kept free. */
export class DiskLowError extends Error {
  readonly freeBytes: number;
  readonly keptBytes: number;

  constructor(freeBytes: number, keptBytes: number) {
    super(`${freeBytes} bytes are free, ${keptBytes} are kept`);
    this.freeBytes = freeBytes;
    this.keptBytes = keptBytes;
  }
}

/**
 * Keeps the cache from growing when the disk itself gets full, by whatever. Nothing is evicted for that: what fills the
 * disk may be someone else's, and the records on it are wanted. Acknowledgements and removals go on; they free space.
 */
export class DiskGuard {
  readonly #files: FileSystem;
  readonly #folder: string;
  readonly #clock: Clock;
  #keptBytes: number | null;
  #nextCheckMs = -Infinity;
  #isLow = false;
  #stoodDown = false;

  /** `keptBytes`: in place of the usual; 0 for no guard. */
  constructor(files: FileSystem, folder: string, clock: Clock, keptBytes: number | null) {
    this.#files = files;
    this.#folder = folder;
    this.#clock = clock;
    this.#keptBytes = keptBytes;
  }

  /** As in the constructor; counts from the next check, which comes at once. */
  setKeptBytes(keptBytes: number | null): void {
    if (this.#keptBytes === keptBytes) return;
    this.#keptBytes = keptBytes;
    this.#nextCheckMs = -Infinity;
  }

  /**
   * For the end: what waits in memory would be lost, so that it may still have what is kept free (memory's limit is much
   * smaller than that).
   */
  standDown(): void {
    this.#stoodDown = true;
  }

  /** Throws `DiskLowError` when the disk has too little left to grow. Asks the disk about once a second. */
  async check(): Promise<void> {
    if (this.#keptBytes === 0 || this.#stoodDown) return;
    const nowMs = this.#clock.monotonicMs();
    if (!this.#isLow && nowMs < this.#nextCheckMs) return;
    this.#nextCheckMs = nowMs + checkIntervalMs;
    this.#isLow = false;
    const disk = await this.#files.freeBytes(this.#folder).catch(() => null);
    // A folder that is gone, or a disk that does not say: the commit itself finds out.
    if (disk === null) return;
    const keptBytes = keptFreeBytesOf(disk.total, this.#keptBytes);
    this.#isLow = disk.free < keptBytes;
    if (this.#isLow) throw new DiskLowError(disk.free, keptBytes);
  }
}
