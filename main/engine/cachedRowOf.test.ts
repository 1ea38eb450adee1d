import { expect, test } from 'vitest';
import type { CachedRecord } from '../seams/Cache.js';
import { cachedRowOf } from './cachedRowOf.js';

const metric = {
  kind: 'metric',
  stampNs: 0n,
  receivedNs: 0n,
  topic: '/metrics',
  name: 'load',
  dimensions: [],
} as const;

function textOf(value: number, unit: string): string {
  const cached = {
    address: { segment: 'a', ordinal: 0 },
    record: { ...metric, value, unit },
    state: 'pending',
    reason: '',
  };
  return cachedRowOf(cached as unknown as CachedRecord).text;
}

test.each([
  [21.78443208877319, 'percent', '21.7844 percent'],
  [123_456_789, 'bytes', '123456789 bytes'],
  [77, 'none', '77'],
  [0.1 + 0.2, '', '0.3'],
  [-1.5e-9, 'sec', '-1.5e-9 sec'],
  [Number.NaN, 'volts', 'NaN volts'],
  [Number.POSITIVE_INFINITY, 'None', 'Infinity'],
])('the value %d of the unit "%s" is read as "%s"', (value, unit, text) => {
  expect(textOf(value, unit)).toBe(text);
});
