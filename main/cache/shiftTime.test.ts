import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CachedRecord, TakeOptions } from '../seams/Cache.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import { packedAtOnce } from './packedAtOnce.test-support.js';
import { testJsonLog, testLog, testMetric, testStartNs } from './testRecords.js';
import { valueOf } from './valueOf.test-support.js';

const hourNs = 3_600_000_000_000n;
const dayNs = 24n * hourNs;

let folder = '';
let cache: DiskCache;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-shift-')), 'rover');
  cache = await open();
});

afterEach(async () => {
  await cache.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function open(): Promise<DiskCache> {
  return valueOf(await openDiskCache(packedAtOnce(folder)));
}

async function records(): Promise<CachedRecord[]> {
  const found: CachedRecord[] = [];
  for await (const record of cache.read({}, 'oldest')) found.push(record);
  return found;
}

function takeAll(kind: 'log' | 'metric'): TakeOptions {
  const oldestStampNs = testStartNs - 14n * dayNs;
  return { kind, recordsMax: 10_000, bytesMax: 1e9, oldestStampNs, newestStampNs: testStartNs + hourNs };
}

/** As CloudWatch refuses what it takes for too new. */
async function refuse(kind: 'log' | 'metric'): Promise<void> {
  const batch = await cache.take({ ...takeAll(kind), newestStampNs: 2n ** 62n });
  if (batch === null) throw new Error('nothing was taken');
  await cache.acknowledge(
    batch,
    batch.records.map(({ address }) => ({ address, reason: 'tooNew' })),
  );
}

it('moves refused records, in their bytes and in all that is known of them; tried again, they go with the new time', async () => {
  const late = testStartNs + 5n * hourNs;
  await cache.append([
    testLog({ message: 'one', stampNs: late, severity: 'WARN' }),
    testLog({ message: 'two', stampNs: late + 1n }),
    testMetric('battery', 7, late),
  ]);
  await refuse('log');
  await refuse('metric');
  const receipt = valueOf(await cache.shiftTime({ states: ['quarantined'] }, { shiftNs: -5n * hourNs }));
  expect(receipt).toMatchObject({ records: 3, segments: 1, underWay: 0 });
  const moved = await records();
  expect(moved.map(({ state, record }) => [state, record.stampNs])).toEqual([
    ['quarantined', testStartNs],
    ['quarantined', testStartNs + 1n],
    ['quarantined', testStartNs],
  ]);
  // Nothing else of them is another one, nor when they were received.
  expect(moved.map(({ record }) => record)).toMatchObject([
    { message: 'one', severity: 'WARN', receivedNs: late + 1_000_000n },
    { message: 'two' },
    { name: 'battery', value: 7, unit: 'percent' },
  ]);
  const [group] = await cache.pending({ kind: 'log', states: ['quarantined'] });
  expect(group?.newestNs).toBeLessThan(late);
  expect((await cache.counts({ untilNs: testStartNs + hourNs })).records).toBe(3);
  await cache.retry({});
  expect((await cache.take(takeAll('log')))?.records.map(({ record }) => record.stampNs)).toEqual([
    testStartNs,
    testStartNs + 1n,
  ]);
});

it('holds over a reopening, and can be taken back', async () => {
  await cache.append([testLog({ message: 'one' }), testMetric('battery', 1)]);
  const { id } = valueOf(await cache.shiftTime({}, { shiftNs: -hourNs }));
  await cache.close();
  cache = await open();
  expect((await records()).map(({ record }) => record.stampNs)).toEqual([testStartNs - hourNs, testStartNs - hourNs]);
  expect(cache.openEdits()).toMatchObject([{ id, what: 'time-shifted', records: 2 }]);
  valueOf(await cache.undoEdit(id));
  expect((await records()).map(({ record }) => record.stampNs)).toEqual([testStartNs, testStartNs]);
});

it('one record alone, of all that the filter means', async () => {
  await cache.append(['one', 'two', 'three'].map((message) => testLog({ message })));
  const [, second] = await records();
  if (second === undefined) throw new Error('nothing is there');
  valueOf(await cache.shiftTime({}, { shiftNs: 7n, record: second.address }));
  expect((await records()).map(({ record }) => record.stampNs - testStartNs)).toEqual([0n, 7n, 0n]);
});

it('of one record alone: it moves, and it alone is tried again, though another has its node and its new time', async () => {
  const late = testStartNs + 5n * hourNs;
  const alike = { message: 'alike', stampNs: late };
  await cache.append([testLog(alike), testLog(alike), testLog({ message: 'another', stampNs: late - 5n * hourNs })]);
  await refuse('log');
  const [first] = await records();
  if (first === undefined) throw new Error('nothing is on disk');
  const shift = { shiftNs: -5n * hourNs, record: first.address };
  expect(valueOf(await cache.shiftTime({}, shift))).toMatchObject({ records: 1, unwritable: 0 });
  expect(await cache.retry({}, first.address)).toBe(1);
  expect((await records()).map(({ state, record }) => [state, record.stampNs])).toEqual([
    ['pending', testStartNs],
    ['quarantined', late],
    ['quarantined', testStartNs],
  ]);
});

it('a robot whose clock was never set: what counted as too old waits again, and too old again when it is taken back', async () => {
  await cache.append([testLog({ message: 'one', stampNs: 100_000_000_000n })]);
  expect(await cache.take(takeAll('log'))).toBeNull();
  expect((await cache.usage()).expiredRecords).toBe(1);
  const { id } = valueOf(await cache.shiftTime({ states: ['expired'] }, { shiftNs: testStartNs - 100_000_000_000n }));
  expect(await cache.usage()).toMatchObject({ expiredRecords: 0, pendingRecords: 1 });
  valueOf(await cache.undoEdit(id));
  expect(await cache.usage()).toMatchObject({ expiredRecords: 1, pendingRecords: 0 });
});

it('leaves alone what no stamp can say, what is being sent, and messages of other kinds', async () => {
  await cache.append([testLog({ message: 'one' }), testJsonLog({ message: 'json' })]);
  // One whose time would be no time, and one that is not written anew: both are said to stay.
  const nothing = valueOf(await cache.shiftTime({}, { shiftNs: -2n * testStartNs }));
  expect(nothing).toMatchObject({ records: 0, unwritable: 2 });
  expect(cache.openEdits()).toEqual([]);
  const batch = await cache.take(takeAll('log'));
  expect(valueOf(await cache.shiftTime({}, { shiftNs: 1n }))).toMatchObject({ records: 0, underWay: 2 });
  if (batch !== null) cache.release(batch);
  expect(valueOf(await cache.shiftTime({}, { shiftNs: 1n }))).toMatchObject({ records: 1, unwritable: 1 });
});
