import { expect, test } from 'vitest';
import { parseShift } from './parseShift.js';

const yearMs = 365 * 86_400_000;

test.each([
  ['90s', 90_000],
  ['+2h', 7_200_000],
  ['-3d', -259_200_000],
  ['-1h30m', -5_400_000],
  ['250ms', 250],
  ['0.5s', 500],
])('%s', (text, ms) => {
  expect(parseShift(text, yearMs)).toBe(ms);
});

test.each(['', '0s', '5', 's', '1x', '1h 30', '--5s', '400d', 'yesterday'])('refused: "%s"', (text) => {
  expect(parseShift(text, yearMs)).toBeNull();
});
