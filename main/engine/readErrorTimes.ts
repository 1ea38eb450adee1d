import { type CallOutput, errorTimesMax } from '../contract/calls.js';
import type { CacheReader } from '../seams/Cache.js';
import { nanosecondsOf } from '../model/nanosecondsOf.js';

/**
 * When the lines of ERROR and worse on disk were written (`stampMs`), from `sinceMs` to `untilMs` (excluded): for marks on charts.
 * @param timesMax so many of those that came last
 */
export async function readErrorTimes(
  cache: Pick<CacheReader, 'read'>,
  wanted: { readonly sinceMs: number; readonly untilMs: number },
  timesMax: number = errorTimesMax,
): Promise<CallOutput<'logs.errorTimes'>> {
  const timesMs: number[] = [];
  const filter = {
    kind: 'log',
    severityMin: 'ERROR',
    sinceNs: nanosecondsOf(wanted.sinceMs),
    untilNs: nanosecondsOf(wanted.untilMs),
  } as const;
  let complete = true;
  for await (const { record } of cache.read(filter, 'newest')) {
    complete = timesMs.length < timesMax;
    if (!complete) break;
    timesMs.push(Number(record.stampNs / 1000n) / 1000);
  }
  return { timesMs: timesMs.sort((left, right) => left - right), complete };
}
