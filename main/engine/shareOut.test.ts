import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SharedCache, shareOut } from './shareOut.js';

const megabyte = 2 ** 20;
const holding = (megabytes: number, heldMegabytes = 0): SharedCache => ({
  ...{ bytes: megabytes * megabyte, heldBytes: heldMegabytes * megabyte, segmentBytesMax: megabyte },
});
const shares = (limit: number, elsewhere: number, caches: readonly SharedCache[]): number[] =>
  shareOut(limit * megabyte, elsewhere * megabyte, caches).map(({ bytesMax }) => bytesMax / megabyte);

describe('with room for all', () => {
  test('each may grow by a step and its part of what is free', () => {
    // Two caches of 3 MB steps: 12 MB stay free, and 1000 - 300 - 12 are parted.
    expect(shares(1000, 0, [holding(100), holding(200)])).toEqual([100 + 3 + 344, 200 + 3 + 344]);
  });

  test('what others hold is not theirs', () => {
    expect(shares(1000, 600, [holding(100)])).toEqual([100 + 3 + 294]);
  });

  test('what one alone could come to is told', () => {
    const [one, two] = shareOut(1000 * megabyte, 0, [holding(100), holding(200)]);
    expect([one?.reachableBytes, two?.reachableBytes]).toEqual([788 * megabyte, 888 * megabyte]);
  });
});

describe('with none left', () => {
  test('the largest gives, the others go on', () => {
    // 1000 used of 1000, and 12 MB are to be free.
    expect(shares(1000, 0, [holding(100), holding(900)])).toEqual([103, 888]);
  });

  test('the largest give down to one level', () => {
    // 800 used of 700, and 18 MB are to be free: 118 go.
    expect(shares(700, 0, [holding(390), holding(400), holding(10)])).toEqual([336, 336, 13]);
  });

  test('what is held back goes last', () => {
    expect(shares(1000, 0, [holding(100), holding(900, 900)])).toEqual([88, 903]);
    expect(shares(500, 0, [holding(100), holding(900, 900)])).toEqual([103, 388]);
  });

  test('when others hold it all, each keeps a step', () => {
    expect(shares(1000, 2000, [holding(100), holding(2)])).toEqual([3, 3]);
  });
});

test('no caches, no shares', () => {
  expect(shareOut(1000, 0, [])).toEqual([]);
});

const anyCache = fc
  .record({
    bytes: fc.nat(2 ** 34),
    held: fc.double({ min: 0, max: 1, noNaN: true }),
    segmentBytesMax: fc.integer({ min: 65_536, max: 2 ** 26 }),
  })
  .map(({ bytes, held, segmentBytesMax }) => ({ bytes, heldBytes: Math.floor(bytes * held), segmentBytesMax }));

test('together they never exceed the limit once the largest have given, and none gives while all fit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2 ** 26, max: 2 ** 36 }),
      fc.nat(2 ** 33),
      fc.array(anyCache, { minLength: 1, maxLength: 12 }),
      (limit, elsewhere, caches) => {
        const given = shareOut(limit, elsewhere, caches);
        const total = given.reduce((sum, { bytesMax }) => sum + bytesMax, elsewhere);
        const steps = caches.reduce(
          (sum, { segmentBytesMax }) => sum + Math.min(3 * segmentBytesMax, limit / 8 / caches.length),
          0,
        );
        // Others alone may leave too little: then each has a step all the same.
        expect(total).toBeLessThanOrEqual(Math.max(limit, elsewhere + steps) + 1);
        const used = caches.reduce((sum, { bytes }) => sum + bytes, elsewhere);
        if (used + 2 * steps <= limit)
          for (const [index, { bytesMax }] of given.entries())
            expect(bytesMax).toBeGreaterThan(caches[index]?.bytes ?? 0);
      },
    ),
  );
});

test('a cache that grows without end leaves a small one alone, and the limit holds at each step', () => {
  const limit = 200 * megabyte;
  let [small, large] = [5 * megabyte, 0];
  for (let round = 0; round < 500; round += 1) {
    const [a, b] = shareOut(limit, 0, [
      { ...holding(0), bytes: small },
      { ...holding(0), bytes: large },
    ]);
    small = Math.min(a?.bytesMax ?? 0, small + (round % 10 === 0 ? 1000 : 0));
    large = Math.min(b?.bytesMax ?? 0, large + 2 * megabyte);
    expect(small + large).toBeLessThanOrEqual(limit);
  }
  expect(small).toBe(5 * megabyte + 50_000);
  expect(large).toBeGreaterThan(180 * megabyte);
});
