import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TakeOptions } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { FaultyFiles } from './FaultyFiles.js';
import type { OpenFile } from './OpenFile.js';
import { openDiskCache } from './openDiskCache.js';
import { testLog, testStartNs } from './testRecords.js';

/** A disk on which one file cannot be opened to be read. */
class UnreadableFile extends FaultyFiles {
  path: string | null = null;

  override open(path: string, flags: 'r' | 'r+' | 'wx'): Promise<OpenFile> {
    if (this.path !== null && path.endsWith(this.path)) {
      return Promise.reject(Object.assign(new Error('input/output error'), { code: 'EIO' }));
    }
    return super.open(path, flags);
  }
}

const everything: TakeOptions = {
  ...{ kind: 'log', recordsMax: 100, bytesMax: 1_000_000 },
  ...{ oldestStampNs: 0n, newestStampNs: testStartNs },
};

it('what was chosen of one segment waits again when the next one cannot be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tether-failed-take-'));
  const files = new UnreadableFile();
  const open = async (): Promise<DiskCache> => {
    const opened = await openDiskCache({
      ...{
        folder: join(folder, 'rover'),
        robot: 'rover',
        owner: { kind: 'Tether window', controlSocket: null },
        files,
      },
      limits: { bytesMax: 64 * 1024 * 1024, segmentBytesMax: 1024 * 1024 },
      clock: { ...systemClock, nowNs: () => testStartNs },
    });
    if (!opened.ok) throw new Error(opened.problem.message);
    return opened.value;
  };
  const log = (place: number): ReturnType<typeof testLog> =>
    testLog({ message: `line ${place}`, stampNs: testStartNs - 1_000n + BigInt(place) });
  try {
    for (const place of [0, 1]) {
      const filled = await open();
      await filled.append([log(2 * place), log(2 * place + 1)]);
      await filled.close();
    }
    const cache = await open();
    const [oldest] = await cache.segments();
    files.path = oldest?.file ?? null;
    await expect(cache.take(everything)).rejects.toThrow('input/output');
    expect(await cache.pending()).toMatchObject([{ state: 'pending', records: 4 }]);
    files.path = null;
    expect((await cache.take(everything))?.stored.count).toBe(4);
    await cache.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
