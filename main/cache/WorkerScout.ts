import type { ChunkScout, ScoutQuestion } from './ChunkScout.js';
import type { SoughtBytes } from './index/ByteSearch.js';
import { WorkerThread } from './WorkerThread.js';

/** 16 MiB of records: less is looked through before a thread has begun. */
const chunksInVainMin = 256;
/** Questions on their way at once: one that is being looked into, and the next ones, so that the thread never waits. */
const questionsMax = 3;
/** What is copied of a file for one question at most. */
const questionBytesMax = 512 * 1024;
/** Chunks are in shared memory and in that of the decompression: nearly nothing is in the heap. */
const limits = { heapMegabytesMax: 32, youngMegabytesMax: 2 };

/** What the thread gets. */
export interface ScoutTask {
  /** Shared, so that the same memory is used for one question after the other. */
  readonly memory: Uint8Array;
  readonly chunks: Uint32Array;
  /** The same for the same search. */
  readonly searchNumber: number;
  readonly sought: SoughtBytes;
}

/** Looks into chunks in a thread of its own. Where threads cannot be had, or one has died, it never has time. */
export class WorkerScout implements ChunkScout {
  readonly chunksInVainMin = chunksInVainMin;
  readonly #thread: WorkerThread<ScoutTask, Uint8Array>;
  /** Those not in use. */
  readonly #memories: Uint8Array[] = [];
  #asked = 0;
  #ready = false;
  readonly #numbers = new WeakMap<SoughtBytes, number>();
  #searches = 0;

  /** `script` is scoutWorker as JavaScript. */
  constructor(script: URL) {
    this.#thread = new WorkerThread(script, limits);
  }

  prepare(): void {
    if (this.#thread.failed || this.#thread.runs) return;
    this.#ready = false;
    const nothing = { texts: [], literals: [] };
    const task = { memory: new Uint8Array(0), chunks: new Uint32Array(0), searchNumber: 0, sought: nothing };
    void this.#thread.ask(task).then(
      () => {
        this.#ready = true;
      },
      () => undefined,
    );
  }

  ask({ sought, bytes, chunks }: ScoutQuestion): Promise<Uint8Array | null> | null {
    const isIdle = this.#ready && this.#thread.runs && !this.#thread.failed && this.#asked < questionsMax;
    if (!isIdle || bytes.byteLength > questionBytesMax) return null;
    return this.#ask(sought, bytes, chunks);
  }

  async #ask(sought: SoughtBytes, bytes: Uint8Array, chunks: Uint32Array): Promise<Uint8Array | null> {
    this.#asked += 1;
    const memory = this.#memories.pop() ?? new Uint8Array(new SharedArrayBuffer(questionBytesMax));
    memory.set(bytes);
    try {
      const answers = await this.#thread.ask({ memory, chunks, searchNumber: this.#numberOf(sought), sought });
      this.#memories.push(memory);
      return answers;
    } catch {
      // The memory is not used again: a thread that is ending may still look at it.
      return null;
    } finally {
      this.#asked -= 1;
    }
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  #numberOf(sought: SoughtBytes): number {
    let number = this.#numbers.get(sought);
    if (number === undefined) this.#numbers.set(sought, (number = this.#searches += 1));
    return number;
  }
}

/** One for all who read in this process: none where this code does not run as JavaScript, as in tests. */
export const processScout: ChunkScout | null = import.meta.url.endsWith('.js')
  ? new WorkerScout(new URL('./scoutWorker.js', import.meta.url))
  : null;
