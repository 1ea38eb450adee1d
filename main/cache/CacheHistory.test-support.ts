import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Destination } from '../model/Destination.js';
import type { CachedRecord, UploadBatch } from '../seams/Cache.js';
import { type Clock, systemClock } from '../seams/Clock.js';
import type { Act } from './CacheAct.test-support.js';
import { actOf } from './CacheActs.test-support.js';
import type { CacheGround } from './CacheGround.test-support.js';
import {
  CacheModel,
  destinationOf,
  isMeant,
  type ModelRecord,
  type ModelState,
  nameOf,
  someFilters,
} from './CacheModel.test-support.js';
import type { Step } from './cacheSteps.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import { testStartNs } from './testRecords.js';

// Small segments: a history goes over many of them. The tight limit leaves room for about three beside the ballast.
export const segmentBytesMax = 9000;
export const wideBytesMax = 100_000_000;
export const tightBytesMax = 256 * 1024 + 18_000;
/**
 * What a mishap may leave for a while beside the limit and a segment, until records arrive again: damaged bytes set aside,
 * summaries that an opening wrote, a ledger that was not put in place.
 */
const leftOverBytesMax = 20_000;

/** Turns of the event loop that a broken disk is left broken, or an armed cut is waited for. */
const patienceTurns = 12;

/** Waits of up to a second are over at the next turn of the event loop. */
export const hurriedClock: Clock = {
  ...systemClock,
  nowNs: () => testStartNs,
  after: (delayMs, callback) => {
    if (delayMs > 1000) return systemClock.after(delayMs, callback);
    const immediate = setImmediate(callback);
    return () => {
      clearImmediate(immediate);
    };
  },
};

/** Nobody lived to see what became of these. */
type Doubts = ReadonlyMap<ModelRecord, readonly ModelState[]>;

/** A cache and the plain array that it should be like, over one history. */
export class CacheHistory {
  readonly model = new CacheModel();
  readonly #ground: CacheGround;
  readonly #bytesMax: number;
  #cache: DiskCache | null = null;
  #batches: UploadBatch[] = [];
  #filter = 0;
  #hadMishap = false;
  cuts = 0;

  constructor(ground: CacheGround, bytesMax: number) {
    this.#ground = ground;
    this.#bytesMax = bytesMax;
  }

  async run(steps: readonly Step[]): Promise<void> {
    try {
      for (const step of steps) {
        this.#hadMishap ||= step.cut !== null || step.broken !== null;
        if (step.cut === null) await this.#do(step);
        else await this.#doAndDie(step, step.cut);
        // Room is made and segments are packed in the background.
        await this.#cache?.settled();
        await this.#compare();
      }
    } finally {
      await this.#cache?.close();
    }
  }

  async #open(): Promise<DiskCache> {
    if (this.#cache !== null) return this.#cache;
    const result = await this.#attemptToOpen();
    if (!result.ok) throw new Error(result.problem.message);
    return (this.#cache = result.value);
  }

  async #attemptToOpen(): ReturnType<typeof openDiskCache> {
    const result = await openDiskCache({
      files: this.#ground.files(),
      folder: this.#ground.folder(),
      robot: 'rover',
      owner: { kind: 'test', controlSocket: null },
      limits: { bytesMax: this.#bytesMax, segmentBytesMax },
      clock: hurriedClock,
      commitIntervalMs: 0,
      ledgerCompactionBytesMin: 1000,
      packBytesMin: 1,
      // The model counts records: none of Tether's own.
      markGaps: false,
      editsNeedRoom: false,
      diskFreeBytesMin: 0,
    });
    if (!result.ok) return result;
    result.value.onChange(({ type, ranges }) => {
      if (type !== 'evicted') return;
      for (const { segment, from, to } of ranges) {
        for (let ordinal = from; ordinal <= to; ordinal += 1) this.#evict(this.model.at({ segment, ordinal }));
      }
    });
    return result;
  }

  #evict(record: ModelRecord | undefined): void {
    if (record === undefined || record.state === 'gone') return;
    record.state = 'gone';
    this.model.lost.evicted += 1;
  }

  /** The step must come to its end, a broken disk notwithstanding once it is healed. */
  async #do({ step, broken }: Step): Promise<void> {
    const cache = await this.#open();
    const act = actOf(step, this.model, this.#batches);
    if (broken !== null) this.#ground.breakDisk(broken);
    const running = act.run(cache);
    if (broken !== null) {
      await this.#wait(running);
      // Closing gives up what the disk does not take now.
      if (step.type === 'reopen') await running;
      this.#ground.heal();
    }
    (await running)();
    if (step.type === 'reopen') this.#forget();
  }

  async #doAndDie({ step, broken, cutOpening }: Step, cut: NonNullable<Step['cut']>): Promise<void> {
    this.cuts += 1;
    const cache = await this.#open();
    const act = actOf(step, this.model, this.#batches);
    // After a failed sync Linux has in memory what is not on disk. Who is killed then leaves a lie that nobody can see
    // through, so that only a power cut is to be had.
    const how = broken?.includes('fail') === true ? 'power' : cut.how;
    const { cutsMidway } = this.#ground;
    const ended = this.#ground.armCut(how, cut.operations);
    if (broken !== null && cutsMidway) this.#ground.breakDisk(broken);
    const outcome = this.#outcomeOf(act, cache);
    if (cutsMidway) await this.#wait(Promise.race([ended, outcome]));
    else {
      await outcome;
      await cache.settled();
    }
    await this.#ground.finishCut();
    await cache.close();
    const doubts = await outcome;
    this.#forget();
    if (cutOpening !== null) await this.#dieOpening(how, cutOpening);
    act.believe?.(await this.#open());
    await this.#settle(doubts);
  }

  /** What is in doubt after the act. */
  async #outcomeOf(act: Act, cache: DiskCache): Promise<Doubts> {
    try {
      const apply = await act.run(cache);
      try {
        apply();
        return new Map();
      } catch {
        // Records that were given up by a dead owner.
        return act.half;
      }
    } catch {
      return act.half;
    }
  }

  async #dieOpening(how: 'power' | 'process', operations: number): Promise<void> {
    const ended = this.#ground.armCut(how, operations);
    const opening = this.#attemptToOpen();
    await Promise.race([ended, opening]);
    if (!this.#ground.cutsMidway) {
      const whole = await opening;
      if (whole.ok) await whole.value.settled();
    }
    await this.#ground.finishCut();
    const opened = await opening;
    if (opened.ok) await opened.value.close();
  }

  async #wait(running: Promise<unknown>): Promise<void> {
    const state = { over: false };
    const done = (): void => {
      state.over = true;
    };
    running.then(done, done);
    for (let turns = 0; turns < patienceTurns && !state.over; turns += 1) await turn();
  }

  /** Another owner knows nothing of what was under way. */
  #forget(): void {
    this.#cache = null;
    for (const batch of this.#batches) this.model.unsend(this.model.ofBatch(batch));
    this.#batches = [];
    this.model.unsend(this.model.records);
  }

  /** Looks at what has become of the records in doubt, checks that it is allowed, and believes it from now on. */
  async #settle(doubts: Doubts): Promise<void> {
    const { model } = this;
    const found = new Map<ModelRecord, ModelState>();
    for (const record of await this.#read({}, 'oldest')) {
      if (record.state === 'expired') throw new Error('nothing here is that old');
      found.set(model.of(record), record.state);
    }
    const usage = await (await this.#open()).usage();
    let [vanished, mayBeEvicted] = [0, 0];
    for (const record of model.records) {
      const before = record.state;
      const now = found.get(record) ?? 'gone';
      const allowed = doubts.get(record);
      if (now === before) continue;
      if (allowed?.includes(now) === true) mayBeEvicted += now === 'gone' ? 1 : 0;
      else if (now === 'gone') vanished += 1;
      else throw new Error(`record ${record.number} was ${before} and is ${now} after the end of its owner`);
      record.state = now;
    }
    this.#believeSums(usage, doubts, vanished, mayBeEvicted);
  }

  #believeSums(
    usage: Awaited<ReturnType<DiskCache['usage']>>,
    doubts: Doubts,
    vanished: number,
    mayBeEvicted: number,
  ): void {
    const { model } = this;
    const evicted = (usage.lost.evicted ?? 0) - model.lost.evicted;
    expect(evicted, 'evicted by the count').toBeGreaterThanOrEqual(vanished);
    expect(evicted, 'evicted by the count').toBeLessThanOrEqual(vanished + mayBeEvicted);
    model.lost.evicted += evicted;
    const inDoubt = doubts.size;
    const believe = (now: number, before: number, more: number): number => {
      expect(now).toBeGreaterThanOrEqual(before);
      expect(now).toBeLessThanOrEqual(before + more);
      return now;
    };
    model.acknowledged = believe(usage.acknowledgedLogs + usage.acknowledgedMetrics, model.acknowledged, inDoubt);
    model.lost.rejected = believe(usage.lost.rejected ?? 0, model.lost.rejected, inDoubt);
    model.lost.torn = believe(usage.lost.torn ?? 0, model.lost.torn, inDoubt);
    model.lost.dds = believe(usage.lost.dds ?? 0, model.lost.dds, 5);
  }

  async #read(filter: Parameters<DiskCache['read']>[0], order: 'oldest' | 'newest'): Promise<CachedRecord[]> {
    const cache = await this.#open();
    const found: CachedRecord[] = [];
    for await (const record of cache.read(filter, order)) found.push(record);
    return found;
  }

  async #compare(): Promise<void> {
    const { model } = this;
    const found = await this.#read({}, 'oldest');
    const present = model.present();
    expect(found.map((record) => `${nameOf(record)} ${record.state} ${groupOf(record.destination)}`)).toEqual(
      present.map(
        ({ number, words, state, kind, place }) => `${words} ${number} ${state} ${groupOf(destinationOf(kind, place))}`,
      ),
    );
    const open = (await this.#open()).openEdits();
    expect(open.map(({ id, what, records }) => ({ id, what, records }))).toEqual(
      model.edits.map(({ id, what, records }) => ({ id, what, records })),
    );
    for (const record of found) {
      const known = model.of(record);
      if (known.address !== null) expect(record.address).toEqual(known.address);
      known.address = record.address;
    }
    const filter = someFilters[(this.#filter += 1) % someFilters.length] ?? {};
    const newest = await this.#read(filter, 'newest');
    expect(newest.map((record) => model.of(record).number)).toEqual(
      present
        .filter((record) => isMeant(record, filter))
        .map(({ number }) => number)
        .reverse(),
    );
    await this.#compareSums(present.length);
  }

  async #compareSums(present: number): Promise<void> {
    const { model } = this;
    const cache = await this.#open();
    const usage = await cache.usage();
    const lost = Object.fromEntries(Object.entries(model.lost).filter(([, count]) => count > 0));
    expect(usage).toMatchObject({
      pendingRecords: model.count('pending'),
      heldRecords: model.count('held'),
      quarantinedRecords: model.count('quarantined'),
      cachedRecords: model.count('pending') + model.count('held') + model.count('sending'),
    });
    expect(usage.lost).toEqual(lost);
    expect(usage.acknowledgedLogs + usage.acknowledgedMetrics).toBe(model.acknowledged);
    const bytesMax = this.#bytesMax + segmentBytesMax + (this.#hadMishap ? leftOverBytesMax : 0);
    expect(usage.bytes).toBeLessThanOrEqual(bytesMax);
    expect(this.#ground.bytes() ?? 0).toBeLessThanOrEqual(bytesMax);
    const sums = await cache.pending();
    expect(sums.reduce((records, sum) => records + sum.records, 0)).toBe(present);
  }
}

function groupOf(destination: Destination): string {
  return destination.kind === 'log' ? destination.group : destination.namespace;
}
