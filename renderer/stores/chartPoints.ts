import type { Series } from './Series.js';

/** What uPlot draws: seconds since the epoch, and values with null where there is a gap. */
export interface ChartPoints {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/**
 * The samples of a time range, thinned to about `pointsMax` points without losing a peak (least and greatest value of each
 * column), and with a null wherever the robot was silent for longer than `gapPeriods` of the series' own periods.
 */
export function chartPoints(series: Series, fromMs: number, untilMs: number, pointsMax: number): ChartPoints {
  const { times, values } = series.between(fromMs, untilMs);
  const gapMs = Math.max(gapMsMin, (series.periodMs ?? Infinity) * gapPeriods);
  const perColumn = Math.ceil(times.length / Math.max(1, pointsMax / 2));
  const x: number[] = [];
  const y: (number | null)[] = [];
  const push = (index: number): void => {
    const value = values[index] ?? 0;
    x.push((times[index] ?? 0) / 1000);
    y.push(Number.isFinite(value) ? value : null);
  };
  for (let start = 0; start < times.length;) {
    const end = columnEnd(times, start, Math.min(times.length, start + perColumn), gapMs);
    if (end - start <= 2) {
      for (let index = start; index < end; index += 1) push(index);
    } else {
      const [low, high] = extremes(values, start, end);
      push(Math.min(low, high));
      if (low !== high) push(Math.max(low, high));
    }
    const lastMs = times[end - 1] ?? 0;
    if (end < times.length && (times[end] ?? 0) - lastMs > gapMs) {
      x.push((lastMs + (times[end] ?? 0)) / 2000);
      y.push(null);
    }
    start = end;
  }
  return { x, y };
}

/** A column ends at its limit or before a silence, so that thinning never bridges a gap. */
function columnEnd(times: Float64Array, start: number, limit: number, gapMs: number): number {
  for (let index = start + 1; index < limit; index += 1) {
    if ((times[index] ?? 0) - (times[index - 1] ?? 0) > gapMs) return index;
  }
  return limit;
}

function extremes(values: Float64Array, start: number, end: number): [low: number, high: number] {
  let low = start;
  let high = start;
  for (let index = start + 1; index < end; index += 1) {
    const value = values[index] ?? 0;
    if (value < (values[low] ?? 0)) low = index;
    if (value > (values[high] ?? 0)) high = index;
  }
  return [low, high];
}

export const gapPeriods = 3.5;
const gapMsMin = 1500;
