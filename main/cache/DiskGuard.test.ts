import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import { type Clock, systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { DiskGuard, DiskLowError } from './DiskGuard.js';
import { FaultyFiles } from './FaultyFiles.js';
import { nodeFileSystem } from './FileSystem.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { testLog, testStartNs } from './testRecords.js';

let folder = '';
let files = new FaultyFiles();
let nowMs = 0;
const opened: DiskCache[] = [];
const clock: Clock = {
  nowNs: () => testStartNs,
  monotonicMs: () => nowMs,
  // Retries after a second come after a hundredth of one.
  after: (delayMs, callback) => systemClock.after(delayMs / 100, callback),
};

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-guard-')), 'rover');
  files = new FaultyFiles();
  nowMs = 0;
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
    files,
    commitIntervalMs: 0,
    ...changes,
  });
  if (!result.ok) throw new Error(result.problem.message);
  opened.push(result.value);
  return result.value;
}

function logs(count: number, from = 0): ReturnType<typeof testLog>[] {
  return Array.from({ length: count }, (_, index) => testLog({ message: `line ${from + index}` }));
}

/** The disk fills up, by whatever; the guard notices with its next look. */
function fillDisk(free: number): void {
  files.disk = { free, total: 100e9 };
  nowMs += 1000;
}

describe('the guard of the disk', () => {
  it.each([
    { total: 1000e9, kept: 1e9 },
    { total: 10e9, kept: 0.5e9 },
  ])('keeps 1 GB or 5 % free, whichever is less: $total', async ({ total, kept }) => {
    const guard = new DiskGuard(files, folder, clock, null);
    files.disk = { free: kept, total };
    await guard.check();
    files.disk = { free: kept - 1, total };
    nowMs += 1000;
    await expect(guard.check()).rejects.toThrow(DiskLowError);
    // While it is low it asks each time, so that the first retry finds the room.
    files.disk = { free: kept, total };
    await guard.check();
  });

  it('asks the disk about once a second, not with each commit', async () => {
    const cache = await open();
    for (let round = 0; round < 20; round += 1) {
      await cache.append(logs(1, round));
      nowMs += 100;
    }
    expect(files.diskAsked).toBe(2);
  });

  it('lets records wait in memory, says how much is free and what to do, and heals by itself', async () => {
    const cache = await open();
    await cache.append(logs(4));
    const { bytes } = await cache.usage();
    fillDisk(812e6);
    const appended = cache.append(logs(3, 4));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem).not.toBeNull();
    }, patient);
    const low = await cache.usage();
    expect(low).toMatchObject({ bytes, waitingInMemory: 3, cachedRecords: 4, lost: {} });
    expect(low.problem).toMatchObject({
      code: 'disk-low',
      message: `The disk that holds ${folder} has only 812 MB free; Tether keeps 1.0 GB free for the rest of the computer.`,
    });
    expect(low.problem?.nextStep).toMatch(/^Free space on that disk, or flush.*goes on by itself/);
    // What frees space goes on: an acknowledgement, and the removal after it.
    const batch = await cache.take({
      ...{ kind: 'log', recordsMax: 4, bytesMax: 1e6, oldestStampNs: 0n, newestStampNs: testStartNs },
    });
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, []);
    expect(await cache.usage()).toMatchObject({ acknowledgedLogs: 4, cachedRecords: 0, waitingInMemory: 3 });
    files.disk = { free: 2e9, total: 100e9 };
    expect(await appended).not.toContain(null);
    expect(await cache.usage()).toMatchObject({ problem: null, cachedRecords: 3, waitingInMemory: 0, lost: {} });
  });

  it('counts the oldest as lost when memory is full, and evicts nothing for the disk', async () => {
    const cache = await open({ memoryBytesMax: 3000 });
    await cache.append(logs(10));
    fillDisk(1e6);
    const appended = cache.append(logs(30, 10));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem?.code).toBe('disk-low');
    }, patient);
    const { lost, cachedRecords, waitingInMemory } = await cache.usage();
    expect(Object.keys(lost)).toEqual(['memory']);
    expect([cachedRecords, waitingInMemory + (lost.memory ?? 0)]).toEqual([10, 30]);
    fillDisk(50e9);
    await appended;
  });

  it('still takes at close what waits in memory', async () => {
    const cache = await open();
    fillDisk(1e6);
    const appended = cache.append(logs(5));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem?.code).toBe('disk-low');
    }, patient);
    expect(await cache.close()).toMatchObject({ ok: true });
    expect(await appended).not.toContain(null);
    expect((await (await open()).usage()).cachedRecords).toBe(5);
  });

  it('leaves a disk that does not say alone', async () => {
    const cache = await open();
    files.freeBytes = () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }));
    expect(await cache.append(logs(2))).not.toContain(null);
  });

  it('is told by the real disk how much is free', async () => {
    const { free, total } = await nodeFileSystem.freeBytes(tmpdir());
    expect(total).toBeGreaterThan(free);
    expect(free).toBeGreaterThan(0);
  });
});
