import { expect, test } from 'vitest';
import { preciseWallClock } from '../model/preciseWallClock.js';
import { systemClock } from '../seams/Clock.js';

const startMs = Date.UTC(2026, 11, 1, 12);

function clocks(): {
  nowMs: () => number;
  pass: (ms: number) => void;
  set: (ms: number) => void;
  sleep: (ms: number) => void;
} {
  let wallMs = startMs + 0.25;
  let monotonicMs = 0;
  const nowNs = preciseWallClock(
    () => Math.floor(wallMs),
    () => monotonicMs,
    startMs + 0.25,
  );
  return {
    nowMs: () => Number(nowNs() / 1000n) / 1000 - startMs,
    pass: (ms) => {
      wallMs += ms;
      monotonicMs += ms;
    },
    set: (ms) => {
      wallMs = startMs + ms;
    },
    sleep: (ms) => {
      wallMs += ms;
    },
  };
}

test('it has microseconds', () => {
  const { nowMs, pass } = clocks();
  expect(nowMs()).toBeCloseTo(0.25, 3);
  pass(0.125);
  expect(nowMs()).toBeCloseTo(0.375, 3);
  pass(86_400_000);
  expect(nowMs()).toBeCloseTo(86_400_000.375, 3);
});

test('an hour with the lid closed has passed', () => {
  const { nowMs, pass, sleep } = clocks();
  pass(1000);
  sleep(3_600_000);
  expect(Math.abs(nowMs() - 3_601_000.25)).toBeLessThanOrEqual(1);
  pass(0.5);
  expect(Math.abs(nowMs() - 3_601_000.75)).toBeLessThanOrEqual(1);
});

test('it follows a clock that is set, forward and back', () => {
  const { nowMs, set } = clocks();
  for (const ms of [7_200_000, -86_400_000, 40]) {
    set(ms);
    expect(Math.abs(nowMs() - ms)).toBeLessThanOrEqual(1);
  }
});

test('the system\u2019s clock is that of Date', () => {
  const before = Date.now();
  const now = Number(systemClock.nowNs() / 1_000_000n);
  expect(now).toBeGreaterThanOrEqual(before - 6);
  expect(now).toBeLessThanOrEqual(Date.now() + 6);
});
