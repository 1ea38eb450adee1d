import { copyFile, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { FaultyFiles } from './FaultyFiles.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { testLog, testStartNs } from './testRecords.js';

const secondNs = 1_000_000_000n;

let folder = '';
let files = new FaultyFiles();
const opened: DiskCache[] = [];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-faults-')), 'rover');
  files = new FaultyFiles();
});

afterEach(async () => {
  files.fault = null;
  for (const cache of opened.splice(0)) await cache.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function open(changes: Partial<OpenDiskCacheOptions> = {}): Promise<DiskCache> {
  const result = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'Tether window', controlSocket: null },
    limits: { bytesMax: 64 * 1024 * 1024, segmentBytesMax: 1024 * 1024 },
    // Retries after a second come after a hundredth of one.
    clock: {
      ...systemClock,
      nowNs: () => testStartNs,
      after: (delayMs, callback) => systemClock.after(delayMs / 100, callback),
    },
    files,
    // The records alone.
    markGaps: false,
    ...changes,
  });
  if (!result.ok) throw new Error(result.problem.message);
  opened.push(result.value);
  return result.value;
}

function logs(count: number, from = 0): ReturnType<typeof testLog>[] {
  return Array.from({ length: count }, (_, index) =>
    testLog({ message: `line ${from + index}`, stampNs: testStartNs - secondNs + BigInt(from + index) }),
  );
}

function names(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index}`);
}

async function readAll(cache: DiskCache): Promise<string[]> {
  const found: string[] = [];
  for await (const { record } of cache.read({}, 'oldest')) found.push(record.kind === 'log' ? record.message : '');
  return found;
}

const everything = {
  kind: 'log',
  recordsMax: 10_000,
  bytesMax: 1_000_000,
  oldestStampNs: 0n,
  newestStampNs: testStartNs,
} as const;

describe('a disk that refuses', () => {
  it.each([
    { name: 'full, after a part of a write', fault: { what: 'write', code: 'ENOSPC', path: '.mcap', bytes: 40 } },
    { name: 'full at once', fault: { what: 'write', code: 'ENOSPC', path: '.mcap' } },
    { name: 'fdatasync fails', fault: { what: 'datasync', code: 'EIO', path: '.mcap' } },
    { name: 'read-only', fault: { what: 'write', code: 'EROFS', path: '.mcap' } },
    { name: 'everything fails', fault: { what: 'datasync', code: 'EIO', path: '' } },
  ] as const)('keeps records in memory and heals by itself: $name', async ({ fault }) => {
    const cache = await open();
    await cache.append(logs(2));
    files.fault = { ...fault };
    const appended = cache.append(logs(3, 2));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem).not.toBeNull();
      expect(files.failures).toBeGreaterThan(2);
    }, patient);
    expect((await cache.usage()).waitingInMemory).toBe(3);
    files.fault = null;
    expect(await appended).not.toContain(null);
    expect(await cache.usage()).toMatchObject({ problem: null, cachedRecords: 5, waitingInMemory: 0, lost: {} });
    expect(await readAll(cache)).toEqual(names(5));
    await cache.close();
    // Nothing comes up twice, although the failed write may have got to the disk.
    expect(await readAll(await open())).toEqual(names(5));
  });

  it('counts the oldest as lost when memory is full, and makes the count durable', async () => {
    const cache = await open({ memoryBytesMax: 2000 });
    files.fault = { what: 'write', code: 'ENOSPC', path: '.mcap' };
    const appended = cache.append(logs(20));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem?.code).toBe('disk-full');
    }, patient);
    files.fault = null;
    const places = await appended;
    const lost = places.filter((place) => place === null).length;
    expect(lost).toBeGreaterThan(5);
    expect(places.slice(0, lost).every((place) => place === null)).toBe(true);
    expect(await readAll(cache)).toEqual(names(20 - lost, lost));
    await cache.close();
    expect((await (await open()).usage()).lost).toEqual({ memory: lost });
  });

  it('says that records are lost, and how many, as long as memory is full, and no more when the disk is back', async () => {
    const cache = await open({ memoryBytesMax: 2000 });
    files.fault = { what: 'write', code: 'ENOSPC', path: '.mcap' };
    const kept = cache.append(logs(2));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem?.nextStep).toContain('until then records wait in memory');
    }, patient);
    expect(await cache.usage()).toMatchObject({ waitingInMemory: 2, lostWaiting: 0, lost: {} });
    const lossy = cache.append(logs(20, 2));
    const { problem, lostWaiting, lost } = await cache.usage();
    expect(lostWaiting).toBeGreaterThan(5);
    expect(lost).toEqual({ memory: lostWaiting });
    expect(problem?.nextStep).toContain(`the oldest of it is lost. ${lostWaiting} records were lost so far.`);
    expect(problem?.nextStep).not.toContain('until then');
    files.fault = null;
    await Promise.all([kept, lossy]);
    expect(await cache.usage()).toMatchObject({ problem: null, waitingInMemory: 0, lostWaiting: 0 });
    expect((await cache.usage()).lost).toEqual({ memory: lostWaiting });
  });

  it('can still acknowledge, and so free space, when the disk is full', async () => {
    const cache = await open();
    await cache.append(logs(3));
    const batch = await cache.take(everything);
    if (batch === null) throw new Error('nothing to take');
    // A full disk takes as many bytes as the ballast freed.
    let free = 0;
    files.fault = { what: 'write', code: 'ENOSPC', path: 'ledger' };
    const remove = files.remove.bind(files);
    files.remove = async (path) => {
      await remove(path);
      if (path.endsWith('ballast'))
        files.fault = { what: 'write', code: 'ENOSPC', path: 'ledger', bytes: (free = 256 * 1024) };
    };
    await cache.acknowledge(batch, []);
    expect(free).toBeGreaterThan(0);
    expect(await cache.usage()).toMatchObject({ acknowledgedLogs: 3, cachedRecords: 0, problem: null });
  });

  it('says at close what could not be stored', async () => {
    const cache = await open();
    await cache.append(logs(1));
    files.fault = { what: 'write', code: 'ENOSPC', path: '' };
    const appended = cache.append(logs(2, 1));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem).not.toBeNull();
    }, patient);
    const closed = await cache.close();
    expect(closed).toMatchObject({ ok: false, problem: { code: 'disk-full' } });
    expect(await appended).toEqual([null, null]);
    files.fault = null;
    expect(await readAll(await open())).toEqual(names(1));
  });

  it('notices that its folder went, counts what was in it, and goes on when it is there again', async () => {
    let nowMs = 0;
    const clock = {
      ...systemClock,
      nowNs: () => testStartNs,
      monotonicMs: () => (nowMs += 2000),
      after: (delayMs: number, callback: () => void) => systemClock.after(delayMs / 100, callback),
    };
    const cache = await open({ clock });
    await cache.append(logs(3));
    await rm(join(folder, '..'), { recursive: true });
    const appended = cache.append(logs(2, 3));
    await vi.waitFor(async () => {
      expect((await cache.usage()).problem?.code).toBe('folder-gone');
    }, patient);
    await rename(await mkdtemp(join(tmpdir(), 'tether-back-')), join(folder, '..'));
    expect(await appended).not.toContain(null);
    await cache.close();
    const again = await open();
    expect(await readAll(again)).toEqual(names(2, 3));
    expect((await again.usage()).lost).toEqual({ torn: 3 });
  });

  it('tells a folder that is not ours from one that is gone, and goes on when it is ours', async () => {
    const cache = await open();
    await cache.append(logs(2));
    await cache.close();
    opened.splice(0);
    // Not ours when it is opened: refused with words, and nothing in it is touched.
    files.fault = { what: 'open', code: 'EACCES', path: folder };
    const refused = await openDiskCache({
      ...{ folder, robot: 'rover', owner: { kind: 'tether record', controlSocket: null }, files },
      ...{ clock: systemClock, limits: { bytesMax: 1e6, segmentBytesMax: 1e5 } },
    });
    expect(refused).toMatchObject({ ok: false, problem: { code: 'disk-read-only' } });
    expect(refused.ok ? '' : refused.problem.nextStep).toContain('Give yourself the right to write there');
    files.fault = null;
    const again = await open();
    // Not ours any more while it records: a new segment cannot be made.
    files.fault = { what: 'open', code: 'EACCES', path: 'segments' };
    const appended = again.append(logs(3, 2));
    await vi.waitFor(async () => {
      expect((await again.usage()).problem?.code).toBe('disk-read-only');
    }, patient);
    expect(await again.usage()).toMatchObject({ cachedRecords: 2, waitingInMemory: 3 });
    files.fault = null;
    expect(await appended).not.toContain(null);
    expect(await readAll(again)).toEqual(names(5));
    expect(await again.usage()).toMatchObject({ problem: null, lost: {} });
  });

  it('keeps records of a slow disk in memory, calls nothing durable early, and says that they wait', async () => {
    let nowMs = 0;
    let finishes: (() => void)[] = [];
    const clock = { ...systemClock, nowNs: () => testStartNs, monotonicMs: () => nowMs };
    const cache = await open({ clock, memoryBytesMax: 20_000 });
    files.beforeDatasync = async (path) => {
      if (!path.endsWith('.mcap')) return;
      await new Promise<void>((resolve) => {
        finishes.push(resolve);
      });
      nowMs += 1000;
    };
    const finishOne = async (): Promise<void> => {
      await vi.waitFor(() => {
        expect(finishes).toHaveLength(1);
      }, patient);
      const [finish] = finishes;
      finishes = [];
      finish?.();
    };
    let durable = 0;
    const appending: Promise<unknown>[] = [];
    const append = (count: number, from: number): void => {
      const places = cache.append(logs(count, from)).then((found) => {
        durable += found.filter((place) => place !== null).length;
      });
      appending.push(places);
    };
    append(2, 0);
    await vi.waitFor(() => {
      expect(finishes).toHaveLength(1);
    }, patient);
    append(3, 2);
    // Written, but not durable: so it is not said to be.
    expect(await cache.usage()).toMatchObject({ cachedRecords: 0, waitingInMemory: 5, slowness: null });
    expect(durable).toBe(0);
    await finishOne();
    await vi.waitFor(() => {
      expect(durable).toBe(2);
    }, patient);
    const slow = await cache.usage();
    expect(slow).toMatchObject({ cachedRecords: 2, waitingInMemory: 3, problem: null, lost: {} });
    expect(slow.slowness).toMatchObject({ code: 'disk-slow' });
    expect(slow.slowness?.message).toContain('takes 1.0 s to store records; 3 wait in memory.');
    // More than memory's limit: the oldest that wait are lost, and counted.
    append(200, 5);
    const { lost, waitingInMemory } = await cache.usage();
    expect(lost.memory).toBeGreaterThan(50);
    expect(waitingInMemory + (lost.memory ?? 0)).toBe(203);
    files.beforeDatasync = () => Promise.resolve();
    await finishOne();
    await Promise.all(appending);
    expect(await cache.usage()).toMatchObject({ cachedRecords: durable, waitingInMemory: 0, slowness: null });
    expect(durable + (lost.memory ?? 0)).toBe(205);
  });

  it('keeps the order of arrival when the clock is set back, and loses nothing', async () => {
    let nowNs = testStartNs;
    const limits = { bytesMax: 64 * 1024 * 1024, segmentBytesMax: 64 * 1024 };
    const clock = { ...systemClock, nowNs: () => nowNs };
    const cache = await open({ clock, limits });
    let appended = 0;
    for (let round = 0; round < 8; round += 1) {
      await cache.append(logs(300, appended));
      appended += 300;
      nowNs -= 3600n * secondNs;
    }
    await cache.settled();
    await cache.close();
    const again = await open({ clock, limits });
    const segments = await again.segments();
    expect(segments.length).toBeGreaterThan(3);
    // The names' times go back; their numbers do not, and it is these that count.
    expect(segments.map(({ file }) => file).toSorted()).not.toEqual(segments.map(({ file }) => file));
    expect(segments.map(({ segment }) => segment)).toEqual(segments.map((_, index) => index + 1));
    expect(await readAll(again)).toEqual(names(appended));
    await again.append(logs(1, appended));
    expect((await again.segments()).at(-1)?.segment).toBe(segments.length + 1);
    expect(await again.usage()).toMatchObject({ cachedRecords: appended + 1, pendingRecords: appended + 1, lost: {} });
  });
});

describe('after a crash', () => {
  /** A cache as a crash leaves it: not closed, with an acknowledgement and a hold in the ledger. */
  async function crashed(): Promise<{ segment: string; ledger: string }> {
    const cache = await open();
    await cache.append(logs(3));
    await cache.append(logs(2, 3));
    const batch = await cache.take({ ...everything, recordsMax: 1 });
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, []);
    await cache.hold({ text: 'line 4' });
    const [name = ''] = await readdir(join(folder, 'segments'));
    const kept = join(folder, '..', 'kept');
    await copyFile(join(folder, 'segments', name), kept);
    await copyFile(join(folder, 'ledger.jsonl'), `${kept}.ledger`);
    await cache.close();
    opened.splice(0);
    const segment = join(folder, 'segments', name);
    await copyFile(kept, segment);
    return { segment, ledger: join(folder, 'ledger.jsonl') };
  }

  it('opens with the segment cut at every byte, loses only what was after the cut, and deletes nothing unread', async () => {
    const { segment } = await crashed();
    const whole = await readFile(segment);
    const ledger = await readFile(join(folder, '..', 'kept.ledger'));
    const seen = new Set<number>();
    for (let length = 0; length <= whole.byteLength; length += 1) {
      await rm(join(folder, 'aside'), { recursive: true });
      await writeFile(segment, whole.subarray(0, length));
      await writeFile(join(folder, 'ledger.jsonl'), ledger);
      const cache = await open();
      const found = await readAll(cache);
      seen.add(found.length);
      expect(names(5).slice(1, 1 + found.length)).toEqual(found);
      const torn = (await cache.usage()).lost.torn ?? 0;
      expect(found.length + torn).toBeLessThanOrEqual(4);
      if (cache.findings().length > 0) expect(await readdir(join(folder, 'aside'))).toHaveLength(1);
      await cache.close();
      opened.splice(0);
      if (found.length === 0 || length % 7 > 0) continue;
      const again = await open();
      expect(await readAll(again)).toEqual(found);
      await again.close();
      opened.splice(0);
    }
    expect([...seen].sort()).toEqual([0, 2, 4]);
  }, 120_000);

  it('opens with the ledger cut at every byte, and believes its whole lines', async () => {
    const { segment } = await crashed();
    const whole = await readFile(segment);
    const ledger = await readFile(join(folder, '..', 'kept.ledger'));
    const states = new Set<string>();
    for (let length = 0; length <= ledger.byteLength; length += 1) {
      await writeFile(segment, whole);
      await writeFile(join(folder, 'ledger.jsonl'), ledger.subarray(0, length));
      const cache = await open();
      const { cachedRecords, heldRecords } = await cache.usage();
      states.add(`${cachedRecords} cached, ${heldRecords} held`);
      await cache.close();
      opened.splice(0);
    }
    expect([...states]).toEqual(['5 cached, 0 held', '4 cached, 0 held', '4 cached, 1 held']);
  }, 120_000);

  it('finds a flipped bit in any byte of a closed segment, and reads the rest', async () => {
    const cache = await open();
    for (let round = 0; round < 3; round += 1) await cache.append(logs(1, round));
    await cache.close();
    opened.splice(0);
    const [name = ''] = await readdir(join(folder, 'segments'));
    const segment = join(folder, 'segments', name);
    const whole = await readFile(segment);
    for (let place = 0; place < whole.byteLength; place += 3) {
      const flipped = Buffer.from(whole);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8));
      await rm(join(folder, 'aside'), { recursive: true });
      await rm(join(folder, 'ledger.jsonl'));
      await writeFile(segment, flipped);
      const again = await open();
      const found = await readAll(again);
      expect(found.every((message) => names(3).includes(message))).toBe(true);
      // The first chunk has the schema and channel: without it an unclosed segment's records have no name.
      const lost = 3 - found.length;
      expect((await again.usage()).lost.torn ?? 0).toBe(lost);
      if (lost > 0) expect(lost).toBe(1);
      await again.close();
      opened.splice(0);
    }
  }, 120_000);

  it('keeps acknowledgements over a compaction that a damaged line forces', async () => {
    const { ledger } = await crashed();
    const lines = (await readFile(ledger, 'utf8')).split('\n');
    const damaged = lines.map((line) => (line.includes('"hold"') ? line.replace('"hold"', '"hole"') : line));
    await writeFile(ledger, damaged.join('\n'));
    const cache = await open();
    expect(await cache.usage()).toMatchObject({ cachedRecords: 4, heldRecords: 0, acknowledgedLogs: 1 });
    expect(cache.findings().join()).toMatch(/1 damaged lines|unfinished write/);
    await cache.close();
    expect(await (await open()).usage()).toMatchObject({ cachedRecords: 4, acknowledgedLogs: 1 });
  });

  it('refuses a ledger of a newer version and leaves it as it is', async () => {
    await openAndClose();
    const { encodeLedgerLine } = await import('./LedgerEntry.js');
    const newer = encodeLedgerLine({ type: 'ledger', version: 3, robot: 'rover', at: 0 } as never);
    await writeFile(join(folder, 'ledger.jsonl'), newer);
    const result = await openDiskCache({
      folder,
      robot: 'rover',
      owner: { kind: 'tether record', controlSocket: null },
      limits: { bytesMax: 1_000_000, segmentBytesMax: 100_000 },
      clock: systemClock,
    });
    expect(result).toMatchObject({ ok: false, problem: { code: 'newer-version' } });
    expect(await readFile(join(folder, 'ledger.jsonl'), 'utf8')).toBe(newer);
    await truncate(join(folder, 'ledger.jsonl'));
  });

  async function openAndClose(): Promise<void> {
    await (await open()).close();
    opened.splice(0);
  }
});
