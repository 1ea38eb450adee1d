import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CachedState, cachedStates } from '../model/CachedState.js';
import { destinationKey } from '../model/Destination.js';
import { parseFilterExpression } from '../model/parseFilterExpression.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import { severities } from '../model/Severity.js';
import type { CachedRecord, CacheReader, RecordAddress, RecordCounts, RecordToCache } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import type { ChunkScout, ScoutQuestion, ScoutSearch } from './ChunkScout.js';
import type { DiskCache } from './DiskCache.js';
import { type FileSystem, nodeFileSystem, type OpenFile } from './FileSystem.js';
import { addIndex } from './index/addIndex.test-support.js';
import { hourNs, hourOf } from './index/indexChunk.js';
import { contentMatches, groupMatches, stampMatches, stateMatches } from './matchesFilter.js';
import { openCacheReader } from './openCacheReader.js';
import { openDiskCache } from './openDiskCache.js';
import { SegmentScout } from './SegmentScout.js';
import { testLog, testLogDestination, testMetric, testStartNs } from './testRecords.js';

const histories = Number(process.env['TETHER_CACHE_LOOKS'] ?? 12);

/** Looking into a cache, against going through all of its records one by one. */
let folder: string;
let opened: DiskCache[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tether-inspection-'));
});

afterEach(async () => {
  for (const cache of opened) await cache.close();
  opened = [];
  await rm(folder, { recursive: true });
});

async function open(at: string, packBytesMin = Infinity, files: FileSystem = nodeFileSystem): Promise<DiskCache> {
  const cache = await openDiskCache({
    files,
    folder: at,
    robot: 'rover',
    owner: { kind: 'test', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 9000 },
    packBytesMin,
    clock: { ...systemClock, nowNs: () => testStartNs + hourNs },
    commitIntervalMs: 0,
  });
  if (!cache.ok) throw new Error(cache.problem.message);
  opened.push(cache.value);
  return cache.value;
}

async function close(cache: DiskCache): Promise<void> {
  opened = opened.filter((other) => other !== cache);
  const closed = await cache.close();
  if (!closed.ok) throw new Error(closed.problem.message);
}

/** Gives every `step`-th segment an index. */
async function indexSegments(at: string, step: number): Promise<void> {
  const files = (await readdir(join(at, 'segments'))).sort();
  for (const [place, file] of files.entries()) if (place % step === 0) await addIndex(join(at, 'segments', file));
}

async function readerOf(at: string, scout: ChunkScout | null = null): Promise<CacheReader> {
  const reader = await openCacheReader({
    folder: at,
    robot: 'rover',
    scout,
    clock: { ...systemClock, nowNs: () => testStartNs + hourNs },
  });
  if (!reader.ok) throw new Error(reader.problem.message);
  return reader.value;
}

async function all(records: AsyncIterable<CachedRecord>, max = Infinity): Promise<CachedRecord[]> {
  const found: CachedRecord[] = [];
  for await (const record of records) if (found.push(record) >= max) break;
  return found;
}

function places(records: readonly CachedRecord[]): string[] {
  return records.map(({ address, state }) => `${address.segment}.${address.ordinal} ${state}`);
}

type Judged = Pick<CachedRecord, 'record' | 'state' | 'channel' | 'destination'>;

function passes({ record, state, channel, destination }: Judged, filter: RecordFilter): boolean {
  const severity = record.kind === 'log' ? record.severity : null;
  const group = { kind: record.kind, severity, channel, destination, origin: '' };
  const byGroup = groupMatches(group, filter) && stampMatches(record.stampNs, filter);
  return byGroup && stateMatches(state, filter) && contentMatches(record, filter);
}

function countsOf(records: readonly CachedRecord[]): RecordCounts {
  const [bySeverity, byLabel, byHour] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<number, number>(),
  ];
  const add = <K>(counts: Map<K, number>, key: K): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { record } of records) {
    add(bySeverity, record.kind === 'log' ? record.severity : 'metric');
    add(byLabel, record.kind === 'log' ? record.node : record.name);
    add(byHour, hourOf(record.stampNs));
  }
  return { records: records.length, bySeverity, byLabel, byHour } as RecordCounts;
}

const words = [
  'path',
  'Motor',
  'battery',
  'stra\u00dfe',
  '\u039f\u0394\u039f\u03a3',
  '\u212aelvin',
  '\u0130st',
  'kilo',
  'low',
  '42',
  '\ud83d\ude00',
];
const message = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }).map((chosen) => chosen.join(' '));
const otherDestination = { ...testLogDestination, stream: 'other' };

const record: fc.Arbitrary<RecordToCache> = fc
  .record({
    message,
    node: fc.constantFrom('nav.planner', 'nav.controller', 'drive', '\u212aiosk'),
    severity: fc.constantFrom(...severities),
    minutes: fc.integer({ min: -200, max: 0 }),
    kind: fc.constantFrom('log', 'log', 'log', 'metric'),
    other: fc.boolean(),
  })
  .map(({ message: words, node, severity, minutes, kind, other }) => {
    const stampNs = testStartNs + BigInt(minutes) * 60_000_000_000n;
    if (kind === 'metric') return testMetric(`${node}.load`, minutes, stampNs);
    return testLog({
      message: words,
      node,
      severity,
      stampNs,
      destination: other ? otherDestination : testLogDestination,
    });
  });

const needle = fc.oneof(
  fc.constantFrom(
    'path',
    'MOTOR',
    'tery lo',
    'k',
    'kelvin',
    'ist',
    'STRASSE',
    'stra\u00df',
    '\u03bf\u03b4\u03bf\u03c3',
    '\u03bf\u03b4\u03bf\u03c2',
    '\ud83d',
    'nowhere',
  ),
  message,
);
/** As typed into the filter box; the last ones are about fields that the index does not know. */
const terms = fc
  .array(
    fc.constantFrom(
      ...['motor', '-motor', 'text:PATH', '-text:path', '"tery lo"', '/mo.or/', '-/kilo/', 'text:/^path/', 'kelvin'],
      ...['node:nav', 'node:/nav/**', '-node:drive', 'node:*/planner', '-nav', 'straße', 'οδος', 'ODO', '\u212a'],
      ...['/(path|battery) low/', '/k/', 'topic:rosout', '-topic:metrics', 'file:planner', '-function:x'],
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((words) => parseFilterExpression(words.join(' ')));
const filter: fc.Arbitrary<RecordFilter> = fc.oneof(
  fc.record({ text: needle }),
  fc.record({
    regex: fc.constantFrom(
      'mo',
      'Mo.or',
      '(path|battery) low',
      '(?i)KILO',
      '^path$',
      'nowhere|low$',
      '[0-9]+ ',
      'k.*w',
    ),
  }),
  fc.record({ terms }),
  fc.record({ nodes: fc.constantFrom(['nav.*'], ['drive'], ['*.load'], ['nav.planner', 'drive']) }),
  fc.record(
    {
      kind: fc.constantFrom('log', 'metric'),
      sinceNs: fc.integer({ min: -200, max: 0 }).map((minutes) => testStartNs + BigInt(minutes) * 60_000_000_000n),
      untilNs: fc.integer({ min: -200, max: 0 }).map((minutes) => testStartNs + BigInt(minutes) * 60_000_000_000n),
      severityMin: fc.constantFrom(...severities),
      severities: fc.uniqueArray(fc.constantFrom(...severities), { minLength: 1 }),
      nodes: fc.constantFrom(['nav.*'], ['drive', '\u212aiosk']),
      text: needle,
      terms,
      states: fc.uniqueArray(fc.constantFrom(...cachedStates), { minLength: 1 }),
      destinations: fc.constantFrom([destinationKey(otherDestination)], [destinationKey(testLogDestination), 'none']),
    },
    { requiredKeys: [] },
  ),
);

/** What is done to the cache before and while it is looked at. */
const change = fc.record({
  type: fc.constantFrom('hold', 'unhold', 'delete', 'acknowledge', 'quarantine', 'take'),
  filter,
  recordsMax: fc.integer({ min: 1, max: 30 }),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

async function apply(cache: DiskCache, { type, filter: meant, recordsMax }: Change): Promise<void> {
  if (type === 'hold' || type === 'unhold' || type === 'delete') {
    const before = await all(cache.read({}, 'oldest'));
    const changeable: readonly CachedState[] =
      type === 'hold'
        ? ['pending', 'expired']
        : type === 'unhold'
          ? ['held']
          : ['pending', 'expired', 'held', 'quarantined'];
    const expected = before.filter((each) => passes(each, meant) && changeable.includes(each.state));
    const changed = await cache[type](meant);
    expect(typeof changed === 'number' ? changed : changed.records).toBe(expected.length);
    return;
  }
  const limits = { bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs };
  const batch = await cache.take({ kind: 'log', recordsMax, filter: meant, ...limits });
  if (batch === null || type === 'take') return;
  for (const { record, channel, destination } of batch.records) {
    expect(passes({ record, channel, destination, state: 'pending' }, meant)).toBe(true);
  }
  const refused = type === 'quarantine' ? batch.records.filter((_, place) => place % 2 === 0) : [];
  await cache.acknowledge(
    batch,
    refused.map(({ address }) => ({ address, reason: 'too odd' })),
  );
}

async function compare(reader: CacheReader, wanted: RecordFilter, pageRecords: number): Promise<void> {
  const everything = await all(reader.read({}, 'oldest'));
  const expected = everything.filter((each) => passes(each, wanted));
  for (const order of ['oldest', 'newest'] as const) {
    const inOrder = order === 'oldest' ? expected : expected.toReversed();
    expect(places(await all(reader.read(wanted, order)))).toEqual(places(inOrder));
    const paged: CachedRecord[] = [];
    for (let after: RecordAddress | undefined; ;) {
      const page = await all(reader.read(wanted, order, after), pageRecords);
      paged.push(...page);
      after = page.at(-1)?.address;
      if (after === undefined) break;
    }
    expect(places(paged)).toEqual(places(inOrder));
  }
  expect(await reader.counts(wanted)).toEqual(countsOf(expected));
  const pending = await reader.pending(wanted);
  expect(pending.reduce((sum, { records }) => sum + records, 0)).toBe(expected.length);
}

interface Reads {
  reads: number;
  bytes: number;
}

/** The real file system, with a count of what is read. */
function countedFiles(counts: Reads): FileSystem {
  return {
    ...nodeFileSystem,
    open: async (path, flags): Promise<OpenFile> => {
      const file = await nodeFileSystem.open(path, flags);
      const read = async (into: Uint8Array, position: number): Promise<number> => {
        const got = await file.read(into, position);
        counts.reads += 1;
        counts.bytes += got;
        return got;
      };
      return { ...file, read };
    },
  };
}

async function fill(cache: DiskCache, records: number, perCommit: number): Promise<void> {
  for (let from = 0; from < records; from += perCommit) {
    const length = Math.min(perCommit, records - from);
    await cache.append(
      Array.from({ length }, (_, place) => testLog({ message: `line ${from + place} of the planner's path` })),
    );
  }
}

/** Looks where it is asked, a turn later; every fifth time it has no time, and every seventh time it fails. */
class InlineScout implements ChunkScout {
  readonly chunksInVainMin = 0;
  /** Segments that it looked through. */
  looked = 0;
  #asked = 0;

  prepare(): void {
    // It is always ready.
  }

  ask(search: ScoutSearch, question: ScoutQuestion): Promise<readonly number[] | null> | null {
    this.#asked += 1;
    if (this.#asked % 5 === 0) return null;
    if (this.#asked % 7 === 0) return Promise.resolve(null);
    return new Promise((resolve) => {
      setImmediate(() => {
        resolve(this.#look(search, question));
      });
    });
  }

  /** As a thread does: what goes wrong is no answer. */
  #look(search: ScoutSearch, question: ScoutQuestion): readonly number[] | null {
    try {
      const found = new SegmentScout(search).look(question);
      this.looked += 1;
      return found;
    } catch {
      return null;
    }
  }
}

describe('looking into the cache', () => {
  it('finds what going through all records finds, in both orders, in pages of any size, and counts it', async () => {
    let history = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 6 }),
        fc.array(change, { maxLength: 5 }),
        fc.array(filter, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 5, max: 60 }),
        fc.constantFrom('as recorded', 'some indexed', 'being packed', 'packed'),
        async (commits, changes, filters, pageRecords, form) => {
          const at = join(folder, String(history++));
          let cache = await open(at);
          for (const commit of commits) await cache.append(commit);
          await close(cache);
          if (form === 'some indexed') await indexSegments(at, 2);
          cache = await open(at, form.endsWith('packed') ? 0 : Infinity);
          if (form === 'packed') await cache.settled();
          const reader = await readerOf(at, new InlineScout());
          await cache.append([testLog({ message: 'path of the open segment' })]);
          await cache.append([testLog({ message: 'and another motor, Motor, MOTOR' })]);
          for (const each of changes) await apply(cache, each);
          for (const wanted of filters) {
            await compare(cache, wanted, pageRecords);
            await compare(reader, wanted, pageRecords);
          }
          await close(cache);
        },
      ),
      { numRuns: histories },
    );
  }, 120_000);

  it('finds the same with a scout, which rules out what the index cannot', async () => {
    let cache = await open(folder);
    await fill(cache, 5000, 100);
    await close(cache);
    cache = await open(folder, 0);
    await cache.settled();
    const scout = new InlineScout();
    const reader = await readerOf(folder, scout);
    for (const wanted of [{ text: 'line 4321 of' }, { text: '21 of the planner' }, { text: '99 OF THE' }]) {
      const expected = places(await all(cache.read(wanted, 'newest')));
      expect(expected.length).toBeGreaterThan(0);
      expect(places(await all(reader.read(wanted, 'newest')))).toEqual(expected);
      expect(places(await all(reader.read(wanted, 'oldest')))).toEqual(expected.toReversed());
    }
    expect(scout.looked).toBeGreaterThan(0);
  });

  it('reads no records of packed segments that the index rules out, and counts without reading any', async () => {
    let cache = await open(folder);
    await fill(cache, 2000, 100);
    await cache.append([testLog({ message: 'the motor is too hot', node: 'drive', severity: 'ERROR' })]);
    await close(cache);
    const counts = { reads: 0, bytes: 0 };
    cache = await open(folder, 0, countedFiles(counts));
    await cache.settled();
    expect(await all(cache.read({ text: 'no such words' }, 'newest'))).toEqual([]);
    Object.assign(counts, { reads: 0, bytes: 0 });
    expect(await all(cache.read({ text: 'no such words' }, 'newest'))).toEqual([]);
    expect(await all(cache.read({ nodes: ['arm'] }, 'newest'))).toEqual([]);
    expect(await all(cache.read({ regex: 'bat+ery' }, 'oldest'))).toEqual([]);
    expect((await cache.counts({})).records).toBe(2001);
    expect((await cache.counts({ severityMin: 'WARN', nodes: ['drive'] })).byLabel).toEqual(new Map([['drive', 1]]));
    expect(counts.reads).toBe(0);
    const found = await all(cache.read({ severities: ['ERROR'], text: 'MOTOR' }, 'newest'));
    expect(found.map(({ record }) => (record.kind === 'log' ? record.message : ''))).toEqual(['the motor is too hot']);
    expect(counts.bytes).toBeLessThan(9000);
  });

  it('reads neighbouring tiny chunks together, whichever way round', async () => {
    const counts = { reads: 0, bytes: 0 };
    for (const order of ['oldest', 'newest'] as const) {
      const cache = await open(join(folder, order), Infinity, countedFiles(counts));
      await fill(cache, 40, 1);
      Object.assign(counts, { reads: 0, bytes: 0 });
      expect(await all(cache.read({}, order))).toHaveLength(40);
      expect(counts.reads).toBeLessThan(20);
    }
  });

  it('does without an index that is damaged', async () => {
    let cache = await open(folder);
    await fill(cache, 500, 50);
    await close(cache);
    await indexSegments(folder, 1);
    for (const file of await readdir(join(folder, 'segments'))) {
      const path = join(folder, 'segments', file);
      const bytes = await readFile(path);
      const at = bytes.lastIndexOf('TXI');
      bytes[at + 40] = (bytes[at + 40] ?? 0) ^ 1;
      await writeFile(path, bytes);
    }
    cache = await open(folder);
    expect(await all(cache.read({ text: 'line 499' }, 'newest'))).toHaveLength(1);
    expect((await cache.counts({})).records).toBe(500);
  });

  it('goes on reading what it has opened, and leaves out what went', async () => {
    const cache = await open(folder);
    await fill(cache, 500, 50);
    const first = (await cache.segments())[0];
    const found: CachedRecord[] = [];
    for await (const record of cache.read({}, 'oldest')) {
      if (found.length === 0) await cache.delete({ text: 'line ' });
      found.push(record);
    }
    expect(found.every(({ address }) => address.segment === first?.segment)).toBe(true);
    expect(await all(cache.read({}, 'oldest'))).toEqual([]);
  });

  it('is not held up by an expression that would keep others busy for ever', async () => {
    const cache = await open(folder);
    await cache.append([testLog({ message: `${'a'.repeat(50_000)}b` })]);
    expect(await all(cache.read({ regex: '(a+)+$' }, 'oldest'))).toEqual([]);
    expect(await all(cache.read({ regex: '(a|aa)+$|(x+x+)+y' }, 'oldest'))).toEqual([]);
    expect(await all(cache.read({ regex: '(a+)+b$' }, 'oldest'))).toHaveLength(1);
  });
});
