import type { MetricPoint } from './MetricStore.js';

/** What CloudWatch can say of the points of one period. */
export interface Aggregate {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Raw values with their counts; undefined where a statistic set took them away or one is negative. */
  readonly raw: readonly (readonly [value: number, count: number])[] | undefined;
}

/** Percentile names: p0 to p100, up to ten decimals ("CloudWatch statistics definitions", user guide). */
const PERCENTILE = /^p(\d{1,3}(?:\.\d{1,10})?)$/;

export type StatisticReader = (aggregate: Aggregate) => number | undefined;

const SIMPLE_STATISTICS: ReadonlyMap<string, StatisticReader> = new Map<string, StatisticReader>([
  ['SampleCount', (aggregate) => aggregate.sampleCount],
  ['Sum', (aggregate) => aggregate.sum],
  ['Average', (aggregate) => (aggregate.sampleCount === 0 ? undefined : aggregate.sum / aggregate.sampleCount)],
  ['Minimum', (aggregate) => aggregate.minimum],
  ['Maximum', (aggregate) => aggregate.maximum],
]);

export function simpleStatistic(name: string): StatisticReader | undefined {
  return SIMPLE_STATISTICS.get(name);
}

export function percentileStatistic(name: string): StatisticReader | undefined {
  const percent = Number(PERCENTILE.exec(name)?.[1] ?? Number.NaN);
  if (!(percent >= 0 && percent <= 100)) return undefined;
  return (aggregate) => percentile(aggregate, percent);
}

export function aggregatePoints(points: readonly MetricPoint[]): Aggregate {
  let sampleCount = 0;
  let sum = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let whole = true;
  const raw: (readonly [number, number])[] = [];
  const take = (value: number, count: number): void => {
    sampleCount += count;
    sum += value * count;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    if (value < 0) whole = false;
    raw.push([value, count]);
  };
  for (const { observation } of points) {
    switch (observation.kind) {
      case 'value':
        take(observation.value, 1);
        break;
      case 'distribution':
        for (const [index, value] of observation.values.entries()) take(value, observation.counts[index] ?? 1);
        break;
      case 'statistics': {
        // PutMetricData reference: percentiles survive a statistic set only where all its samples are equal.
        const { minimum: low, maximum: high, sampleCount: samples } = observation;
        if (low === high && observation.sum === low * samples) take(low, samples);
        else {
          whole = false;
          sampleCount += samples;
          sum += observation.sum;
          minimum = Math.min(minimum, low);
          maximum = Math.max(maximum, high);
        }
        break;
      }
    }
  }
  return { sampleCount, sum, minimum, maximum, raw: whole ? raw : undefined };
}

/** Nearest rank over weighted values. CloudWatch estimates from a sketch, so its figure can differ a little. */
function percentile(aggregate: Aggregate, percent: number): number | undefined {
  if (aggregate.raw === undefined) return undefined;
  const sorted = [...aggregate.raw].sort((a, b) => a[0] - b[0]);
  const rank = (percent / 100) * aggregate.sampleCount;
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= rank) return value;
  }
  return sorted.at(-1)?.[0];
}

export interface Period {
  readonly startMs: number;
  readonly points: readonly MetricPoint[];
}

/** Points of `[startMs, endMs)` cut into periods that count from `startMs`. Empty periods are left out. */
export function cutIntoPeriods(
  points: readonly MetricPoint[],
  startMs: number,
  endMs: number,
  periodMs: number,
): readonly Period[] {
  const periods: { startMs: number; points: MetricPoint[] }[] = [];
  for (let index = firstIndexAt(points, startMs); index < points.length; index += 1) {
    const point = points[index];
    if (point === undefined || point.timestampMs >= endMs) break;
    const periodStartMs = startMs + Math.floor((point.timestampMs - startMs) / periodMs) * periodMs;
    const last = periods.at(-1);
    if (last?.startMs === periodStartMs) last.points.push(point);
    else periods.push({ startMs: periodStartMs, points: [point] });
  }
  return periods;
}

function firstIndexAt(points: readonly MetricPoint[], timestampMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.timestampMs ?? 0) < timestampMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
