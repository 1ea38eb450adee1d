import { ByteSearch } from './index/ByteSearch.js';
import { lookIntoChunks } from './lookIntoChunks.js';
import { serveThread } from './serveThread.js';
import type { ScoutTask } from './WorkerScout.js';

/** The thread behind WorkerScout: chunks in shared memory in, a byte for each of them out. */
let search: { readonly number: number; readonly bytes: ByteSearch } | null = null;

serveThread(({ memory, chunks, searchNumber, sought }: ScoutTask): Uint8Array => {
  if (search?.number !== searchNumber) search = { number: searchNumber, bytes: new ByteSearch(sought) };
  return lookIntoChunks(search.bytes, memory, chunks);
});
