import type { Destination } from '../model/Destination.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { Severity } from '../model/Severity.js';
import type { CachedRecord, RecordAddress, RecordToCache, UploadBatch } from '../seams/Cache.js';
import { testLog, testLogDestination, testMetric, testMetricDestination, testStartNs } from './testRecords.js';

const secondNs = 1_000_000_000n;

export type ModelState = 'pending' | 'sending' | 'held' | 'quarantined' | 'gone';

/** Where a record goes: the group of a log, the namespace of a metric. */
export type ModelPlace = 'usual' | 'elsewhere';

/** An edit that is neither confirmed nor undone. */
export interface ModelEdit {
  readonly id: number;
  readonly what: 'redacted' | 'redirected';
  readonly records: number;
  /** What its records were before. */
  readonly before: ReadonlyMap<ModelRecord, Pick<ModelRecord, 'words' | 'place'>>;
  readonly segments: ReadonlySet<number>;
}

export interface ModelRecord {
  readonly number: number;
  readonly kind: 'log' | 'metric';
  readonly severity: Severity | null;
  readonly stampNs: bigint;
  /** What a log says before its number; a metric is always a record. */
  words: string;
  place: ModelPlace;
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
  edits: ModelEdit[] = [];
  /** All edits that ever changed a record. */
  edited = 0;
  readonly lost = { rejected: 0, evicted: 0, dds: 0, torn: 0 };

  add(kind: 'log' | 'metric', lateSeconds: number, error: boolean): ModelRecord {
    const record: ModelRecord = {
      number: this.records.length,
      kind,
      severity: kind === 'metric' ? null : error ? 'ERROR' : 'INFO',
      stampNs: testStartNs - BigInt(lateSeconds) * secondNs,
      words: 'record',
      place: 'usual',
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
    const name = nameOf(found);
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

export function nameOf({ record }: CachedRecord): string {
  return record.kind === 'log' ? record.message : record.name;
}

export function destinationOf(kind: 'log' | 'metric', place: ModelPlace): Destination {
  if (place === 'usual') return kind === 'log' ? testLogDestination : testMetricDestination;
  return kind === 'log'
    ? { ...testLogDestination, group: 'elsewhere' }
    : { ...testMetricDestination, namespace: 'elsewhere' };
}

export function recordToCache({ number, severity, stampNs }: ModelRecord): RecordToCache {
  const name = `record ${number}`;
  return severity === null ? testMetric(name, 1, stampNs) : testLog({ message: name, severity, stampNs });
}

/** The filter's meaning, in the plainest words. */
export function isMeant({ kind, severity, stampNs, number, words }: ModelRecord, filter: RecordFilter): boolean {
  if (filter.kind !== undefined && kind !== filter.kind) return false;
  if (filter.severityMin === 'ERROR' && severity !== 'ERROR' && kind === 'log') return false;
  if (filter.sinceNs !== undefined && stampNs < filter.sinceNs) return false;
  if (filter.untilNs !== undefined && stampNs >= filter.untilNs) return false;
  return filter.text === undefined || `${words} ${number}`.includes(filter.text);
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
