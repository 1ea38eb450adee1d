// @ts-check
/** The disk alone: the records' bytes, nothing around them, written and `fdatasync`ed. */
import { open } from 'node:fs/promises';
import path from 'node:path';

/** @typedef {import('../records.mjs').RecordToCache} RecordToCache */

/** @param {string} folder */
export async function openEngine(folder) {
  const file = await open(path.join(folder, 'raw'), 'w');
  let position = 0;
  return {
    /** @param {{ records: readonly RecordToCache[] }} batch */
    prepare: ({ records }) => Buffer.concat(records.map(({ data }) => data)),
    /** @param {Uint8Array} bytes */
    async commit(bytes) {
      await file.write(bytes, 0, bytes.byteLength, position);
      await file.datasync();
      position += bytes.byteLength;
    },
    close: () => file.close(),
  };
}
