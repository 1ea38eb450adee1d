import { expect, test } from 'vitest';
import { ClockSkew } from './ClockSkew.js';
import { ManualClock } from './ManualClock.test-support.js';

const startMs = Date.parse('2026-11-30T12:00:00Z');

function skewOf(date: string | undefined, tookMs: number): number | null {
  let nowMs = startMs;
  const skew = new ClockSkew({
    nowNs: () => BigInt(nowMs) * 1_000_000n,
    monotonicMs: () => nowMs,
    after: () => () => undefined,
  });
  const sentAtMs = skew.nowMs();
  nowMs += tookMs;
  skew.answered(date, sentAtMs);
  return skew.aheadMs;
}

test.each([
  ['the same second', 'Mon, 30 Nov 2026 12:00:00 GMT', 40, 0],
  ['a second that has just passed', 'Mon, 30 Nov 2026 11:59:59 GMT', 40, 0],
  ['a time within a slow answer', 'Mon, 30 Nov 2026 12:00:07 GMT', 15_000, 0],
  ['an hour before', 'Mon, 30 Nov 2026 11:00:00 GMT', 100, 3_599_550],
  ['an hour after', 'Mon, 30 Nov 2026 13:00:00 GMT', 100, -3_600_450],
  ['no time', undefined, 100, null],
  ['nonsense', 'soon', 100, null],
  ['an hour before, after an age', 'Mon, 30 Nov 2026 11:00:00 GMT', 60_000, null],
])('%s', (_, date, tookMs, aheadMs) => {
  expect(skewOf(date, tookMs)).toBe(aheadMs);
});

test('the last answer counts: a clock that was set right is known to be right', async () => {
  const clock = new ManualClock(BigInt(startMs) * 1_000_000n);
  const skew = new ClockSkew(clock);
  skew.answered('Mon, 30 Nov 2026 11:00:00 GMT', skew.nowMs());
  expect(skew.aheadMs).toBeGreaterThan(3_000_000);
  await clock.advance(1_000);
  skew.answered('Mon, 30 Nov 2026 12:00:01 GMT', skew.nowMs());
  expect(skew.aheadMs).toBe(0);
});
