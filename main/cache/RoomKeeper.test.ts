import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { FaultyFiles } from './FaultyFiles.js';
import type { OpenFile } from './FileSystem.js';
import { openDiskCache } from './openDiskCache.js';
import { testLog, testStartNs } from './testRecords.js';

/** Real files, whose ledger can be made to wait, and whose segments can be made to stay. */
class GatedFiles extends FaultyFiles {
  #open: Promise<void> = Promise.resolve();
  letGo: () => void = () => undefined;
  keepsFiles = false;
  waitingSyncs = 0;
  #removals: Promise<void> = Promise.resolve();
  letRemove: () => void = () => undefined;
  waitingRemovals = 0;

  shut(): void {
    this.#open = new Promise((resolve) => {
      this.letGo = resolve;
    });
  }

  /** Of segments as they were recorded. */
  holdRemovals(): void {
    this.#removals = new Promise((resolve) => {
      this.letRemove = resolve;
    });
  }

  override async open(path: string, flags: 'r' | 'r+' | 'wx'): Promise<OpenFile> {
    const file = await super.open(path, flags);
    if (!path.endsWith('ledger.jsonl')) return file;
    const datasync = async (): Promise<void> => {
      this.waitingSyncs += 1;
      await this.#open;
      this.waitingSyncs -= 1;
      await file.datasync();
    };
    return { ...file, datasync };
  }

  override async remove(path: string): Promise<void> {
    if (this.keepsFiles && path.endsWith('.mcap')) {
      this.failures += 1;
      throw Object.assign(new Error('EACCES: made by a test'), { code: 'EACCES' });
    }
    if (/-\d+\.mcap$/.test(path)) {
      this.waitingRemovals += 1;
      await this.#removals;
      this.waitingRemovals -= 1;
    }
    await super.remove(path);
  }
}

const limits = { bytesMax: 2_000_000, segmentBytesMax: 100_000 };
let folder = '';
let files = new GatedFiles();
const opened: DiskCache[] = [];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-room-')), 'rover');
  files = new GatedFiles();
});

afterEach(async () => {
  files.letGo();
  files.letRemove();
  files.keepsFiles = false;
  for (const cache of opened.splice(0)) await cache.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function open(packBytesMin = Infinity): Promise<DiskCache> {
  const result = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'test', controlSocket: null },
    limits,
    // Retries after a second come after a hundredth of one.
    clock: {
      ...systemClock,
      nowNs: () => testStartNs,
      after: (delayMs, callback) => systemClock.after(delayMs / 100, callback),
    },
    commitIntervalMs: 0,
    // The tests count records: none of Tether's own, and each as large as it was recorded.
    markGaps: false,
    packBytesMin,
    files,
  });
  if (!result.ok) throw new Error(result.problem.message);
  opened.push(result.value);
  return result.value;
}

/** About 300 bytes each on disk. */
function logs(count: number): ReturnType<typeof testLog>[] {
  return Array.from({ length: count }, (_, index) => testLog({ message: `line ${index} `.padEnd(200, '.') }));
}

/** As many, not much smaller when packed: what chance made takes more room in the index than in the chunks. */
function noise(count: number): ReturnType<typeof testLog>[] {
  const text = randomBytes(150 * count).toString('base64');
  return Array.from({ length: count }, (_, at) => {
    return testLog({ message: text.slice(at * 200, at * 200 + 80).padEnd(200, '.') });
  });
}

async function packedFiles(): Promise<number> {
  return (await readdir(join(folder, 'segments'))).filter((name) => name.endsWith('.r1.mcap')).length;
}

async function bytesOnDisk(): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    // What goes in between has gone.
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

/** Appends until the room that is kept ahead is being made. */
async function appendUntilTight(cache: DiskCache): Promise<number> {
  let appended = 0;
  while ((await cache.usage()).bytes < limits.bytesMax - 50_000) {
    await cache.append(logs(20));
    appended += 20;
  }
  return appended;
}

describe('the room that is kept free', () => {
  it('is made ahead, so that a commit waits for no eviction; only at the limit itself it does', async () => {
    const cache = await open();
    files.shut();
    let appended = await appendUntilTight(cache);
    for (; (await cache.usage()).bytes < limits.bytesMax - 10_000; appended += 20) await cache.append(logs(20));
    // The eviction has begun and its line is not durable: nothing has gone, and appending goes on.
    expect((await cache.usage()).lost.evicted).toBeUndefined();
    let durable = 0;
    const waiting = Promise.all(
      Array.from({ length: 10 }, async () => {
        await cache.append(logs(20));
        durable += 20;
      }),
    );
    await vi.waitFor(async () => {
      expect((await cache.usage()).waitingInMemory).toBeGreaterThan(0);
    }, patient);
    expect(await bytesOnDisk()).toBeLessThanOrEqual(limits.bytesMax);
    expect(durable).toBeLessThan(200);
    files.letGo();
    await waiting;
    await cache.settled();
    const usage = await cache.usage();
    expect(usage.cachedRecords + (usage.lost.evicted ?? 0)).toBe(appended + 200);
    expect(usage.lost.evicted).toBeGreaterThan(0);
  });

  it('holds when ten times the limit is appended as fast as it can be', async () => {
    const cache = await open();
    const rounds = 700;
    let largest = 0;
    const appending = Array.from({ length: rounds }, async (_, round) => {
      await cache.append(logs(100));
      if (round % 10 === 0) largest = Math.max(largest, await bytesOnDisk());
    });
    await Promise.all(appending);
    await cache.settled();
    expect(largest).toBeGreaterThan(limits.bytesMax / 2);
    expect(largest).toBeLessThanOrEqual(limits.bytesMax + limits.segmentBytesMax);
    const usage = await cache.usage();
    expect(usage.bytes).toBe(await bytesOnDisk());
    expect(usage.bytes).toBeLessThanOrEqual(limits.bytesMax);
    expect(usage.cachedRecords + (usage.lost.evicted ?? 0)).toBe(rounds * 100);
    expect(usage.lost.evicted).toBeGreaterThan(usage.cachedRecords * 8);
  });

  it('holds also while segments are packed, whose new files stand beside the old ones', async () => {
    const cache = await open(0);
    let largest = 0;
    const appended = 200 * 50;
    for (let round = 0; round < 200; round += 1) {
      await cache.append(noise(50));
      largest = Math.max(largest, await bytesOnDisk());
    }
    await cache.settled();
    expect(await packedFiles()).toBeGreaterThan(1);
    expect(largest).toBeGreaterThan(limits.bytesMax / 2);
    expect(largest).toBeLessThanOrEqual(limits.bytesMax + limits.segmentBytesMax);
    const { bytes, cachedRecords, lost } = await cache.usage();
    expect(bytes).toBe(await bytesOnDisk());
    expect(cachedRecords + (lost.evicted ?? 0)).toBe(appended);
    expect(lost.evicted).toBeGreaterThan(0);
    let found = 0;
    for await (const { state } of cache.read({}, 'oldest')) if (state === 'pending') found += 1;
    expect(found).toBe(cachedRecords);
  });

  it('is not taken by several files in work at a time: what comes waits for them at the limit and a segment', async () => {
    const cache = await open(0);
    files.shut();
    // The first segment is packed, and its line in the ledger waits; meanwhile some more are closed.
    let appended = 0;
    for (; (await cache.segments()).filter((segment) => !segment.open).length < 5; appended += 20) {
      await cache.append(noise(20));
    }
    await vi.waitFor(async () => {
      expect(await packedFiles()).toBe(1);
      expect(files.waitingSyncs).toBe(1);
    }, patient);
    files.letGo();
    files.shut();
    // These are packed together.
    await vi.waitFor(async () => {
      expect(await packedFiles()).toBe(5);
      expect(files.waitingSyncs).toBe(1);
    }, patient);
    const room = limits.bytesMax - (await cache.usage()).bytes;
    const offered = Math.ceil((room + 4 * limits.segmentBytesMax) / 6000);
    let [isOver, stored] = [false, 0];
    const append = async (): Promise<void> => {
      await cache.append(noise(20));
      stored += 1;
    };
    const appending = Promise.all(Array.from({ length: offered }, append)).finally(() => {
      isOver = true;
    });
    let largest = 0;
    // Until all is stored, or nothing has been for many looks at a disk that is full.
    for (let [looks, before] = [0, 0]; !isOver && looks < 30; looks += 1) {
      largest = Math.max(largest, await bytesOnDisk());
      if (stored !== before || largest <= limits.bytesMax) looks = 0;
      before = stored;
    }
    files.letGo();
    await appending;
    expect(largest).toBeGreaterThan(limits.bytesMax);
    expect(largest).toBeLessThanOrEqual(limits.bytesMax + limits.segmentBytesMax);
    await cache.settled();
    const { bytes, cachedRecords, lost } = await cache.usage();
    expect(bytes).toBe(await bytesOnDisk());
    expect(cachedRecords + (lost.evicted ?? 0)).toBe(appended + offered * 20);
  });

  it('counts a file whose place another has taken until it is gone', async () => {
    const cache = await open(0);
    files.holdRemovals();
    while ((await cache.segments()).every((segment) => segment.open)) await cache.append(noise(20));
    await vi.waitFor(() => {
      expect(files.waitingRemovals).toBe(1);
    }, patient);
    expect((await cache.usage()).bytes).toBe(await bytesOnDisk());
    files.letRemove();
    await cache.settled();
    expect(await packedFiles()).toBe(1);
    expect((await cache.usage()).bytes).toBe(await bytesOnDisk());
  });

  it('lets all go in one step when the limit is lowered', async () => {
    const cache = await open();
    await appendUntilTight(cache);
    await cache.settled();
    const before = await cache.usage();
    let evictions = 0;
    cache.onChange(({ type }) => {
      if (type === 'evicted') evictions += 1;
    });
    cache.setLimits({ bytesMax: 600_000, segmentBytesMax: 100_000 });
    await cache.settled();
    const { bytes, cachedRecords, lost } = await cache.usage();
    expect(evictions).toBe(1);
    expect(bytes).toBeLessThanOrEqual(600_000);
    expect(await bytesOnDisk()).toBe(bytes);
    expect(cachedRecords + (lost.evicted ?? 0)).toBe(before.cachedRecords + (before.lost.evicted ?? 0));
  });

  it('counts a file that could not be removed until it is gone, and takes no more for it', async () => {
    const cache = await open();
    files.keepsFiles = true;
    const appended = await appendUntilTight(cache);
    const waiting = cache.append(logs(1000));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem?.code).toBe('disk-read-only');
      expect(files.failures).toBeGreaterThan(2);
    }, patient);
    const stuck = await cache.usage();
    expect(stuck.bytes).toBe(await bytesOnDisk());
    expect(stuck.bytes).toBeLessThanOrEqual(limits.bytesMax);
    expect(stuck.cachedRecords + (stuck.lost.evicted ?? 0) + stuck.waitingInMemory).toBe(appended + 1000);
    files.keepsFiles = false;
    expect(await waiting).not.toContain(null);
    await cache.settled();
    expect(await cache.usage()).toMatchObject({ problem: null, bytes: await bytesOnDisk() });
  });

  it('tells listeners only of records that were still in the cache', async () => {
    const cache = await open();
    await cache.append(logs(400));
    const batch = await cache.take({
      ...{ kind: 'log', recordsMax: 150, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs },
    });
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, []);
    let told = 0;
    cache.onChange(({ type, ranges }) => {
      if (type === 'evicted') for (const { from, to } of ranges) told += to - from + 1;
    });
    await cache.append(logs(200));
    cache.setLimits({ bytesMax: 400_000, segmentBytesMax: 100_000 });
    await cache.settled();
    const { lost, cachedRecords } = await cache.usage();
    expect(lost.evicted).toBe(told);
    expect(told + cachedRecords).toBe(450);
  });

  it.each([
    { name: 'before the eviction', acknowledgedFirst: true, acknowledged: 150 },
    { name: 'while the eviction is written', acknowledgedFirst: false, acknowledged: 0 },
  ])('counts each record once, acknowledged $name', async ({ acknowledgedFirst, acknowledged }) => {
    const cache = await open();
    await cache.append(logs(400));
    const batch = await cache.take({
      ...{ kind: 'log', recordsMax: 150, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs },
    });
    if (batch === null) throw new Error('nothing to take');
    await cache.append(logs(600));
    files.shut();
    const acts = [
      () => cache.acknowledge(batch, []),
      () => {
        cache.setLimits({ bytesMax: 270_000, segmentBytesMax: 100_000 });
        return Promise.resolve();
      },
    ];
    const done: Promise<void>[] = [];
    for (const act of acknowledgedFirst ? acts : acts.toReversed()) {
      done.push(act());
      await vi.waitFor(() => {
        expect(files.waitingSyncs).toBe(1);
      }, patient);
    }
    files.letGo();
    await Promise.all(done);
    await cache.settled();
    const { acknowledgedLogs, cachedRecords, lost } = await cache.usage();
    expect(acknowledgedLogs).toBe(acknowledged);
    expect(lost.evicted).toBeGreaterThan(150);
    expect(acknowledgedLogs + cachedRecords + (lost.evicted ?? 0)).toBe(1000);
  });
});
