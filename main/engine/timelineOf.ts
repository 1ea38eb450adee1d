import type { CallOutput } from '../contract/calls.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { TetherRecord } from '../model/Record.js';
import type { CacheReader } from '../seams/Cache.js';

/** More records than this are not read for a picture. */
export const timelineRecordsMax = 300_000;

type Layer = 'quiet' | 'warn' | 'error' | 'metric';

/**
 * What the filter lets through over the robot's time, in equal steps, by reading it. `steps` is null when that is too much
 * to read for a picture, and when nothing is there. Ends early when aborted.
 */
export async function timelineOf(
  cache: CacheReader,
  filter: RecordFilter,
  columns: number,
  signal: AbortSignal,
): Promise<CallOutput<'cache.timeline'>> {
  const empty = { fromMs: 0, untilMs: 0, steps: null };
  if ((await recordsIn(cache, filter)) > timelineRecordsMax) return { ...empty, tooMany: true };
  const stamps: number[] = [];
  const layers: Layer[] = [];
  for await (const { record } of cache.read(filter, 'oldest')) {
    if (signal.aborted) break;
    if (stamps.length === timelineRecordsMax) return { ...empty, tooMany: true };
    stamps.push(Number(record.stampNs / 1_000_000n));
    layers.push(layerOf(record));
  }
  if (stamps.length === 0) return { ...empty, tooMany: false };
  const { fromMs, untilMs } = spanOf(stamps);
  const stepMs = (untilMs - fromMs) / columns;
  const steps = Array.from({ length: columns }, () => ({ quiet: 0, warn: 0, error: 0, metric: 0 }));
  for (const [index, stampMs] of stamps.entries()) {
    const step = steps[Math.min(columns - 1, Math.floor((stampMs - fromMs) / stepMs))];
    const layer = layers[index];
    // What is older than the span stands at its beginning: a clock that was not set must not stretch the picture to 1970.
    if (layer === undefined) continue;
    const place = step ?? steps[0];
    if (place !== undefined) place[layer] += 1;
  }
  return { fromMs, untilMs, steps, tooMany: false };
}

/** From the sums, without what would have to be read to be known. */
async function recordsIn(cache: CacheReader, filter: RecordFilter): Promise<number> {
  if (filter.text !== undefined || filter.regex !== undefined) return 0;
  const groups = await cache.pending(filter);
  return groups.reduce((sum, { records }) => sum + records, 0);
}

/** Older than this before the newest is not what a person looks for over time. */
const spanMsMax = 31 * 24 * 3_600_000;

function spanOf(stamps: readonly number[]): { readonly fromMs: number; readonly untilMs: number } {
  let newest = Number.NEGATIVE_INFINITY;
  for (const stamp of stamps) newest = Math.max(newest, stamp);
  let oldest = newest;
  for (const stamp of stamps) if (stamp >= newest - spanMsMax) oldest = Math.min(oldest, stamp);
  return { fromMs: oldest, untilMs: Math.max(newest + 1, oldest + 1) };
}

function layerOf(record: TetherRecord): Layer {
  if (record.kind === 'metric') return 'metric';
  switch (record.severity) {
    case 'DEBUG':
    case 'INFO':
      return 'quiet';
    case 'WARN':
      return 'warn';
    case 'ERROR':
    case 'FATAL':
      return 'error';
  }
}
