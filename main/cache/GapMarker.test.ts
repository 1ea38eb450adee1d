import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CachedRecord } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import { testLog, testLogDestination, testMetric, testStartNs } from './testRecords.js';

const limits = { bytesMax: 800_000, segmentBytesMax: 100_000 };
const secondNs = 1_000_000_000n;

let folder = '';
const opened: DiskCache[] = [];
/** What waits for the clock's minute. */
let minutes: (() => void)[] = [];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-gap-')), 'rover');
  minutes = [];
});

afterEach(async () => {
  for (const cache of opened.splice(0)) await cache.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function open(): Promise<DiskCache> {
  const result = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'test', controlSocket: null },
    limits,
    clock: {
      ...systemClock,
      nowNs: () => testStartNs + 3600n * secondNs,
      after: (delayMs, callback) => {
        if (delayMs !== 60_000) return systemClock.after(delayMs, callback);
        minutes.push(callback);
        return () => {
          minutes = minutes.filter((waiting) => waiting !== callback);
        };
      },
    },
    commitIntervalMs: 0,
    // What the limit takes is to be foreseen here: each segment stays as large as it was recorded.
    packBytesMin: Infinity,
    diskFreeBytesMin: 0,
  });
  if (!result.ok) throw new Error(result.problem.message);
  opened.push(result.value);
  return result.value;
}

/** Appends 300 INFO and 20 ERROR logs and a metric, a second apart, until so many were evicted. */
async function fill(cache: DiskCache, evictedMin: number, from = 0): Promise<number> {
  let number = from;
  while (((await cache.usage()).lost.evicted ?? 0) < evictedMin) {
    const next = (): bigint => testStartNs + BigInt(number++) * secondNs;
    await cache.append([
      ...Array.from({ length: 300 }, () => testLog({ message: 'x'.repeat(80), stampNs: next() })),
      ...Array.from({ length: 20 }, () => testLog({ message: 'y', severity: 'ERROR', stampNs: next() })),
      testMetric('battery', 1, next()),
    ]);
    await cache.settled();
  }
  // A marker goes with a commit of its own.
  await cache.append([testMetric('last', 1, testStartNs)]);
  return number;
}

async function markersOf(cache: DiskCache): Promise<CachedRecord[]> {
  const found: CachedRecord[] = [];
  for await (const record of cache.read({ nodes: ['tether'] }, 'oldest')) found.push(record);
  return found;
}

function textOf({ record }: CachedRecord): string {
  return record.kind === 'log' ? record.message : '';
}

/** The records that a marker speaks of. */
function toldBy(markers: readonly CachedRecord[]): number {
  const counts = markers.flatMap((marker) => [...textOf(marker).matchAll(/(\d+) (?:[A-Z]+ log|metric)s?\b/g)]);
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

it('stands in the place of what went: same destination, stamp of the newest, with the counts in words', async () => {
  const cache = await open();
  await fill(cache, 1);
  const { evicted, lost } = await cache.usage();
  const [marker, ...others] = await markersOf(cache);
  if (marker === undefined) throw new Error('no marker');
  expect(others).toEqual([]);
  expect(marker).toMatchObject({ destination: testLogDestination, state: 'pending' });
  expect(marker.record).toMatchObject({ kind: 'log', node: 'tether', severity: 'WARN', topic: '/rosout' });
  const newest = testStartNs + BigInt((lost.evicted ?? 0) - 1) * secondNs;
  expect(marker.record.stampNs).toBe(newest);
  const [info, error, metric] = evicted.map(({ records }) => records);
  const to = new Date(Number(newest / 1_000_000n)).toISOString();
  expect(textOf(marker)).toBe(
    `Lost at the disk limit of 800 kB: ${info} INFO logs, ${error} ERROR logs, ${metric} metric${metric === 1 ? '' : 's'}, ` +
      `stamped from 2026-11-23T00:00:00.000Z to ${to}.`,
  );
  const batch = await cache.take({
    ...{ kind: 'log', recordsMax: 1, bytesMax: 1e6, oldestStampNs: 0n, newestStampNs: newest },
  });
  expect(batch?.records.map(textOf)).toEqual([textOf(marker)]);
});

it('comes at most once a minute, and tells all that went meanwhile', async () => {
  const cache = await open();
  const next = await fill(cache, 1);
  await fill(cache, 2000, next);
  expect(await markersOf(cache)).toHaveLength(1);
  const evictedSofar = (await cache.usage()).lost.evicted;
  expect(minutes).toHaveLength(1);
  minutes.shift()?.();
  await cache.append([testMetric('after', 1, testStartNs)]);
  const markers = await markersOf(cache);
  expect(markers).toHaveLength(2);
  expect(toldBy(markers)).toBe(evictedSofar);
  // A quiet minute: nothing more is written, and the next gap is told at once.
  minutes.shift()?.();
  expect([minutes.length, (await markersOf(cache)).length]).toEqual([0, 2]);
});

it('is written at close when its minute is not over', async () => {
  const cache = await open();
  await fill(cache, 1000);
  expect(toldBy(await markersOf(cache))).toBeLessThan(1000);
  const { lost } = await cache.usage();
  await cache.close();
  expect(toldBy(await markersOf(await open()))).toBe(lost.evicted);
});

it('makes no room scarce by itself, however long the limit is met', async () => {
  const cache = await open();
  await fill(cache, 20_000);
  const { lost, cachedRecords, evicted } = await cache.usage();
  const own = (await markersOf(cache)).length + (evicted.find(({ severity }) => severity === 'WARN')?.records ?? 0);
  expect(own).toBe(1);
  expect((cachedRecords + (lost.evicted ?? 0) - own - 1) % 321).toBe(0);
}, 60_000);

it('needs to know where logs go: with metrics alone there is none', async () => {
  const cache = await open();
  while ((await cache.usage()).lost.evicted === undefined) {
    await cache.append(Array.from({ length: 300 }, (_, index) => testMetric(`gauge ${index}`, index)));
    await cache.settled();
  }
  await cache.append([testMetric('last', 1)]);
  expect(await markersOf(cache)).toEqual([]);
  await cache.append([testLog({ message: 'a log at last' })]);
  const before = (await cache.usage()).lost.evicted;
  while ((await cache.usage()).lost.evicted === before) {
    await cache.append(Array.from({ length: 300 }, (_, index) => testMetric(`gauge ${index}`, index)));
    await cache.settled();
  }
  await cache.append([testMetric('last', 1)]);
  const [marker] = await markersOf(cache);
  expect(marker?.destination).toEqual(testLogDestination);
  expect(marker === undefined ? '' : textOf(marker)).toMatch(/^Lost at the disk limit of 800 kB: \d+ metrics, stamped/);
});
