import { beforeEach, describe, expect, it } from 'vitest';
import { hurriedClock } from './CacheHistory.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { encodeLedgerLines, ledgerVersion } from './LedgerEntry.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { randomFrom } from './randomFrom.test-support.js';
import { looksLikeChunk } from './segmentBytes.js';
import { changingKinds, SimulatedDisk } from './SimulatedDisk.test-support.js';
import { testLog, testStartNs } from './testRecords.js';

/** What the histories on the simulated disk brought up, each by itself. */
const folder = '/data/robots/rover';
const statesEach = 60;
let disk = new SimulatedDisk();

beforeEach(() => {
  disk = new SimulatedDisk();
});

async function open(files = disk, changes: Partial<OpenDiskCacheOptions> = {}): Promise<DiskCache> {
  const opened = await openDiskCache({
    files,
    folder,
    robot: 'rover',
    owner: { kind: 'Tether window', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 6000 },
    clock: hurriedClock,
    commitIntervalMs: 0,
    markGaps: false,
    diskFreeBytesMin: 0,
    ...changes,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  return opened.value;
}

function logs(count: number, from = 0): ReturnType<typeof testLog>[] {
  return Array.from({ length: count }, (_, index) => testLog({ message: `line ${from + index}` }));
}

async function messagesOf(cache: DiskCache): Promise<string[]> {
  const found: string[] = [];
  for await (const { record } of cache.read({}, 'oldest')) found.push(record.kind === 'log' ? record.message : '');
  return found;
}

/** What may be read after a power cut now, in some of the contents that it may leave. */
async function* afterPowerCuts(): AsyncGenerator<{
  messages: string[];
  usage: Awaited<ReturnType<DiskCache['usage']>>;
}> {
  const random = randomFrom(1);
  for (let state = 0; state < statesEach; state += 1) {
    const cut = disk.afterPowerCut(random);
    if (cut.namesIn(folder).includes('owner.json')) cut.discard(`${folder}/owner.json`);
    const cache = await open(cut);
    yield { messages: await messagesOf(cache), usage: await cache.usage() };
    await cache.close();
  }
}

const everything = {
  kind: 'log',
  recordsMax: 1000,
  bytesMax: 1e6,
  oldestStampNs: 0n,
  newestStampNs: testStartNs,
} as const;

async function acknowledgeAll(cache: DiskCache): Promise<void> {
  for (;;) {
    const batch = await cache.take(everything);
    if (batch === null) return;
    await cache.acknowledge(batch, []);
  }
}

describe('with the power', () => {
  it('the folders of a new cache do not go, and so not its records', async () => {
    const cache = await open();
    await cache.append(logs(2));
    for await (const { messages } of afterPowerCuts()) expect(messages).toEqual(['line 0', 'line 1']);
    await cache.close();
  });

  it('nothing goes that was believed at an opening: the last lines of an owner that was killed before its fdatasync', async () => {
    const first = await open();
    await first.append(logs(2));
    let left = disk;
    disk.afterOperation = ({ kind, path }) => {
      if (kind !== 'write' || !path.endsWith('ledger.jsonl')) return;
      left = disk.afterProcessCrash();
      disk.disconnect();
    };
    const counting = first.countLoss('dds', 3, 'history overflow');
    counting.catch(() => undefined);
    while (left === disk) await new Promise((resolve) => setImmediate(resolve));
    await first.close();
    disk = left;
    disk.discard(`${folder}/owner.json`);
    const second = await open();
    expect((await second.usage()).lost).toEqual({ dds: 3 });
    for await (const { usage } of afterPowerCuts()) expect(usage.lost).toEqual({ dds: 3 });
    await second.close();
  });

  it('acknowledged records do not come back, although a compaction ran before their file was durably gone', async () => {
    const cache = await open(disk, { ledgerCompactionBytesMin: 1000 });
    for (let from = 0; from < 100; from += 20) await cache.append(logs(20, from));
    disk.failWith = ({ kind, path }) => (kind === 'syncFolder' && path.endsWith('/segments') ? 'EIO' : null);
    await acknowledgeAll(cache);
    expect(disk.failures).toBeGreaterThan(0);
    for (let line = 0; line < 60; line += 1) await cache.countLoss('dds', 1, 'history overflow');
    expect(disk.contentOf(`${folder}/ledger.jsonl`).byteLength).toBeLessThan(6000);
    for await (const { messages } of afterPowerCuts()) expect(messages).toEqual([]);
    disk.failWith = () => null;
    await cache.close();
  });
});

describe('what is left of a segment', () => {
  it('does not come back when it went while it was being written anew', async () => {
    const first = await open();
    await first.append(logs(40));
    await first.close();
    const second = await open(disk, { packBytesMin: 1 });
    await second.settled();
    await second.close();
    const packed = disk.namesIn(`${folder}/segments`).filter((name) => name.includes('.r1.'));
    expect(packed).not.toEqual([]);
    // As a compaction leaves the ledger that ran after the segment was gone: it does not name it any more.
    const header = { type: 'ledger', version: ledgerVersion, robot: 'rover', at: 0 } as const;
    disk.place(`${folder}/ledger.jsonl`, encodeLedgerLines([header, { type: 'limits', bytesMax: 100_000_000, at: 0 }]));
    for (const name of disk.namesIn(`${folder}/segments`)) {
      if (!packed.includes(name)) disk.discard(`${folder}/segments/${name}`);
    }
    const third = await open();
    expect(await messagesOf(third)).toEqual([]);
    expect(disk.namesIn(`${folder}/segments`)).toEqual([]);
    await third.close();
  });

  it('may look like a packed chunk of an impossible length, and is damage then', () => {
    const head = new Uint8Array(60).fill(0xff);
    head[0] = 0x06;
    // The uncompressed size, and the length and name of the compression.
    head.set([1, 0, 0, 0, 0, 0, 0, 0], 9 + 16);
    head.set([4, 0, 0, 0, ...new TextEncoder().encode('zstd')], 9 + 28);
    expect(looksLikeChunk(head, 1_000_000)).toBe(false);
  });
});

describe('on a disk that was read-only for a while', () => {
  it('an owner that closed can open again, although its lock is still there', async () => {
    const first = await open();
    await first.append(logs(2));
    disk.failWith = ({ kind }) => (changingKinds.has(kind) ? 'EROFS' : null);
    await first.close();
    disk.failWith = () => null;
    expect(disk.namesIn(folder)).toContain('owner.json');
    const second = await open();
    expect(await messagesOf(second)).toEqual(['line 0', 'line 1']);
    await expect(open()).rejects.toThrow('already has an owner');
    await second.close();
    expect(disk.namesIn(folder)).not.toContain('owner.json');
  });
});
