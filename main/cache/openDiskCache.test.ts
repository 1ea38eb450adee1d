import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McapIndexedReader, McapStreamReader } from '@mcap/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CachedRecord, CacheChange, TakeOptions } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { openCacheReader } from './openCacheReader.js';
import { decompressChunk } from './zstd.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { readOwner } from './OwnerLock.js';
import { testLog, testLogDestination, testMetric, testStartNs } from './testRecords.js';

const secondNs = 1_000_000_000n;
const dayNs = 86_400n * secondNs;

let folder = '';
const opened: DiskCache[] = [];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-cache-')), 'rover');
});

afterEach(async () => {
  for (const cache of opened.splice(0)) await cache.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function open(changes: Partial<OpenDiskCacheOptions> = {}): Promise<DiskCache> {
  const result = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'Tether window', controlSocket: null },
    limits: { bytesMax: 64 * 1024 * 1024, segmentBytesMax: 1024 * 1024 },
    clock: { ...systemClock, nowNs: () => testStartNs + dayNs },
    commitIntervalMs: 1,
    // The tests count records: none of Tether's own.
    markGaps: false,
    diskFreeBytesMin: 0,
    ...changes,
  });
  if (!result.ok) throw new Error(result.problem.message);
  opened.push(result.value);
  return result.value;
}

function taking(changes: Partial<TakeOptions> = {}): TakeOptions {
  return {
    kind: 'log',
    recordsMax: 10_000,
    bytesMax: 1_000_000,
    oldestStampNs: testStartNs - 13n * dayNs,
    newestStampNs: testStartNs + dayNs,
    ...changes,
  };
}

function logs(count: number, from = 0): ReturnType<typeof testLog>[] {
  return Array.from({ length: count }, (_, index) =>
    testLog({ message: `line ${from + index}`, stampNs: testStartNs + BigInt(from + index) * secondNs }),
  );
}

function messages(records: readonly CachedRecord[]): string[] {
  return records.map(({ record }) => (record.kind === 'log' ? record.message : record.name));
}

async function readAll(cache: Pick<DiskCache, 'read'>, order: 'oldest' | 'newest' = 'oldest'): Promise<string[]> {
  const found: CachedRecord[] = [];
  for await (const record of cache.read({}, order)) found.push(record);
  return messages(found);
}

async function segmentFiles(): Promise<string[]> {
  return (await readdir(join(folder, 'segments'))).sort();
}

describe('a cache on disk', () => {
  it('gives back what was appended, in order, after being opened again', async () => {
    const cache = await open();
    const places = await cache.append([...logs(3), testMetric('battery', 81)]);
    expect(places.map((place) => place?.ordinal)).toEqual([0, 1, 2, 3]);
    expect(await readAll(cache)).toEqual(['line 0', 'line 1', 'line 2', 'battery']);
    expect((await cache.close()).ok).toBe(true);
    const again = await open();
    expect(await readAll(again, 'newest')).toEqual(['battery', 'line 2', 'line 1', 'line 0']);
    expect(await again.usage()).toMatchObject({ cachedRecords: 4, pendingRecords: 4, lost: {}, problem: null });
    expect(await again.segments()).toMatchObject([{ records: 4, remaining: 4, open: false, oldestNs: testStartNs }]);
  });

  it('hands out a batch in the order of stamps, newest segment first, and never the same record twice', async () => {
    const cache = await open();
    await cache.append(logs(3));
    await cache.close();
    const again = await open();
    await again.append([...logs(3, 10)].reverse());
    const batch = await again.take(taking({ recordsMax: 2 }));
    expect(messages(batch?.records ?? [])).toEqual(['line 10', 'line 11']);
    const rest = await again.take(taking());
    expect(messages(rest?.records ?? [])).toEqual(['line 0', 'line 1', 'line 2', 'line 12']);
    expect(await again.take(taking())).toBeNull();
    expect((await again.usage()).cachedRecords).toBe(6);
    if (batch !== null) again.release(batch);
    expect(messages((await again.take(taking()))?.records ?? [])).toEqual(['line 10', 'line 11']);
    if (rest !== null) again.release(rest);
    const oldest = await again.take(taking({ recordsMax: 3, order: 'oldest' }));
    expect(messages(oldest?.records ?? [])).toEqual(['line 0', 'line 1', 'line 2']);
  });

  it('forgets what was acknowledged for good, and removes the segment once it is durable', async () => {
    const cache = await open();
    await cache.append(logs(5));
    await cache.close();
    const again = await open();
    const batch = await again.take(taking({ recordsMax: 3 }));
    if (batch === null) throw new Error('nothing to take');
    await again.acknowledge(batch, []);
    expect(await again.usage()).toMatchObject({ cachedRecords: 2, acknowledgedLogs: 3 });
    await again.close();
    const third = await open();
    expect(await readAll(third)).toEqual(['line 3', 'line 4']);
    const last = await third.take(taking());
    if (last === null) throw new Error('nothing to take');
    await third.acknowledge(last, []);
    expect(await segmentFiles()).toEqual([]);
    expect(await third.usage()).toMatchObject({ cachedRecords: 0, acknowledgedLogs: 5 });
    await third.close();
    expect((await (await open()).usage()).acknowledgedLogs).toBe(5);
  });

  it('keeps refused records with the reason', async () => {
    const cache = await open();
    await cache.append(logs(3));
    const batch = await cache.take(taking());
    const bad = batch?.records[1];
    if (batch === null || bad === undefined) throw new Error('nothing to take');
    await cache.acknowledge(batch, [{ address: bad.address, reason: 'too new for CloudWatch' }]);
    await cache.close();
    const again = await open();
    const kept: CachedRecord[] = [];
    for await (const record of again.read({}, 'oldest')) kept.push(record);
    expect(kept).toMatchObject([{ state: 'quarantined', reason: 'too new for CloudWatch' }]);
    expect(messages(kept)).toEqual(['line 1']);
    expect(await again.take(taking())).toBeNull();
    expect(await again.usage()).toMatchObject({ quarantinedRecords: 1, cachedRecords: 0, lost: { rejected: 1 } });
  });

  it('splits a batch so that each part is answered by itself', async () => {
    const cache = await open();
    await cache.append(logs(4));
    const batch = await cache.take(taking());
    if (batch === null) throw new Error('nothing to take');
    const [some, rest] = cache.split(batch, batch.records.slice(0, 1));
    expect([messages(some.records), messages(rest.records)]).toEqual([['line 0'], ['line 1', 'line 2', 'line 3']]);
    await cache.acknowledge(some, []);
    cache.release(rest);
    expect(await cache.usage()).toMatchObject({ pendingRecords: 3, acknowledgedLogs: 1 });
  });

  it('never mixes destinations, kinds, or more than 24 hours of logs in a batch', async () => {
    const cache = await open();
    const elsewhere = { ...testLogDestination, stream: 'other' };
    await cache.append([
      testLog({ message: 'early' }),
      testLog({ message: 'other', destination: elsewhere, stampNs: testStartNs + secondNs }),
      testLog({ message: 'same day', stampNs: testStartNs + dayNs - 1n }),
      testLog({ message: 'next day', stampNs: testStartNs + dayNs }),
      testMetric('battery', 80),
    ]);
    const first = await cache.take(taking({ newestStampNs: testStartNs + 2n * dayNs }));
    expect(messages(first?.records ?? [])).toEqual(['early', 'same day']);
    const second = await cache.take(taking());
    expect([second?.destination, messages(second?.records ?? [])]).toEqual([elsewhere, ['other']]);
    expect(messages((await cache.take(taking()))?.records ?? [])).toEqual(['next day']);
    expect(messages((await cache.take(taking({ kind: 'metric' })))?.records ?? [])).toEqual(['battery']);
  });

  it('lets go again just what a hold kept back, whatever else is held; after a reopening it is not known any more', async () => {
    const cache = await open();
    await cache.append(logs(6));
    await cache.hold({ text: 'line 1' });
    const { id, records } = await cache.hold({ nodes: ['nav*', '*'] });
    expect(records).toBe(5);
    await cache.unhold({ text: 'line 2' });
    await cache.delete({ text: 'line 3' });
    expect(await cache.undoHold(id)).toBe(3);
    expect(await cache.undoHold(id)).toBe(0);
    expect(await cache.hold({ text: 'nowhere' })).toEqual({ id: 0, records: 0 });
    const again = await cache.hold({ text: 'line 4' });
    await cache.close();
    const opened = await open();
    expect(await opened.undoHold(again.id)).toBe(0);
    expect(await opened.usage()).toMatchObject({ heldRecords: 2, pendingRecords: 3 });
  });

  it('keeps within the bytes of a batch but always gives one record', async () => {
    const cache = await open();
    await cache.append(logs(3));
    expect((await cache.take(taking({ bytesMax: 1 })))?.records).toHaveLength(1);
    const bytes = logs(1)[0]?.data.byteLength ?? 0;
    expect((await cache.take(taking({ bytesMax: 2 * bytes + 1 })))?.records).toHaveLength(2);
  });

  it('holds back what a person means, also after being opened again, and gives it when asked for', async () => {
    const cache = await open();
    await cache.append([...logs(2), testLog({ message: 'motor hot', severity: 'ERROR', node: 'motor' })]);
    expect(await cache.hold({ nodes: ['mot*'] })).toMatchObject({ records: 1 });
    expect(await cache.hold({ text: 'LINE 1' })).toMatchObject({ records: 1 });
    await cache.close();
    const again = await open();
    expect(await again.usage()).toMatchObject({ heldRecords: 2, pendingRecords: 1, cachedRecords: 3 });
    expect(messages((await again.take(taking()))?.records ?? [])).toEqual(['line 0']);
    const held = await again.take(taking({ includeHeld: true, filter: { severityMin: 'ERROR' } }));
    expect(messages(held?.records ?? [])).toEqual(['motor hot']);
    if (held !== null) again.release(held);
    expect(await again.take(taking())).toBeNull();
    expect(await again.unhold({})).toBe(2);
    expect((await again.take(taking()))?.records).toHaveLength(2);
  });

  it('deletes what a person means', async () => {
    const cache = await open();
    await cache.append([...logs(4), testMetric('battery', 3)]);
    expect(await cache.delete({ kind: 'log', untilNs: testStartNs + 2n * secondNs })).toMatchObject({ records: 2 });
    await cache.close();
    const again = await open();
    expect(await readAll(again)).toEqual(['line 2', 'line 3', 'battery']);
    expect(await again.delete({})).toMatchObject({ records: 3 });
    expect(await readAll(again)).toEqual([]);
  });

  it('counts what is too old for CloudWatch, keeps it, and never gives it', async () => {
    const cache = await open();
    await cache.append([testLog({ message: 'old', stampNs: testStartNs - 14n * dayNs }), ...logs(1)]);
    expect(await cache.usage()).toMatchObject({ expiredRecords: 1, pendingRecords: 1, cachedRecords: 2 });
    expect(messages((await cache.take(taking({ oldestStampNs: testStartNs - dayNs })))?.records ?? [])).toEqual([
      'line 0',
    ]);
    expect(await readAll(cache)).toEqual(['old', 'line 0']);
    // The laptop's clock had been wrong: what is young enough after all waits again.
    expect((await cache.take(taking({ oldestStampNs: testStartNs - 20n * dayNs })))?.records).toHaveLength(1);
  });

  it('sums up what waits by destination, kind, severity and state', async () => {
    const cache = await open();
    await cache.append([...logs(3), testLog({ message: 'x', severity: 'ERROR' }), testMetric('battery', 3)]);
    await cache.hold({ severityMin: 'ERROR', kind: 'log' });
    const sums = (await cache.pending()).map(({ kind, severity, state, records }) => [kind, severity, state, records]);
    expect(sums).toEqual([
      ['log', 'INFO', 'pending', 3],
      ['log', 'ERROR', 'held', 1],
      ['metric', null, 'pending', 1],
    ]);
    const late = await cache.pending({ sinceNs: testStartNs + secondNs, kind: 'log' });
    expect(late).toMatchObject([
      { records: 2, oldestNs: testStartNs + secondNs, newestNs: testStartNs + 2n * secondNs },
    ]);
    expect(await cache.pending({ text: 'line 2' })).toMatchObject([{ records: 1 }]);
  });

  it('tells listeners what becomes of records', async () => {
    const cache = await open();
    const changes: CacheChange[] = [];
    cache.onChange((change) => changes.push(change));
    await cache.append(logs(2));
    const batch = await cache.take(taking());
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, []);
    const ranges = [{ segment: 1, from: 0, to: 1 }];
    expect(changes).toEqual([
      { type: 'appended', ranges },
      { type: 'sending', ranges },
      { type: 'acknowledged', ranges },
    ]);
  });

  it('makes the oldest go at the disk limit, held ones last, and counts them', async () => {
    const limits = { bytesMax: 1_000_000, segmentBytesMax: 100_000 };
    const cache = await open({ limits, packBytesMin: Infinity });
    let evicted = 0;
    cache.onChange(({ type, ranges }) => {
      if (type === 'evicted') for (const { from, to } of ranges) evicted += to - from + 1;
    });
    await cache.append(logs(100));
    await cache.hold({});
    let appended = 100;
    for (let round = 0; round < 60; round += 1) {
      await cache.append(logs(300, appended));
      appended += 300;
      expect(await folderBytes(folder)).toBeLessThanOrEqual(limits.bytesMax + limits.segmentBytesMax);
    }
    await cache.settled();
    const usage = await cache.usage();
    expect(usage.bytes).toBe(await folderBytes(folder));
    expect(usage.lost.evicted).toBeGreaterThan(0);
    expect(usage.lost.evicted).toBe(evicted);
    expect(usage.cachedRecords + evicted).toBe(appended);
    expect(usage.heldRecords).toBe(100);
    await cache.close();
    const again = await open({ limits });
    expect((await again.usage()).lost.evicted).toBe(evicted);
    expect((await readAll(again)).at(-1)).toBe(`line ${appended - 1}`);
  });

  it('puts the ballast back only where no record has to go for it', async () => {
    const cache = await open();
    await cache.append(Array.from({ length: 1000 }, (_, index) => testLog({ message: `line ${index}` })));
    await cache.close();
    await rm(join(folder, 'ballast'));
    // Room for what is there, not for 256 KiB more.
    const small = { bytesMax: 300_000, segmentBytesMax: 50_000 };
    const again = await open({ limits: small });
    expect(await readdir(folder)).not.toContain('ballast');
    expect((await again.usage()).bytes).toBeLessThanOrEqual(small.bytesMax);
    expect(await again.usage()).toMatchObject({ cachedRecords: 1000, lost: {} });
    await again.close();
    await (await open()).close();
    expect(await readdir(folder)).toContain('ballast');
  });

  it('counts what the disk limit took by kind and severity, also over a compaction and for a reader', async () => {
    const limits = { bytesMax: 600_000, segmentBytesMax: 100_000 };
    const cache = await open({ limits, packBytesMin: Infinity, ledgerCompactionBytesMin: 500 });
    for (let round = 0; round < 30; round += 1) {
      const errors = logs(30, round).map(({ stampNs }) => testLog({ message: 'x', severity: 'ERROR', stampNs }));
      await cache.append([...logs(200, round), ...errors, testMetric('battery', round)]);
    }
    await cache.settled();
    const { evicted, lost } = await cache.usage();
    expect(evicted.map(({ kind, severity }) => `${kind} ${severity ?? ''}`.trim())).toEqual([
      'log INFO',
      'log ERROR',
      'metric',
    ]);
    expect(evicted.reduce((sum, { records }) => sum + records, 0)).toBe(lost.evicted);
    const [info, error, metric] = evicted.map(({ records }) => records);
    expect([(info ?? 0) / 200, (error ?? 0) / 30]).toEqual([metric, metric]);
    const reader = await openCacheReader({ folder, robot: 'rover' });
    if (!reader.ok) throw new Error(reader.problem.message);
    expect(await reader.value.usage()).toMatchObject({ evicted, lost });
    await cache.close();
    expect(await (await open({ limits })).usage()).toMatchObject({ evicted, lost });
  });

  it('counts losses from elsewhere durably', async () => {
    const cache = await open();
    await cache.countLoss('dds', 7, 'history overflow');
    await cache.countLoss('dds', 2, 'history overflow');
    await cache.close();
    expect((await (await open()).usage()).lost).toEqual({ dds: 9 });
  });

  it('writes the ledger anew when it has grown, and keeps all it said', async () => {
    const cache = await open({ ledgerCompactionBytesMin: 2000 });
    await cache.append(logs(6));
    const batch = await cache.take(taking({ recordsMax: 2 }));
    const bad = batch?.records[0];
    if (batch === null || bad === undefined) throw new Error('nothing to take');
    await cache.acknowledge(batch, [{ address: bad.address, reason: 'refused' }]);
    await cache.hold({ text: 'line 4' });
    await cache.delete({ text: 'line 5' });
    for (let count = 0; count < 100; count += 1) await cache.countLoss('dds', 1, 'history overflow');
    expect((await stat(join(folder, 'ledger.jsonl'))).size).toBeLessThan(10_000);
    await cache.close();
    const again = await open();
    expect(await again.usage()).toMatchObject({
      pendingRecords: 2,
      heldRecords: 1,
      quarantinedRecords: 1,
      acknowledgedLogs: 1,
      lost: { dds: 100, rejected: 1 },
    });
    const kept: CachedRecord[] = [];
    for await (const record of again.read({}, 'oldest')) kept.push(record);
    expect(kept.map(({ state, reason }) => `${state} ${reason}`.trim())).toEqual([
      'quarantined refused',
      'pending',
      'pending',
      'held',
    ]);
  });

  it('opens closed segments from their summaries, without reading their chunks', async () => {
    const cache = await open();
    await cache.append(logs(3));
    await cache.close();
    const [file = ''] = await segmentFiles();
    const bytes = await readFile(join(folder, 'segments', file));
    // Damage in a chunk shows only when the chunk is read: then it is counted.
    const at = bytes.indexOf('line 1');
    bytes[at] = 0;
    await writeFile(join(folder, 'segments', file), bytes);
    const again = await open();
    expect((await again.usage()).pendingRecords).toBe(3);
    expect(await readAll(again)).toEqual([]);
    expect(await again.usage()).toMatchObject({ pendingRecords: 0, lost: { torn: 3 } });
  });

  it('takes nothing after it was closed', async () => {
    const cache = await open();
    await cache.close();
    expect(await cache.append(logs(2))).toEqual([null, null]);
    expect(await segmentFiles()).toEqual([]);
  });

  it('stays readable by MCAP readers while it is written, and has a summary once closed', async () => {
    const cache = await open();
    for (let round = 0; round < 3; round += 1) {
      await cache.append([...logs(2, round * 2), testMetric('battery', round)]);
      const [file = ''] = await segmentFiles();
      const bytes = await readFile(join(folder, 'segments', file));
      expect(sequencesIn(bytes)).toHaveLength((round + 1) * 3);
    }
    await cache.close();
    const [file = ''] = await segmentFiles();
    const bytes = await readFile(join(folder, 'segments', file));
    const indexed = await McapIndexedReader.Initialize({
      readable: {
        size: () => Promise.resolve(BigInt(bytes.byteLength)),
        read: (offset, size) => Promise.resolve(bytes.subarray(Number(offset), Number(offset + size))),
      },
    });
    expect(sequencesIn(bytes)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    // Readers take the file in its own order then.
    expect(indexed.chunkIndexes).toEqual([]);
    expect(indexed.statistics).toMatchObject({ messageCount: 9n, channelCount: 2, schemaCount: 2, chunkCount: 3 });
    const channel = [...indexed.channelsById.values()].find(({ topic }) => topic === '/rosout');
    expect(channel?.metadata.get('tether.robot')).toBe('rover');
    expect(channel?.metadata.get('tether.severity')).toBe('INFO');
  });
});

/** Ordinals of the messages, as the standard reader finds them; it throws at anything that is not whole. */
function sequencesIn(bytes: Uint8Array): number[] {
  const decompressHandlers = { zstd: (data: Uint8Array, size: bigint) => decompressChunk(data, Number(size)) ?? data };
  const reader = new McapStreamReader({ validateCrcs: true, decompressHandlers });
  reader.append(bytes);
  const sequences: number[] = [];
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Message') sequences.push(record.sequence);
  }
  expect(reader.done()).toBe(true);
  return sequences;
}

describe('ownership', () => {
  it('refuses a second owner with a sentence that names the first', async () => {
    await open();
    const second = await openDiskCache({
      folder,
      robot: 'rover',
      owner: { kind: 'tether record', controlSocket: null },
      limits: { bytesMax: 1_000_000, segmentBytesMax: 100_000 },
      clock: systemClock,
    });
    expect(second).toMatchObject({ ok: false, problem: { code: 'owned' } });
    if (second.ok) return;
    expect(second.problem.message).toContain('Tether window');
    expect(second.problem.message).toContain(String(process.pid));
    expect((await readOwner(folder))?.kind).toBe('Tether window');
  });

  it('recognises a stale lock: its process is gone', async () => {
    await (await open()).close();
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    const owner = { pid: child.pid, started: '', kind: 'tether record', since: 'x', controlSocket: null };
    await writeFile(join(folder, 'owner.json'), JSON.stringify(owner));
    expect(await readOwner(folder)).toBeNull();
    await open();
    expect((await readOwner(folder))?.pid).toBe(process.pid);
  });

  it('recognises a stale lock: another process has the number now', async () => {
    await (await open()).close();
    expect(await readOwner(folder)).toBeNull();
    const stale = {
      pid: process.pid,
      started: '1 another-boot',
      kind: 'Tether window',
      since: 'x',
      controlSocket: null,
    };
    await writeFile(join(folder, 'owner.json'), JSON.stringify(stale));
    expect(await readOwner(folder)).toBeNull();
    const cache = await open();
    expect((await readOwner(folder))?.pid).toBe(process.pid);
    await cache.close();
    await writeFile(join(folder, 'owner.json'), '{"pid":');
    await open();
  });
});

describe('reading beside the owner', () => {
  it('sees what is durable while it is being written, and survives segments that go', async () => {
    const cache = await open();
    await cache.append(logs(4));
    const reader = await openCacheReader({
      folder,
      robot: 'rover',
      clock: { ...systemClock, nowNs: () => testStartNs },
    });
    if (!reader.ok) throw new Error(reader.problem.message);
    expect(await reader.value.usage()).toMatchObject({ cachedRecords: 4, pendingRecords: 4 });
    await cache.append(logs(2, 4));
    expect(await readAll(reader.value)).toHaveLength(6);
    const batch = await cache.take(taking({ recordsMax: 5 }));
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, []);
    await cache.hold({});
    const usage = await reader.value.usage();
    expect(usage).toMatchObject({ cachedRecords: 1, heldRecords: 1, acknowledgedLogs: 5, bytesMax: 64 * 1024 * 1024 });
    expect(usage.bytes).toBe(await folderBytes(folder));
    expect(await reader.value.pending({ kind: 'log' })).toMatchObject([{ records: 1, state: 'held' }]);
    const reading = reader.value.read({}, 'oldest')[Symbol.asyncIterator]();
    await cache.delete({});
    await cache.close();
    const rest: unknown[] = [];
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) rest.push(next.value);
    expect(rest).toEqual([]);
  });
});

async function folderBytes(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    // What is removed in between has gone.
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}
