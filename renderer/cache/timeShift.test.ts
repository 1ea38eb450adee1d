import { describe, expect, it, test } from 'vitest';
import { acceptanceOf, inUnits, localInputOf, msOfLocalInput } from './timeShift.js';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 30, 12);

describe('whether CloudWatch would take the times', () => {
  const span = { oldestMs: nowMs - 30 * dayMs, newestMs: nowMs - 20 * dayMs };
  test.each([
    [0, 'too-old'],
    [16 * dayMs - 1, 'too-old'],
    [16 * dayMs, 'all'],
    [20 * dayMs + 7_200_000, 'all'],
    [20 * dayMs + 7_200_001, 'ahead'],
  ] as const)('moved by %i ms: %s', (shiftMs, answer) => {
    expect(acceptanceOf(span, shiftMs, nowMs)).toBe(answer);
  });

  it('says first what lies ahead: that would come too late to be noticed', () => {
    expect(acceptanceOf({ oldestMs: 0, newestMs: nowMs }, 3 * 3_600_000, nowMs)).toBe('ahead');
  });
});

test.each([
  [2 * dayMs, { amount: 2, unit: 'days' }],
  [-36 * 3_600_000, { amount: -36, unit: 'hours' }],
  [90_000, { amount: 90, unit: 'seconds' }],
  [120_000, { amount: 2, unit: 'minutes' }],
  [1_234, { amount: 1.234, unit: 'seconds' }],
  [0, { amount: 0, unit: 'seconds' }],
])('%i ms in units', (shiftMs, parts) => {
  expect(inUnits(shiftMs)).toEqual(parts);
});

test('a time goes into the input and comes back the same', () => {
  const timeMs = new Date(2026, 1, 3, 4, 5, 6, 7).getTime();
  expect(localInputOf(timeMs)).toBe('2026-02-03T04:05:06.007');
  expect(msOfLocalInput(localInputOf(timeMs))).toBe(timeMs);
  expect(msOfLocalInput('')).toBeNull();
  expect(msOfLocalInput('2026-02-31')).toBeNull();
});
