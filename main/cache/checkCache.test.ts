import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import type { Cache, RecordToCache } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import { checkLedger } from './check/checkLedger.js';
import type { Finding } from './check/Finding.js';
import { checkCache } from './checkCache.js';
import { nodeFileSystem } from './FileSystem.js';
import { IndexKeeper } from './index/IndexKeeper.js';
import { openCacheReader } from './openCacheReader.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { readSegment } from './openSegment.js';
import { repairCache } from './repairCache.js';
import { testLog, testMetric, testStartNs } from './testRecords.js';

let folder: string;
let options: OpenDiskCacheOptions;
const opened: Cache[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-check-'));
  options = {
    folder,
    robot: 'rover',
    owner: { kind: 'a test', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 64 * 1024 },
    clock: systemClock,
    // The records alone.
    markGaps: false,
  };
});

afterEach(async () => {
  await closeAll();
  await rm(folder, { recursive: true });
});

async function openCache(): Promise<Cache> {
  const cache = await openDiskCache(options);
  if (!cache.ok) throw new Error(cache.problem.message);
  opened.push(cache.value);
  return cache.value;
}

async function closeAll(): Promise<void> {
  for (const cache of opened.splice(0)) await cache.close();
}

function walk(count: number, first = 0): RecordToCache[] {
  return Array.from({ length: count }, (_, place) => {
    const number = first + place;
    const stampNs = testStartNs + BigInt(number);
    return number % 9 === 0
      ? testMetric('battery', number, stampNs)
      : testLog({ message: `message ${number}`, severity: number % 2 === 0 ? 'INFO' : 'ERROR', stampNs });
  });
}

/** Appends in commits of ten, takes and acknowledges some, holds others. */
async function recordSome(count: number): Promise<void> {
  const cache = await openCache();
  const records = walk(count);
  for (let from = 0; from < count; from += 10) await cache.append(records.slice(from, from + 10));
  await cache.hold({ kind: 'metric' });
  const limits = { recordsMax: 12, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs * 2n };
  const batch = await cache.take({ kind: 'log', ...limits });
  if (batch !== null) await cache.acknowledge(batch, []);
  await closeAll();
}

async function findingsOf(): Promise<readonly Finding[]> {
  const check = await checkCache({ folder, robot: 'rover' });
  if (!check.ok) throw new Error(check.problem.message);
  return check.value.findings;
}

async function messagesOf(): Promise<string[]> {
  const reader = await openCacheReader({ folder, robot: 'rover' });
  if (!reader.ok) throw new Error(reader.problem.message);
  const found: string[] = [];
  for await (const { record } of reader.value.read({}, 'oldest')) {
    found.push(record.kind === 'log' ? record.message : String(record.value));
  }
  return found;
}

async function segmentPaths(): Promise<string[]> {
  const names = await readdir(path.join(folder, 'segments'));
  return names.sort().map((name) => path.join(folder, 'segments', name));
}

async function flip(file: string, position: number): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(position) ^ (1 << (position % 8)), position);
  await writeFile(file, bytes);
}

describe('a cache that is well', () => {
  test('has no finding, and is counted', async () => {
    await recordSome(1500);
    const check = await checkCache({ folder, robot: 'rover' });
    expect(check).toMatchObject({ ok: true, value: { owner: null, records: 1500, asideFiles: 0, findings: [] } });
    expect(check.ok && check.value.segments).toBeGreaterThan(2);
    expect(check.ok && check.value.ledgerLines).toBeGreaterThan(3);
  });

  test('nor has one that its owner is writing in', async () => {
    const cache = await openCache();
    let written = 0;
    const write = async (): Promise<void> => {
      for (; written < 2000; written += 40) {
        await cache.append(walk(40, written));
        if (written % 400 === 0) await cache.hold({ kind: 'metric' });
      }
    };
    const writing = write();
    while (written < 2000) expect(await findingsOf()).toEqual([]);
    await writing;
    const check = await checkCache({ folder, robot: 'rover' });
    expect(check).toMatchObject({ ok: true, value: { owner: { kind: 'a test' }, findings: [] } });
  });

  test('nor has one whose records were redacted, before and after that was confirmed', async () => {
    await recordSome(200);
    const cache = await openCache();
    const edit = await cache.redact({ text: 'message 3' }, { find: 'message', replace: '***' });
    if (!edit.ok) throw new Error(edit.problem.message);
    expect(await findingsOf()).toEqual([]);
    await closeAll();
    const paths = await segmentPaths();
    expect(paths.length).toBeGreaterThan(new Set(paths.map((file) => file.replace(/(\.r\d+)?\.mcap$/, ''))).size);
    expect(await findingsOf()).toEqual([]);
    const again = await openCache();
    expect(await again.confirmEdit(edit.value.id)).toMatchObject({ ok: true });
    await closeAll();
    expect(await findingsOf()).toEqual([]);
  });

  test('nor has one without anything in it', async () => {
    expect(await findingsOf()).toEqual([]);
  });
});

describe('the ledger', () => {
  test('a flipped bit in any byte is found', async () => {
    await recordSome(60);
    const whole = await readFile(path.join(folder, 'ledger.jsonl'));
    for (let position = 0; position < whole.byteLength; position += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(whole.readUInt8(position) ^ (1 << bit), position);
        expect(checkLedger(bytes, 'rover', false).findings.length, `bit ${bit} of byte ${position}`).toBeGreaterThan(0);
      }
    }
  });

  test('a cut anywhere but between two lines is found, and is no finding while the owner writes', async () => {
    await recordSome(60);
    const whole = await readFile(path.join(folder, 'ledger.jsonl'));
    for (let length = 1; length < whole.byteLength; length += 1) {
      const cut = whole.subarray(0, length);
      const betweenLines = cut.at(-1) === 10;
      const codes = checkLedger(cut, 'rover', false).findings.map(({ code }) => code);
      expect(codes, `cut at ${length}`).toEqual(betweenLines ? [] : ['ledger-torn']);
      expect(checkLedger(cut, 'rover', true).findings).toEqual([]);
    }
  });

  test('of another robot, or gone, is told', async () => {
    await recordSome(60);
    const other = await checkCache({ folder, robot: 'arm' });
    expect(other.ok && other.value.findings.map(({ code }) => code)).toEqual(['ledger-line-wrong']);
    await rm(path.join(folder, 'ledger.jsonl'));
    expect((await findingsOf()).map(({ code }) => code)).toEqual(['ledger-missing']);
  });

  test('that names records which the segment has not got shows that the segment lost its end', async () => {
    await recordSome(60);
    const [segment = ''] = await segmentPaths();
    const cache = await openCache();
    await cache.append([testLog({ message: 'the last' })]);
    await cache.hold({});
    await closeAll();
    const [, second = ''] = await segmentPaths();
    await writeFile(second, await readFile(segment));
    expect((await findingsOf()).map(({ code, file }) => [code, file])).toContainEqual([
      'summary-damaged',
      `segments/${path.basename(second)}`,
    ]);
    await rm(second);
    expect((await findingsOf()).map(({ code }) => code)).toEqual(['segment-missing']);
  });
});

describe('a repair', () => {
  test('keeps every record outside of the damaged chunk, and leaves nothing to find', async () => {
    await recordSome(40);
    const [segment = ''] = await segmentPaths();
    const whole = await readFile(segment);
    const ledger = await readFile(path.join(folder, 'ledger.jsonl'));
    const before = await messagesOf();
    const lostAt: number[] = [];
    for (let position = 3; position < whole.byteLength; position += 211) {
      await writeFile(segment, whole);
      await writeFile(path.join(folder, 'ledger.jsonl'), ledger);
      await flip(segment, position);
      expect((await findingsOf()).length, `byte ${position}`).toBeGreaterThan(0);
      expect(await repairCache(options)).toEqual({ ok: true, value: undefined });
      expect(await findingsOf(), `byte ${position}`).toEqual([]);
      const after = await messagesOf();
      const gone = before.filter((message) => !after.includes(message));
      expect(before.filter((message) => after.includes(message))).toEqual(after);
      // Chunks have ten records.
      expect(gone.length).toBeLessThanOrEqual(10);
      const reader = await openCacheReader({ folder, robot: 'rover' });
      const lost = reader.ok ? (await reader.value.usage()).lost : null;
      expect(lost, `byte ${position}`).toEqual(gone.length === 0 ? {} : { torn: gone.length });
      if (gone.length > 0) lostAt.push(position);
    }
    expect(lostAt.length).toBeGreaterThan(3);
    expect((await readdir(path.join(folder, 'aside'))).length).toBeGreaterThanOrEqual(lostAt.length);
  });

  test('takes in a segment that was cut short, and one that was never closed', async () => {
    await recordSome(40);
    const [segment = ''] = await segmentPaths();
    const whole = await readFile(segment);
    for (let length = whole.byteLength - 1; length > 0; length -= 997) {
      await writeFile(segment, whole.subarray(0, length));
      expect((await findingsOf()).length).toBeGreaterThan(0);
      await repairCache(options);
      const [left] = await segmentPaths();
      if (left === undefined) break;
      expect((await findingsOf()).filter(({ code }) => code !== 'segment-short')).toEqual([]);
    }
  });

  test('leaves a segment that can be packed, sent and checked', async () => {
    await recordSome(40);
    const [segment = ''] = await segmentPaths();
    const whole = await readFile(segment);
    // In the third of four chunks, so that a hole is left between two; twelve of forty records were acknowledged.
    await flip(segment, whole.indexOf('message 25'));
    await repairCache(options);
    const left = await messagesOf();
    expect(left).toHaveLength(18);
    options = { ...options, packBytesMin: 1 };
    const cache = await openCache();
    await vi.waitFor(async () => {
      expect(await segmentPaths()).toEqual([expect.stringMatching(/\.r1\.mcap$/)]);
    }, patient);
    expect(await messagesOf()).toEqual(left);
    await cache.unhold({});
    const limits = { recordsMax: 100, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs * 2n };
    const logs = await cache.take({ kind: 'log', ...limits });
    const metrics = await cache.take({ kind: 'metric', ...limits });
    expect((logs?.records.length ?? 0) + (metrics?.records.length ?? 0)).toBe(left.length);
    if (logs !== null) cache.release(logs);
    if (metrics !== null) cache.release(metrics);
    await closeAll();
    expect(await findingsOf()).toEqual([]);
    expect(await messagesOf()).toEqual(left);
  });

  test('gives a packed segment its index again, of what is left', async () => {
    options = { ...options, packBytesMin: 1, limits: { bytesMax: 100_000_000, segmentBytesMax: 256 * 1024 } };
    const cache = await openDiskCache(options);
    if (!cache.ok) throw new Error(cache.problem.message);
    for (let from = 0; from < 3000; from += 100) await cache.value.append(walk(100, from));
    await cache.value.settled();
    await cache.value.close();
    const [file = ''] = await segmentPaths();
    expect(file).toMatch(/\.r1\.mcap$/);
    const before = await messagesOf();
    await flip(file, 5000);
    expect(await repairCache(options)).toEqual({ ok: true, value: undefined });
    expect(await findingsOf()).toEqual([]);
    const place = { path: file, file: path.basename(file), sequence: 1, generation: 1 };
    const segment = await readSegment(nodeFileSystem, place);
    const head = await new IndexKeeper(nodeFileSystem).headOf(segment);
    const records = segment.groups.reduce((sum, group) => sum + group.records, 0);
    expect(records).toBeGreaterThan(100);
    expect(head?.records).toBe(records);
    const after = await messagesOf();
    expect(after.length).toBeLessThan(before.length);
    // Found by the index, each in its chunk.
    for (const message of after.filter((each, number) => number % 97 === 0 && each.startsWith('message'))) {
      const found: string[] = [];
      const reader = await openCacheReader({ folder, robot: 'rover' });
      if (!reader.ok) throw new Error(reader.problem.message);
      for await (const { record } of reader.value.read({ text: message }, 'oldest')) {
        if (record.kind === 'log') found.push(record.message);
      }
      expect(found).toContain(message);
    }
  });

  test('is refused while an owner lives, with a sentence that names it', async () => {
    await openCache();
    expect(await repairCache(options)).toMatchObject({
      ok: false,
      problem: { code: 'owned', message: expect.stringContaining('a test (process') as string },
    });
  });
});

test('what is not part of the format is told, and only left-overs go', async () => {
  await recordSome(10);
  await writeFile(path.join(folder, 'ledger.jsonl.new'), 'half');
  await writeFile(path.join(folder, 'segments', 'notes.txt'), 'mine');
  await writeFile(
    path.join(folder, 'owner.json'),
    JSON.stringify({ pid: 1, started: 'long ago', kind: 'a window', since: '', controlSocket: null }),
  );
  const codes = async (): Promise<string[]> => (await findingsOf()).map(({ code, file }) => `${code} ${file}`);
  expect((await codes()).sort()).toEqual([
    'foreign-file segments/notes.txt',
    'left-over ledger.jsonl.new',
    'stale-lock owner.json',
  ]);
  await repairCache(options);
  expect(await codes()).toEqual(['foreign-file segments/notes.txt']);
  expect(await readFile(path.join(folder, 'segments', 'notes.txt'), 'utf8')).toBe('mine');
});

test('a newer version is refused, and nothing is concluded from it', async () => {
  await recordSome(10);
  const file = path.join(folder, 'ledger.jsonl');
  const { encodeLedgerLine } = await import('./LedgerEntry.js');
  const line = encodeLedgerLine({ type: 'note', words: 'x', at: 1 }).replace(/,"crc".*/s, '');
  const { crc32 } = await import('node:zlib');
  const newer = line.replace('"type":"note","words":"x"', '"type":"ledger","version":99,"robot":"rover"');
  await writeFile(file, `${newer},"crc":"${crc32(newer).toString(16).padStart(8, '0')}"}\n`);
  expect(await checkCache({ folder, robot: 'rover' })).toMatchObject({ ok: false, problem: { code: 'newer-version' } });
  expect(await repairCache(options)).toMatchObject({ ok: false, problem: { code: 'newer-version' } });
});
