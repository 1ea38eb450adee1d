// @ts-check
/** Ours, as an engine of the append benchmark. */
import path from 'node:path';
import { openCache, settle } from './openCache.mjs';

/** @typedef {import('./records.mjs').RecordToCache} RecordToCache */

/**
 * @param {string} folder
 * @param {{ commitRecords: number, segmentBytesMax?: number }} options
 */
export async function openEngine(folder, { commitRecords, segmentBytesMax }) {
  const cache = await openCache(path.join(folder, 'ours'), {
    commitRecordsMax: commitRecords,
    ...(segmentBytesMax === undefined ? {} : { segmentBytesMax }),
  });
  return {
    /** @param {{ records: readonly RecordToCache[] }} batch */
    prepare: ({ records }) => records,
    /** @param {readonly RecordToCache[]} records */
    commit: (records) => cache.append(records),
    /** Background work ends here, so that it does not burden who is measured next. */
    rest: () => settle(cache),
    close: () => cache.close(),
  };
}
