import type { CachedState } from '../model/CachedState.js';
import { destinationKey, type Destination } from '../model/Destination.js';
import type { CountedLoss } from '../model/Loss.js';
import { succeed, type Result } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { TetherRecord } from '../model/Record.js';
import { severityRank } from '../model/Severity.js';
import type { Cache, CacheChange, CachedRecord, CacheUsage, HoldReceipt, PendingSummary } from '../seams/Cache.js';
import { ListedRecords } from '../seams/ListedRecords.js';
import { TakenBatch } from '../seams/TakenBatch.js';
import type { AddressRange, RecordAddress, Rejection, TakeOptions, UploadBatch } from '../seams/Cache.js';

export type EntryState = CachedState | 'acknowledged';

export interface Entry {
  readonly cached: CachedRecord;
  state: EntryState;
  before: CachedState;
  reason: string;
}

const channel = {
  topic: '/rosout',
  messageEncoding: 'json',
  schemaName: 'rcl_interfaces/msg/Log',
  schemaEncoding: 'jsonschema',
  schemaText: '',
} as const;

/**
 * The cache's seam over an array. As strict as it can be: a record answered twice, or not taken and yet answered, throws.
 * Takes the newest first, each batch in ascending order of stamps.
 */
export class MemoryCache implements Cache {
  readonly entries: Entry[] = [];
  /** Set to make `acknowledge` fail as a full disk does. */
  acknowledgeFailures = 0;
  private readonly open = new Map<number, UploadBatch>();
  private readonly listeners = new Set<(change: CacheChange) => void>();
  private nextId = 1;

  add(destination: Destination, ...records: readonly TetherRecord[]): void {
    for (const record of records) {
      const cached: CachedRecord = {
        address: { segment: 1, ordinal: this.entries.length },
        channel,
        destination,
        data: new Uint8Array(record.kind === 'log' ? record.message.length + 64 : 128),
        record,
        state: 'pending',
        reason: '',
        origin: '',
      };
      this.entries.push({ cached, state: 'pending', before: 'pending', reason: '' });
    }
    this.emit({ type: 'appended', ranges: [] });
  }

  inState(state: EntryState): readonly Entry[] {
    return this.entries.filter((entry) => entry.state === state);
  }

  appendImported(): Promise<Result<void>> {
    throw new Error('nothing imports into this cache');
  }

  importProgress(): Promise<never> {
    throw new Error('nothing imports into this cache');
  }

  take(options: TakeOptions): Promise<UploadBatch | null> {
    for (const entry of this.entries) {
      if (entry.state === 'pending' && entry.cached.record.stampNs < options.oldestStampNs) entry.state = 'expired';
    }
    const waiting = this.entries
      .filter((entry) => entry.state === 'pending' && entry.cached.record.kind === options.kind)
      .filter(({ cached }) => options.only === undefined || isWithin(cached.address, options.only))
      .filter(({ cached }) => cached.record.stampNs <= options.newestStampNs && matches(cached.record, options.filter));
    const fitting = options.order === 'oldest' ? waiting : waiting.toReversed();
    const [first] = fitting;
    if (first === undefined) return Promise.resolve(null);
    const taken: Entry[] = [];
    let bytes = 0;
    for (const entry of fitting) {
      if (destinationKey(entry.cached.destination) !== destinationKey(first.cached.destination)) continue;
      bytes += entry.cached.data.length;
      if (taken.length === options.recordsMax || (taken.length > 0 && bytes > options.bytesMax)) break;
      taken.push(entry);
    }
    for (const entry of taken) {
      entry.before = 'pending';
      entry.state = 'sending';
    }
    // Records of one stamp are in order of arrival.
    const records = (options.order === 'oldest' ? taken : taken.reverse())
      .map(({ cached }) => cached)
      .sort((a, b) => Number(a.record.stampNs - b.record.stampNs));
    return Promise.resolve(this.batch(first.cached.destination, records));
  }

  acknowledge(batch: UploadBatch, rejections: readonly Rejection[]): Promise<void> {
    if (this.acknowledgeFailures > 0) {
      this.acknowledgeFailures -= 1;
      return Promise.reject(new Error('no space left on device'));
    }
    const reasons = new Map(rejections.map(({ address, reason }) => [address.ordinal, reason]));
    for (const entry of this.spend(batch)) {
      const reason = reasons.get(entry.cached.address.ordinal);
      entry.state = reason === undefined ? 'acknowledged' : 'quarantined';
      entry.reason = reason ?? '';
    }
    this.emit({ type: 'acknowledged', ranges: [] });
    return Promise.resolve();
  }

  split(batch: UploadBatch, records: readonly CachedRecord[]): readonly [UploadBatch, UploadBatch] {
    this.spend(batch);
    const chosen = new Set(records);
    const rest = batch.records.filter((cached) => !chosen.has(cached));
    if (records.length + rest.length !== batch.records.length) throw new Error('split by records of another batch');
    return [this.batch(batch.destination, records), this.batch(batch.destination, rest)];
  }

  release(batch: UploadBatch): void {
    for (const entry of this.spend(batch)) entry.state = entry.before;
    this.emit({ type: 'pending', ranges: [] });
  }

  pending(filter: RecordFilter = {}): Promise<readonly PendingSummary[]> {
    const summaries = this.entries
      .filter(({ cached }) => matches(cached.record, filter))
      .flatMap(({ cached, state }): PendingSummary[] =>
        state === 'acknowledged'
          ? []
          : [
              {
                destination: cached.destination,
                kind: cached.record.kind,
                severity: cached.record.kind === 'log' ? cached.record.severity : null,
                state,
                records: 1,
                bytes: cached.data.length,
                oldestNs: cached.record.stampNs,
                newestNs: cached.record.stampNs,
              },
            ],
      );
    return Promise.resolve(summaries);
  }

  async *read(filter: RecordFilter, order: 'oldest' | 'newest'): AsyncIterable<CachedRecord> {
    await Promise.resolve();
    const entries = order === 'oldest' ? this.entries : this.entries.toReversed();
    for (const { cached, state, reason } of entries) {
      if (state !== 'acknowledged' && matches(cached.record, filter)) yield { ...cached, state, reason };
    }
  }

  hold(filter: RecordFilter): Promise<HoldReceipt> {
    return Promise.resolve({ id: 0, records: this.move(filter, 'pending', 'held') });
  }

  undoHold(): Promise<number> {
    return notForUploads();
  }

  unhold(filter: RecordFilter): Promise<number> {
    const moved = this.move(filter, 'held', 'pending');
    this.emit({ type: 'pending', ranges: [] });
    return Promise.resolve(moved);
  }

  retry(filter: RecordFilter): Promise<number> {
    const moved = this.move(filter, 'quarantined', 'pending');
    this.emit({ type: 'pending', ranges: [] });
    return Promise.resolve(moved);
  }

  onChange(listener: (change: CacheChange) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  // The uploader uses none of these.
  counts(): Promise<never> {
    return Promise.reject(new Error('not in this double'));
  }
  append(): Promise<never> {
    return Promise.reject(new Error('not in this double'));
  }
  dismissRecoveries(): Promise<never> {
    return Promise.reject(new Error('not in this double'));
  }
  usage(): Promise<CacheUsage> {
    return Promise.reject(new Error('not in this double'));
  }
  segments(): Promise<never> {
    return Promise.reject(new Error('not in this double'));
  }
  delete(): Promise<never> {
    return Promise.reject(new Error('not in this double'));
  }
  undelete(): Promise<never> {
    return Promise.reject(new Error('not in this double'));
  }
  redact(): Promise<never> {
    return notForUploads();
  }

  reaim(): Promise<never> {
    return notForUploads();
  }

  shiftTime(): Promise<never> {
    return notForUploads();
  }

  openEdits(): readonly [] {
    return [];
  }

  confirmEdit(): Promise<never> {
    return notForUploads();
  }

  undoEdit(): Promise<never> {
    return notForUploads();
  }

  losses(): readonly CountedLoss[] {
    return [];
  }

  countLoss(): Promise<void> {
    return Promise.resolve();
  }
  setLimits(): void {
    throw new Error('not in this double');
  }
  setShare(): void {
    throw new Error('not in this double');
  }
  setDiskFreeBytesMin(): void {
    throw new Error('not in this double');
  }
  close(): Promise<Result<void>> {
    return Promise.resolve(succeed(undefined));
  }

  private batch(destination: Destination, records: readonly CachedRecord[]): UploadBatch {
    const batch = new TakenBatch(this.nextId++, destination, new ListedRecords(records));
    this.open.set(batch.id, batch);
    return batch;
  }

  /** Ends a batch; it must be one that was given out and not answered yet. */
  private spend(batch: UploadBatch): readonly Entry[] {
    if (this.open.get(batch.id) !== batch) throw new Error(`batch ${batch.id} was answered before, or is not ours`);
    this.open.delete(batch.id);
    return batch.records.map((cached) => {
      const entry = this.entries[cached.address.ordinal];
      if (entry?.state !== 'sending') throw new Error(`record ${cached.address.ordinal} is not being sent`);
      return entry;
    });
  }

  private move(filter: RecordFilter, from: EntryState, to: CachedState): number {
    const moved = this.entries.filter((entry) => entry.state === from && matches(entry.cached.record, filter));
    for (const entry of moved) entry.state = to;
    return moved.length;
  }

  private emit(change: CacheChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function matches(record: TetherRecord, filter: RecordFilter = {}): boolean {
  if (filter.kind !== undefined && filter.kind !== record.kind) return false;
  if (filter.severityMin !== undefined) {
    if (record.kind === 'metric' || severityRank(record.severity) < severityRank(filter.severityMin)) return false;
  }
  const { states, severities } = filter;
  if (severities !== undefined && (record.kind === 'metric' || !severities.includes(record.severity))) return false;
  return states === undefined || states.includes('pending');
}

function isWithin({ segment, ordinal }: RecordAddress, ranges: readonly AddressRange[]): boolean {
  return ranges.some((range) => range.segment === segment && ordinal >= range.from && ordinal <= range.to);
}

function notForUploads(): Promise<never> {
  return Promise.reject(new Error('the uploader never edits records'));
}
