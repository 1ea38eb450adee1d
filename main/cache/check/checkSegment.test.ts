import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { patient } from '../../model/patient.test-support.js';
import type { Cache } from '../../seams/Cache.js';
import { systemClock } from '../../seams/Clock.js';
import type { OpenFile } from '../FileSystem.js';
import { openDiskCache } from '../openDiskCache.js';
import { scanSegment } from '../scanSegment.js';
import { testLog, testMetric, testStartNs } from '../testRecords.js';
import { checkSegment, type SegmentCheck } from './checkSegment.js';

/** A segment as the cache wrote it: while it was written, after it was closed, and packed. */
const kinds = ['open', 'closed', 'packed'] as const;
const segments: Record<(typeof kinds)[number], Buffer> = {
  open: Buffer.alloc(0),
  closed: Buffer.alloc(0),
  packed: Buffer.alloc(0),
};

beforeAll(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tether-check-'));
  const openCache = async (packBytesMin: number): Promise<Cache> => {
    const cache = await openDiskCache({
      folder,
      robot: 'rover',
      owner: { kind: 'a test', controlSocket: null },
      limits: { bytesMax: 100_000_000, segmentBytesMax: 1_000_000 },
      clock: systemClock,
      packBytesMin,
    });
    if (!cache.ok) throw new Error(cache.problem.message);
    return cache.value;
  };
  const read = async (): Promise<Buffer> => {
    const names = await readdir(path.join(folder, 'segments'));
    return readFile(path.join(folder, 'segments', names.at(-1) ?? ''));
  };
  try {
    const cache = await openCache(Infinity);
    await cache.append([testLog({ message: 'one' }), testLog({ message: 'two', severity: 'ERROR' })]);
    await cache.append([testMetric('battery', 3), testLog({ message: 'four' })]);
    await cache.append([testLog({ message: 'five', stampNs: testStartNs + 5n })]);
    segments.open = await read();
    await cache.close();
    segments.closed = await read();
    const packing = await openCache(1);
    await vi.waitFor(async () => {
      const names = await readdir(path.join(folder, 'segments'));
      expect(names).toEqual([expect.stringMatching(/\.r1\.mcap$/)]);
    }, patient);
    segments.packed = await read();
    await packing.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

function check(bytes: Buffer): Promise<SegmentCheck> {
  return checkSegment(fileOf(bytes), bytes.byteLength, 1);
}

/** All that the chunks hold. */
async function contentOf(bytes: Buffer): Promise<unknown[]> {
  const content: unknown[] = [];
  await scanSegment(fileOf(bytes), bytes.byteLength, {
    group: (channelId, schemaId, group) => content.push({ channelId, schemaId, group }),
    chunk: (position, length, { records }) =>
      content.push({ position, length, records: Buffer.from(records).toString('hex') }),
  });
  return content;
}

function fileOf(bytes: Buffer): OpenFile {
  return {
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
}

test.each(kinds)('a segment is clean: %s', async (kind) => {
  expect(await check(segments[kind])).toMatchObject({
    findings: [],
    records: 5,
    nextOrdinal: 5,
    closed: kind !== 'open',
  });
});

/** By default one bit of each byte, another one from byte to byte; `TETHER_CACHE_FLIPS=all` takes every bit. */
const everyBit = process.env['TETHER_CACHE_FLIPS'] === 'all';

function bitsOf(position: number): readonly number[] {
  return everyBit ? [0, 1, 2, 3, 4, 5, 6, 7] : [position % 8];
}

/** Flips that nothing shows, by the bytes that they are in; `records` are those that can be read after any flip, at least. */
async function unseenFlips(whole: Buffer): Promise<{ unseen: number[]; recordsMin: number }> {
  const unseen: number[] = [];
  let recordsMin = Infinity;
  for (let position = 0; position < whole.byteLength; position += 1) {
    for (const bit of bitsOf(position)) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(whole.readUInt8(position) ^ (1 << bit), position);
      const { findings, records } = await check(bytes);
      if (findings.length === 0) unseen.push(position * 8 + bit);
      recordsMin = Math.min(recordsMin, records);
    }
  }
  return { unseen, recordsMin };
}

describe('a flipped bit in any byte is found, and records outside of its chunk can be read', () => {
  // Chunks of two, two and one record.
  test.each(['open', 'closed'] as const)(
    '%s',
    async (kind) => {
      expect(await unseenFlips(segments[kind])).toEqual({ unseen: [], recordsMin: 3 });
    },
    300_000,
  );

  // A few bits of a zstd frame have no meaning: then everything reads as before.
  test('packed', async () => {
    const whole = segments.packed;
    const { unseen } = await unseenFlips(whole);
    const content = await contentOf(whole);
    for (const bit of unseen) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(whole.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(await contentOf(bytes), `bit ${bit & 7} of byte ${bit >> 3}`).toEqual(content);
    }
    expect(unseen.length).toBeLessThan(whole.byteLength / 100);
  }, 300_000);
});

test.each(kinds)('a segment that is cut anywhere is found to be: %s', async (kind) => {
  const whole = segments[kind];
  for (let length = 0; length < whole.byteLength; length += 1) {
    const { findings } = await check(whole.subarray(0, length));
    expect(findings.length, `cut at ${length}`).toBeGreaterThan(0);
  }
});
