import type { SampleColumns } from '../../main/model/SampleColumns.js';
import type { Series } from './Series.js';
import { type ColumnsWanted, seriesColumns } from './seriesColumns.js';

/** What uPlot draws: seconds since the epoch, and values with null where there is a gap. */
export interface ChartPoints {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** The samples of a time range, thinned to at most `pointsMax` points without losing a peak, with a null in each silence. */
export function chartPoints(series: Series, fromMs: number, untilMs: number, pointsMax: number): ChartPoints {
  return pointsOf(seriesColumns(series, { fromMs, untilMs, columnMs: columnMsFor(untilMs - fromMs, pointsMax / 2) }));
}

/** Least and greatest value of each column in the order they came, and a null in the middle of each silence. */
export function pointsOf(columns: SampleColumns): ChartPoints {
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (let index = 0; index < columns.length; index += 1) {
    const low = columns.lowAt(index);
    const lowMs = columns.lowMsAt(index);
    const highMs = columns.highMsAt(index);
    if (!Number.isFinite(low)) {
      x.push(lowMs / 1000);
      y.push(null);
      continue;
    }
    if (index > 0 && columns.firstMsAt(index) - columns.lastMsAt(index - 1) > columns.gapMs) {
      x.push((columns.lastMsAt(index - 1) + columns.firstMsAt(index)) / 2000);
      y.push(null);
    }
    const [firstMs, first, secondMs, second] =
      lowMs <= highMs ? [lowMs, low, highMs, columns.highAt(index)] : [highMs, columns.highAt(index), lowMs, low];
    x.push(firstMs / 1000);
    y.push(first);
    if (secondMs > firstMs) {
      x.push(secondMs / 1000);
      y.push(second);
    }
  }
  return { x, y };
}

/**
 * Width of the columns that divide a time into about `columns`: a round number, so that columns do not change while the time
 * moves. 0 while every sample can have its own.
 */
export function columnMsFor(spanMs: number, columns: number): number {
  const wanted = spanMs / Math.max(1, columns);
  return columnSteps.find((step) => step >= wanted) ?? Math.ceil(wanted / 3_600_000) * 3_600_000;
}

const columnSteps = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
];

export interface RangeStatistics {
  readonly samples: number;
  readonly least: number;
  readonly mean: number;
  readonly greatest: number;
  readonly first: number;
  readonly last: number;
}

/** Of the samples between two times; null when there are none. */
export function statisticsOf(columns: SampleColumns, fromMs: number, untilMs: number): RangeStatistics | null {
  let samples = 0;
  let sum = 0;
  let least = Infinity;
  let greatest = -Infinity;
  let first = NaN;
  let last = NaN;
  for (let index = columns.indexAt(fromMs); index < columns.length; index += 1) {
    if (columns.firstMsAt(index) > untilMs) break;
    const low = columns.lowAt(index);
    if (!Number.isFinite(low)) continue;
    const mean = columns.meanAt(index);
    const count = columns.countAt(index);
    if (samples === 0) first = mean;
    last = mean;
    samples += count;
    sum += mean * count;
    least = Math.min(least, low);
    greatest = Math.max(greatest, columns.highAt(index));
  }
  return samples === 0 ? null : { samples, least, mean: sum / samples, greatest, first, last };
}

/** Silences between two times: where a chart draws nothing. */
export function countGaps(columns: SampleColumns, fromMs: number, untilMs: number): number {
  let gaps = 0;
  for (let index = Math.max(1, columns.indexAt(fromMs)); index < columns.length; index += 1) {
    const beginMs = columns.firstMsAt(index);
    if (beginMs > untilMs) break;
    if (beginMs - columns.lastMsAt(index - 1) > columns.gapMs) gaps += 1;
  }
  return gaps;
}

export type { ColumnsWanted };
export { gapPeriods } from '../../main/model/SampleColumns.js';
