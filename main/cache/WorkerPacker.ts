import { type ChunkPacker, type ChunkToPack, InlinePacker, type PackedChunk } from './ChunkPacker.js';
import { WorkerThread } from './WorkerThread.js';

/** A chunk and what is made of it are a few megabytes, and nearly all of that is short-lived. */
const limits = { heapMegabytesMax: 64, youngMegabytesMax: 8 };

/**
 * Packs in a thread of its own, so that compressing and indexing never hold up the event loop. Where threads cannot be had, or
 * one has died, the work is done inline.
 */
export class WorkerPacker implements ChunkPacker {
  readonly #thread: WorkerThread<ChunkToPack, PackedChunk>;
  readonly #inline = new InlinePacker();

  /** `script` is packWorker as JavaScript. */
  constructor(script: URL) {
    this.#thread = new WorkerThread(script, limits);
  }

  async pack(chunk: ChunkToPack): Promise<PackedChunk> {
    if (this.#thread.failed) return this.#inline.pack(chunk);
    try {
      return await this.#thread.ask(chunk);
    } catch (error) {
      // The records went to the thread by copy: they are still here.
      if (this.#hasFailed()) return this.#inline.pack(chunk);
      throw error;
    }
  }

  /** Meanwhile, that is. */
  #hasFailed(): boolean {
    return this.#thread.failed;
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}

/** A thread where this code runs as JavaScript, as it does outside of tests. */
export function defaultPacker(): ChunkPacker {
  return import.meta.url.endsWith('.js')
    ? new WorkerPacker(new URL('./packWorker.js', import.meta.url))
    : new InlinePacker();
}
