import { describe, expect, it } from 'vitest';
import type { UploadBatch } from '../seams/Cache.js';
import { hurriedClock } from './CacheHistory.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import { randomFrom } from './randomFrom.test-support.js';
import { SimulatedDisk } from './SimulatedDisk.test-support.js';
import { testLog, testLogDestination, testStartNs } from './testRecords.js';

/**
 * One busy history, with the power cut after every single operation of the disk, and several of the contents that such a
 * cut may leave opened each time. At least 10,000 of them:
 * TETHER_CACHE_POWER_CUTS=10000 npx vitest run main/cache/powerCuts.test.ts
 */
const statesMin = Number(process.env['TETHER_CACHE_POWER_CUTS'] ?? 800);
const folder = '/data/robots/rover';
// Three or four small segments, beside the ballast.
const bytesMax = 256 * 1024 + 16_000;
const segmentBytesMax = 6000;

/** What had been promised at the moment of a cut. */
class Promises {
  readonly durable = new Set<string>();
  readonly acknowledged = new Set<string>();
  /** Asked for and not yet answered: may have happened or not. */
  readonly beingAppended = new Set<string>();
  readonly beingAcknowledged = new Set<string>();
  readonly deleted = new Set<string>();
  readonly beingDeleted = new Set<string>();
  readonly held = new Set<string>();
  /** What an edit that is open now was asked to change, and could: it was not being sent. */
  readonly redacting = new Set<string>();
  readonly redirecting = new Set<string>();
  /** Changed by an edit that was answered, and not being changed back. */
  readonly redacted = new Set<string>();
  readonly redirected = new Set<string>();

  copy(): Promises {
    const copy = new Promises();
    for (const name of promiseNames) for (const record of this[name]) copy[name].add(record);
    return copy;
  }
}
const promiseNames = [
  'durable',
  'acknowledged',
  'beingAppended',
  'beingAcknowledged',
  'deleted',
  'beingDeleted',
  'held',
  'redacting',
  'redirecting',
  'redacted',
  'redirected',
] as const;

const elsewhere = { ...testLogDestination, group: 'elsewhere' };
const taking = { recordsMax: 9, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs } as const;

/** The history. Every kind of change is under way together with others; a new kind is a new method and a line in `run`. */
class BusyOwner {
  readonly #cache: DiskCache;
  readonly #promises: Promises;
  #next = 0;

  constructor(cache: DiskCache, promises: Promises) {
    this.#cache = cache;
    this.#promises = promises;
  }

  async run(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      const batch = await this.#cache.take({ kind: 'log', ...taking });
      const acts = [this.#append(24 + (round % 5)), this.#append(13)];
      if (batch !== null) acts.push(this.#acknowledge(batch));
      if (round % 4 === 1) acts.push(this.#hold(`line ${this.#next - 2}`));
      if (round % 6 === 2) acts.push(this.#delete(`line ${this.#next - 4}`));
      if (round % 3 === 1) acts.push(this.#edit(round % 2 === 0 ? 'redact' : 'redirect'));
      // Lines that only make the ledger grow, so that it is compacted often.
      acts.push(this.#cache.countLoss('dds', 1, 'history overflow of a topic with a long name'));
      await Promise.all(acts);
      if (round % 5 === 4) await this.#emptyAll();
    }
  }

  /** Whole segments go at once, while records come in and the ledger is compacted. */
  async #emptyAll(): Promise<void> {
    const acts: Promise<void>[] = [this.#append(10)];
    for (;;) {
      const batch = await this.#cache.take({ kind: 'log', ...taking, recordsMax: 60 });
      if (batch === null) break;
      acts.push(this.#acknowledge(batch));
      acts.push(this.#cache.countLoss('dds', 1, 'history overflow of a topic with a long name'));
    }
    await Promise.all(acts);
  }

  async #append(count: number): Promise<void> {
    const messages = Array.from({ length: count }, (_, index) => `line ${this.#next + index}`);
    this.#next += count;
    for (const message of messages) this.#promises.beingAppended.add(message);
    const places = await this.#cache.append(messages.map((message) => testLog({ message: `${message}.` })));
    expect(places).not.toContain(null);
    for (const message of messages) this.#promises.durable.add(message);
  }

  async #acknowledge(batch: UploadBatch): Promise<void> {
    const messages = batch.records.map(({ record }) => nameOf(record));
    for (const message of messages) this.#promises.beingAcknowledged.add(message);
    await this.#cache.acknowledge(batch, []);
    for (const message of messages) this.#promises.acknowledged.add(message);
  }

  async #hold(text: string): Promise<void> {
    const { records } = await this.#cache.hold({ text: wordsOf(text) });
    if (records === 1) this.#promises.held.add(text);
  }

  /** Over all records there are. Words are put back, another destination stays. */
  async #edit(what: 'redact' | 'redirect'): Promise<void> {
    const { durable, beingAcknowledged, redacting, redirecting, redacted, redirected } = this.#promises;
    const [changing, changed] = what === 'redact' ? [redacting, redacted] : [redirecting, redirected];
    changing.clear();
    for (const name of durable) if (!beingAcknowledged.has(name)) changing.add(name);
    const edit =
      what === 'redact'
        ? await this.#cache.redact({}, { find: String.raw`^line (\d+)`, replace: 'row $1' })
        : await this.#cache.reaim({}, elsewhere);
    if (!edit.ok) throw new Error(edit.problem.message);
    for (const name of changing) changed.add(name);
    await this.#append(5);
    if (what === 'redact') redacted.clear();
    // Without effect it leaves nothing to undo.
    if (edit.value.segments === 0) return;
    const { id } = edit.value;
    const ended = what === 'redact' ? await this.#cache.undoEdit(id) : await this.#cache.confirmEdit(id);
    if (!ended.ok) throw new Error(ended.problem.message);
  }

  async #delete(text: string): Promise<void> {
    this.#promises.beingDeleted.add(text);
    const { records } = await this.#cache.delete({ text: wordsOf(text) });
    if (records === 1) this.#promises.deleted.add(text);
  }
}

/** A record's name, whatever a redaction has made of its words. */
function nameOf(record: { readonly kind: string; readonly message?: string }): string {
  const number = /^(?:line|row) (\d+)\.$/.exec(record.message ?? '')?.[1];
  return number === undefined ? `words that never were: ${record.message ?? ''}` : `line ${number}`;
}

/** What is in its text alone, whatever a redaction has made of it. */
function wordsOf(name: string): string {
  return name.replace('line', '') + '.';
}

function open(files: SimulatedDisk): ReturnType<typeof openDiskCache> {
  return openDiskCache({
    files,
    folder,
    robot: 'rover',
    editsNeedRoom: false,
    owner: { kind: 'test', controlSocket: null },
    limits: { bytesMax, segmentBytesMax },
    clock: hurriedClock,
    commitIntervalMs: 0,
    markGaps: false,
    diskFreeBytesMin: 0,
    ledgerCompactionBytesMin: 1200,
    packBytesMin: 1,
  });
}

interface Found {
  readonly state: string;
  readonly isRedacted: boolean;
  readonly isRedirected: boolean;
}

interface Content {
  readonly records: ReadonlyMap<string, Found>;
  readonly evicted: number;
  readonly openEdits: readonly string[];
}

/** `undo`: after the open edits have been undone. */
async function contentOf(disk: SimulatedDisk, undo = false): Promise<Content> {
  if (disk.namesIn(folder).includes('owner.json')) disk.discard(`${folder}/owner.json`);
  const opened = await open(disk);
  if (!opened.ok) throw new Error(`needs a person: ${opened.problem.message}`);
  const cache = opened.value;
  if (undo) for (const { id } of cache.openEdits()) expect(await cache.undoEdit(id)).toMatchObject({ ok: true });
  const records = new Map<string, Found>();
  for await (const { record, state, destination } of cache.read({}, 'oldest')) {
    const name = nameOf(record);
    if (records.has(name)) throw new Error(`${name} is there twice`);
    const isRedacted = record.kind === 'log' && record.message.startsWith('row');
    records.set(name, { state, isRedacted, isRedirected: destination.kind === 'log' && destination.group !== 'field' });
  }
  const { lost } = await cache.usage();
  const openEdits = cache.openEdits().map(({ what }) => what);
  await cache.close();
  return { records, evicted: lost.evicted ?? 0, openEdits };
}

/** Says what is wrong with a content after a cut; empty when all that was promised holds. */
function broken(promises: Promises, { records, evicted, openEdits }: Content): string[] {
  const wrong: string[] = [];
  let missing = 0;
  for (const name of promises.durable) {
    const mayBeGone = promises.beingAcknowledged.has(name) || promises.beingDeleted.has(name);
    if (!records.has(name) && !mayBeGone) missing += 1;
  }
  if (missing > evicted) wrong.push(`${missing} durable records are missing, and ${evicted} are counted as evicted`);
  for (const [name, { state, isRedacted, isRedirected }] of records) {
    if (promises.acknowledged.has(name)) wrong.push(`${name} was acknowledged and is back as ${state}`);
    if (promises.deleted.has(name)) wrong.push(`${name} was deleted and is back as ${state}`);
    if (!promises.beingAppended.has(name)) wrong.push(`${name} was never appended`);
    if (promises.held.has(name) && state !== 'held') wrong.push(`${name} was held and is ${state}`);
    const isOpen = openEdits.includes('redacted');
    if (isRedacted && !isOpen) wrong.push(`${name} is redacted by no edit`);
    if (!isRedacted && (promises.redacted.has(name) || (isOpen && promises.redacting.has(name)))) {
      wrong.push(`${name} is not redacted`);
    }
    const isAimed =
      promises.redirected.has(name) || (openEdits.includes('redirected') && promises.redirecting.has(name));
    if (isAimed && !isRedirected) wrong.push(`${name} has its old destination`);
  }
  return wrong;
}

interface Cut {
  readonly disk: SimulatedDisk;
  readonly promises: Promises;
  readonly operation: string;
}

/** Runs the history once and keeps what may be left of a cut after each operation. */
async function cutEverywhere(seed: number, rounds: number, statesEach: number): Promise<Cut[]> {
  const random = randomFrom(seed);
  const disk = new SimulatedDisk();
  disk.turns = () => 1 + Math.floor(random() * 5);
  const promises = new Promises();
  const cuts: Cut[] = [];
  disk.afterOperation = ({ kind, path }) => {
    // Reading changes nothing: what a cut leaves is what it left before.
    if (['read', 'list', 'size', 'linkCount', 'open'].includes(kind)) return;
    const now = promises.copy();
    const operation = `${kind} of ${path} (seed ${seed})`;
    for (let state = 0; state < statesEach; state += 1) {
      cuts.push({ disk: disk.afterPowerCut(random), promises: now, operation });
    }
  };
  const opened = await open(disk);
  if (!opened.ok) throw new Error(opened.problem.message);
  await new BusyOwner(opened.value, promises).run(rounds);
  await opened.value.close();
  return cuts;
}

describe('the power cut after any operation', () => {
  it('loses nothing durable, brings nothing back, and needs no person', async () => {
    let [states, evictedMax, edits] = [0, 0, 0];
    const wrong: string[] = [];
    for (let seed = 1; states < statesMin; seed += 1) {
      for (const { disk, promises, operation } of await cutEverywhere(seed, 12, 2)) {
        states += 1;
        const content = await contentOf(disk);
        evictedMax = Math.max(evictedMax, content.evicted);
        for (const words of broken(promises, content)) wrong.push(`after ${operation}: ${words}`);
        // What was mended is itself durable: another cut and another opening find the same.
        const again = await contentOf(disk.afterPowerCut(randomFrom(states)));
        expect(again, operation).toEqual(content);
        if (content.openEdits.length === 0) continue;
        const undone = await contentOf(disk, true);
        edits += 1;
        if (undone.records.size !== content.records.size) wrong.push(`after ${operation}: an undoing loses records`);
        for (const [name, { isRedacted }] of undone.records) {
          if (isRedacted) wrong.push(`after ${operation}: ${name} stays redacted`);
        }
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    // Else the limit and the edits were not part of it.
    expect(evictedMax).toBeGreaterThan(0);
    expect(edits).toBeGreaterThan(0);
  }, 7_200_000);
});
