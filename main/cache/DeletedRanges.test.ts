import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TakeOptions } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import { undoMs } from './DeletedRanges.js';
import type { DiskCache } from './DiskCache.js';
import { openCacheReader } from './openCacheReader.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { testLog, testMetric, testStartNs } from './testRecords.js';

const dayNs = 86_400_000_000_000n;
const minuteNs = 60_000_000_000n;

let folder = '';
let nowNs = testStartNs;
const opened: DiskCache[] = [];
/** Ends the time of each delete that can still be undone. */
let timers: (() => void)[] = [];

const clock = {
  ...systemClock,
  nowNs: () => nowNs,
  after: (delayMs: number, callback: () => void): (() => void) => {
    // The tests' deletes are at most a minute old when the cache is opened again.
    if (delayMs < undoMs - 60_000) return systemClock.after(delayMs, callback);
    timers.push(callback);
    return () => {
      timers = timers.filter((timer) => timer !== callback);
    };
  },
};

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-undo-')), 'rover');
  nowNs = testStartNs;
  timers = [];
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
    limits: { bytesMax: 64 * 1024 * 1024, segmentBytesMax: 1024 * 1024 },
    clock,
    commitIntervalMs: 0,
    markGaps: false,
    diskFreeBytesMin: 0,
    ...changes,
  });
  if (!result.ok) throw new Error(result.problem.message);
  opened.push(result.value);
  return result.value;
}

const taking: TakeOptions = {
  ...{ kind: 'log', recordsMax: 1, bytesMax: 1e6, oldestStampNs: testStartNs - dayNs, newestStampNs: testStartNs },
};

/** Each record that can be seen, with its state and the reason for that. */
async function allOf(cache: Pick<DiskCache, 'read'>): Promise<string[]> {
  const found: string[] = [];
  for await (const { record, state, reason } of cache.read({}, 'oldest')) {
    found.push(`${record.kind === 'log' ? record.message : record.name}: ${state} ${reason}`.trim());
  }
  return found;
}

async function files(): Promise<string[]> {
  return await readdir(join(folder, 'segments'));
}

/** A cache with a record in each state that a delete takes, and one that was sent. */
async function filled(changes: Partial<OpenDiskCacheOptions> = {}): Promise<DiskCache> {
  const cache = await open(changes);
  await cache.append([
    testLog({ message: 'sent', stampNs: testStartNs }),
    testLog({ message: 'refused', stampNs: testStartNs - 1n }),
    testLog({ message: 'held', stampNs: testStartNs - 2n }),
    testLog({ message: 'old', stampNs: testStartNs - 20n * dayNs }),
    testLog({ message: 'waits', stampNs: testStartNs - 3n }),
    testMetric('battery', 81, testStartNs - 4n),
  ]);
  for (const text of ['sent', 'refused']) {
    const batch = await cache.take({ ...taking, filter: { text } });
    const record = batch?.records[0];
    if (batch === null || record === undefined) throw new Error('nothing to take');
    await cache.acknowledge(batch, text === 'sent' ? [] : [{ address: record.address, reason: 'too large' }]);
  }
  await cache.hold({ text: 'held' });
  return cache;
}

const before = [
  'refused: quarantined too large',
  'held: held',
  'old: expired',
  'waits: pending',
  'battery: pending',
] as const;

describe('a delete', () => {
  it('can be undone: each record is again what it was', async () => {
    const cache = await filled();
    expect(await allOf(cache)).toEqual(before);
    const { id, records } = await cache.delete({});
    expect(records).toBe(5);
    expect(await allOf(cache)).toEqual([]);
    expect(await cache.usage()).toMatchObject({ cachedRecords: 0, quarantinedRecords: 0, deletedUndoable: 5 });
    const changes: string[] = [];
    cache.onChange(({ type, ranges }) => changes.push(...ranges.map(({ from, to }) => `${type} ${from}-${to}`)));
    expect(await cache.undelete(id)).toBe(5);
    expect(changes).toEqual(['quarantined 1-1', 'held 2-2', 'pending 3-3', 'pending 4-5']);
    expect(await allOf(cache)).toEqual(before);
    const usage = await cache.usage();
    expect(usage).toMatchObject({ deletedUndoable: 0, cachedRecords: 4, quarantinedRecords: 1, lost: { rejected: 1 } });
    expect(await cache.undelete(id)).toBe(0);
    expect(await cache.undelete(99)).toBe(0);
    await cache.close();
    const again = await open();
    await again.usage();
    expect(await allOf(again)).toEqual(before);
    expect(await again.usage()).toMatchObject({ deletedUndoable: 0, lost: { rejected: 1 } });
  });

  it.each([
    { name: 'as they were written', changes: {} },
    { name: 'compacted at each line', changes: { ledgerCompactionBytesMin: 1 } },
  ])('can be undone after the cache was opened again, from lines $name', async ({ changes }) => {
    const cache = await filled(changes);
    const { id } = await cache.delete({ kind: 'log' });
    const other = await cache.delete({ kind: 'metric' });
    for (let round = 0; round < 20; round += 1) await cache.countLoss('dds', 1, 'history overflow');
    await cache.close();
    expect(timers).toEqual([]);
    const reader = await openCacheReader({ folder, robot: 'rover', clock });
    if (!reader.ok) throw new Error(reader.problem.message);
    expect(await reader.value.usage()).toMatchObject({ deletedUndoable: 5, cachedRecords: 0 });
    nowNs += minuteNs / 2n;
    const again = await open(changes);
    expect(await allOf(again)).toEqual([]);
    expect(await again.undelete(id)).toBe(4);
    expect((await again.usage()).deletedUndoable).toBe(1);
    await again.close();
    const third = await open(changes);
    await third.usage();
    expect(await allOf(third)).toEqual(before.slice(0, 4));
    expect(await third.undelete(other.id)).toBe(1);
    expect(await allOf(third)).toEqual(before);
  });

  it('that found nothing has no id: undoing it later does not undo another one', async () => {
    const cache = await filled();
    const nothing = await cache.delete({ text: 'nobody said this' });
    expect(nothing).toEqual({ id: 0, records: 0 });
    await cache.close();
    const again = await open();
    expect((await again.delete({})).id).not.toBe(nothing.id);
    expect(await again.undelete(nothing.id)).toBe(0);
    expect(await allOf(again)).toEqual([]);
  });

  it('cannot be undone after ten minutes: then its files go', async () => {
    const cache = await filled();
    await cache.close();
    const again = await open();
    const { id } = await again.delete({});
    expect(await files()).toHaveLength(1);
    expect(timers).toHaveLength(1);
    // Wherever the wall clock is by then.
    nowNs -= 5n * dayNs;
    timers[0]?.();
    await again.settled();
    expect(await again.undelete(id)).toBe(0);
    expect(await again.usage()).toMatchObject({ deletedUndoable: 0 });
    expect(await files()).toEqual([]);
  });

  it('stays at close, and the next opening decides by its age', async () => {
    const cache = await filled();
    const { id } = await cache.delete({});
    await cache.close();
    expect(await files()).toHaveLength(1);
    nowNs += BigInt(undoMs) * 1_000_000n - 1_000_000n;
    const reader = await openCacheReader({ folder, robot: 'rover', clock });
    if (!reader.ok) throw new Error(reader.problem.message);
    expect((await reader.value.usage()).deletedUndoable).toBe(5);
    nowNs += 1_000_000n;
    expect((await reader.value.usage()).deletedUndoable).toBe(0);
    const again = await open();
    expect(await again.undelete(id)).toBe(0);
    expect(await files()).toEqual([]);
  });

  it('of the future, as the clock was set back, can be undone for the whole time again', async () => {
    const cache = await filled();
    const { id } = await cache.delete({});
    await cache.close();
    nowNs -= 3n * dayNs;
    const again = await open();
    expect(timers).toHaveLength(1);
    expect(await again.undelete(id)).toBe(5);
  });

  it('never has a number again that one before had', async () => {
    const cache = await filled({ ledgerCompactionBytesMin: 1 });
    const { id } = await cache.delete({ text: 'waits' });
    timers[0]?.();
    for (let round = 0; round < 20; round += 1) await cache.countLoss('dds', 1, 'history overflow');
    await cache.close();
    expect(await readFile(join(folder, 'ledger.jsonl'), 'utf8')).not.toContain(`"id":${id}`);
    const again = await open();
    expect((await again.delete({ text: 'held' })).id).toBeGreaterThan(id);
    expect(await again.undelete(id)).toBe(0);
  });

  it('leaves alone what is being sent', async () => {
    const cache = await filled();
    const batch = await cache.take(taking);
    if (batch === null) throw new Error('nothing to take');
    const { id } = await cache.delete({});
    expect(await allOf(cache)).toEqual(['waits: sending']);
    cache.release(batch);
    expect(await cache.undelete(id)).toBe(4);
    expect(await allOf(cache)).toEqual(before);
  });

  it('and a batch taken at the same moment never have the same record', async () => {
    const cache = await filled();
    const [deleted, batch] = await Promise.all([cache.delete({ text: 'waits' }), cache.take(taking)]);
    expect([deleted.records, batch]).toEqual([1, null]);
    expect(await cache.undelete(deleted.id)).toBe(1);
    const [taken, none] = await Promise.all([cache.take(taking), cache.delete({ text: 'waits' })]);
    expect([taken?.records.length, none.records]).toEqual([1, 0]);
  });

  it('gives its room up before anything that is wanted goes', async () => {
    const limits = { bytesMax: 1_000_000, segmentBytesMax: 100_000 };
    const cache = await open({ limits });
    const logs = (name: string): ReturnType<typeof testLog>[] =>
      Array.from({ length: 100 }, () => testLog({ message: name.padEnd(200, '.'), node: name }));
    const used = async (): Promise<number> => (await cache.usage()).bytes;
    while ((await used()) < 300_000) await cache.append(logs('wanted'));
    const wanted = (await cache.usage()).cachedRecords;
    while ((await used()) < 800_000) await cache.append(logs('deleted'));
    const { id, records } = await cache.delete({ nodes: ['deleted'] });
    let kept = records;
    while (kept > records / 2) {
      await cache.append(logs('new'));
      await cache.settled();
      const usage = await cache.usage();
      expect(usage.lost).toEqual({});
      kept = usage.deletedUndoable;
    }
    expect(await used()).toBeLessThanOrEqual(limits.bytesMax);
    expect(await cache.undelete(id)).toBe(kept);
    const found = await allOf(cache);
    expect(found.filter((name) => name.startsWith('wanted'))).toHaveLength(wanted);
    expect(found.filter((name) => name.startsWith('deleted'))).toHaveLength(kept);
  });
});
