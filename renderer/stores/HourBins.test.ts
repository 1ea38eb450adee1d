import { expect, test } from 'vitest';
import { HourBins } from './HourBins.js';

const hourMs = 3_600_000;
const hours = (...counts: readonly (readonly [hour: number, records: number])[]) =>
  counts.map(([hour, records]) => ({ hourMs: hour * hourMs, records }));

test('counts lines of whole hours by how bad they are', () => {
  const bins = new HourBins(hours([10, 100], [12, 7]), hours([10, 20]), hours([10, 5], [12, 7]));
  expect([bins.oldestSecond, bins.newestSecond]).toEqual([10 * 3600, 13 * 3600 - 1]);
  const sums = new Uint32Array(6);
  bins.sum(10 * 3600, 11 * 3600, sums);
  expect([...sums]).toEqual([0, 75, 20, 5, 0, 0]);
  bins.sum(9 * 3600, 14 * 3600, sums);
  expect([...sums]).toEqual([0, 75, 20, 12, 0, 0]);
});

test('leaves out what a clock that was not set wrote, and knows when there is nothing', () => {
  const bins = new HourBins(hours([0, 50], [500_000, 3]), [], []);
  expect(bins.oldestSecond).toBe(500_000 * 3600);
  expect([new HourBins([], [], []).isEmpty, bins.isEmpty]).toEqual([true, false]);
});
