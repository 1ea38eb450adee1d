import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import type { CachedRecord } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { FaultyFiles } from './FaultyFiles.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { testLog, testLogDestination, testMetric, testStartNs } from './testRecords.js';

const limits = { bytesMax: 800_000, segmentBytesMax: 100_000 };
const secondNs = 1_000_000_000n;
const nowNs = testStartNs + 3600n * secondNs;
const elsewhere = { ...testLogDestination, group: 'elsewhere' };

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

async function open(changes: Partial<OpenDiskCacheOptions> = {}): Promise<DiskCache> {
  const result = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'test', controlSocket: null },
    limits,
    clock: {
      ...systemClock,
      nowNs: () => nowNs,
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
    ...changes,
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

function textsOf(markers: readonly (CachedRecord | undefined)[]): string[] {
  return markers.map((marker) => (marker === undefined ? 'no marker' : textOf(marker)));
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
});

/** Metrics alone, until some went. */
async function fillWithMetrics(cache: DiskCache, stampNs?: bigint): Promise<void> {
  const before = (await cache.usage()).lost.evicted;
  while ((await cache.usage()).lost.evicted === before) {
    await cache.append(Array.from({ length: 300 }, (_, index) => testMetric(`gauge ${index}`, index, stampNs)));
    await cache.settled();
  }
  await cache.append([testMetric('last', 1, stampNs)]);
}

it('of metrics alone goes where the robot file says that logs go', async () => {
  const cache = await open({ logDestination: () => elsewhere });
  await fillWithMetrics(cache);
  const [marker, ...others] = await markersOf(cache);
  expect(others).toEqual([]);
  expect(marker?.destination).toEqual(elsewhere);
  expect(textsOf([marker])).toEqual([expect.stringMatching(/^Lost at the disk limit of 800 kB: \d+ metrics, stamped/)]);
});

it.each([
  { what: 'of 1970', stampNs: 5n * secondNs },
  { what: 'older than CloudWatch takes', stampNs: testStartNs - 14n * 86_400n * secondNs },
  { what: 'of years ahead', stampNs: testStartNs + 700n * 86_400n * secondNs },
])('of what is stamped $what is one of now, and says the lost span', async ({ stampNs }) => {
  const cache = await open({ logDestination: () => elsewhere });
  await fillWithMetrics(cache, stampNs);
  const [marker] = await markersOf(cache);
  expect(marker).toMatchObject({ state: 'pending', record: { stampNs: nowNs } });
  const lost = new Date(Number(stampNs / 1_000_000n)).toISOString();
  expect(textsOf([marker])).toEqual([expect.stringContaining(`stamped from ${lost} to ${lost}.`)]);
});

describe('of what was lost elsewhere', () => {
  const noticedMs = Number(testStartNs / 1_000_000n) + 500;

  it('says stage, count and reason, at once and then once a minute', async () => {
    const cache = await open({ logDestination: () => elsewhere });
    await cache.countLoss('dds', 41, 'DDS history (/rosout)', noticedMs);
    for (let round = 0; round < 50; round += 1) await cache.countLoss('dds', 2, 'DDS history (/metrics)', noticedMs);
    await cache.countLoss('decode', 3, 'no decoder for std_msgs/msg/String', noticedMs + 1000);
    await cache.countLoss('host', 1, 'queue full', noticedMs + 2000);
    await cache.countLoss('link', 7, 'gap in sequence numbers', noticedMs + 3000);
    // Kept in quarantine: not lost.
    await cache.countLoss('rejected', 9, 'too large', noticedMs);
    await cache.append([testMetric('after', 1)]);
    expect(textsOf(await markersOf(cache))).toEqual([
      'Lost: 41 records before Tether could take them (dds: DDS history (/rosout)), ' +
        'from 2026-11-23T00:00:00.500Z to 2026-11-23T00:00:00.500Z.',
    ]);
    expect(minutes).toHaveLength(1);
    minutes.shift()?.();
    await cache.append([testMetric('after', 2)]);
    const [, second, ...others] = await markersOf(cache);
    expect(others).toEqual([]);
    expect(second).toMatchObject({
      destination: elsewhere,
      record: { severity: 'WARN', node: 'tether', topic: '/tether/losses' },
    });
    expect(second?.record.stampNs).toBe(testStartNs + 3_500_000_000n);
    expect(textsOf([second])).toEqual([
      'Lost: 100 records before Tether could take them (dds: DDS history (/metrics)); ' +
        '3 records that could not be understood (decode: no decoder for std_msgs/msg/String); ' +
        '1 record in the robot host (host: queue full); ' +
        '7 records between the robot and the laptop (link: gap in sequence numbers), ' +
        'from 2026-11-23T00:00:00.500Z to 2026-11-23T00:00:03.500Z.',
    ]);
    // The sums of the ledger have no marker in them.
    expect((await cache.usage()).lost).toEqual({ dds: 141, decode: 3, host: 1, link: 7, rejected: 9 });
    minutes.shift()?.();
    expect([minutes.length, (await markersOf(cache)).length]).toEqual([0, 2]);
  });

  it('goes where logs went last when the robot file names no place, and nowhere when none ever did', async () => {
    const cache = await open();
    await cache.append([testMetric('battery', 1)]);
    await cache.countLoss('dds', 1, 'history', noticedMs);
    await cache.append([testLog({ message: 'a log at last' })]);
    expect(await markersOf(cache)).toEqual([]);
    await cache.countLoss('dds', 2, 'history', noticedMs);
    await cache.append([testMetric('battery', 2)]);
    expect(await markersOf(cache)).toMatchObject([{ destination: testLogDestination }]);
  });

  it('by a full memory: told when the disk is back, by kind and severity, and no loss itself', async () => {
    const files = new FaultyFiles();
    const cache = await open({ files, memoryBytesMax: 3000, logDestination: () => elsewhere });
    await cache.append([testLog({ message: 'safe' })]);
    files.fault = { what: 'write', code: 'ENOSPC', path: '.mcap' };
    // A marker that is on its way when the disk begins to refuse goes first when memory is full.
    await cache.countLoss('dds', 4, 'history', noticedMs);
    const places = cache.append([
      ...Array.from({ length: 30 }, (_, index) =>
        testLog({ message: `${index}`, stampNs: testStartNs + BigInt(index) }),
      ),
      ...Array.from({ length: 5 }, () => testLog({ message: 'hot', severity: 'ERROR', stampNs: testStartNs + 40n })),
      ...Array.from({ length: 12 }, () => testMetric('battery', 1)),
    ]);
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem?.code).toBe('disk-full');
    }, patient);
    expect(minutes).toHaveLength(1);
    minutes.shift()?.();
    // Still refused: it waits for another minute.
    expect(minutes).toHaveLength(1);
    files.fault = null;
    const lost = (await places).filter((place) => place === null).length;
    expect(lost).toBeGreaterThan(30);
    expect(await cache.usage()).toMatchObject({ problem: null, lost: { dds: 4, memory: lost } });
    expect(await markersOf(cache)).toEqual([]);
    minutes.shift()?.();
    await cache.append([testMetric('after', 1)]);
    const [marker, ...others] = await markersOf(cache);
    expect(others).toEqual([]);
    expect(textsOf([marker])).toEqual([
      expect.stringMatching(
        /^Lost: 30 INFO logs, \d+ ERROR logs?.* that the disk did not take in time \(memory: the disk did not take them and/,
      ),
    ]);
    expect(toldBy(marker === undefined ? [] : [marker])).toBe(lost);
  });

  it('waits for no minute once the cache is closed, also while the disk refuses', async () => {
    const files = new FaultyFiles();
    const cache = await open({ files, logDestination: () => elsewhere });
    files.fault = { what: 'write', code: 'ENOSPC', path: '.mcap' };
    void cache.append([testMetric('battery', 1)]);
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem?.code).toBe('disk-full');
    }, patient);
    const counted = cache.countLoss('dds', 4, 'history', noticedMs);
    const closed = cache.close();
    await Promise.all([counted, closed]);
    expect(minutes).toEqual([]);
  });

  it('by a crash: found when the cache is opened', async () => {
    const first = await open();
    for (let round = 0; round < 3; round += 1) await first.append([testLog({ message: `line ${round}` })]);
    const [name = ''] = await readdir(join(folder, 'segments'));
    const [segment, ledger] = [join(folder, 'segments', name), join(folder, 'ledger.jsonl')];
    const [bytes, lines] = [await readFile(segment), await readFile(ledger)];
    await first.close();
    const place = bytes.indexOf('line 2');
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    await writeFile(segment, bytes);
    await writeFile(ledger, lines);
    const second = await open({ logDestination: () => elsewhere });
    await second.append([testMetric('after', 1)]);
    expect((await second.usage()).lost).toEqual({ torn: 1 });
    expect(textsOf(await markersOf(second))).toEqual([
      expect.stringMatching(
        /^Lost: 1 record that could not be read after damage \(torn: found when the cache was opened\), from .*\.$/,
      ),
    ]);
  });

  it('by damage: found when records are read', async () => {
    const first = await open();
    for (let round = 0; round < 3; round += 1) await first.append([testLog({ message: `line ${round}` })]);
    await first.close();
    const [name = ''] = await readdir(join(folder, 'segments'));
    const segment = join(folder, 'segments', name);
    const bytes = await readFile(segment);
    const place = bytes.indexOf('line 1');
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    await writeFile(segment, bytes);
    const second = await open({ logDestination: () => elsewhere });
    for await (const { record } of second.read({}, 'oldest')) expect(record).toBeDefined();
    await vi.waitFor(async () => {
      await second.append([testMetric('after', 1)]);
      expect(textsOf(await markersOf(second))).toEqual([
        expect.stringMatching(/^Lost: 1 record that could not be read after damage \(torn: damaged bytes in /),
      ]);
    }, patient);
    expect((await second.usage()).lost).toEqual({ torn: 1 });
  });
});

it('needs to know where logs go: with metrics alone and no file that says it there is none', async () => {
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
