import { expect } from 'vitest';
import type { Problem, Result } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { EditReceipt } from '../seams/Cache.js';
import type { Act } from './CacheAct.test-support.js';
import {
  type CacheModel,
  destinationOf,
  isMeant,
  type ModelEdit,
  type ModelRecord,
} from './CacheModel.test-support.js';
import type { EditStep } from './cacheSteps.test-support.js';
import { testStartNs } from './testRecords.js';

/** What the edits do. An edit happens in all its segments or in none, whatever befalls the disk or the owner. */
export function editActOf(step: EditStep, model: CacheModel): Act {
  switch (step.type) {
    case 'redact': {
      const filter = filterOf(step);
      const rule = { find: String.raw`^\w+ (\d+)$`, replace: `${step.words} $1` };
      const change = (record: ModelRecord): Partial<ModelRecord> => ({ ...record, words: step.words });
      const changed = meant(model, { ...filter, kind: 'log' }).filter(({ words }) => words !== step.words);
      const asked = meant(model, { ...filter, kind: 'log' });
      return begin(model, { what: 'redacted', asked, changed, change }, (cache) => cache.redact(filter, rule));
    }
    case 'reaim': {
      const filter = filterOf({ errorsOnly: false, before: step.before });
      const change = (record: ModelRecord): Partial<ModelRecord> => ({ ...record, place: step.place });
      const asked = meant(model, { ...filter, kind: step.kind });
      const destination = destinationOf(step.kind, step.place);
      return begin(model, { what: 'redirected', asked, changed: asked, change }, (cache) =>
        cache.reaim(filter, destination),
      );
    }
    case 'confirmEdit':
    case 'undoEdit':
      return end(model, step.type, model.edits[step.which % Math.max(1, model.edits.length)]);
  }
}

function filterOf({ errorsOnly, before }: { readonly errorsOnly: boolean; readonly before: number }): RecordFilter {
  // All that is there, when it is 0.
  const untilNs = testStartNs + BigInt(1 - before) * 1_000_000_000n;
  return { untilNs, ...(errorsOnly ? ({ kind: 'log', severityMin: 'ERROR' } as const) : {}) };
}

function meant(model: CacheModel, filter: RecordFilter): ModelRecord[] {
  const states = ['pending', 'held', 'quarantined'];
  return model.records.filter((record) => states.includes(record.state) && isMeant(record, filter));
}

interface Edit {
  readonly what: ModelEdit['what'];
  readonly asked: readonly ModelRecord[];
  readonly changed: readonly ModelRecord[];
  readonly change: (record: ModelRecord) => Partial<ModelRecord>;
}

function begin(
  model: CacheModel,
  { what, asked, changed, change }: Edit,
  call: (cache: Parameters<Act['run']>[0]) => Promise<Result<EditReceipt>>,
): Act {
  const segmentsOf = (records: readonly ModelRecord[]): Set<number> =>
    new Set(records.map(({ address }) => address?.segment ?? -1));
  const open = new Set(model.edits.flatMap(({ segments }) => [...segments]));
  const isRefused = [...segmentsOf(asked)].some((segment) => open.has(segment));
  const apply = (id: number): void => {
    // Without effect it leaves nothing to undo.
    if (changed.length === 0) return;
    const before = new Map(changed.map((record) => [record, { words: record.words, place: record.place }]));
    model.edits.push({ id, what, records: changed.length, before, segments: segmentsOf(changed) });
    model.edited += 1;
    for (const record of changed) Object.assign(record, change(record));
  };
  return {
    run: async (cache) => {
      const result = await call(cache);
      return () => {
        if (!result.ok) {
          expectDisk(result.problem, isRefused ? ['edit-open'] : []);
          return;
        }
        expect(isRefused, 'refused, as an earlier edit is open').toBe(false);
        expect(result.value.records).toBe(changed.length);
        apply(result.value.id);
      };
    },
    half: new Map(),
    believe: (cache) => {
      const known = new Set(model.edits.map(({ id }) => id));
      const fresh = cache.openEdits().find(({ id }) => !known.has(id));
      if (fresh !== undefined) apply(fresh.id);
    },
  };
}

function end(model: CacheModel, how: 'confirmEdit' | 'undoEdit', edit: ModelEdit | undefined): Act {
  const apply = (): void => {
    model.edits = model.edits.filter((other) => other !== edit);
    if (how === 'undoEdit') for (const [record, before] of edit?.before ?? []) Object.assign(record, before);
  };
  return {
    run: async (cache) => {
      const result = await cache[how](edit?.id ?? 1_000_000);
      return () => {
        if (!result.ok) expectDisk(result.problem, edit === undefined ? ['no-such-edit'] : []);
        else apply();
      };
    },
    half: new Map(),
    believe: (cache) => {
      const isOpen = cache.openEdits().some(({ id }) => id === edit?.id);
      if (edit !== undefined && !isOpen && model.edits.includes(edit)) apply();
    },
  };
}

/** The disk may refuse, and nothing has changed then; nothing else may keep an edit from happening. */
function expectDisk({ code }: Problem, others: readonly string[]): void {
  // A disk that lost what was not synced leaves a segment whose end cannot be read: such a one is not edited.
  expect(['disk-full', 'disk-read-only', 'disk-failing', 'damaged', ...others]).toContain(code);
}
