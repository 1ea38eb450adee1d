import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../model/Problem.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import { testLog, testStartNs } from './testRecords.js';

const kilobyte = 1024;
/** What one batch adds, about. */
const batchRecords = 100;
/** More than any of the limits here takes. */
const batchesMax = 300;

let folder = '';
let cache: DiskCache;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tether-import-room-'));
  const opened = await openDiskCache({
    folder: join(folder, 'rover'),
    robot: 'rover',
    owner: { kind: 'Tether window', controlSocket: null },
    limits: { bytesMax: 4096 * kilobyte, segmentBytesMax: 64 * kilobyte },
    clock: { ...systemClock, nowNs: () => testStartNs },
    // Packing would make room meanwhile.
    packBytesMin: Infinity,
    markGaps: false,
    diskFreeBytesMin: 0,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  cache = opened.value;
  await cache.append(lines(batchRecords, 'came live'));
});

afterEach(async () => {
  await cache.close();
  await rm(folder, { recursive: true, force: true });
});

function lines(count: number, words: string): ReturnType<typeof testLog>[] {
  return Array.from({ length: count }, (_, number) => testLog({ message: `${words} ${number} ${'-'.repeat(200)}` }));
}

/** Imports until it is refused: how many batches went in, and what was said. */
async function importAll(from = 0): Promise<{ batches: number; problem: Problem | null }> {
  for (let batches = 0; batches < batchesMax; batches += 1) {
    const progress = {
      origin: 'cwlog1',
      fromBytes: 0,
      lines: (from + batches + 1) * batchRecords,
      bytes: 0,
      digest: '',
    };
    const records = lines(batchRecords, 'imported').map((record) => ({ ...record, origin: progress.origin }));
    const stored = await cache.appendImported(progress, records);
    if (!stored.ok) return { batches, problem: stored.problem };
  }
  return { batches: batchesMax, problem: null };
}

describe('room for an import', () => {
  it("ends at nine tenths of the robot's own limit", async () => {
    const { batches, problem } = await importAll();
    expect(problem).toMatchObject({ code: 'cache-full' });
    expect(problem?.message).toContain(`its limit is ${4096 * kilobyte} bytes`);
    const { bytes, lost } = await cache.usage();
    expect(bytes).toBeLessThanOrEqual(0.9 * 4096 * kilobyte + 64 * kilobyte);
    expect(batches).toBeGreaterThan(50);
    expect(lost).toEqual({});
  });

  it('ends at what the limit of all caches leaves, so that nothing has to go, and goes on when that is raised', async () => {
    const laptopBytesMax = 1000 * kilobyte;
    cache.setShare({ bytesMax: 1000 * kilobyte, reachableBytes: 1000 * kilobyte, laptopBytesMax });
    const first = await importAll();
    expect(first.problem).toMatchObject({ code: 'cache-full' });
    expect(first.problem?.message).toContain(`their limit together is ${laptopBytesMax} bytes`);
    expect(first.batches).toBeGreaterThan(5);
    expect((await cache.usage()).bytes).toBeLessThanOrEqual(1000 * kilobyte);
    cache.setShare(null);
    expect((await importAll(first.batches)).batches).toBeGreaterThan(20);
    expect((await cache.usage()).lost).toEqual({});
  });

  it('does not run ahead of a share that is raised step by step', async () => {
    cache.setShare({ bytesMax: 500 * kilobyte, reachableBytes: 4096 * kilobyte, laptopBytesMax: 8192 * kilobyte });
    const { batches, problem } = await importAll();
    expect(problem).toMatchObject({ code: 'room-later' });
    expect(batches).toBeGreaterThan(0);
    await cache.settled();
    expect((await cache.usage()).lost).toEqual({});
  });
});
