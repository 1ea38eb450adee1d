import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CachedRecord } from '../seams/Cache.js';
import type { DiskCache } from './DiskCache.js';
import { FaultyFiles } from './FaultyFiles.js';
import { GatedPacker } from './GatedPacker.test-support.js';
import { openCacheReader } from './openCacheReader.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { packedAtOnce } from './packedAtOnce.test-support.js';
import { testLog, testMetric, testStartNs } from './testRecords.js';

let folder = '';
const opened: DiskCache[] = [];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-packing-')), 'rover');
});

afterEach(async () => {
  for (const cache of opened.splice(0)) await cache.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function open(changes: Partial<OpenDiskCacheOptions> = {}): Promise<DiskCache> {
  const result = await openDiskCache({ ...packedAtOnce(folder), ...changes });
  if (!result.ok) throw new Error(result.problem.message);
  opened.push(result.value);
  return result.value;
}

/** Never packs. */
const unpacked = { packBytesMin: Infinity };

async function append(cache: DiskCache, count: number, from = 0): Promise<void> {
  for (let first = from; first < from + count; first += 50) {
    await cache.append(
      Array.from({ length: 50 }, (_, index) => {
        const number = first + index;
        const stampNs = testStartNs - 1_000_000_000n + BigInt(number);
        if (number % 10 === 9) return testMetric(`metric ${number}`, number, stampNs);
        return testLog({ message: `line ${number}`, stampNs, severity: number % 7 === 0 ? 'ERROR' : 'INFO' });
      }),
    );
  }
}

async function readAll(cache: Pick<DiskCache, 'read'>): Promise<CachedRecord[]> {
  const found: CachedRecord[] = [];
  for await (const read of cache.read({}, 'oldest')) found.push({ ...read, data: Uint8Array.from(read.data) });
  return found;
}

async function segmentFiles(): Promise<string[]> {
  return (await readdir(join(folder, 'segments'))).sort();
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, 'segments', file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const taking = { bytesMax: 10_000_000, oldestStampNs: 0n, newestStampNs: testStartNs };

describe('packing', () => {
  it('makes closed segments smaller and changes nothing else', async () => {
    const cache = await open(unpacked);
    await append(cache, 3000);
    await cache.hold({ kind: 'metric' });
    const batch = await cache.take({ kind: 'log', recordsMax: 700, ...taking });
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, [
      { address: batch.records[5]?.address ?? { segment: 0, ordinal: 0 }, reason: 'no' },
    ]);
    const before = await readAll(cache);
    await cache.close();
    const filesBefore = await segmentFiles();
    const bytesBefore = await bytesOf(filesBefore);
    const again = await open();
    await again.settled();
    const files = await segmentFiles();
    expect(files).toEqual(filesBefore.map((file) => file.replace('.mcap', '.r1.mcap')));
    expect(await bytesOf(files)).toBeLessThan(bytesBefore / 3);
    expect(await readAll(again)).toEqual(before);
    const usage = await again.usage();
    expect(usage).toMatchObject({ heldRecords: 300, quarantinedRecords: 1, acknowledgedLogs: 699, lost: {} });
    await again.close();
    const third = await open(unpacked);
    expect(await readAll(third)).toEqual(before);
    expect({ ...(await third.usage()), bytes: 0 }).toEqual({ ...usage, bytes: 0 });
  });

  it('is read by someone beside the owner, before and after', async () => {
    const cache = await open();
    await append(cache, 2000);
    const reader = await openCacheReader({ folder, robot: 'rover' });
    if (!reader.ok) throw new Error(reader.problem.message);
    for (let round = 0; round < 5; round += 1) expect(await readAll(reader.value)).toHaveLength(2000);
    await cache.settled();
    expect(await readAll(reader.value)).toHaveLength(2000);
  });

  it('loses no record to someone who reads beside the owner while files change under way', async () => {
    const packer = new GatedPacker();
    const cache = await open({ packer });
    await append(cache, 2000);
    const reader = await openCacheReader({ folder, robot: 'rover' });
    if (!reader.ok) throw new Error(reader.problem.message);
    const found: number[] = [];
    for await (const { address } of reader.value.read({}, 'oldest')) {
      if (found.push(address.ordinal) !== 100) continue;
      packer.openGate();
      await cache.settled();
    }
    expect(found).toHaveLength(2000);
    expect((await segmentFiles()).some((file) => file.includes('.r1.'))).toBe(true);
  });

  it('acknowledges what was taken before and answered after', async () => {
    const packer = new GatedPacker();
    const cache = await open({ packer });
    await append(cache, 2000);
    const batch = await cache.take({ kind: 'log', recordsMax: 10_000, ...taking });
    if (batch === null) throw new Error('nothing to take');
    packer.openGate();
    await cache.settled();
    expect((await segmentFiles()).some((file) => file.includes('.r1.'))).toBe(true);
    await cache.acknowledge(batch, []);
    await cache.hold({});
    expect(await cache.usage()).toMatchObject({ acknowledgedLogs: 1800, heldRecords: 200, pendingRecords: 0 });
    await cache.close();
    const names = (await readAll(await open())).map(({ record }) => record.kind);
    expect(new Set(names)).toEqual(new Set(['metric']));
    expect(names).toHaveLength(200);
  });

  it('leaves no file of a segment that went meanwhile', async () => {
    const packer = new GatedPacker();
    const cache = await open({ packer });
    await append(cache, 1000);
    expect(packer.packed).toBe(1);
    const batch = await cache.take({ kind: 'log', recordsMax: 10_000, ...taking });
    const metrics = await cache.take({ kind: 'metric', recordsMax: 10_000, ...taking });
    if (batch === null || metrics === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, []);
    await cache.acknowledge(metrics, []);
    packer.openGate();
    await cache.settled();
    await cache.close();
    expect(await segmentFiles()).toEqual([]);
  });

  it('leaves a damaged segment as it is', async () => {
    const cache = await open(unpacked);
    await append(cache, 1000);
    await cache.close();
    const [file = ''] = await segmentFiles();
    const path = join(folder, 'segments', file);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(20_000) ^ 1, 20_000);
    await writeFile(path, bytes);
    const again = await open();
    await again.settled();
    expect(await segmentFiles()).toContain(file);
    expect(await readFile(path)).toEqual(bytes);
  });

  it('changes nothing while the disk refuses', async () => {
    const files = new FaultyFiles();
    const cache = await open({ files });
    files.fault = { what: 'write', code: 'ENOSPC', path: '.r1.mcap', bytes: 100 };
    await append(cache, 1000);
    await cache.settled();
    expect((await segmentFiles()).some((file) => file.includes('.r1.'))).toBe(false);
    expect(await readAll(cache)).toHaveLength(1000);
    expect((await cache.usage()).problem).toBeNull();
    files.fault = null;
    await cache.close();
    const again = await open();
    await again.settled();
    expect((await segmentFiles()).every((file) => file.includes('.r1.'))).toBe(true);
    expect(await readAll(again)).toHaveLength(1000);
  });
});

describe('a crash while packing', () => {
  /** A closed segment as it was, the same packed, and a ledger of before and after. */
  async function prepare(): Promise<{ old: string; packed: string; ledgerBefore: Buffer; oldBytes: Buffer }> {
    const cache = await open(unpacked);
    await append(cache, 300);
    await cache.close();
    const [old = ''] = await segmentFiles();
    const ledgerBefore = await readFile(join(folder, 'ledger.jsonl'));
    const oldBytes = await readFile(join(folder, 'segments', old));
    const again = await open();
    await again.settled();
    await again.close();
    return { old, packed: old.replace('.mcap', '.r1.mcap'), ledgerBefore, oldBytes };
  }

  it('before the ledger names the new file: the old one counts', async () => {
    const { old, ledgerBefore, oldBytes } = await prepare();
    await writeFile(join(folder, 'ledger.jsonl'), ledgerBefore);
    await writeFile(join(folder, 'segments', old), oldBytes);
    const cache = await open(unpacked);
    expect(await segmentFiles()).toEqual([old]);
    expect(await readAll(cache)).toHaveLength(300);
  });

  it('with half a new file: the old one counts', async () => {
    const { old, packed, ledgerBefore, oldBytes } = await prepare();
    await writeFile(join(folder, 'ledger.jsonl'), ledgerBefore);
    await writeFile(join(folder, 'segments', old), oldBytes);
    const whole = await readFile(join(folder, 'segments', packed));
    await writeFile(join(folder, 'segments', packed), whole.subarray(0, whole.byteLength / 2));
    const cache = await open(unpacked);
    expect(await segmentFiles()).toEqual([old]);
    expect(await readAll(cache)).toHaveLength(300);
  });

  it('after the ledger names the new file: the old one goes', async () => {
    const { old, packed, oldBytes } = await prepare();
    await writeFile(join(folder, 'segments', old), oldBytes);
    const cache = await open(unpacked);
    expect(await segmentFiles()).toEqual([packed]);
    expect(await readAll(cache)).toHaveLength(300);
  });

  it('with a damaged ledger: the latest whole file counts, and nothing is removed', async () => {
    const { old, packed, oldBytes } = await prepare();
    await writeFile(join(folder, 'segments', old), oldBytes);
    const ledger = await readFile(join(folder, 'ledger.jsonl'));
    ledger.writeUInt8(ledger.readUInt8(30) ^ 1, 30);
    await writeFile(join(folder, 'ledger.jsonl'), ledger);
    const cache = await open(unpacked);
    expect(await segmentFiles()).toEqual([old, packed].sort());
    expect(await readAll(cache)).toHaveLength(300);
  });

  it('with the named file gone: the other one counts, and it is said', async () => {
    const { old, packed, oldBytes } = await prepare();
    await writeFile(join(folder, 'segments', old), oldBytes);
    await copyFile(join(folder, 'segments', packed), join(folder, 'away'));
    await rm(join(folder, 'segments', packed));
    const cache = await open(unpacked);
    expect(await readAll(cache)).toHaveLength(300);
    expect(cache.findings().join()).toContain('is used in its place');
  });
});
