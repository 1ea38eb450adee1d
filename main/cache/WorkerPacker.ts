import { Worker } from 'node:worker_threads';
import { type ChunkPacker, type ChunkToPack, InlinePacker, type PackedChunk } from './ChunkPacker.js';
import type { PackAnswer } from './packWorker.js';

/** The thread ends when it has had nothing to do for so long: it has a heap of its own. */
const idleMs = 5000;
/** Of the thread's own heap; a chunk and what is made of it are a few megabytes. V8 first collects when half of it is taken. */
const heapMegabytesMax = 64;
/** Of what is new in it. Nearly all that a chunk needs is short-lived: with more room it is only collected later. */
const youngMegabytesMax = 8;

interface Waiting {
  readonly resolve: (packed: PackedChunk) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Packs in a thread of its own, so that compressing and indexing never hold up the event loop. The thread begins with the
 * first chunk and ends when it is idle. Where threads cannot be had, or one has died, the work is done inline.
 */
export class WorkerPacker implements ChunkPacker {
  readonly #script: URL;
  readonly #waiting = new Map<number, Waiting>();
  readonly #inline = new InlinePacker();
  #worker: Worker | null = null;
  #failed = false;
  #nextId = 1;
  #idleTimer: NodeJS.Timeout | null = null;

  /** `script` is packWorker as JavaScript. */
  constructor(script: URL) {
    this.#script = script;
  }

  async pack(chunk: ChunkToPack): Promise<PackedChunk> {
    if (this.#failed) return this.#inline.pack(chunk);
    try {
      return await this.#ask(chunk);
    } catch (error) {
      // The records went to the thread by copy: they are still here.
      if (this.#hasFailed()) return this.#inline.pack(chunk);
      throw error;
    }
  }

  #hasFailed(): boolean {
    return this.#failed;
  }

  async close(): Promise<void> {
    this.#stopIdling();
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #ask(chunk: ChunkToPack): Promise<PackedChunk> {
    this.#stopIdling();
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise<PackedChunk>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, chunk });
    }).finally(() => {
      if (this.#waiting.size === 0) this.#idle();
    });
  }

  #start(): Worker {
    const resourceLimits = { maxOldGenerationSizeMb: heapMegabytesMax, maxYoungGenerationSizeMb: youngMegabytesMax };
    const worker = new Worker(this.#script, { resourceLimits });
    // It must not keep the process alive.
    worker.unref();
    worker.on('message', (answer: PackAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('packed' in answer) waiting?.resolve(answer.packed);
      else waiting?.reject(new Error(answer.failure));
    });
    worker.on('error', (error: unknown) => {
      this.#failed = true;
      this.#rejectAll(error instanceof Error ? error : new Error(String(error)));
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      this.#rejectAll(new Error('the packing thread ended'));
    });
    return worker;
  }

  #rejectAll(error: Error): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }

  #idle(): void {
    this.#stopIdling();
    this.#idleTimer = setTimeout(() => {
      const worker = this.#worker;
      this.#worker = null;
      void worker?.terminate();
    }, idleMs).unref();
  }

  #stopIdling(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
  }
}

/** A thread where this code runs as JavaScript, as it does outside of tests. */
export function defaultPacker(): ChunkPacker {
  return import.meta.url.endsWith('.js')
    ? new WorkerPacker(new URL('./packWorker.js', import.meta.url))
    : new InlinePacker();
}
