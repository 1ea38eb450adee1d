import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { cloudWatchUnit, isKnownUnit, standardUnits } from '../model/cloudWatchUnit.js';

test('knows every StandardUnit of the SDK and no other', () => {
  expect([...standardUnits].sort()).toEqual(Object.values(StandardUnit).sort());
});

test.each([
  ['sec', 'Seconds'],
  ['msec', 'Milliseconds'],
  ['usec', 'Microseconds'],
  ['percent', 'Percent'],
  ['count', 'Count'],
  ['count_per_sec', 'Count/Second'],
  ['bytes', 'Bytes'],
  ['terabytes', 'Terabytes'],
  ['megabytes_per_sec', 'Megabytes/Second'],
  ['none', 'None'],
  ['', 'None'],
  ['Gigabits/Second', 'Gigabits/Second'],
])('%j means %s', (unit, meant) => {
  expect(cloudWatchUnit(unit)).toBe(meant);
  expect(isKnownUnit(unit)).toBe(true);
});

test.each(['celsius', 'Percent ', 'seconds', 'constructor', '__proto__'])(
  '%j is None, and said to be unknown',
  (unit) => {
    expect(cloudWatchUnit(unit)).toBe('None');
    expect(isKnownUnit(unit)).toBe(false);
  },
);
