import { systemClock } from '../seams/Clock.js';
import type { OpenDiskCacheOptions } from './openDiskCache.js';
import { testStartNs } from './testRecords.js';

/** Options for a cache of small segments that are packed at once, at the time of the test records. */
export function packedAtOnce(folder: string): OpenDiskCacheOptions {
  return {
    folder,
    robot: 'rover',
    owner: { kind: 'test', controlSocket: null },
    limits: { bytesMax: 64 * 1024 * 1024, segmentBytesMax: 64 * 1024 },
    clock: { ...systemClock, nowNs: () => testStartNs },
    commitIntervalMs: 0,
    packBytesMin: 0,
  };
}
