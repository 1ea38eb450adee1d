import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logDestination, metricDestination } from '../records.test-support.js';
import { FileIntentBook } from './FileIntentBook.js';
import type { IntentDraft } from './Intent.js';
import { encodeIntentLine } from './intentLines.js';

let folder: string;
let file: string;
let opened: FileIntentBook[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-intents-'));
  file = path.join(folder, 'intents.jsonl');
  opened = [];
});

afterEach(async () => {
  for (const book of opened) await book.close();
  await rm(folder, { recursive: true, force: true });
});

function logs(from: number, to: number): IntentDraft {
  return {
    destination: logDestination,
    packing: { kind: 'log', publishTopicNames: true, format: 'text', redactions: [], robot: 'r1' },
    ranges: [{ segment: 7, from, to }],
    records: to - from + 1,
    samples: [],
    atMs: 1_750_000_000_000,
  };
}

function metrics(minute: number, counts: Readonly<Record<string, number>>): IntentDraft {
  return {
    destination: metricDestination,
    packing: {
      kind: 'metric',
      defaultDimensions: [{ name: 'robot', value: 'r1' }],
      storageResolutionS: 1,
      statisticSets: false,
    },
    ranges: [{ segment: 1, from: 0, to: 9 }],
    records: 10,
    samples: [{ minute, counts }],
    atMs: 1_750_000_000_000,
  };
}

/** As a killed process leaves it: not closed. */
async function reopened(): Promise<FileIntentBook> {
  const book = await FileIntentBook.load(file);
  opened.push(book);
  return book;
}

test('what was begun is there after a kill, exactly; what ended is not', async () => {
  const book = await reopened();
  const [first, second, third] = await Promise.all([
    book.begin(logs(0, 99)),
    book.begin(metrics(5, { a: 10 })),
    book.begin(logs(100, 199)),
  ]);
  book.end(first, 'accepted');
  await book.begin(logs(200, 299));
  const after = await reopened();
  expect(after.leftOpen()).toMatchObject([second, third, { ranges: [{ segment: 7, from: 200, to: 299 }] }]);
  // Numbers go on: none means two requests.
  expect((await after.begin(logs(0, 0))).id).toBe(5);
  await after.close();
});

test('a request of an earlier version, which knew neither formats nor rules, is packed as it was then', async () => {
  const book = await reopened();
  await book.close();
  const packing = { kind: 'log', publishTopicNames: true };
  const draft: object = { ...logs(0, 9), packing, type: 'begin', id: 1, ranges: [[7, 0, 9]] };
  await appendFile(file, encodeIntentLine(draft as Parameters<typeof encodeIntentLine>[0]));
  expect((await reopened()).leftOpen()[0]?.packing).toEqual({ ...packing, format: 'text', redactions: [], robot: '' });
});

test('an end that a kill took is asked about again, no more', async () => {
  const book = await reopened();
  book.end(await book.begin(logs(0, 9)), 'accepted');
  expect((await reopened()).leftOpen()).toHaveLength(1);
  await book.close();
  expect((await reopened()).leftOpen()).toHaveLength(1);
});

test('cut at any byte, it reads to its last whole line', async () => {
  const book = await reopened();
  await book.begin(logs(0, 9));
  const first = (await stat(file)).size;
  await book.begin(logs(10, 19));
  await book.close();
  const whole = await readFile(file);
  for (let cut = first; cut < whole.length - 1; cut++) {
    await writeFile(file, whole.subarray(0, cut));
    const after = await reopened();
    expect(after.leftOpen()).toHaveLength(1);
    expect(after.wasCounted(await after.begin(metrics(1, { a: 2 })), 1, 'a', 2)).toBe(true);
    await after.close();
  }
});

test('a damaged line costs that one, and the trust in what was counted before', async () => {
  const book = await reopened();
  await book.begin(logs(0, 9));
  await book.begin(logs(10, 19));
  await book.close();
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('[7,0,9]', '[7,0,8]'));
  const after = await reopened();
  expect(after.leftOpen()).toMatchObject([{ ranges: [{ from: 10 }] }]);
  expect(after.wasCounted(await after.begin(metrics(1, { a: 2 })), 1, 'a', 2)).toBeNull();
});

test('a file of a newer version is set aside, not read and not overwritten', async () => {
  const book = await reopened();
  await book.begin(logs(0, 9));
  await book.close();
  await appendFile(file, encodeIntentLine({ type: 'head', version: 2 }));
  const after = await reopened();
  expect(after.leftOpen()).toEqual([]);
  expect(await readFile(`${file}.aside`, 'utf8')).toContain('"version":2');
});

test('counts of samples are kept over a kill, and tell one request from another', async () => {
  const book = await reopened();
  book.end(await book.begin(metrics(5, { a: 10, b: 3 })), 'accepted');
  book.end(await book.begin(metrics(5, { a: 10 })), 'not-sent');
  const lost = await book.begin(metrics(5, { a: 7 }));
  const other = await book.begin(metrics(5, { a: 2 }));
  const after = await reopened();
  const told = [10, 12, 17, 19, 11].map((count) => after.wasCounted(lost, 5, 'a', count));
  expect(told).toEqual([false, false, true, true, null]);
  after.end(other, 'given-up');
  // Of that minute nothing is known any more.
  expect(after.wasCounted(lost, 5, 'a', 17)).toBeNull();
  await after.close();
});

test('stays small however many requests there are', async () => {
  const book = await reopened();
  const counts = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`series-${index}`, 2]));
  for (let round = 0; round < 400; round++) book.end(await book.begin(metrics(round % 5, counts)), 'accepted');
  expect((await stat(file)).size).toBeLessThan(1_400_000);
  const lost = await book.begin(metrics(3, { 'series-1': 1 }));
  const after = await reopened();
  expect(after.wasCounted(lost, 3, 'series-1', 161)).toBe(true);
  await after.close();
});

test('what may be in CloudWatch twice stays counted', async () => {
  const book = await reopened();
  book.endSentAgain(await book.begin(logs(0, 9)), 10);
  book.endSentAgain(await book.begin(metrics(1, { a: 10 })), 9);
  await book.begin(logs(0, 9));
  const after = await reopened();
  expect(after.maybeTwice).toEqual({ log: 10, metric: 9 });
  expect((await reopened()).maybeTwice).toEqual({ log: 10, metric: 9 });
});

test('a disk that takes nothing does not stop the sending', async () => {
  const book = await reopened();
  await rm(folder, { recursive: true });
  await book.close();
  await book.begin(logs(0, 9));
  expect(book.undurable).toBe(1);
});
