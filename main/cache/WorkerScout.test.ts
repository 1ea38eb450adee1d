import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltWorker, buildWorker } from './buildWorker.test-support.js';
import { encodeCommit, encodeDefinitions } from './encodeSegment.js';
import { Segment } from './Segment.js';
import { testLog } from './testRecords.js';
import { WorkerScout } from './WorkerScout.js';

let built: BuiltWorker;

beforeAll(async () => {
  built = await buildWorker('scoutWorker');
});

afterAll(async () => {
  await built.dispose();
});

/** One chunk for each of the messages, one after the other. */
function chunksOf(messages: readonly string[]): { bytes: Uint8Array; chunks: Uint32Array } {
  const parts: Uint8Array[] = [];
  const places: number[] = [];
  for (const message of messages) {
    const record = testLog({ message });
    const segment = new Segment({ path: '', file: '', sequence: 1, generation: 0 }, true);
    segment.addGroup({ ...record }, 1, 1);
    const definitions = encodeDefinitions(segment.groups, segment.groups, 'rover');
    const { bytes, chunkLength } = encodeCommit(new Uint8Array(0), definitions, 0, [record], [1]);
    places.push(
      parts.reduce((sum, part) => sum + part.byteLength, 0),
      chunkLength,
    );
    parts.push(Uint8Array.from(bytes.subarray(0, chunkLength)));
  }
  return { bytes: Uint8Array.from(Buffer.concat(parts)), chunks: Uint32Array.from(places) };
}

/** Asks until the thread has begun; null when it never does. */
async function askReady(scout: WorkerScout, texts: string[], messages: readonly string[]): Promise<number[] | null> {
  const question = { sought: { texts, literals: [] }, ...chunksOf(messages) };
  for (let attempt = 0; attempt < 3_000; attempt += 1) {
    scout.prepare();
    const answer = scout.ask(question);
    if (answer !== null) return [...((await answer) ?? [])];
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return null;
}

describe('the scout', () => {
  it('says in which chunks a text surely is not, of one search after another', async () => {
    const scout = new WorkerScout(pathToFileURL(built.path));
    const messages = ['the Battery is low', 'the path is free', 'BATTERY, once more'];
    expect(await askReady(scout, ['battery'], messages)).toEqual([1, 0, 1]);
    expect(await askReady(scout, ['path is'], messages)).toEqual([0, 1, 0]);
    expect(await askReady(scout, ['battery'], messages.toReversed())).toEqual([1, 0, 1]);
    await scout.close();
  });

  it('leaves a chunk that cannot be read to the one who reads', async () => {
    const scout = new WorkerScout(pathToFileURL(built.path));
    expect(await askReady(scout, ['battery'], ['nothing'])).toEqual([0]);
    const { bytes, chunks } = chunksOf(['nothing', 'nothing']);
    // The first one's length.
    bytes[1] = (bytes[1] ?? 0) ^ 1;
    const answer = await scout.ask({ sought: { texts: ['battery'], literals: [] }, bytes, chunks });
    expect([...(answer ?? [])]).toEqual([1, 0]);
    await scout.close();
  });

  it('takes no more than it can, and each answer is about its own question', async () => {
    const scout = new WorkerScout(pathToFileURL(built.path));
    await askReady(scout, ['battery'], ['nothing']);
    const ask = (message: string): Promise<Uint8Array | null> | null =>
      scout.ask({ sought: { texts: ['battery'], literals: [] }, ...chunksOf([message]) });
    const asked = [ask('no'), ask('a battery'), ask('no'), ask('a battery')];
    expect(asked.at(-1)).toBeNull();
    const answers: (number | undefined)[] = [];
    for (const answer of asked.slice(0, 3)) answers.push((await answer)?.[0]);
    expect(answers).toEqual([0, 1, 0]);
    expect(ask('a battery')).not.toBeNull();
    await scout.close();
  });

  it('has no time before it has begun, and never when it cannot begin', async () => {
    const scout = new WorkerScout(pathToFileURL(join(dirname(built.path), 'not-there.mjs')));
    scout.prepare();
    expect(scout.ask({ sought: { texts: ['a'], literals: [] }, ...chunksOf(['a']) })).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 300));
    scout.prepare();
    expect(scout.ask({ sought: { texts: ['a'], literals: [] }, ...chunksOf(['a']) })).toBeNull();
    await scout.close();
  });

  it('gives no answer when its thread dies', async () => {
    const dying = join(dirname(built.path), 'dying.mjs');
    await writeFile(
      dying,
      `import { parentPort } from 'node:worker_threads';
let asked = 0;
parentPort.on('message', ({ id }) => {
  if (asked++ > 0) throw new Error('no more');
  parentPort.postMessage({ id, answer: new Uint8Array(0) });
});
`,
    );
    const scout = new WorkerScout(pathToFileURL(dying));
    expect(await askReady(scout, ['a'], ['a'])).toEqual([]);
    expect(scout.ask({ sought: { texts: ['a'], literals: [] }, ...chunksOf(['a']) })).toBeNull();
    await scout.close();
  });
});
