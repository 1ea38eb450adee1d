import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import type { Cache, RecordToCache } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import { openDiskCache } from './openDiskCache.js';
import { readWithPython } from './readWithPython.test-support.js';
import { testLog, testMetric, testStartNs } from './testRecords.js';

// Segments as others see them: opened with the public Python readers while the owner goes on appending.
let folder: string;
let cache: Cache;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-live-'));
  cache = await openCache(Infinity);
});

async function openCache(packBytesMin: number): Promise<Cache> {
  const opened = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'a test', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 1_000_000 },
    clock: systemClock,
    packBytesMin,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  return opened.value;
}

afterEach(async () => {
  await cache.close();
  await rm(folder, { recursive: true });
});

function someRecords(first: number): RecordToCache[] {
  return Array.from({ length: 40 }, (_, place) => {
    const number = first + place;
    const stampNs = testStartNs + BigInt(number) * 1_000_001n;
    return number % 5 === 0
      ? testMetric('battery', number / 4, stampNs)
      : testLog({ message: `überhitzt 🔥 ${number}`, severity: number % 2 === 0 ? 'WARN' : 'INFO', stampNs });
  });
}

async function expectReadable(records: readonly RecordToCache[]): Promise<void> {
  const [file] = (await readdir(path.join(folder, 'segments'))).map((name) => path.join(folder, 'segments', name));
  if (file === undefined) throw new Error('there is no segment');
  for (const how of ['seeking', 'non-seeking'] as const) {
    const { messages } = await readWithPython(file, how);
    expect(messages).toMatchObject(
      records.map((record, sequence) => ({
        sequence,
        topic: record.channel.topic,
        schemaName: record.channel.schemaName,
        logTime: String(record.receivedNs),
        publishTime: String(record.stampNs),
        data: Buffer.from(record.data).toString('hex'),
        metadata: {
          'tether.robot': 'rover',
          'tether.destination': JSON.stringify(record.destination),
          'tether.kind': record.kind,
          ...(record.severity === null ? {} : { 'tether.severity': record.severity }),
        },
        decoded: record.kind === 'log' ? { name: record.label } : { metric_name: record.label, unit: 'percent' },
      })),
    );
  }
}

test('a segment opens with the Python readers while it is appended to, after it was closed, and packed', async () => {
  const records: RecordToCache[] = [];
  for (let round = 0; round < 3; round += 1) {
    const more = someRecords(records.length);
    await cache.append(more);
    records.push(...more);
    await expectReadable(records);
  }
  await cache.close();
  await expectReadable(records);
  cache = await openCache(1);
  await vi.waitFor(async () => {
    expect(await readdir(path.join(folder, 'segments'))).toEqual([expect.stringMatching(/\.r1\.mcap$/)]);
  }, patient);
  await expectReadable(records);
});
