import { expect, test } from 'vitest';
import { forTerminal, formatAge, formatCount, formatIso, formatSize } from './formatValues.js';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [10_188, '9.9 KB'],
  [10_240, '10 KB'],
  [1024 * 1024 - 1, '1.0 MB'],
  [222_298_112, '212 MB'],
  [2 ** 30, '1.0 GB'],
  [2 ** 60, '1048576 TB'],
])('%d bytes', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [-5000, 'now'],
  [999, 'now'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [12_000_000, '3 h 20 min'],
  [86_400_000, '1 d'],
  [187_200_000, '2 d 4 h'],
])('%d ms ago', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test('counts and times', () => {
  expect(formatCount(48_211)).toBe('48,211');
  expect(formatIso(1_795_392_000_123_456_789n)).toBe('2026-11-23T00:00:00.123Z');
  expect(formatIso(2n ** 80n)).toBe('1208925819614629174706176 ns');
});

test('nothing that a robot says can steer the terminal', () => {
  expect(forTerminal('two\nlines\r\n')).toBe('two\n    lines');
  expect(forTerminal('\u001b]0;title\u0007 \u009b2J a\tb \u202edcba')).toBe(
    '\\x1b]0;title\\x07 \\x9b2J a  b \\x202edcba',
  );
  expect(forTerminal('Grüße ☀')).toBe('Grüße ☀');
});
