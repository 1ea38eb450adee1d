import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../seams/Clock.js';
import type { OpenFile } from '../FileSystem.js';
import { openDiskCache } from '../openDiskCache.js';
import { testLog, testMetric, testStartNs } from '../testRecords.js';
import { checkSegment, type SegmentCheck } from './checkSegment.js';

/** A segment as the cache wrote it, while it was written and after it was closed. */
let open: Buffer;
let closed: Buffer;

beforeAll(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tether-check-'));
  try {
    const cache = await openDiskCache({
      folder,
      robot: 'rover',
      owner: { kind: 'a test', controlSocket: null },
      limits: { bytesMax: 100_000_000, segmentBytesMax: 1_000_000 },
      clock: systemClock,
    });
    if (!cache.ok) throw new Error(cache.problem.message);
    await cache.value.append([testLog({ message: 'one' }), testLog({ message: 'two', severity: 'ERROR' })]);
    await cache.value.append([testMetric('battery', 3), testLog({ message: 'four' })]);
    await cache.value.append([testLog({ message: 'five', stampNs: testStartNs + 5n })]);
    const read = async (): Promise<Buffer> => {
      const [name = ''] = await readdir(path.join(folder, 'segments'));
      return readFile(path.join(folder, 'segments', name));
    };
    open = await read();
    await cache.value.close();
    closed = await read();
  } finally {
    await rm(folder, { recursive: true });
  }
});

function check(bytes: Buffer): Promise<SegmentCheck> {
  const file: OpenFile = {
    read: (into, position) => {
      const part = bytes.subarray(position, position + into.byteLength);
      into.set(part);
      return Promise.resolve(part.byteLength);
    },
    size: () => Promise.resolve(bytes.byteLength),
    close: () => Promise.resolve(),
    write: () => Promise.reject(new Error('a check writes nothing')),
    truncate: () => Promise.reject(new Error('a check writes nothing')),
    datasync: () => Promise.reject(new Error('a check writes nothing')),
    linkCount: () => Promise.resolve(1),
  };
  return checkSegment(file, bytes.byteLength, 1);
}

test('a segment is clean, while it is written and after it was closed', async () => {
  expect(await check(open)).toMatchObject({ findings: [], records: 5, nextOrdinal: 5, closed: false });
  expect(await check(closed)).toMatchObject({ findings: [], records: 5, nextOrdinal: 5, closed: true });
});

/** By default one bit of each byte, another one from byte to byte; `TETHER_CACHE_FLIPS=all` takes every bit. */
const everyBit = process.env['TETHER_CACHE_FLIPS'] === 'all';

function bitsOf(position: number): readonly number[] {
  return everyBit ? [0, 1, 2, 3, 4, 5, 6, 7] : [position % 8];
}

describe('a flipped bit', () => {
  test.each(['open', 'closed'])(
    'in any byte of an %s segment is found, and records outside its chunk can be read',
    async (which) => {
      const whole = which === 'open' ? open : closed;
      const unseen: number[] = [];
      for (let position = 0; position < whole.byteLength; position += 1) {
        for (const bit of bitsOf(position)) {
          const bytes = Buffer.from(whole);
          bytes.writeUInt8(whole.readUInt8(position) ^ (1 << bit), position);
          const { findings, records } = await check(bytes);
          if (findings.length === 0) unseen.push(position * 8 + bit);
          // Chunks have two, two and one record.
          expect(records).toBeGreaterThanOrEqual(3);
        }
      }
      expect(unseen).toEqual([]);
    },
    120_000,
  );
});

test('a segment that is cut anywhere is found to be', async () => {
  for (let length = 0; length < closed.byteLength; length += 1) {
    const { findings } = await check(closed.subarray(0, length));
    expect(findings.length, `cut at ${length}`).toBeGreaterThan(0);
  }
});
