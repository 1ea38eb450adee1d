import { beforeEach, describe, expect, it } from 'vitest';
import { hurriedClock } from './CacheHistory.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { encodeLedgerLines, ledgerVersion } from './LedgerEntry.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { randomFrom } from './randomFrom.test-support.js';
import { looksLikeChunk } from './segmentBytes.js';
import { changingKinds, SimulatedDisk } from './SimulatedDisk.test-support.js';
import { testLog, testLogDestination, testStartNs } from './testRecords.js';

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

  it('nothing goes that was believed at an opening: a commit without its fdatasync, closed by an owner that was killed in turn', async () => {
    /** The disk as the process leaves it that is killed right after it wrote to a segment. */
    const killedAtWrite = async (act: () => Promise<unknown>): Promise<SimulatedDisk> => {
      const before = disk;
      let left = before;
      before.afterOperation = ({ kind, path }) => {
        if (kind !== 'write' || !path.includes('/segments/')) return;
        left = before.afterProcessCrash();
        before.disconnect();
      };
      act().catch(() => undefined);
      while (left === before) await new Promise((resolve) => setImmediate(resolve));
      left.discard(`${folder}/owner.json`);
      return left;
    };
    const first = await open();
    disk = await killedAtWrite(() => first.append(logs(2)));
    await first.close();
    disk = await killedAtWrite(() => open());
    const third = await open();
    const believed = await messagesOf(third);
    expect(believed).toEqual(['line 0', 'line 1']);
    for await (const { messages } of afterPowerCuts()) expect(messages).toEqual(believed);
    await third.close();
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

describe('an edit that was undone', () => {
  it('stays undone when its files come back with the power and another line of the ledger is damaged', async () => {
    const cache = await open();
    await cache.append(logs(40));
    const before = await messagesOf(cache);
    const edit = await cache.redact({}, { find: 'line', replace: 'entry' });
    if (!edit.ok) throw new Error(edit.problem.message);
    const edited = disk.namesIn(`${folder}/segments`).filter((name) => name.includes('.r1.'));
    const contents = edited.map((name) => disk.contentOf(`${folder}/segments/${name}`));
    expect(await cache.undoEdit(edit.value.id)).toMatchObject({ ok: true });
    await cache.close();
    for (const [index, name] of edited.entries()) {
      disk.place(`${folder}/segments/${name}`, contents[index] ?? new Uint8Array());
    }
    const ledger = disk.contentOf(`${folder}/ledger.jsonl`);
    const later = encodeLedgerLines([{ type: 'limits', bytesMax: 100_000_000, at: 0 }]);
    disk.place(`${folder}/ledger.jsonl`, Buffer.concat([ledger, Buffer.from('half a line\n'), later]));
    const again = await open();
    expect(await messagesOf(again)).toEqual(before);
    await again.close();
  });
});

describe('an edit of many segments', () => {
  const destination = { ...testLogDestination, group: 'elsewhere' };

  /** A cache of its own, with what `act` does to it cut short after each operation of the disk. */
  async function cutEach(act: (cache: DiskCache) => Promise<unknown>, before: typeof act): Promise<SimulatedDisk[]> {
    const random = randomFrom(2);
    const cache = await open(disk);
    for (let from = 0; from < 300; from += 15) await cache.append(logs(15, from));
    await before(cache);
    const cuts: SimulatedDisk[] = [];
    disk.afterOperation = ({ kind }) => {
      if (!changingKinds.has(kind) && kind !== 'syncFolder') return;
      for (let state = 0; state < 3; state += 1) cuts.push(disk.afterPowerCut(random));
    };
    await act(cache);
    disk.afterOperation = () => undefined;
    await cache.close();
    return cuts;
  }

  async function placesOf(cache: DiskCache): Promise<Map<string, number>> {
    const places = new Map<string, number>();
    for await (const { destination: to } of cache.read({}, 'oldest')) {
      const group = to.kind === 'log' ? to.group : '';
      places.set(group, (places.get(group) ?? 0) + 1);
    }
    return places;
  }

  /** Which ends there were: the edit open or not. */
  async function endsOf(cuts: readonly SimulatedDisk[], whenOver: string): Promise<Set<boolean>> {
    const ends = new Set<boolean>();
    for (const cut of cuts) {
      if (cut.namesIn(folder).includes('owner.json')) cut.discard(`${folder}/owner.json`);
      const cache = await open(cut);
      const [edit] = cache.openEdits();
      ends.add(edit !== undefined);
      expect(await placesOf(cache)).toEqual(new Map([[edit === undefined ? whenOver : 'elsewhere', 300]]));
      if (edit !== undefined) expect(await cache.undoEdit(edit.id)).toMatchObject({ ok: true });
      expect(await placesOf(cache)).toEqual(new Map([[edit === undefined ? whenOver : 'field', 300]]));
      await cache.close();
    }
    return ends;
  }

  it('happens in all of them or in none', async () => {
    const cuts = await cutEach(
      (cache) => cache.reaim({}, destination),
      () => Promise.resolve(),
    );
    expect(await endsOf(cuts, 'field')).toEqual(new Set([true, false]));
  });

  it('is undone in all of them or in none', async () => {
    const cuts = await cutEach(
      (cache) => cache.undoEdit(1),
      (cache) => cache.reaim({}, destination),
    );
    expect(await endsOf(cuts, 'field')).toEqual(new Set([true, false]));
  });

  it('is confirmed in all of them or in none', async () => {
    const cuts = await cutEach(
      (cache) => cache.confirmEdit(1),
      (cache) => cache.reaim({}, destination),
    );
    expect(await endsOf(cuts, 'elsewhere')).toEqual(new Set([true, false]));
  });
});
