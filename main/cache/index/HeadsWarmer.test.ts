import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { patient } from '../../model/patient.test-support.js';
import type { Clock } from '../../seams/Clock.js';
import type { DiskCache } from '../DiskCache.js';
import { type FileSystem, nodeFileSystem } from '../FileSystem.js';
import { openDiskCache } from '../openDiskCache.js';
import { pauseMs } from './HeadsWarmer.js';
import { packedAtOnce } from '../packedAtOnce.test-support.js';
import { testLog } from '../testRecords.js';

let folder: string;
let openedFiles: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tether-warmer-'));
  openedFiles = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const watchedFiles: FileSystem = {
  ...nodeFileSystem,
  open: (path, mode) => {
    openedFiles.push(path);
    return nodeFileSystem.open(path, mode);
  },
};

async function open(readsAhead: boolean, clock = packedAtOnce(folder).clock): Promise<DiskCache> {
  const cache = await openDiskCache({ ...packedAtOnce(folder), clock, files: watchedFiles, readsAhead });
  if (!cache.ok) throw new Error(cache.problem.message);
  return cache.value;
}

/** Some packed segments, each with an index. */
async function fill(): Promise<void> {
  const cache = await open(false);
  for (let number = 0; number < 40; number += 1) {
    const message = `line ${number} ${'x'.repeat(200)}`;
    await cache.append(Array.from({ length: 50 }, () => testLog({ message })));
  }
  await cache.settled();
  await cache.close();
}

/** Files that a search for what is nowhere opens. */
async function openedBySearch(cache: DiskCache): Promise<number> {
  openedFiles = [];
  for await (const { record } of cache.read({ text: 'nowhere to be found' }, 'newest')) expect(record).toBeUndefined();
  return openedFiles.length;
}

it('has the heads in memory before the first search, which then opens no packed segment', async () => {
  await fill();
  const cold = await open(false);
  const segments = (await cold.segments()).length;
  expect(segments).toBeGreaterThan(3);
  expect(await openedBySearch(cold)).toBeGreaterThanOrEqual(segments - 1);
  await cold.close();

  const warm = await open(true);
  await warm.warmedUp();
  expect(await openedBySearch(warm)).toBeLessThanOrEqual(1);
  await warm.close();
});

it('begins with the newest, and stops with the cache', async () => {
  await fill();
  // Opening a cache opens files of its own: the reading ahead begins when the test lets it.
  let begin = (): void => undefined;
  const { clock } = packedAtOnce(folder);
  const held: Clock = {
    ...clock,
    after: (delayMs, callback) => {
      if (delayMs !== pauseMs) return clock.after(delayMs, callback);
      let cancel = (): void => undefined;
      void begun.then(() => {
        cancel = clock.after(delayMs, callback);
      });
      return () => {
        cancel();
      };
    },
  };
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const cache = await open(true, held);
  const newest = (await cache.segments()).at(-1)?.file ?? '';
  openedFiles = [];
  begin();
  const segmentsOpened = (): string[] => openedFiles.filter((path) => path.includes('/segments/'));
  await vi.waitFor(() => {
    expect(segmentsOpened()).not.toEqual([]);
  }, patient);
  await cache.close();
  const after = segmentsOpened();
  expect(after[0]).toContain(newest);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(segmentsOpened()).toEqual(after);
});
