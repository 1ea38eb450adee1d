import { expect, it } from 'vitest';
import { SequenceWatch, stepMax } from './SequenceWatch.js';

it('counts what is missing between two messages of one publisher', () => {
  const watch = new SequenceWatch();
  expect([7, 8, 12, 13].map((sequence) => watch.missingBefore('/a', sequence))).toEqual([0, 0, 3, 0]);
  expect(watch.missingBefore('/b', 500)).toBe(0);
});

it('counts over the end of 32 bits', () => {
  const watch = new SequenceWatch();
  watch.missingBefore('/a', 2 ** 32 - 2);
  expect(watch.missingBefore('/a', 1)).toBe(2);
});

it('takes a step back, a repetition and a huge step for a publisher that was started again', () => {
  const watch = new SequenceWatch();
  watch.missingBefore('/a', 100);
  expect([0, 1, 1, 2 + stepMax].map((sequence) => watch.missingBefore('/a', sequence))).toEqual([0, 0, 0, 0]);
  expect(watch.missingBefore('/a', 4 + stepMax)).toBe(1);
});

it('begins anew after a new connection', () => {
  const watch = new SequenceWatch();
  watch.missingBefore('/a', 1);
  watch.forget('/a');
  expect(watch.missingBefore('/a', 50)).toBe(0);
});
