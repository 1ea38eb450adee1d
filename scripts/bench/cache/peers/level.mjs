// @ts-check
/** classic-level (LevelDB): the record's bytes under a running number, each batch with `sync`. */
import path from 'node:path';
import { loadNpmPeer } from './npmPeers.mjs';

/** @typedef {import('../records.mjs').RecordToCache} RecordToCache */

/** @param {string} folder */
export async function openEngine(folder) {
  const { ClassicLevel } = loadNpmPeer('classic-level');
  const database = new ClassicLevel(path.join(folder, 'level'), { keyEncoding: 'buffer', valueEncoding: 'buffer' });
  await database.open();
  let next = 0;
  return {
    /** @param {{ records: readonly RecordToCache[] }} batch */
    prepare: ({ records }) =>
      records.map(({ data }) => {
        const key = Buffer.alloc(8);
        key.writeBigUInt64BE(BigInt(next++));
        return { type: 'put', key, value: Buffer.from(data) };
      }),
    /** @param {unknown[]} puts */
    commit: (puts) => database.batch(puts, { sync: true }),
    close: () => database.close(),
  };
}
