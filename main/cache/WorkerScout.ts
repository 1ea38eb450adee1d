import { availableParallelism } from 'node:os';
import type { ChunkScout, ScoutQuestion, ScoutSearch } from './ChunkScout.js';
import { type FileSystem, nodeFileSystem } from './FileSystem.js';
import { WorkerThread } from './WorkerThread.js';

/** 16 MiB of records: less is looked through before threads have begun. */
const chunksInVainMin = 256;
/** A third would only wait: the machine has other work, and each takes some 15 MB. */
const threadsMax = 2;
/** Questions on their way to a thread at once: one that is being looked into, and the next ones, so that it never waits. */
const questionsMax = 5;
/** Chunks are in the memory of the decompression, files in a buffer: nearly nothing is in the heap. */
const limits = { heapMegabytesMax: 32, youngMegabytesMax: 2 };

/** What a thread gets. */
export interface ScoutTask {
  /** The same for the same search. */
  readonly searchNumber: number;
  readonly search: ScoutSearch;
  readonly question: ScoutQuestion;
}

/** Looks through segments in threads of its own. Where threads cannot be had, or all have died, it never has time. */
export class WorkerScout implements ChunkScout {
  readonly chunksInVainMin: number;
  readonly #threads: readonly ScoutThread[];
  readonly #numbers = new WeakMap<ScoutSearch, number>();
  #searches = 0;

  /** `script` is scoutWorker as JavaScript. */
  constructor(script: URL, options: { readonly threads?: number; readonly chunksInVainMin?: number } = {}) {
    const { threads = Math.min(availableParallelism(), threadsMax) } = options;
    this.chunksInVainMin = options.chunksInVainMin ?? chunksInVainMin;
    this.#threads = Array.from({ length: threads }, () => new ScoutThread(script));
  }

  prepare(): void {
    for (const thread of this.#threads) thread.prepare();
  }

  ask(search: ScoutSearch, question: ScoutQuestion): Promise<readonly number[] | null> | null {
    const idle = this.#threads.filter((thread) => thread.isReady && thread.asked < questionsMax);
    const [first, ...others] = idle;
    if (first === undefined) return null;
    const thread = others.reduce((least, other) => (other.asked < least.asked ? other : least), first);
    return thread.ask({ searchNumber: this.#numberOf(search), search, question });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #numberOf(search: ScoutSearch): number {
    let number = this.#numbers.get(search);
    if (number === undefined) this.#numbers.set(search, (number = this.#searches += 1));
    return number;
  }
}

/** A thread that is asked once it has begun. */
class ScoutThread {
  readonly #thread: WorkerThread<ScoutTask | null, readonly number[] | null>;
  #begun = false;
  /** Questions without an answer yet. */
  asked = 0;

  constructor(script: URL) {
    this.#thread = new WorkerThread(script, limits);
  }

  get isReady(): boolean {
    return this.#begun && this.#thread.runs && !this.#thread.failed;
  }

  prepare(): void {
    if (this.#thread.failed || this.#thread.runs) return;
    this.#begun = false;
    void this.#thread.ask(null).then(
      () => {
        this.#begun = true;
      },
      () => undefined,
    );
  }

  async ask(task: ScoutTask): Promise<readonly number[] | null> {
    this.asked += 1;
    try {
      return await this.#thread.ask(task);
    } catch {
      return null;
    } finally {
      this.asked -= 1;
    }
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}

/** One for all who read in this process: none where this code does not run as JavaScript, as in tests. */
const processScout: ChunkScout | null = import.meta.url.endsWith('.js')
  ? new WorkerScout(new URL('./scoutWorker.js', import.meta.url))
  : null;

/** Its threads read the system's own files, and no others. */
export function scoutFor(files: FileSystem): ChunkScout | null {
  return files === nodeFileSystem ? processScout : null;
}
