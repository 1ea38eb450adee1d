import { expect } from 'vitest';
import type { UploadBatch } from '../seams/Cache.js';
import type { Act } from './CacheAct.test-support.js';
import { editActOf } from './CacheEdits.test-support.js';
import {
  type CacheModel,
  isMeant,
  type ModelRecord,
  type ModelState,
  recordToCache,
} from './CacheModel.test-support.js';
import type { PlainStep } from './cacheSteps.test-support.js';
import { testStartNs } from './testRecords.js';

const nothing: ReadonlyMap<ModelRecord, readonly ModelState[]> = new Map();

function each(records: readonly ModelRecord[], state: ModelState): Map<ModelRecord, readonly ModelState[]> {
  return new Map(records.map((record) => [record, [state]]));
}

/** What each plain step does. `batches` are those that were taken and not answered, oldest first. */
export function actOf(step: PlainStep, model: CacheModel, batches: UploadBatch[]): Act {
  switch (step.type) {
    case 'append':
      return append(step, model);
    case 'take':
      return take(step, model, batches);
    case 'acknowledge':
      return acknowledge(step.refuse, model, batches);
    case 'hold':
    case 'unhold':
    case 'delete':
      return change(step, model);
    case 'countLoss': {
      const run: Act['run'] = async (cache) => {
        await cache.countLoss('dds', step.count, 'history overflow');
        return () => {
          model.lost.dds += step.count;
        };
      };
      return { run, half: nothing };
    }
    case 'release': {
      const batch = batches.shift();
      const run: Act['run'] = (cache) => {
        if (batch !== undefined) cache.release(batch);
        return Promise.resolve(() => {
          if (batch !== undefined) model.unsend(model.ofBatch(batch));
        });
      };
      return { run, half: nothing };
    }
    case 'pack': {
      const run: Act['run'] = async (cache) => {
        await cache.settled();
        return () => undefined;
      };
      return { run, half: nothing };
    }
    case 'undelete':
      return undelete(model);
    case 'redact':
    case 'reaim':
    case 'confirmEdit':
    case 'undoEdit':
      return editActOf(step, model);
    case 'reopen': {
      const run: Act['run'] = async (cache) => {
        await cache.close();
        return () => undefined;
      };
      return { run, half: nothing };
    }
  }
}

function append({ records }: Extract<PlainStep, { type: 'append' }>, model: CacheModel): Act {
  const added = records.map(({ kind, late, error }) => model.add(kind, late, error));
  const run: Act['run'] = async (cache) => {
    const places = await cache.append(added.map(recordToCache));
    return () => {
      expect(places).not.toContain(null);
      for (const [index, record] of added.entries()) record.address = places[index] ?? null;
    };
  };
  return { run, half: each(added, 'gone') };
}

function take(step: Extract<PlainStep, { type: 'take' }>, model: CacheModel, batches: UploadBatch[]): Act {
  const { kind, recordsMax, includeHeld } = step;
  const limits = { bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs };
  const takeable = model.records.filter(
    ({ kind: its, state }) => its === kind && (state === 'pending' || (includeHeld && state === 'held')),
  );
  const run: Act['run'] = async (cache) => {
    const batch = await cache.take({ kind, recordsMax, includeHeld, ...limits });
    return () => {
      expect(batch === null).toBe(takeable.length === 0);
      if (batch === null) return;
      // All of one destination, that of the first one that is chosen.
      const [place] = new Set(model.ofBatch(batch).map((record) => record.place));
      const same = takeable.filter((record) => record.place === place);
      expect(batch.records.length).toBe(Math.min(recordsMax, same.length));
      const stamps = batch.records.map(({ record }) => record.stampNs);
      expect(stamps).toEqual(stamps.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      for (const record of model.ofBatch(batch)) {
        expect(same).toContain(record);
        record.wasHeld = record.state === 'held';
        record.state = 'sending';
      }
      batches.push(batch);
    };
  };
  return { run, half: nothing };
}

function acknowledge(refuse: number, model: CacheModel, batches: UploadBatch[]): Act {
  const batch = batches.shift();
  if (batch === undefined) return { run: () => Promise.resolve(() => undefined), half: nothing };
  const sent = model.ofBatch(batch);
  const rejections = batch.records.slice(0, refuse).map(({ address }) => ({ address, reason: 'refused' }));
  const run: Act['run'] = async (cache) => {
    await cache.acknowledge(batch, rejections);
    return () => {
      for (const [index, record] of sent.entries()) {
        // Others have gone to the disk limit meanwhile.
        if (record.state !== 'sending') continue;
        record.state = index < refuse ? 'quarantined' : 'gone';
        if (index < refuse) model.lost.rejected += 1;
        else model.acknowledged += 1;
      }
    };
  };
  const half = new Map<ModelRecord, readonly ModelState[]>();
  for (const [index, record] of sent.entries()) half.set(record, [index < refuse ? 'quarantined' : 'gone']);
  return { run, half };
}

function change(step: Extract<PlainStep, { type: 'hold' | 'unhold' | 'delete' }>, model: CacheModel): Act {
  const { type, errorsOnly, before } = step;
  const untilNs = testStartNs - BigInt(before) * 1_000_000_000n;
  const filter = { untilNs, ...(errorsOnly ? ({ kind: 'log', severityMin: 'ERROR' } as const) : {}) };
  const from = { hold: ['pending'], unhold: ['held'], delete: ['pending', 'held', 'quarantined'] }[type];
  const to = ({ hold: 'held', unhold: 'pending', delete: 'gone' } as const)[type];
  const meant = model.records.filter((record) => from.includes(record.state) && isMeant(record, filter));
  const run: Act['run'] = async (cache) => {
    const { id, records } =
      type === 'unhold' ? { id: 0, records: await cache.unhold(filter) } : await cache[type](filter);
    return () => {
      expect(records).toBe(meant.length);
      if (type === 'delete' && meant.length > 0)
        model.deletes.push({ id, before: new Map(meant.map((one) => [one, one.state])) });
      for (const record of meant) record.state = to;
    };
  };
  return { run, half: each(meant, to) };
}

/** Takes the last delete back, as far as its records did not have to make room. */
function undelete(model: CacheModel): Act {
  const last = model.deletes.pop();
  if (last === undefined) return { run: () => Promise.resolve(() => undefined), half: nothing };
  const run: Act['run'] = async (cache) => {
    const restored = await cache.undelete(last.id);
    const present = new Set((await cache.segments()).map(({ segment }) => segment));
    return () => {
      const restorable = [...last.before].filter(([{ address }]) => present.has(address?.segment ?? -1));
      expect(restored).toBe(restorable.length);
      for (const [record, state] of restorable) record.state = state;
    };
  };
  return { run, half: new Map([...last.before].map(([record, state]) => [record, [state]])) };
}
