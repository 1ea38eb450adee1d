// @ts-check
/** lmdb: the record's bytes under a running number; `flushed` waits for the sync. */
import path from 'node:path';
import { loadNpmPeer } from './npmPeers.mjs';

/** @typedef {import('../records.mjs').RecordToCache} RecordToCache */

/** @param {string} folder */
export async function openEngine(folder) {
  const { open } = loadNpmPeer('lmdb');
  const database = open({
    path: path.join(folder, 'lmdb'),
    keyEncoding: 'uint32',
    encoding: 'binary',
    noMemInit: true,
  });
  let next = 0;
  return {
    /** @param {{ records: readonly RecordToCache[] }} batch */
    prepare: ({ records }) => records.map(({ data }) => Buffer.from(data)),
    /** @param {readonly Buffer[]} values */
    async commit(values) {
      for (const value of values) database.put(next++, value);
      await database.flushed;
    },
    close: () => database.close(),
  };
}
