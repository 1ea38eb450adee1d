import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AddressRange, UploadBatch } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import { testLog, testMetric, testStartNs } from './testRecords.js';
import type { Severity } from '../model/Severity.js';

/**
 * The cache against a plain array: random histories of everything that can be done to it, with crashes (the folder as
 * it is on disk at that moment, opened by another owner) in between.
 */
interface ModelRecord {
  readonly name: string;
  readonly kind: 'log' | 'metric';
  readonly severity: Severity | null;
  readonly stampNs: bigint;
  state: 'pending' | 'sending' | 'held' | 'quarantined' | 'gone';
  /** Held before it was sent. */
  wasHeld: boolean;
  segment: number;
}

type Step =
  | { readonly type: 'append'; readonly records: readonly { kind: 'log' | 'metric'; late: number; error: boolean }[] }
  | {
      readonly type: 'take';
      readonly kind: 'log' | 'metric';
      readonly recordsMax: number;
      readonly includeHeld: boolean;
    }
  | { readonly type: 'acknowledge'; readonly refuse: number }
  | { readonly type: 'release' | 'reopen' | 'crash' | 'undelete' }
  | { readonly type: 'hold' | 'unhold' | 'delete'; readonly errorsOnly: boolean; readonly before: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('append' as const),
      records: fc.array(
        fc.record({ kind: fc.constantFrom('log' as const, 'metric' as const), late: fc.nat(40), error: fc.boolean() }),
        { minLength: 1, maxLength: 12 },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('take' as const),
      kind: fc.constantFrom('log' as const, 'metric' as const),
      recordsMax: fc.integer({ min: 1, max: 20 }),
      includeHeld: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('acknowledge' as const), refuse: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom('release' as const, 'reopen' as const, 'crash' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('undelete' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('hold' as const, 'unhold' as const, 'delete' as const),
      errorsOnly: fc.boolean(),
      before: fc.nat(60),
    }),
  },
);

// Small segments: a history goes over many of them. The tight limit leaves room for about three beside the ballast.
const segmentBytesMax = 9000;
const wideBytesMax = 100_000_000;
const tightBytesMax = 256 * 1024 + 18_000;

class History {
  readonly #parent: string;
  #generation = 0;
  #cache: DiskCache | null = null;
  readonly #model: ModelRecord[] = [];
  #batches: UploadBatch[] = [];
  #acknowledged = 0;
  #refused = 0;
  #evicted = 0;
  /** Deletes that were not undone, with what their records were before. */
  #deletes: { readonly id: number; readonly before: ReadonlyMap<ModelRecord, ModelRecord['state']> }[] = [];
  readonly #bytesMax: number;
  readonly #byAddress = new Map<string, ModelRecord>();

  constructor(parent: string, bytesMax: number) {
    this.#parent = parent;
    this.#bytesMax = bytesMax;
  }

  /** Runs the steps; gives how many records the disk limit took. */
  async run(steps: readonly Step[]): Promise<number> {
    for (const next of steps) {
      await this.#do(next);
      await this.#cache?.settled();
      await this.#compare();
    }
    await this.#cache?.close();
    return this.#evicted;
  }

  async #open(): Promise<DiskCache> {
    if (this.#cache !== null) return this.#cache;
    const result = await openDiskCache({
      folder: join(this.#parent, String(this.#generation)),
      robot: 'rover',
      owner: { kind: 'test', controlSocket: null },
      limits: { bytesMax: this.#bytesMax, segmentBytesMax },
      clock: { ...systemClock, nowNs: () => testStartNs },
      commitIntervalMs: 0,
      ledgerCompactionBytesMin: 1000,
      // The tests count records: none of Tether's own.
      markGaps: false,
      diskFreeBytesMin: 0,
    });
    if (!result.ok) throw new Error(result.problem.message);
    result.value.onChange((change) => {
      if (change.type === 'evicted') this.#evict(change.ranges);
    });
    return (this.#cache = result.value);
  }

  #evict(ranges: readonly AddressRange[]): void {
    for (const { segment, from, to } of ranges) {
      for (let ordinal = from; ordinal <= to; ordinal += 1) {
        const record = this.#byAddress.get(`${segment} ${ordinal}`);
        if (record === undefined || record.state === 'gone') continue;
        record.state = 'gone';
        this.#evicted += 1;
      }
    }
  }

  async #do(next: Step): Promise<void> {
    const cache = await this.#open();
    switch (next.type) {
      case 'append':
        await this.#append(cache, next.records);
        return;
      case 'take':
        await this.#take(cache, next);
        return;
      case 'acknowledge':
        await this.#acknowledge(cache, next.refuse);
        return;
      case 'release': {
        const batch = this.#batches.shift();
        if (batch === undefined) return;
        cache.release(batch);
        this.#unsend(batch);
        return;
      }
      case 'reopen':
        await cache.close();
        this.#forget();
        return;
      case 'crash': {
        const folder = join(this.#parent, String(this.#generation));
        this.#generation += 1;
        await cp(folder, join(this.#parent, String(this.#generation)), { recursive: true });
        await rm(join(this.#parent, String(this.#generation), 'owner.json'));
        await cache.close();
        this.#forget();
        return;
      }
      case 'undelete':
        await this.#undelete(cache);
        return;
      case 'hold':
      case 'unhold':
      case 'delete':
        await this.#change(cache, next);
    }
  }

  async #append(cache: DiskCache, records: Extract<Step, { type: 'append' }>['records']): Promise<void> {
    const added = records.map(({ kind, late, error }, index): ModelRecord => {
      const name = `record ${this.#model.length + index}`;
      const severity = kind === 'metric' ? null : error ? 'ERROR' : 'INFO';
      const stampNs = testStartNs - BigInt(late) * 1_000_000_000n;
      return { name, kind, severity, stampNs, state: 'pending', wasHeld: false, segment: 0 };
    });
    this.#model.push(...added);
    const places = await cache.append(
      added.map(({ name, severity, stampNs }) =>
        severity === null ? testMetric(name, 1, stampNs) : testLog({ message: name, severity, stampNs }),
      ),
    );
    for (const [index, place] of places.entries()) {
      const record = added[index];
      if (place === null || record === undefined) throw new Error('not stored');
      record.segment = place.segment;
      this.#byAddress.set(`${place.segment} ${place.ordinal}`, record);
    }
  }

  async #take(cache: DiskCache, { kind, recordsMax, includeHeld }: Extract<Step, { type: 'take' }>): Promise<void> {
    const limits = { bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs };
    const batch = await cache.take({ kind, recordsMax, includeHeld, ...limits });
    const takeable = this.#model.filter(
      ({ kind: its, state }) => its === kind && (state === 'pending' || (includeHeld && state === 'held')),
    );
    expect(batch?.records.length ?? 0).toBe(Math.min(recordsMax, takeable.length));
    if (batch === null) return;
    const stamps = batch.records.map(({ record }) => record.stampNs);
    expect(stamps).toEqual(stamps.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    for (const record of this.#of(batch)) {
      expect(takeable).toContain(record);
      record.wasHeld = record.state === 'held';
      record.state = 'sending';
    }
    this.#batches.push(batch);
  }

  async #acknowledge(cache: DiskCache, refuse: number): Promise<void> {
    const batch = this.#batches.shift();
    if (batch === undefined) return;
    const refused = new Set(batch.records.slice(0, refuse));
    await cache.acknowledge(
      batch,
      [...refused].map(({ address }) => ({ address, reason: 'refused' })),
    );
    for (const [index, record] of this.#of(batch).entries()) {
      if (record.state !== 'sending') continue;
      const isRefused = index < refuse;
      record.state = isRefused ? 'quarantined' : 'gone';
      if (isRefused) this.#refused += 1;
      else this.#acknowledged += 1;
    }
  }

  async #change(
    cache: DiskCache,
    { type, errorsOnly, before }: Extract<Step, { type: 'hold' | 'unhold' | 'delete' }>,
  ): Promise<void> {
    const untilNs = testStartNs - BigInt(before) * 1_000_000_000n;
    const filter = { untilNs, ...(errorsOnly ? ({ kind: 'log', severityMin: 'ERROR' } as const) : {}) };
    const from = { hold: ['pending'], unhold: ['held'], delete: ['pending', 'held', 'quarantined'] }[type];
    const to = { hold: 'held', unhold: 'pending', delete: 'gone' } as const;
    const meant = this.#model.filter(
      ({ state, stampNs, severity }) =>
        from.includes(state) && stampNs < untilNs && (!errorsOnly || severity === 'ERROR'),
    );
    if (type === 'delete') {
      const { id, records } = await cache.delete(filter);
      expect(records).toBe(meant.length);
      this.#deletes.push({ id, before: new Map(meant.map((record) => [record, record.state])) });
    } else {
      expect(await cache[type](filter)).toBe(meant.length);
    }
    for (const record of meant) record.state = to[type];
  }

  async #undelete(cache: DiskCache): Promise<void> {
    const [last] = this.#deletes.splice(-1);
    if (last === undefined) return;
    const restorable = (await this.#restorable(cache, last.before)).map(([record]) => record);
    expect(await cache.undelete(last.id)).toBe(restorable.length);
    for (const record of restorable) record.state = last.before.get(record) ?? 'gone';
    expect(await cache.undelete(last.id)).toBe(0);
  }

  /** Those whose segment did not have to make room. */
  async #restorable<T>(cache: DiskCache, records: ReadonlyMap<ModelRecord, T>): Promise<(readonly [ModelRecord, T])[]> {
    const present = new Set((await cache.segments()).map(({ segment }) => segment));
    return [...records].filter(([{ segment }]) => present.has(segment));
  }

  /** Another owner knows nothing of what was under way. */
  #forget(): void {
    this.#cache = null;
    for (const batch of this.#batches) this.#unsend(batch);
    this.#batches = [];
  }

  #unsend(batch: UploadBatch): void {
    for (const record of this.#of(batch)) {
      if (record.state === 'sending') record.state = record.wasHeld ? 'held' : 'pending';
    }
  }

  #of(batch: UploadBatch): ModelRecord[] {
    const names = batch.records.map(({ record }) => (record.kind === 'log' ? record.message : record.name));
    return names.map((name) => {
      const found = this.#model[Number(name.split(' ')[1])];
      if (found === undefined) throw new Error(`${name} was never appended`);
      return found;
    });
  }

  async #compare(): Promise<void> {
    const cache = await this.#open();
    const found: string[] = [];
    for await (const { record, state } of cache.read({}, 'oldest')) {
      found.push(`${record.kind === 'log' ? record.message : record.name} ${state}`);
    }
    const present = this.#model.filter(({ state }) => state !== 'gone');
    expect(found).toEqual(present.map(({ name, state }) => `${name} ${state}`));
    const count = (state: ModelRecord['state']): number => present.filter((record) => record.state === state).length;
    const usage = await cache.usage();
    expect(usage).toMatchObject({
      pendingRecords: count('pending'),
      heldRecords: count('held'),
      quarantinedRecords: count('quarantined'),
      cachedRecords: count('pending') + count('held') + count('sending'),
      lost: {
        ...(this.#refused > 0 ? { rejected: this.#refused } : {}),
        ...(this.#evicted > 0 ? { evicted: this.#evicted } : {}),
      },
    });
    let undoable = 0;
    for (const { before } of this.#deletes) undoable += (await this.#restorable(cache, before)).length;
    expect(usage.deletedUndoable).toBe(undoable);
    expect(usage.bytes).toBeLessThanOrEqual(this.#bytesMax + segmentBytesMax);
    expect(usage.acknowledgedLogs + usage.acknowledgedMetrics).toBe(this.#acknowledged);
    const sums = await cache.pending();
    expect(sums.reduce((records, sum) => records + sum.records, 0)).toBe(present.length);
  }
}

describe('the cache against a plain array', () => {
  it('does what the array does, over any history', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'tether-model-'));
    let history = 0;
    let evicted = 0;
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
          fc.boolean(),
          async (steps, tight) => {
            history += 1;
            evicted += await new History(join(parent, String(history)), tight ? tightBytesMax : wideBytesMax).run(
              steps,
            );
          },
        ),
        { numRuns: Number(process.env['TETHER_CACHE_HISTORIES'] ?? 60) },
      );
      // Else the limit was not part of it.
      expect(evicted).toBeGreaterThan(0);
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  }, 300_000);
});
