import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CloudAccount, MetricDestination } from '../model/Destination.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import { SentMetrics } from './SentMetrics.js';

const dayMs = 86_400_000;
const account: CloudAccount = { cloud: 'aws', region: 'us-west-2', profile: 'field', endpoint: '' };
const destination: MetricDestination = { kind: 'metric', account, namespace: 'rovers' };
let folder: string;
let file: string;
let clock: ManualClock;
const log: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-sent-'));
  file = path.join(folder, 'uploads', 'rover.metrics.jsonl');
  clock = new ManualClock(1_790_000_000_000_000_000n);
  log.length = 0;
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function open(): Promise<SentMetrics> {
  return SentMetrics.open({ file, clock, log: (line) => log.push(line) });
}

function data(name: string, ...dimensions: (readonly [string, string])[]): SinkRequest {
  const datum = {
    ...{ timestampMs: 1, name, value: 1, unit: 'None', storageResolutionS: 60 as const },
    dimensions: dimensions.map(([key, value]) => ({ name: key, value })),
  };
  return { kind: 'metric', destination, data: [datum] };
}

const accepted = { type: 'accepted' } as const;
const joint = { name: 'joint', value: 'elbow' };
const arm = { name: 'arm', value: 'left' };

test('a metric is known by its name and dimensions, in any order, in its namespace and account', async () => {
  const book = await open();
  book.add(data('torque', ['joint', 'elbow'], ['arm', 'left']), accepted);
  expect(book.knows(destination, 'torque', [arm, joint])).toBe(true);
  expect(book.knows(destination, 'torque', [joint])).toBe(false);
  expect(book.knows(destination, 'torque', [])).toBe(false);
  expect(book.knows({ ...destination, namespace: 'arms' }, 'torque', [arm, joint])).toBe(false);
  expect(book.knows({ ...destination, account: { ...account, profile: 'other' } }, 'torque', [arm, joint])).toBe(false);
});

test('data that are written already are not made for it', async () => {
  const book = await open();
  const series = [{ name: 'torque', dimensions: [joint, arm] }];
  const written = { body: Buffer.from('{}'), count: 1, bytes: 2, fromMs: 1, toMs: 1, series };
  const request: SinkRequest = {
    ...{ kind: 'metric', destination, written },
    get data(): never {
      throw new Error('made');
    },
  };
  book.add(request, accepted);
  expect(book.knows(destination, 'torque', [arm, joint])).toBe(true);
});

test('only what CloudWatch took counts', async () => {
  const book = await open();
  book.add(data('torque'), { type: 'invalid', reason: 'no' });
  expect(book.knows(destination, 'torque', [])).toBe(false);
});

test('it outlives the engine, and is forgotten after two weeks without data', async () => {
  const book = await open();
  book.add(data('battery'), accepted);
  book.add(data('torque'), accepted);
  await book.write();
  await clock.advance(10 * dayMs);
  const next = await open();
  next.add(data('torque'), accepted);
  await clock.advance(5 * dayMs);
  expect(next.knows(destination, 'torque', [])).toBe(true);
  expect(next.knows(destination, 'battery', [])).toBe(false);
});

test('a minute after something new it is on disk by itself, and not written again for the same', async () => {
  const book = await open();
  book.add(data('battery'), accepted);
  await clock.advance(61_000);
  await book.write();
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(1);
  await rm(file);
  book.add(data('battery'), accepted);
  await book.write();
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a line that is none costs only itself', async () => {
  const book = await open();
  book.add(data('battery'), accepted);
  await book.write();
  await appendFile(file, '["half of a li');
  const next = await open();
  expect(next.knows(destination, 'battery', [])).toBe(true);
  expect(log).toEqual([expect.stringContaining('1 lines could not be read')]);
});
