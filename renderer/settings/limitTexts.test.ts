import { describe, expect, test } from 'vitest';
import { limitTextOf, readLimits } from './limitTexts.js';

describe('limits as texts', () => {
  test.each([
    ['', null],
    ['10 GB', 10 * 2 ** 30],
    ['1.5GB', 1.5 * 2 ** 30],
    ['64 mb', 64 * 2 ** 20],
  ])('%j', (cachesText, cachesBytesMax) => {
    expect(readLimits({ cachesText, freeText: '' })).toEqual({
      limits: { cachesBytesMax, diskFreeBytesMin: null },
      cachesProblem: null,
      freeProblem: null,
    });
  });

  test.each([
    ['63 MB', /At least 64 MB/],
    ['many', /Write a size/],
    ['-5 GB', /At least/],
    ['9999999999 TB', /No disk/],
  ])('%j is refused', (cachesText, words) => {
    const read = readLimits({ cachesText, freeText: '' });
    expect(read.limits).toBeNull();
    expect(read.cachesProblem).toMatch(words);
  });

  test('nothing may be kept free', () => {
    expect(readLimits({ cachesText: '', freeText: '0' }).limits).toEqual({ cachesBytesMax: null, diskFreeBytesMin: 0 });
  });

  test.each([null, 64 * 2 ** 20, 10 * 2 ** 30, 0, 1.5 * 2 ** 30])('%j there and back', (bytes) => {
    expect(readLimits({ cachesText: '', freeText: limitTextOf(bytes) }).limits?.diskFreeBytesMin).toBe(bytes);
  });
});
