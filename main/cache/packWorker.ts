import { StoredDecoder } from './ChunkDecoder.js';
import { type ChunkToPack, packChunk } from './ChunkPacker.js';
import { serveThread } from './serveThread.js';

/** The thread behind WorkerPacker: one chunk in, one packed chunk out. */
const decoder = new StoredDecoder();

serveThread((chunk: ChunkToPack) => packChunk(chunk, decoder));
