import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../model/Record.js';
import { MetricWindow, seriesKey } from './MetricWindow.js';
import { type Threshold, ThresholdWatch } from './ThresholdWatch.js';

const series = { key: 'k', name: 'cpu', unit: 'Percent', dimensions: [] };

function watchOf(threshold: Threshold): { watch: ThresholdWatch; take: (...values: readonly number[]) => void } {
  const watch = new ThresholdWatch();
  watch.set(new Map([['k', threshold]]));
  let stampMs = 0;
  const take = (...values: readonly number[]): void => {
    for (const value of values) watch.take(series, { stampMs: (stampMs += 1000), value });
  };
  return { watch, take };
}

describe('ThresholdWatch', () => {
  it('raises one alarm for one crossing, keeps the worst value, and keeps it listed when it is over', () => {
    const { watch, take } = watchOf({ above: 90, below: null });
    take(50, 90);
    expect(watch.list()).toEqual([]);
    take(91, 97, 92, 40);
    expect(watch.list()).toEqual([{ ...series, side: 'above', threshold: 90, sinceMs: 3000, worst: 97, isOver: true }]);
    take(95);
    expect(watch.list()).toMatchObject([{ sinceMs: 7000, worst: 95, isOver: false }]);
  });
  it('knows both sides', () => {
    const { watch, take } = watchOf({ above: 90, below: 10 });
    take(5, 3);
    expect(watch.list()).toMatchObject([{ side: 'below', threshold: 10, worst: 3, isOver: false }]);
    take(99);
    expect(watch.list()).toMatchObject([{ side: 'above', threshold: 90, worst: 99, isOver: false }]);
  });
  it('forgets an alarm whose threshold was changed or taken away, and no other', () => {
    const { watch, take } = watchOf({ above: 90, below: null });
    take(99);
    watch.set(new Map([['k', { above: 90, below: 1 }]]));
    expect(watch.list()).toHaveLength(1);
    watch.set(new Map([['k', { above: 95, below: 1 }]]));
    expect(watch.list()).toEqual([]);
  });
});

it('a window judges every sample, also of a series that has no place in it', () => {
  const metrics = new MetricWindow(1, 2);
  const record = (name: string, value: number): MetricRecord => ({
    ...{ kind: 'metric', stampNs: 5_000_000n, receivedNs: 5_000_000n, topic: '/metrics' },
    ...{ name, unit: 'percent', value, dimensions: [] },
  });
  metrics.thresholds.set(new Map([[seriesKey(record('left out', 0)), { above: 1, below: null }]]));
  for (const name of ['first', 'left out']) for (const value of [0, 2, 0]) metrics.add(record(name, value));
  expect(metrics.thresholds.list()).toMatchObject([{ name: 'left out', unit: 'Percent', sinceMs: 5, worst: 2 }]);
});
