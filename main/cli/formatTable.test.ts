import { expect, test } from 'vitest';
import { formatTable } from './formatTable.js';

test('columns are aligned, and no line has spaces at its end', () => {
  const columns = [
    { title: 'ROBOT', align: 'left' },
    { title: 'SIZE', align: 'right' },
    { title: 'OPEN IN', align: 'left' },
  ] as const;
  expect(
    formatTable(columns, [
      ['rover', '212 MB', 'a'],
      ['arm-2-left', '9 B', ''],
    ]),
  ).toEqual(['ROBOT         SIZE  OPEN IN', 'rover       212 MB  a', 'arm-2-left     9 B']);
  expect(formatTable(columns, [])).toEqual(['ROBOT  SIZE  OPEN IN']);
});
