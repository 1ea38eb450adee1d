// @ts-check
import { openDiskCache } from '../../../build/main/cache/openDiskCache.js';
import { systemClock } from '../../../build/main/seams/Clock.js';

/** What a robot file without `maximum_file_size` gives. */
export const segmentBytesDefault = 1024 * 1024;

/**
 * Ours, as its owner.
 * @param {string} folder
 * @param {{ bytesMax?: number, segmentBytesMax?: number, commitRecordsMax?: number, commitIntervalMs?: number, readsAhead?: boolean }} [options]
 */
export async function openCache(folder, { bytesMax = 64e9, segmentBytesMax = segmentBytesDefault, ...rest } = {}) {
  const opened = await openDiskCache({
    folder,
    robot: 'bench',
    owner: { kind: 'bench', controlSocket: null },
    limits: { bytesMax, segmentBytesMax },
    clock: systemClock,
    ...rest,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  return opened.value;
}

/**
 * Waits until nothing is left to pack, where this build of the cache packs.
 * @param {object} cache
 * @returns {Promise<boolean>} whether it packs
 */
export async function settle(cache) {
  if (!('settled' in cache) || typeof cache.settled !== 'function') return false;
  await cache.settled();
  return true;
}
