import type { CachedState } from '../model/CachedState.js';
import type { NamedGeneration } from './NamedGeneration.js';
import type { SegmentFile } from './cacheFolder.js';
import type { SegmentColumns } from './SegmentColumns.js';
import type { SegmentGroup } from './SegmentGroup.js';

/** What has become of a record. The first three and the `sending` ones are still to be sent or kept. */
export const recordStates = [
  'pending',
  'held',
  'expired',
  'quarantined',
  'acknowledged',
  'deleted',
  /** Its bytes cannot be read (damaged, or the file is gone). */
  'missing',
  'sending',
  /** Sending, held before: goes back to held when released. */
  'sending-held',
] as const;
export type RecordState = (typeof recordStates)[number];

const codes: Readonly<Record<RecordState, number>> = {
  pending: 0,
  held: 1,
  expired: 2,
  quarantined: 3,
  acknowledged: 4,
  deleted: 5,
  missing: 6,
  sending: 7,
  'sending-held': 8,
};

/** Of records that are still needed. */
const neededCodes = recordStates.filter((state) => cachedStateOf(state) !== null).map((state) => codes[state]);

/** What a person sees of a state; null for a record that is no longer in the cache. */
export function cachedStateOf(state: RecordState): CachedState | null {
  switch (state) {
    case 'acknowledged':
    case 'deleted':
    case 'missing':
      return null;
    case 'sending-held':
      return 'sending';
    case 'pending':
    case 'held':
    case 'expired':
    case 'quarantined':
    case 'sending':
      return state;
  }
}

/** A group with what is in it. */
export interface GroupSum {
  readonly group: SegmentGroup;
  /** The MCAP channel in this segment. */
  readonly channelId: number;
  readonly schemaId: number;
  records: number;
  bytes: number;
  oldestNs: bigint;
  newestNs: bigint;
}

export interface StateSum {
  readonly state: RecordState;
  readonly records: number;
  readonly bytes: number;
  readonly oldestNs: bigint;
  readonly newestNs: bigint;
}

interface Tally {
  readonly records: Float64Array;
  readonly bytes: Float64Array;
  /** Oldest and newest stamps by state; null when they must be found again. */
  extremes: Map<number, [bigint, bigint]> | null;
}

export interface KeptFile {
  readonly path: string;
  readonly bytes: number;
}

/** The size of some segments' files together: it is asked for at every commit, and must not be summed up each time. */
export interface DiskAccount {
  bytes: number;
}

/**
 * One segment as the owner or a reader has it in memory.
 *
 * Invariants: `states` has an entry for each ordinal below `records`; the tallies are the sums of `states` at every
 * moment. The columns may be let go while all records of each group have one state (the tallies are exact without
 * them) and are read again from the file when a record must be chosen.
 */
export class Segment {
  readonly sequence: number;
  #place: SegmentFile;
  /** The next ordinal. */
  records = 0;
  open: boolean;
  /** The file is being removed, or was: what is read of it now may fail. */
  removed = false;
  /** Chosen to be evicted; the ledger's line is on its way. Nothing new is begun with it. */
  leaving = false;
  /** Records from this ordinal on were never durable (the ledger says so), whatever the file holds. */
  cutAt: number | null = null;
  readonly groups: GroupSum[] = [];
  readonly groupOfChannel = new Map<number, number>();
  columns: SegmentColumns | null = null;
  /** What the ledger durably says of the file's generations; memory may still have to go over to it. */
  named: NamedGeneration = { current: 0, kept: null };
  /** The highest generation that there has been. */
  generationMax = 0;
  /** Those who are using the columns at the moment. */
  users = 0;
  /** CloudWatch's reasons, for quarantined ranges. */
  readonly reasons: { readonly from: number; readonly to: number; readonly reason: string }[] = [];
  #bytes = 0;
  #keptFile: KeptFile | null = null;
  #account: DiskAccount | null = null;
  readonly #tallies: Tally[] = [];
  #states = new Uint8Array(64);
  /** Stamps below these have been marked as expired, by kind. */
  readonly expiredBefore = { log: null as bigint | null, metric: null as bigint | null };

  constructor(place: SegmentFile, open: boolean) {
    this.sequence = place.sequence;
    this.#place = place;
    this.open = open;
    this.generationMax = place.generation;
  }

  /** Size of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  set bytes(bytes: number) {
    if (this.#account !== null) this.#account.bytes += bytes - this.#bytes;
    this.#bytes = bytes;
  }

  /** The file that is kept for going back, beside the one that counts. */
  get keptFile(): KeptFile | null {
    return this.#keptFile;
  }

  set keptFile(file: KeptFile | null) {
    if (this.#account !== null) this.#account.bytes += (file?.bytes ?? 0) - (this.#keptFile?.bytes ?? 0);
    this.#keptFile = file;
  }

  /** From now on its files count in this account, and in no other; null for none. */
  accountTo(account: DiskAccount | null): void {
    const bytes = this.#bytes + (this.#keptFile?.bytes ?? 0);
    if (this.#account !== null) this.#account.bytes -= bytes;
    this.#account = account;
    if (account !== null) account.bytes += bytes;
  }

  /** Changes when the segment is written anew: who has it open goes on with what it opened. */
  get path(): string {
    return this.#place.path;
  }

  get file(): string {
    return this.#place.file;
  }

  /** 0 as it was recorded, more each time it was written anew. */
  get generation(): number {
    return this.#place.generation;
  }

  /**
   * Becomes the same segment written anew, with what has become of its records here. Both have their columns. To be called
   * only while no one uses them (`users` is 0). What was never durable (from `cutAt` on) is not written anew.
   */
  takeOver(next: Segment): void {
    this.records = Math.min(this.records, next.records);
    for (let ordinal = 0; ordinal < this.records; ordinal += 1) next.setState(ordinal, this.state(ordinal));
    this.#place = next.#place;
    this.bytes = next.bytes;
    this.columns = next.columns;
    this.groups.splice(0, Infinity, ...next.groups);
    this.groupOfChannel.clear();
    for (const [channelId, number] of next.groupOfChannel) this.groupOfChannel.set(channelId, number);
    this.#tallies.splice(0, Infinity, ...next.#tallies);
    this.#states = next.#states;
  }

  addGroup(group: SegmentGroup, channelId: number, schemaId: number): number {
    this.groupOfChannel.set(channelId, this.groups.length);
    this.#tallies.push({
      records: new Float64Array(recordStates.length),
      bytes: new Float64Array(recordStates.length),
      extremes: new Map(),
    });
    return this.groups.push({ group, channelId, schemaId, records: 0, bytes: 0, oldestNs: 0n, newestNs: 0n }) - 1;
  }

  /** A group as a closed segment's summary has it: all its records begin as pending. */
  addSummedGroup(sum: GroupSum): void {
    const tally = this.#tallies[this.addGroup(sum.group, sum.channelId, sum.schemaId)];
    const added = this.groups.at(-1);
    if (tally === undefined || added === undefined) return;
    Object.assign(added, sum);
    tally.records[codes.pending] = sum.records;
    tally.bytes[codes.pending] = sum.bytes;
    tally.extremes = null;
  }

  /** A record that was found in the file or is now durable in it. Needs the columns. */
  addRecord(ordinal: number, groupNumber: number, stampNs: bigint, bytes: number): void {
    this.growTo(ordinal + 1);
    this.columns?.set(ordinal, groupNumber, stampNs, bytes);
    const sum = this.groups[groupNumber];
    const tally = this.#tallies[groupNumber];
    if (sum === undefined || tally === undefined) return;
    if (sum.records === 0 || stampNs < sum.oldestNs) sum.oldestNs = stampNs;
    if (sum.records === 0 || stampNs > sum.newestNs) sum.newestNs = stampNs;
    sum.records += 1;
    sum.bytes += bytes;
    this.#states[ordinal] = codes.pending;
    add(tally, codes.pending, 1, bytes);
    stretch(tally.extremes, codes.pending, stampNs);
  }

  /** Makes room for ordinals below `records`: those without a record are missing. */
  growTo(records: number): void {
    if (records <= this.records) return;
    if (records > this.#states.length) {
      const states = new Uint8Array(Math.max(records, this.#states.length * 2));
      states.set(this.#states);
      this.#states = states;
    }
    this.#states.fill(codes.missing, this.records, records);
    this.records = records;
  }

  /** For a summary: the ordinals are there, pending, and counted already in the groups' sums. */
  setSummedRecords(records: number, missing: readonly (readonly [number, number])[]): void {
    // Zeros: pending.
    if (records > this.#states.length) this.#states = new Uint8Array(records);
    else this.#states.fill(codes.pending, 0, records);
    this.records = Math.max(this.records, records);
    for (const [from, to] of missing) this.#states.fill(codes.missing, from, to + 1);
  }

  state(ordinal: number): RecordState {
    return recordStates[this.#states[ordinal] ?? codes.missing] ?? 'missing';
  }

  /** Under way, held before or not. */
  isSending(ordinal: number): boolean {
    const code = this.#states[ordinal];
    return code === codes.sending || code === codes['sending-held'];
  }

  /** Needs the columns: the tallies move with the record. */
  setState(ordinal: number, state: RecordState): void {
    const before = this.#states[ordinal] ?? codes.missing;
    const after = codes[state];
    const columns = this.columns;
    if (columns === null) throw new Error(`the columns of ${this.file} are not in memory`);
    if (before === after || before === codes.missing) return;
    this.#states[ordinal] = after;
    const tally = this.#tallies[columns.group(ordinal)];
    if (tally === undefined) return;
    const bytes = columns.size(ordinal);
    add(tally, before, -1, -bytes);
    add(tally, after, 1, bytes);
    tally.extremes = null;
  }

  /** All records that are in one of the given states change; cheap, and needs no columns when that is all of them. */
  setAll(from: readonly RecordState[], to: RecordState): void {
    const moving = new Set(from.map((state) => codes[state]));
    const after = codes[to];
    for (let ordinal = 0; ordinal < this.records; ordinal += 1) {
      const before = this.#states[ordinal];
      if (before !== undefined && moving.has(before)) this.#states[ordinal] = after;
    }
    for (const tally of this.#tallies) {
      for (const before of moving) {
        if (before === after) continue;
        add(tally, after, tally.records[before] ?? 0, tally.bytes[before] ?? 0);
        tally.records[before] = 0;
        tally.bytes[before] = 0;
      }
      tally.extremes = null;
    }
  }

  /**
   * Ordinals whose records turned out to be unreadable, with what was readable of each group: the rest of the sums
   * goes to `missing`. Returns how many of the lost ones were still wanted.
   */
  lose(ordinals: readonly number[], foundRecords: readonly number[], foundBytes: readonly number[]): number {
    for (const ordinal of ordinals) this.#states[ordinal] = codes.missing;
    let wanted = 0;
    for (const [number, tally] of this.#tallies.entries()) {
      let records =
        (this.groups[number]?.records ?? 0) - (foundRecords[number] ?? 0) - (tally.records[codes.missing] ?? 0);
      let bytes = (this.groups[number]?.bytes ?? 0) - (foundBytes[number] ?? 0) - (tally.bytes[codes.missing] ?? 0);
      for (const [code, state] of recordStates.entries()) {
        const taken = code === codes.missing ? 0 : Math.min(records, tally.records[code] ?? 0);
        if (taken <= 0) continue;
        const takenBytes = Math.min(bytes, tally.bytes[code] ?? 0);
        add(tally, code, -taken, -takenBytes);
        add(tally, codes.missing, taken, takenBytes);
        records -= taken;
        bytes -= takenBytes;
        if (cachedStateOf(state) !== null) wanted += taken;
      }
      tally.extremes = null;
    }
    return wanted;
  }

  count(state: RecordState): number {
    const code = codes[state];
    let records = 0;
    for (const tally of this.#tallies) records += tally.records[code] ?? 0;
    return records;
  }

  countInGroup(groupNumber: number, state: RecordState): number {
    return this.#tallies[groupNumber]?.records[codes[state]] ?? 0;
  }

  /** Records that are neither acknowledged, deleted, quarantined nor missing. */
  remaining(): number {
    return this.count('pending') + this.count('held') + this.count('expired') + this.sending();
  }

  sending(): number {
    return this.count('sending') + this.count('sending-held');
  }

  /** Nothing in it needs the file any more. */
  isEmptied(): boolean {
    for (const { records } of this.#tallies) {
      for (const code of neededCodes) if ((records[code] ?? 0) > 0) return false;
    }
    return true;
  }

  /** What is in one group, by state. */
  sums(groupNumber: number): StateSum[] {
    const tally = this.#tallies[groupNumber];
    if (tally === undefined) return [];
    const extremes = (tally.extremes ??= this.#findExtremes(groupNumber, tally));
    const sums: StateSum[] = [];
    for (const [code, state] of recordStates.entries()) {
      const records = tally.records[code] ?? 0;
      const span = extremes.get(code);
      if (records === 0 || span === undefined) continue;
      sums.push({ state, records, bytes: tally.bytes[code] ?? 0, oldestNs: span[0], newestNs: span[1] });
    }
    return sums;
  }

  /** Is every group's content in one state, so that the sums are exact without columns? */
  isUniform(): boolean {
    return this.#tallies.every((tally) => tally.records.reduce((kinds, count) => kinds + (count > 0 ? 1 : 0), 0) <= 1);
  }

  reasonOf(ordinal: number): string {
    return this.reasons.findLast(({ from, to }) => from <= ordinal && ordinal <= to)?.reason ?? '';
  }

  #findExtremes(groupNumber: number, tally: Tally): Map<number, [bigint, bigint]> {
    const extremes = new Map<number, [bigint, bigint]>();
    const sum = this.groups[groupNumber];
    const whole = sum && tally.records.findIndex((count) => count === sum.records);
    if (sum !== undefined && whole !== undefined && whole >= 0)
      return extremes.set(whole, [sum.oldestNs, sum.newestNs]);
    const columns = this.columns;
    if (columns === null) return extremes;
    for (let ordinal = 0; ordinal < this.records; ordinal += 1) {
      if (columns.group(ordinal) !== groupNumber) continue;
      const code = this.#states[ordinal] ?? codes.missing;
      if (code !== codes.missing) stretch(extremes, code, columns.stamp(ordinal));
    }
    return extremes;
  }
}

function add(tally: Tally, code: number, records: number, bytes: number): void {
  tally.records[code] = (tally.records[code] ?? 0) + records;
  tally.bytes[code] = (tally.bytes[code] ?? 0) + bytes;
}

function stretch(extremes: Map<number, [bigint, bigint]> | null, code: number, stampNs: bigint): void {
  const span = extremes?.get(code);
  if (span === undefined) {
    extremes?.set(code, [stampNs, stampNs]);
    return;
  }
  if (stampNs < span[0]) span[0] = stampNs;
  if (stampNs > span[1]) span[1] = stampNs;
}
