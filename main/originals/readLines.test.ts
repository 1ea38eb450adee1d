import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lineBytesMax, readLines } from './readLines.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-lines-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function linesOf(bytes: Uint8Array | string) {
  const place = path.join(folder, 'file');
  await writeFile(place, bytes);
  const file = await open(place, 'r');
  const lines = [];
  for await (const line of readLines(file)) lines.push({ ...line, content: Buffer.from(line.content).toString() });
  await file.close();
  return lines;
}

test('lines, with their numbers and places', async () => {
  expect(await linesOf('a\n\nbcd\ne')).toEqual([
    { number: 1, start: 0, end: 1, terminated: true, content: 'a' },
    { number: 2, start: 2, end: 2, terminated: true, content: '' },
    { number: 3, start: 3, end: 6, terminated: true, content: 'bcd' },
    { number: 4, start: 7, end: 8, terminated: false, content: 'e' },
  ]);
  expect(await linesOf('')).toEqual([]);
  expect(await linesOf('\n')).toEqual([{ number: 1, start: 0, end: 0, terminated: true, content: '' }]);
});

test('lines that lie across the blocks that are read', async () => {
  const block = 256 * 1024;
  const lengths = [block - 2, 0, 5, block, 3 * block + 7, block - 1, 1];
  const text = lengths.map((length, index) => `${String(index).repeat(length)}\n`).join('');
  const lines = await linesOf(text);
  expect(lines.map(({ content }) => content.length)).toEqual(lengths);
  expect(lines.every(({ content, start, end }) => content === text.slice(start, end))).toBe(true);
});

test('of a longer line than the limit only so much is kept, and its true end is told', async () => {
  const lines = await linesOf(`${'x'.repeat(lineBytesMax + 300_000)}\nafter`);
  expect(lines.map(({ start, end, content }) => [start, end, content.length])).toEqual([
    [0, lineBytesMax + 300_000, lineBytesMax],
    [lineBytesMax + 300_001, lineBytesMax + 300_006, 5],
  ]);
});
