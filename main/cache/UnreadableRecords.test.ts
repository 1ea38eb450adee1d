import { beforeEach, describe, expect, it } from 'vitest';
import { hurriedClock } from './CacheHistory.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { openCacheReader } from './openCacheReader.js';
import { openDiskCache } from './openDiskCache.js';
import { SimulatedDisk } from './SimulatedDisk.test-support.js';
import { testLog, testStartNs } from './testRecords.js';

const folder = '/data/robots/rover';
let disk = new SimulatedDisk();

beforeEach(async () => {
  disk = new SimulatedDisk();
  const cache = await open();
  for (let from = 0; from < 20; from += 5) await cache.append(namesFrom(from).map((message) => testLog({ message })));
  await cache.close();
});

function namesFrom(from: number, count = 5): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index};`);
}

async function open(repair = false): Promise<DiskCache> {
  const opened = await openDiskCache({
    files: disk,
    folder,
    robot: 'rover',
    owner: { kind: 'test', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 1_000_000 },
    clock: hurriedClock,
    commitIntervalMs: 0,
    packBytesMin: Infinity,
    ledgerCompactionBytesMin: 1000,
    markGaps: false,
    diskFreeBytesMin: 0,
    repair,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  return opened.value;
}

/** Damages the chunk that holds this text; gives what puts it right again. */
function damage(text: string): () => void {
  const [name = ''] = disk.namesIn(`${folder}/segments`);
  const path = `${folder}/segments/${name}`;
  const whole = Buffer.from(disk.contentOf(path));
  const damaged = Buffer.from(whole);
  damaged.writeUInt8(0, whole.indexOf(text));
  disk.place(path, damaged);
  return () => {
    disk.place(path, whole);
  };
}

async function read(cache: Pick<DiskCache, 'read'>): Promise<string[]> {
  const found: string[] = [];
  for await (const { record } of cache.read({}, 'oldest')) found.push(record.kind === 'log' ? record.message : '');
  return found;
}

async function acknowledge(cache: DiskCache, recordsMax: number): Promise<void> {
  const limits = { recordsMax, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs };
  const batch = await cache.take({ kind: 'log', ...limits });
  if (batch === null) throw new Error('nothing to take');
  await cache.acknowledge(batch, []);
}

const left = [...namesFrom(0), ...namesFrom(10, 10)];

describe('records that cannot be read', () => {
  it('are counted when they are met first, and never again', async () => {
    damage('line 7;');
    for (let opening = 0; opening < 3; opening += 1) {
      const cache = await open();
      expect(await read(cache)).toEqual(left);
      expect(await cache.usage()).toMatchObject({ pendingRecords: 15, lost: { torn: 5 } });
      await cache.close();
    }
    const cache = await open();
    // Known from the ledger: no one need look first.
    expect(await cache.usage()).toMatchObject({ pendingRecords: 15, lost: { torn: 5 } });
    await cache.close();
  });

  it('are remembered by a compaction', async () => {
    damage('line 7;');
    const first = await open();
    await read(first);
    for (let line = 0; line < 60; line += 1) await first.countLoss('dds', 1, 'history overflow');
    await first.close();
    expect(disk.contentOf(`${folder}/ledger.jsonl`).byteLength).toBeLessThan(5000);
    const second = await open();
    expect(await read(second)).toEqual(left);
    expect((await second.usage()).lost).toEqual({ torn: 5, dds: 60 });
    await second.close();
  });

  it('are no loss when they were acknowledged before', async () => {
    const first = await open();
    await acknowledge(first, 7);
    await first.close();
    damage('line 7;');
    for (let opening = 0; opening < 2; opening += 1) {
      const cache = await open();
      expect(await read(cache)).toEqual(namesFrom(10, 10));
      expect((await cache.usage()).lost).toEqual({ torn: 3 });
      await cache.close();
    }
  });

  it('are counted by themselves when another chunk is damaged later', async () => {
    damage('line 7;');
    const first = await open();
    await read(first);
    await first.close();
    damage('line 12;');
    const second = await open();
    expect(await read(second)).toEqual([...namesFrom(0), ...namesFrom(15)]);
    expect((await second.usage()).lost).toEqual({ torn: 10 });
    await second.close();
  });

  it('are not counted again by a repair', async () => {
    damage('line 7;');
    const first = await open();
    await read(first);
    await first.close();
    const second = await open(true);
    expect(await read(second)).toEqual(left);
    expect((await second.usage()).lost).toEqual({ torn: 5 });
    await second.close();
  });

  it('are offered again when the file comes back from a backup', async () => {
    const restore = damage('line 7;');
    const first = await open();
    await read(first);
    await first.close();
    restore();
    const second = await open();
    expect(await read(second)).toEqual(namesFrom(0, 20));
    await second.close();
  });

  it('are known to who reads beside the owner', async () => {
    damage('line 7;');
    const first = await open();
    await read(first);
    await first.close();
    const reader = await openCacheReader({ folder, robot: 'rover', files: disk, clock: hurriedClock });
    if (!reader.ok) throw new Error(reader.problem.message);
    expect(await reader.value.usage()).toMatchObject({ pendingRecords: 15, lost: { torn: 5 } });
  });
});
