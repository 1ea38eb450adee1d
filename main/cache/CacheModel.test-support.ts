import type { RecordFilter } from '../model/RecordFilter.js';
import type { Severity } from '../model/Severity.js';
import type { CachedRecord, RecordAddress, RecordToCache, UploadBatch } from '../seams/Cache.js';
import { testLog, testMetric, testStartNs } from './testRecords.js';

const secondNs = 1_000_000_000n;

export type ModelState = 'pending' | 'sending' | 'held' | 'quarantined' | 'gone';

export interface ModelRecord {
  readonly number: number;
  readonly kind: 'log' | 'metric';
  readonly severity: Severity | null;
  readonly stampNs: bigint;
  state: ModelState;
  /** Held before it was sent. */
  wasHeld: boolean;
  address: RecordAddress | null;
}

/** What a cache should hold: a plain array of all records that were ever given to it, and the sums. */
export class CacheModel {
  readonly records: ModelRecord[] = [];
  acknowledged = 0;
  /** Deletes that were not undone, the oldest first, with what their records were before. */
  deletes: { readonly id: number; readonly before: ReadonlyMap<ModelRecord, ModelState> }[] = [];
  readonly lost = { rejected: 0, evicted: 0, dds: 0, torn: 0 };

  add(kind: 'log' | 'metric', lateSeconds: number, error: boolean): ModelRecord {
    const record: ModelRecord = {
      number: this.records.length,
      kind,
      severity: kind === 'metric' ? null : error ? 'ERROR' : 'INFO',
      stampNs: testStartNs - BigInt(lateSeconds) * secondNs,
      state: 'pending',
      wasHeld: false,
      address: null,
    };
    this.records.push(record);
    return record;
  }

  present(): ModelRecord[] {
    return this.records.filter(({ state }) => state !== 'gone');
  }

  count(state: ModelState): number {
    return this.records.filter((record) => record.state === state).length;
  }

  of(found: CachedRecord): ModelRecord {
    const { record } = found;
    const name = record.kind === 'log' ? record.message : record.name;
    const known = this.records[Number(name.split(' ')[1])];
    if (known === undefined) throw new Error(`${name} was never appended`);
    return known;
  }

  ofBatch(batch: UploadBatch): ModelRecord[] {
    return batch.records.map((record) => this.of(record));
  }

  at({ segment, ordinal }: RecordAddress): ModelRecord | undefined {
    return this.records.find(({ address }) => address?.segment === segment && address.ordinal === ordinal);
  }

  /** What was taken and not answered is waiting again. */
  unsend(records: readonly ModelRecord[]): void {
    for (const record of records) {
      if (record.state === 'sending') record.state = record.wasHeld ? 'held' : 'pending';
    }
  }
}

export function recordToCache({ number, severity, stampNs }: ModelRecord): RecordToCache {
  const name = `record ${number}`;
  return severity === null ? testMetric(name, 1, stampNs) : testLog({ message: name, severity, stampNs });
}

/** The filter's meaning, in the plainest words. */
export function isMeant({ kind, severity, stampNs, number }: ModelRecord, filter: RecordFilter): boolean {
  if (filter.kind !== undefined && kind !== filter.kind) return false;
  if (filter.severityMin === 'ERROR' && severity !== 'ERROR' && kind === 'log') return false;
  if (filter.sinceNs !== undefined && stampNs < filter.sinceNs) return false;
  if (filter.untilNs !== undefined && stampNs >= filter.untilNs) return false;
  return filter.text === undefined || `record ${number}`.includes(filter.text);
}

/** Some filters to read with, one after the other. */
export const someFilters: readonly RecordFilter[] = [
  {},
  { kind: 'log', severityMin: 'ERROR' },
  { untilNs: testStartNs - 20n * secondNs },
  { text: 'record 1', sinceNs: testStartNs - 30n * secondNs },
  { kind: 'metric' },
  { text: '7' },
];
