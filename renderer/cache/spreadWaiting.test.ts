import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadWaiting } from './spreadWaiting.js';

const segment = (oldestMs: number, lengthMs: number, remaining: number) => ({
  segment: 1,
  bytes: 1,
  records: remaining,
  remaining,
  open: false,
  oldestMs,
  newestMs: oldestMs + lengthMs,
});

describe('spreadWaiting', () => {
  it('says nothing when nothing waits', () => {
    expect(spreadWaiting([segment(0, 10, 0)], 10)).toBeNull();
  });
  it('keeps the sum', () => {
    const any = fc.tuple(fc.nat(1_000_000), fc.nat(100_000), fc.integer({ min: 1, max: 5000 }));
    fc.assert(
      fc.property(
        fc.array(any, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 200 }),
        (parts, columns) => {
          const segments = parts.map(([oldest, length, count]) => segment(oldest, length, count));
          const sum = spreadWaiting(segments, columns)?.counts.reduce((total, count) => total + count, 0) ?? 0;
          const wanted = parts.reduce((total, [, , count]) => total + count, 0);
          expect(sum).toBeCloseTo(wanted, 3);
        },
      ),
    );
  });
});
