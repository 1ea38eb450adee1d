import { expect, test } from 'vitest';
import { Pace } from './Pace.js';

/** Asks as fast as it may for so long; how many requests that were. Each takes a little. */
function ask(pace: Pace, fromMs: number, durationMs: number, requestMs = 10): number {
  let asked = 0;
  let nowMs = fromMs;
  while (nowMs < fromMs + durationMs) {
    const waitMs = pace.waitMs(nowMs);
    if (waitMs > 0) {
      nowMs += waitMs;
      continue;
    }
    pace.began(nowMs);
    asked += 1;
    nowMs += requestMs;
  }
  return asked;
}

test('there is no limit before anything was throttled', () => {
  expect(ask(new Pace(), 0, 1_000)).toBe(100);
});

test('a throttle halves what was asked, and what goes through lets it grow again', () => {
  const pace = new Pace();
  ask(pace, 0, 10_000);
  pace.throttled(10_000);
  expect(pace.limitPerSecond(10_000)).toBeCloseTo(50, 0);
  const asked = ask(pace, 10_000, 2_000);
  expect(asked).toBeGreaterThan(95);
  expect(asked).toBeLessThan(105);
  pace.throttled(12_000);
  const limit = pace.limitPerSecond(12_000);
  expect(limit).toBeLessThanOrEqual(25);
  pace.succeeded(12_000);
  expect(pace.limitPerSecond(12_000)).toBeCloseTo(limit + 0.5);
});

test('never stops altogether, and forgets a throttle of long ago', () => {
  const pace = new Pace();
  for (let round = 0; round < 30; round++) {
    pace.began(round * 100);
    pace.throttled(round * 100);
  }
  expect(pace.limitPerSecond(3_000)).toBe(1);
  expect(pace.waitMs(3_000)).toBeGreaterThan(0);
  expect(pace.waitMs(3_000)).toBeLessThanOrEqual(5_000);
  expect(ask(pace, 10_000, 10_000)).toBeGreaterThanOrEqual(10);
  expect(pace.waitMs(400_000)).toBe(0);
  expect(pace.limitPerSecond(400_000)).toBe(Infinity);
});
