import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useWorker } from './useWorker.test-support.js';
import type { ChunkScout, ScoutQuestion, ScoutSearch } from './ChunkScout.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { CachedRecord, CacheReader } from '../seams/Cache.js';
import type { DiskCache } from './DiskCache.js';
import { openCacheReader } from './openCacheReader.js';
import { openDiskCache } from './openDiskCache.js';
import { packedAtOnce } from './packedAtOnce.test-support.js';
import { parseSegmentName } from './SegmentName.js';
import { testLog } from './testRecords.js';
import { WorkerScout } from './WorkerScout.js';

/** Searches that real threads help with, and what happens to those threads and to the files meanwhile. */
const built = useWorker('scoutWorker');
let folder: string;
let cache: DiskCache;
const scouts: WorkerScout[] = [];

/** No index rules it out: its parts are in other records beside other parts. */
const soughtText = 'left of 37';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tether-scouting-'));
  const opened = await openDiskCache(packedAtOnce(folder));
  if (!opened.ok) throw new Error(opened.problem.message);
  cache = opened.value;
  for (let from = 0; from < 12_000; from += 500) {
    await cache.append(Array.from({ length: 500 }, (_, place) => testLog({ message: messageOf(from + place) })));
  }
  await cache.settled();
}, 30_000);

afterEach(async () => {
  await cache.close();
  await Promise.all(scouts.splice(0).map((scout) => scout.close()));
  await rm(folder, { recursive: true });
});

/** Three of them hold the text. */
function messageOf(number: number): string {
  if (number % 4000 === 1999) return `goal ${number}: ${soughtText} metres`;
  return `goal ${number}: ${number % 50} metres left of ${number % 37}, then right of 37`;
}

/** The threads' scout, with what it answered. */
class WatchedScout implements ChunkScout {
  readonly chunksInVainMin = 0;
  readonly #scout: WorkerScout;
  answers = 0;
  /** Called with each question before it is handed on. */
  onAsk: (question: ScoutQuestion, number: number) => void = () => undefined;
  #asked = 0;

  constructor(script: string) {
    this.#scout = new WorkerScout(pathToFileURL(script), { threads: 2 });
    scouts.push(this.#scout);
  }

  prepare(): void {
    this.#scout.prepare();
  }

  ask(search: ScoutSearch, question: ScoutQuestion): Promise<readonly number[] | null> | null {
    const asked = this.#scout.ask(search, question);
    if (asked === null) return null;
    this.onAsk(question, (this.#asked += 1));
    return asked.then((found) => {
      if (found !== null) this.answers += 1;
      return found;
    });
  }

  close(): Promise<void> {
    return this.#scout.close();
  }
}

async function readerWith(scout: ChunkScout | null): Promise<CacheReader> {
  const reader = await openCacheReader({ folder, robot: 'rover', scout });
  if (!reader.ok) throw new Error(reader.problem.message);
  return reader.value;
}

/** A reader whose threads have begun. */
async function readyReader(scout: WatchedScout): Promise<CacheReader> {
  const reader = await readerWith(scout);
  for (let attempt = 0; attempt < 10_000 && scout.answers === 0; attempt += 1)
    await places(reader, { text: soughtText });
  expect(scout.answers).toBeGreaterThan(0);
  return reader;
}

async function places(from: CacheReader, filter: RecordFilter, max = Infinity): Promise<string[]> {
  const found: CachedRecord[] = [];
  for await (const record of from.read(filter, 'newest')) if (found.push(record) >= max) break;
  return found.map(({ address }) => `${address.segment}.${address.ordinal}`);
}

describe('a search that threads help with', () => {
  it('finds the same, in both orders and behind a record', async () => {
    const scout = new WatchedScout(built.path);
    const [alone, helped] = [await readerWith(null), await readyReader(scout)];
    const severe: RecordFilter = { text: soughtText, severities: ['ERROR'] };
    for (const filter of [
      { text: soughtText },
      { text: 'LEFT OF 36, THEN RIGHT OF 4' },
      { text: soughtText },
      severe,
    ]) {
      for (const order of ['newest', 'oldest'] as const) {
        const expected: CachedRecord[] = [];
        for await (const record of alone.read(filter, order)) expected.push(record);
        const found: CachedRecord[] = [];
        for await (const record of helped.read(filter, order)) found.push(record);
        expect(found).toEqual(expected);
        const first = expected[0]?.address;
        const rest: CachedRecord[] = [];
        for await (const record of helped.read(filter, order, first)) rest.push(record);
        expect(rest).toEqual(expected.slice(1));
      }
    }
  });

  it('loses no hit when the threads die in the middle, each with questions that wait', async () => {
    const expected = await places(await readerWith(null), { text: soughtText });
    expect(expected).toHaveLength(3);
    const dying = join(folder, 'dying.mjs');
    await writeFile(
      dying,
      `import { parentPort } from 'node:worker_threads';
let asked = 0;
await import(${JSON.stringify(pathToFileURL(built.path).href)});
parentPort.on('message', () => { if (asked++ > 4) throw new Error('no more'); });
`,
    );
    const scout = new WatchedScout(dying);
    const reader = await readerWith(scout);
    for (let attempt = 0; attempt < 200 || (attempt < 10_000 && scout.answers === 0); attempt += 1) {
      expect(await places(reader, { text: soughtText })).toEqual(expected);
    }
    expect(scout.answers).toBeGreaterThan(0);
    expect(scout.answers).toBeLessThanOrEqual(10);
  });

  it('loses no hit when the threads are ended under it', async () => {
    const expected = await places(await readerWith(null), { text: soughtText });
    const scout = new WatchedScout(built.path);
    const reader = await readyReader(scout);
    scout.onAsk = (_, number) => {
      if (number % 7 === 0) void scout.close();
    };
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await places(reader, { text: soughtText })).toEqual(expected);
    }
  });

  it('leaves out a segment whose file goes while it is asked about, and finds the rest', async () => {
    const scout = new WatchedScout(built.path);
    const reader = await readyReader(scout);
    const expected = await places(reader, { text: soughtText });
    const segments = join(folder, 'segments');
    const newest = expected[0]?.split('.')[0] ?? '';
    const removed: Promise<unknown>[] = [];
    scout.onAsk = ({ path }) => {
      if (String(parseSegmentName(basename(path))?.sequence) === newest) removed.push(rm(path, { force: true }));
    };
    const found = await places(reader, { text: soughtText });
    expect(await Promise.all(removed)).not.toHaveLength(0);
    // Opened before it went, or gone: never anything else.
    expect([expected, expected.slice(1)]).toContainEqual(found);
    expect(await places(reader, { text: soughtText })).toEqual(expected.slice(1));
    expect(await readdir(segments)).not.toHaveLength(0);
  });

  it('finds what is there when records are deleted meanwhile', async () => {
    const scout = new WatchedScout(built.path);
    const reader = await readyReader(scout);
    const expected = await places(reader, { text: soughtText });
    const changed: Promise<unknown>[] = [];
    scout.onAsk = () => {
      if (changed.length === 0) changed.push(cache.delete({ text: `goal 5999: ${soughtText}` }));
    };
    const found = await places(reader, { text: soughtText });
    expect(await Promise.all(changed)).not.toHaveLength(0);
    expect(found.filter((place) => expected.includes(place))).toEqual(found);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(await places(reader, { text: soughtText })).toHaveLength(2);
  });

  it('can be given up in the middle, and the next search has the threads to itself', async () => {
    const scout = new WatchedScout(built.path);
    const reader = await readyReader(scout);
    const expected = await places(reader, { text: soughtText });
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(await places(reader, { text: soughtText }, 1)).toEqual(expected.slice(0, 1));
    }
    const before = scout.answers;
    expect(await places(reader, { text: soughtText })).toEqual(expected);
    expect(scout.answers).toBeGreaterThan(before);
  });
});
