import type { SeriesShape } from '../../main/contract/bridge.js';
import { gapMsOf, SampleColumns } from '../../main/model/SampleColumns.js';
import { longColumnMs, type Series } from './Series.js';
import { ShapedSamples } from './ShapedSamples.js';

export interface ColumnsWanted {
  readonly fromMs: number;
  readonly untilMs: number;
  /** 0 gives every sample that is in memory a column of its own. */
  readonly columnMs: number;
  readonly shape?: SeriesShape;
  /** What was read back from disk for this series, or null. */
  readonly history?: SampleColumns | null;
}

/**
 * A series between two times (and one step beyond, so that lines reach the edges), thinned to columns. Taken from the finest that
 * there is: samples in memory, then what was read back from disk, then the long memory.
 */
export function seriesColumns(series: Series, wanted: ColumnsWanted): SampleColumns {
  const { fromMs, untilMs, columnMs, shape = 'value', history = null } = wanted;
  // Of a series that is on disk only, the disk knows the period.
  const gapMs = series.periodMs === null && history !== null ? history.gapMs : gapMsOf(series.periodMs);
  const columns = new SampleColumns(columnMs, gapMs);
  const into = shape === 'value' ? columns : new ShapedSamples(shape, columns);
  const samplesFromMs = columnMs >= longColumnMs / 2 ? Infinity : (series.firstMs ?? Infinity);
  let reachedMs = fromMs;
  const take = (source: SampleColumns, endMs: number): void => {
    for (let index = Math.max(0, source.indexAt(reachedMs) - 1); index < source.length; index += 1) {
      if (source.firstMsAt(index) >= endMs) break;
      if (source.lastMsAt(index) < reachedMs && columns.length > 0) continue;
      into.addColumn(source, index);
      if (source.firstMsAt(index) > untilMs) break;
    }
  };
  if (history !== null && history.length > 0) {
    const longFromMs = series.long.length > 0 ? series.long.firstMsAt(0) : Infinity;
    const end = Math.min(samplesFromMs, history.columnMs < longColumnMs ? Infinity : longFromMs);
    const historyEndMs = history.lastMsAt(history.length - 1);
    if (history.firstMsAt(0) > reachedMs && longFromMs < history.firstMsAt(0))
      take(series.long, Math.min(end, history.firstMsAt(0)));
    take(history, end);
    reachedMs = Math.max(reachedMs, Math.min(end, historyEndMs + 0.001));
  }
  if (reachedMs < samplesFromMs) take(series.long, samplesFromMs);
  if (samplesFromMs === Infinity) return columns;
  const { times, values } = series.between(Math.max(reachedMs, samplesFromMs), untilMs);
  for (let index = 0; index < times.length; index += 1) into.add(times[index] ?? 0, values[index] ?? 0);
  return columns;
}
