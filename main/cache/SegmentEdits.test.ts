import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogDestination } from '../model/Destination.js';
import { patient } from '../model/patient.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { FaultyFiles } from './FaultyFiles.js';
import { type FileSystem, nodeFileSystem } from './FileSystem.js';
import { GatedPacker } from './GatedPacker.test-support.js';
import { openCacheReader } from './openCacheReader.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';
import { previewRedaction } from './previewRedaction.js';
import { packedAtOnce } from './packedAtOnce.test-support.js';
import { testJsonLog, testLog, testLogDestination, testMetric, testStartNs } from './testRecords.js';
import { valueOf } from './valueOf.test-support.js';

let folder = '';
const opened: DiskCache[] = [];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-edits-')), 'rover');
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

/** Every tenth names a person's address; they lie in several segments. */
async function fill(cache: DiskCache, count = 1500): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    await cache.append(
      Array.from({ length: 100 }, (_, index) => {
        const number = from + index;
        const stampNs = testStartNs - 1_000_000_000n + BigInt(number);
        if (number % 10 === 5) return testMetric('battery', number, stampNs);
        const message = number % 10 === 0 ? `call ${number} from 10.0.0.${number % 250} ok` : `line ${number}`;
        return testLog({ message, stampNs, node: number % 20 === 0 ? 'phone' : 'nav' });
      }),
    );
  }
}

async function texts(cache: Pick<DiskCache, 'read'>, filter: Parameters<DiskCache['read']>[0] = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { address, record, state } of cache.read(filter, 'oldest')) {
    const text = record.kind === 'log' ? record.message : String(record.value);
    found.push(`${address.segment}/${address.ordinal} ${state} ${text}`);
  }
  return found;
}

/** Segments' files, without the empty one that is made ahead. */
async function filledFiles(): Promise<number> {
  const names = await readdir(join(folder, 'segments'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, 'segments', name))).size));
  return sizes.filter((size) => size > 0).length;
}

const addresses = { find: String.raw`10\.0\.0\.(\d+)`, replace: 'x.x.x.$1' };
const taking = { bytesMax: 10_000_000, oldestStampNs: 0n, newestStampNs: testStartNs };

describe('redaction', () => {
  it('takes words out of the records that are meant, and changes nothing else', async () => {
    const cache = await open();
    await fill(cache);
    await cache.hold({ nodes: ['phone'] });
    const before = await texts(cache);
    const { id, records, segments } = valueOf(await cache.redact({ nodes: ['phone'] }, addresses));
    expect(records).toBe(75);
    expect(segments).toBeGreaterThan(1);
    const after = await texts(cache);
    expect(after).toEqual(
      before.map((text) => (text.includes(' held ') ? text.replace(/10\.0\.0\.(\d+)/, 'x.x.x.$1') : text)),
    );
    expect(cache.openEdits()).toMatchObject([{ id, what: 'redacted', records: 75 }]);
    expect(await texts(cache, { text: '10.0.0.', nodes: ['phone'] })).toEqual([]);
    valueOf(await cache.confirmEdit(id));
    expect(cache.openEdits()).toEqual([]);
    await cache.close();
    const again = await open();
    expect(await texts(again)).toEqual(after);
    expect(await filledFiles()).toBe((await again.segments()).length);
  });

  it('is undone where its segments have to make room at that moment', async () => {
    const files: FileSystem = {
      ...nodeFileSystem,
      open: async (path, flags) => {
        if (path === keptPath && flags === 'r') {
          keptPath = '';
          cache.setLimits({ bytesMax: 1, segmentBytesMax: 64 * 1024 });
          await vi.waitFor(() => expect(stat(path)).rejects.toThrow(), patient);
        }
        return nodeFileSystem.open(path, flags);
      },
    };
    let keptPath = '';
    const cache = await open({ files });
    await fill(cache, 400);
    const { id } = valueOf(await cache.redact({ nodes: ['phone'] }, addresses));
    const [kept = ''] = (await readdir(join(folder, 'segments'))).sort();
    keptPath = `${folder}/segments/${kept}`;
    valueOf(await cache.undoEdit(id));
    expect(keptPath).toBe('');
    expect(cache.openEdits()).toEqual([]);
    expect((await cache.usage()).lost.evicted).toBe(400);
    expect(await texts(cache, { kind: 'metric' })).toEqual([]);
  });

  it('sends the new words', async () => {
    const cache = await open();
    await fill(cache, 200);
    valueOf(await cache.redact({}, addresses));
    const batch = await cache.take({ kind: 'log', recordsMax: 1000, ...taking });
    const sent = batch?.records.map(({ record }) => (record.kind === 'log' ? record.message : '')) ?? [];
    expect(sent).toHaveLength(180);
    expect(sent.filter((text) => text.includes('10.0.0.'))).toEqual([]);
    expect(sent.filter((text) => text.includes('x.x.x.'))).toHaveLength(20);
  });

  it('can be undone, also after a reopening, and keeps what was acknowledged meanwhile', async () => {
    const cache = await open();
    await fill(cache);
    const before = await texts(cache);
    const { id } = valueOf(await cache.redact({}, addresses));
    const batch = await cache.take({ kind: 'log', recordsMax: 300, ...taking });
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, []);
    await cache.close();
    const again = await open();
    expect(again.openEdits()).toMatchObject([{ id, records: 150 }]);
    expect((await texts(again)).join()).toContain('x.x.x.');
    valueOf(await again.undoEdit(id));
    const gone = new Set(batch.records.map(({ address }) => `${address.segment}/${address.ordinal}`));
    const left = before.filter((text) => !gone.has(text.split(' ')[0] ?? ''));
    expect(await texts(again)).toEqual(left);
    await again.close();
    const third = await open();
    expect(await texts(third)).toEqual(left);
    expect(third.openEdits()).toEqual([]);
    expect(await third.undoEdit(id)).toMatchObject({ ok: false, problem: { code: 'no-such-edit' } });
    expect((await third.usage()).lost).toEqual({});
  });

  it('keeps the originals when packing had chosen the same segments before', async () => {
    const packer = new GatedPacker();
    const cache = await open({ packer });
    await fill(cache);
    const before = await texts(cache);
    // Packing waits in the first segment; the edit comes next, and then packing would go on with the others.
    const redacting = cache.redact({}, addresses);
    packer.openGate();
    const { id } = valueOf(await redacting);
    await cache.settled();
    expect((await texts(cache)).join()).toContain('x.x.x.');
    valueOf(await cache.undoEdit(id));
    expect(await texts(cache)).toEqual(before);
  });

  it('says how many lines have the words and cannot be written anew: in the preview, and when it is done', async () => {
    const cache = await open();
    await fill(cache, 100);
    const said = ['call from 10.0.0.7', 'ring from 10.0.0.8', 'nothing'];
    await cache.append(said.map((message) => testJsonLog({ message, node: 'phone' })));
    const counted = { records: 10, unwritable: 2 };
    const never = new AbortController().signal;
    expect(valueOf(await previewRedaction(cache, {}, addresses, never))).toMatchObject(counted);
    // Where nothing can be written anew there is no change to confirm, and yet it is said.
    const onlyJson = { text: 'ring from' };
    expect(valueOf(await cache.redact(onlyJson, addresses))).toMatchObject({ records: 0, unwritable: 1 });
    expect(cache.openEdits()).toEqual([]);
    expect(valueOf(await cache.redact({}, addresses))).toMatchObject(counted);
    expect((await texts(cache)).filter((text) => text.includes('10.0.0.'))).toHaveLength(2);
  });

  it('leaves what is just being sent, and says how many those are', async () => {
    const cache = await open();
    await fill(cache, 200);
    const batch = await cache.take({ kind: 'log', recordsMax: 30, ...taking });
    const receipt = valueOf(await cache.redact({}, addresses));
    expect(receipt.underWay).toBe(batch?.records.length);
    if (batch !== null) await cache.acknowledge(batch, []);
    expect((await texts(cache)).filter((text) => text.includes('10.0.0.'))).toEqual([]);
  });

  it('changes nothing when there is a problem', async () => {
    const files = new FaultyFiles();
    const cache = await open({ files, packBytesMin: Infinity });
    await fill(cache);
    const before = await texts(cache);
    expect(await cache.redact({}, { find: '(', replace: '' })).toMatchObject({
      ok: false,
      problem: { code: 'bad-regex' },
    });
    expect(await cache.redact({}, { find: 'line (.*)', replace: '$7' })).toMatchObject({
      ok: false,
      problem: { code: 'bad-replacement' },
    });
    await cache.settled();
    files.fault = { what: 'write', code: 'ENOSPC', path: '00000002.r', bytes: 500 };
    expect(await cache.redact({}, addresses)).toMatchObject({ ok: false, problem: { code: 'disk-full' } });
    files.fault = null;
    expect(await texts(cache)).toEqual(before);
    expect(cache.openEdits()).toEqual([]);
    expect(await filledFiles()).toBe((await cache.segments()).length);
    valueOf(await cache.redact({}, addresses));
    expect(await cache.redact({}, addresses)).toMatchObject({ ok: false, problem: { code: 'edit-open' } });
  });

  it('is refused where other records would have to go for the originals', async () => {
    const limits = { bytesMax: 1024 * 1024, segmentBytesMax: 64 * 1024 };
    const cache = await open({ limits, packBytesMin: Infinity, diskFreeBytesMin: 0 });
    await fill(cache, 4000);
    const before = await texts(cache);
    expect(await cache.redact({}, addresses)).toMatchObject({ ok: false, problem: { code: 'no-room' } });
    expect(await texts(cache)).toEqual(before);
    // Of a part there is room for the originals.
    valueOf(await cache.redact({ untilNs: testStartNs - 1_000_000_000n + 500n }, addresses));
    expect((await cache.usage()).evicted).toEqual([]);
    expect(await texts(cache)).toHaveLength(before.length);
  });

  it('does not touch a damaged segment', async () => {
    const cache = await open({ packBytesMin: Infinity });
    await fill(cache, 300);
    await cache.close();
    const [file = ''] = await readdir(join(folder, 'segments'));
    const path = join(folder, 'segments', file);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(15_000) ^ 4, 15_000);
    await writeFile(path, bytes);
    const again = await open({ packBytesMin: Infinity });
    expect(await again.redact({}, addresses)).toMatchObject({ ok: false, problem: { code: 'damaged' } });
    expect(await readFile(path)).toEqual(bytes);
  });

  it('is seen by who reads beside the owner', async () => {
    const cache = await open();
    await fill(cache);
    valueOf(await cache.redact({}, addresses));
    const reader = valueOf(await openCacheReader({ folder, robot: 'rover' }));
    expect(await texts(reader)).toEqual(await texts(cache));
  });

  it('keeps the ledger’s word over a compaction', async () => {
    const cache = await open({ ledgerCompactionBytesMin: 500, markGaps: false });
    await fill(cache);
    const before = await texts(cache);
    const { id } = valueOf(await cache.redact({}, addresses));
    for (let count = 0; count < 100; count += 1) await cache.countLoss('dds', 1, 'history overflow');
    await cache.close();
    const again = await open();
    expect(again.openEdits()).toMatchObject([{ id }]);
    valueOf(await again.undoEdit(id));
    expect(await texts(again)).toEqual(before);
  });
});

describe('another destination', () => {
  const other: LogDestination = { ...testLogDestination, group: 'elsewhere' };

  it('is given to the records that are meant, and can be undone', async () => {
    const cache = await open();
    await fill(cache);
    const { id, records } = valueOf(await cache.reaim({ nodes: ['phone'] }, other));
    expect(records).toBe(75);
    const groups = new Map<string, number>();
    for await (const { destination } of cache.read({ kind: 'log' }, 'oldest')) {
      const group = destination.kind === 'log' ? destination.group : '';
      groups.set(group, (groups.get(group) ?? 0) + 1);
    }
    expect(groups.get('elsewhere')).toBe(75);
    const sums = await cache.pending({ kind: 'log' });
    expect(
      sums.reduce(
        (sum, { destination, records: n }) =>
          destination.kind === 'log' && destination.group === 'elsewhere' ? sum + n : sum,
        0,
      ),
    ).toBe(75);
    const batch = await cache.take({ kind: 'log', recordsMax: 10_000, ...taking });
    expect(new Set(batch?.records.map(({ destination }) => destination.kind === 'log' && destination.group)).size).toBe(
      1,
    );
    if (batch !== null) cache.release(batch);
    await cache.close();
    const again = await open();
    expect(await texts(again)).toHaveLength(1500);
    valueOf(await again.undoEdit(id));
    expect(
      (await again.pending({ kind: 'log' })).every(
        ({ destination }) => destination.kind === 'log' && destination.group === 'field',
      ),
    ).toBe(true);
  });
});
