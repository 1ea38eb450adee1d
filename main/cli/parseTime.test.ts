import { expect, test } from 'vitest';
import { parseTime } from './parseTime.js';

const noon = new Date(2026, 2, 4, 12, 0, 0).getTime();

test.each([
  ['now', noon],
  ['10m', noon - 600_000],
  ['90s', noon - 90_000],
  ['1.5h', noon - 5_400_000],
  ['3d', noon - 3 * 86_400_000],
  ['2h ago', noon - 7_200_000],
  ['1w', noon - 7 * 86_400_000],
  ['11:30', new Date(2026, 2, 4, 11, 30).getTime()],
  ['12:00', noon],
  ['13:00', new Date(2026, 2, 3, 13, 0).getTime()],
  ['00:00:01', new Date(2026, 2, 4, 0, 0, 1).getTime()],
  ['2026-01-31T14:05:00Z', Date.UTC(2026, 0, 31, 14, 5)],
  ['2026-01-31T14:05:00.250+02:00', Date.UTC(2026, 0, 31, 12, 5, 0, 250)],
  ['2026-01-31T14:05', new Date(2026, 0, 31, 14, 5).getTime()],
  ['2026-01-31 14:05', new Date(2026, 0, 31, 14, 5).getTime()],
  ['2026-01-31', new Date(2026, 0, 31).getTime()],
])('%s', (text, ms) => {
  expect(parseTime(text, noon)).toBe(ms);
});

test.each([
  '',
  'yesterday',
  '24:00',
  '12:60',
  '10',
  '10y',
  '-5m',
  '2026-13-01',
  '2026-02-30',
  '2026-01-31T25:00',
  '1e9h',
])('no time: %s', (text) => {
  expect(parseTime(text, noon)).toBeNull();
});
