import { parentPort } from 'node:worker_threads';
import { StoredDecoder } from './ChunkDecoder.js';
import { type ChunkToPack, packChunk, type PackedChunk } from './ChunkPacker.js';

/** The thread behind WorkerPacker: one chunk in, one packed chunk or a failure in words out. */
export type PackAnswer =
  { readonly id: number; readonly packed: PackedChunk } | { readonly id: number; readonly failure: string };

const decoder = new StoredDecoder();

parentPort?.on('message', ({ id, chunk }: { id: number; chunk: ChunkToPack }) => {
  parentPort?.postMessage(answer(id, chunk));
});

function answer(id: number, chunk: ChunkToPack): PackAnswer {
  try {
    return { id, packed: packChunk(chunk, decoder) };
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}
