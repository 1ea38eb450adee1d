import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../seams/Clock.js';
import { useWorker } from './useWorker.test-support.js';
import { type CrashReport, crashTestOptions, editsIn, isRedacted, numberOf } from './crashTest.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import { randomFrom } from './randomFrom.test-support.js';

/**
 * Real processes that do everything at once until they are killed with SIGKILL, round after round on one folder:
 * TETHER_CACHE_KILLS=500 npx vitest run main/cache/crash.test.ts
 */
const rounds = Number(process.env['TETHER_CACHE_KILLS'] ?? 12);
const seed = Number(process.env['TETHER_CACHE_SEED'] ?? Date.now() % 1_000_000);

const wideBytesMax = 1e9;
// Room for three segments beside the ballast.
const tightBytesMax = 256 * 1024 + 70_000;
/** A process is killed at the latest so long after it has begun its work, or, now and then, after it was started. */
const workMsMax = 400;
const startMsMax = 600;
/** A busy machine gets less done in that time: so many rounds more, until everything was tried. */
const moreRoundsMax = 60;

let parent = '';
const worker = useWorker('crashWorker');

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tether-crash-'));
});

afterAll(async () => {
  await rm(parent, { recursive: true, force: true });
});

/** All that the killed processes ever said. */
class Reports {
  readonly said: Record<CrashReport['what'], Set<number>> = {
    opened: new Set(),
    durable: new Set(),
    acknowledging: new Set(),
    acknowledged: new Set(),
    holding: new Set(),
    held: new Set(),
    deleting: new Set(),
    deleted: new Set(),
    packed: new Set(),
    editing: new Set(),
    redacted: new Set(),
    undoing: new Set(),
    undone: new Set(),
    redirected: new Set(),
    confirmed: new Set(),
  };
  reports = 0;
  /** Durable records that went without being acknowledged or deleted. */
  readonly evicted = new Set<number>();

  add({ what, numbers }: CrashReport): void {
    this.reports += 1;
    for (const number of numbers) this.said[what].add(number);
  }

  /** What is wrong with what was found after a kill; empty when all is well. */
  check(found: ReadonlyMap<number, string>, evictedByCount: number): string[] {
    const { durable, acknowledging, acknowledged, deleting, deleted, held } = this.said;
    const wrong: string[] = [];
    for (const number of durable) {
      if (!found.has(number) && !acknowledging.has(number) && !deleting.has(number)) this.evicted.add(number);
    }
    if (this.evicted.size > evictedByCount) {
      wrong.push(`${this.evicted.size} durable records are missing, ${evictedByCount} are counted as evicted`);
    }
    for (const [number, state] of found) {
      if (acknowledged.has(number)) wrong.push(`${number} was acknowledged and is ${state}`);
      if (deleted.has(number)) wrong.push(`${number} was deleted and is ${state}`);
      if (held.has(number) && !deleting.has(number) && state !== 'held')
        wrong.push(`${number} was held and is ${state}`);
      if (this.evicted.has(number)) wrong.push(`${number} was gone and is back as ${state}`);
    }
    // What was under way and did not become durable comes again; what did is known from now on.
    for (const number of acknowledging) if (!found.has(number)) acknowledged.add(number);
    for (const number of found.keys()) durable.add(number);
    for (const number of found.keys()) acknowledging.delete(number);
    return wrong;
  }
}

/** Runs one process until its end. */
async function runAndKill(
  folder: string,
  round: number,
  bytesMax: number,
  reports: Reports,
  random: () => number,
): Promise<void> {
  const args = [folder, String(round * 1_000_000), String(bytesMax)];
  const child: ChildProcess = fork(worker.path, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const timers: NodeJS.Timeout[] = [];
  const killAfter = (delayMs: number): void => {
    timers.push(setTimeout(() => child.kill('SIGKILL'), delayMs));
  };
  // Now and then while it opens the cache, which mends what the last one left.
  if (round % 5 === 3) killAfter(random() * startMsMax);
  const messagesMax = round % 2 === 0 ? Infinity : 3 + Math.floor(random() * 120);
  let messages = 0;
  child.on('message', (report: CrashReport) => {
    reports.add(report);
    messages += 1;
    if (report.what === 'opened') killAfter(random() * (editsIn(round) ? 2 : 1) * workMsMax);
    if (messages >= messagesMax) child.kill('SIGKILL');
  });
  await once(child, 'close');
  for (const timer of timers) clearTimeout(timer);
  expect(child.signalCode).toBe('SIGKILL');
}

/** What is wrong with the edits after a kill. */
async function checkEdits(cache: DiskCache, { said }: Reports): Promise<string[]> {
  const wrong: string[] = [];
  const open = new Map(cache.openEdits().map(({ id, what }) => [id, what]));
  for (const id of said.redacted) {
    if (!open.has(id) && !said.undoing.has(id)) wrong.push(`edit ${id} was made, is not undone, and is not open`);
  }
  for (const id of [...said.undone, ...said.confirmed])
    if (open.has(id)) wrong.push(`edit ${id} was ended and is open`);
  const isRedactionOpen = [...open.values()].includes('redacted');
  if (!isRedactionOpen && (await redactedIn(cache)) > 0) wrong.push('there are new words, and no edit is open');
  return wrong;
}

async function redactedIn(cache: DiskCache): Promise<number> {
  let redacted = 0;
  for await (const { record } of cache.read({}, 'oldest')) {
    if (record.kind === 'log' && isRedacted(record.message)) redacted += 1;
  }
  return redacted;
}

/** The test undoes what a killed process left open: the old words are back, and nothing is lost or doubled by that. */
async function undoAll(cache: DiskCache, before: ReadonlyMap<number, string>, { said }: Reports): Promise<void> {
  for (const { id } of cache.openEdits()) {
    said.undoing.add(id);
    expect(await cache.undoEdit(id)).toMatchObject({ ok: true });
    said.undone.add(id);
  }
  expect(await redactedIn(cache)).toBe(0);
  expect(await contentOf(cache)).toEqual(before);
}

async function contentOf(cache: DiskCache): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for await (const { record, state } of cache.read({}, 'oldest')) {
    const number = record.kind === 'log' ? numberOf(record.message) : NaN;
    expect(found.has(number), `${number} is there twice`).toBe(false);
    found.set(number, state);
  }
  return found;
}

describe('kill -9', () => {
  it('loses nothing that was called durable, doubles nothing, and leaves nothing that needs a person', async () => {
    const folder = join(parent, 'rover');
    const reports = new Reports();
    const random = randomFrom(seed);
    let [evicted, openAfterKill] = [0, 0];
    const isTried = (): boolean => {
      const { durable, acknowledged, editing } = reports.said;
      return durable.size > rounds * 10 && acknowledged.size > rounds && evicted > 0 && editing.size > 0;
    };
    let round = 0;
    for (; round < rounds || (round < rounds + moreRoundsMax && !isTried()); round += 1) {
      const bytesMax = round % 3 === 2 ? wideBytesMax : tightBytesMax;
      await runAndKill(folder, round, bytesMax, reports, random);
      const opened = await openDiskCache({
        folder,
        robot: 'rover',
        owner: { kind: 'test', controlSocket: null },
        clock: systemClock,
        ...crashTestOptions(bytesMax),
      });
      if (!opened.ok) throw new Error(opened.problem.message);
      const found = await contentOf(opened.value);
      const { lost } = await opened.value.usage();
      evicted = lost.evicted ?? 0;
      expect(reports.check(found, evicted), `round ${round}, seed ${seed}`).toEqual([]);
      expect(await checkEdits(opened.value, reports), `round ${round}, seed ${seed}`).toEqual([]);
      openAfterKill += opened.value.openEdits().length;
      if (round % 4 === 1) await undoAll(opened.value, found, reports);
      // A kill leaves what was written: no bytes are unreadable.
      expect(Object.keys(lost).filter((stage) => stage !== 'evicted')).toEqual([]);
      await opened.value.close();
    }
    const { durable, acknowledged, held, deleted, editing, redacted, undone, confirmed } = reports.said;
    const figures = {
      rounds: round,
      seed,
      durable: durable.size,
      acknowledged: acknowledged.size,
      held: held.size,
      deleted: deleted.size,
      evicted,
      edits: editing.size,
      redactions: redacted.size,
      undone: undone.size,
      confirmed: confirmed.size,
      openAfterKill,
    };
    process.stdout.write(`kill -9: ${JSON.stringify(figures)}\n`);
    expect(isTried()).toBe(true);
  }, 7_200_000);
});
