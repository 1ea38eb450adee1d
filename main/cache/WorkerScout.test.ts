import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useWorker } from './useWorker.test-support.js';
import type { ScoutQuestion, ScoutSearch } from './ChunkScout.js';
import { nodeFileSystem, withFile } from './FileSystem.js';
import { attachmentData, findAttachment } from './findAttachment.js';
import { addIndex } from './index/addIndex.test-support.js';
import { noNeed } from './index/requiredLiterals.js';
import { decodeSegmentIndex, indexAttachmentName } from './index/SegmentIndex.js';
import { openDiskCache } from './openDiskCache.js';
import { packedAtOnce } from './packedAtOnce.test-support.js';
import { testLog } from './testRecords.js';
import { WorkerScout } from './WorkerScout.js';

const built = useWorker('scoutWorker');
let folder: string;
let scout: WorkerScout;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tether-scout-'));
  scout = new WorkerScout(pathToFileURL(built.path), { threads: 2 });
});

afterEach(async () => {
  await scout.close();
  await rm(folder, { recursive: true });
});

interface Asked {
  readonly question: ScoutQuestion;
  /** Where the chunks are. */
  readonly positions: readonly number[];
}

/** A segment with an index and one chunk for each of the messages. */
async function segmentOf(messages: readonly string[]): Promise<Asked> {
  const at = await mkdtemp(join(folder, 'cache-'));
  const cache = await openDiskCache({ ...packedAtOnce(at), packBytesMin: Infinity });
  if (!cache.ok) throw new Error(cache.problem.message);
  for (const message of messages) await cache.value.append([testLog({ message })]);
  await cache.value.close();
  const [file = ''] = await readdir(join(at, 'segments'));
  const path = join(at, 'segments', file);
  await addIndex(path);
  const index = await withFile(nodeFileSystem, path, 'r', async (opened) =>
    findAttachment(opened, await opened.size(), indexAttachmentName),
  );
  if (index === null) throw new Error(`${path} has no index`);
  const bytes = await readFile(path);
  const data = attachmentData(bytes.subarray(index.offset, index.offset + index.length), indexAttachmentName);
  const chunks = data === null ? [] : (decodeSegmentIndex(data)?.chunks ?? []);
  return { question: { path, index, rows: null }, positions: chunks.map(({ place }) => place.position) };
}

/** Of which the index rules nothing out. */
function searchFor(text: string): ScoutSearch {
  const nothing = { text: '', sinceNs: undefined, untilNs: undefined, regexNeed: noNeed };
  return { entries: nothing, bytes: { texts: [text], literals: [] } };
}

/** Asks until a thread has begun; which of the chunks it found, or null when none ever begins or it gives no answer. */
async function askReady(
  of: WorkerScout,
  search: ScoutSearch,
  { question, positions }: Asked,
): Promise<number[] | null> {
  for (let attempt = 0; attempt < 3_000; attempt += 1) {
    of.prepare();
    const answer = of.ask(search, question);
    if (answer !== null) return (await answer)?.map((position) => positions.indexOf(position)) ?? null;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return null;
}

describe('the scout', () => {
  it('says in which chunks a text may be, of one search after another', async () => {
    const segment = await segmentOf(['the Battery is low', 'the path is free', 'BATTERY, once more']);
    expect(await askReady(scout, searchFor('battery'), segment)).toEqual([0, 2]);
    expect(await askReady(scout, searchFor('path is'), segment)).toEqual([1]);
    expect(await askReady(scout, searchFor('no such words'), segment)).toEqual([]);
  });

  it('looks into no chunk that the index rules out, by the text or by the rows', async () => {
    const segment = await segmentOf(['the Battery is low', 'the path is free']);
    const { entries, bytes } = searchFor('the');
    const byText = { entries: { ...entries, text: 'battery' }, bytes };
    expect(await askReady(scout, byText, segment)).toEqual([0]);
    const noLabel = { channels: new Uint8Array([1, 1]), labels: new Uint8Array([0]) };
    const noChannel = { channels: new Uint8Array([1, 0]), labels: new Uint8Array([1]) };
    for (const [rows, found] of [
      [noLabel, []],
      [noChannel, []],
      [null, [0, 1]],
    ] as const) {
      const asked = { ...segment, question: { ...segment.question, rows } };
      expect(await askReady(scout, searchFor('the'), asked)).toEqual(found);
    }
  });

  it('leaves a chunk that cannot be read to the one who reads', async () => {
    const segment = await segmentOf(['nothing', 'nothing', 'nothing']);
    expect(await askReady(scout, searchFor('battery'), segment)).toEqual([]);
    const bytes = await readFile(segment.question.path);
    // The second one's length.
    const at = (segment.positions[1] ?? 0) + 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(segment.question.path, bytes);
    expect(await askReady(scout, searchFor('battery'), segment)).toEqual([1]);
  });

  it('gives no answer about a file that is gone or an index that is damaged, and goes on with the next', async () => {
    const [gone, damaged, whole] = [await segmentOf(['a']), await segmentOf(['a']), await segmentOf(['a'])];
    await rm(gone.question.path);
    const bytes = await readFile(damaged.question.path);
    // Before its CRC.
    const at = damaged.question.index.offset + damaged.question.index.length - 20;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(damaged.question.path, bytes);
    expect(await askReady(scout, searchFor('a'), whole)).toEqual([0]);
    expect(await scout.ask(searchFor('a'), gone.question)).toBeNull();
    expect(await scout.ask(searchFor('a'), damaged.question)).toBeNull();
    expect(await askReady(scout, searchFor('a'), whole)).toEqual([0]);
  });

  it('takes no more than it can, and each answer is about its own question', async () => {
    const [with_, without] = [await segmentOf(['a battery']), await segmentOf(['no'])];
    await askReady(scout, searchFor('battery'), without);
    const search = searchFor('battery');
    const asked = Array.from({ length: 20 }, (_, number) =>
      scout.ask(search, number % 2 === 0 ? with_.question : without.question),
    );
    expect(asked.at(-1)).toBeNull();
    const taken = asked.filter((answer) => answer !== null);
    expect(taken.length).toBeGreaterThan(1);
    const answers = await Promise.all(taken);
    expect(answers.map((found) => found?.length)).toEqual(answers.map((_, number) => (number % 2 === 0 ? 1 : 0)));
    expect(await askReady(scout, search, with_)).toEqual([0]);
  });

  it('has no time before it has begun, and never when it cannot begin', async () => {
    const never = new WorkerScout(pathToFileURL(join(dirname(built.path), 'not-there.mjs')));
    const segment = await segmentOf(['a']);
    never.prepare();
    expect(never.ask(searchFor('a'), segment.question)).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 300));
    never.prepare();
    expect(never.ask(searchFor('a'), segment.question)).toBeNull();
    await never.close();
  });
});
