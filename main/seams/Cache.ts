import type { CachedState } from '../model/CachedState.js';
import type { Channel } from '../model/Channel.js';
import type { Destination } from '../model/Destination.js';
import type { EditKind } from '../model/EditKind.js';
import type { CountedLoss, EvictedCount, EvictionCause, LossCounts, LossStage } from '../model/Loss.js';
import type { Problem, Result } from '../model/Problem.js';
import type { RecordKind, TetherRecord } from '../model/Record.js';
import type { RedactionRule } from '../model/redactText.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { RecordClass, Severity } from '../model/Severity.js';

/** Where a record is on disk: the segment's sequence number and the record's place in it, from 0. */
export interface RecordAddress {
  readonly segment: number;
  readonly ordinal: number;
}

/** Records `from` to `to` (both included) of a segment. */
export interface AddressRange {
  readonly segment: number;
  readonly from: number;
  readonly to: number;
}

/** A record on its way to disk: the bytes, and the facts that were found while decoding them. */
export interface RecordToCache {
  readonly channel: Channel;
  readonly destination: Destination;
  readonly receivedNs: bigint;
  readonly stampNs: bigint;
  readonly data: Uint8Array;
  readonly kind: RecordKind;
  /** Null for metrics. */
  readonly severity: Severity | null;
  /** Node of a log, name of a metric. */
  readonly label: string;
  /** Empty for what came live; `import:<id>` for a line of a file of the original nodes (main/originals). */
  readonly origin: string;
}

/**
 * How far a file of the original nodes has been imported. Positions are bytes from the file's beginning, lines count
 * from its beginning.
 */
export interface ImportProgress {
  readonly origin: string;
  /** Lines that begin before this position may have been left out, as sent already (main/originals says which). */
  readonly fromBytes: number;
  /** The first so many lines are done with. */
  readonly lines: number;
  /** Where the last of them ends, without its newline. */
  readonly bytes: number;
  /** SHA-256 (hex) of the file up to there; empty while that is nothing. */
  readonly digest: string;
}

export interface CachedRecord {
  readonly address: RecordAddress;
  readonly channel: Channel;
  readonly destination: Destination;
  readonly data: Uint8Array;
  readonly record: TetherRecord;
  readonly state: CachedState;
  /** CloudWatch's reason, for `quarantined`. */
  readonly reason: string;
  /** As in RecordToCache. */
  readonly origin: string;
}

/**
 * Many records as they lie in memory: who needs no more than their bytes goes through them without an object being made for each.
 * Their places here count from 0 to `count`.
 */
export interface StoredRecords {
  readonly count: number;
  /** The fewest that cover them. */
  readonly ranges: readonly AddressRange[];
  /** All of them, made when they are asked for; the same objects each time. */
  readonly records: readonly CachedRecord[];
  at(place: number): CachedRecord;
  channelOf(place: number): Channel;
  /** The record's bytes are those from `startOf` to `endOf` in these. */
  bytesOf(place: number): Uint8Array;
  startOf(place: number): number;
  endOf(place: number): number;
  /** Those from one place to another, which is left out. */
  between(from: number, to: number): StoredRecords;
}

/** Records of one destination, in ascending order of the robot's stamp, taken out together for upload. */
export interface UploadBatch {
  readonly id: number;
  readonly destination: Destination;
  readonly stored: StoredRecords;
  /** `stored.records`. */
  readonly records: readonly CachedRecord[];
}

export interface TakeOptions {
  readonly kind: RecordKind;
  readonly recordsMax: number;
  /** Limit of the records' serialised bytes together; at least one record is given. */
  readonly bytesMax: number;
  /** Stamps older than this are never given: they count as expired. */
  readonly oldestStampNs: bigint;
  /** Stamps newer than this are left waiting. */
  readonly newestStampNs: bigint;
  readonly filter?: RecordFilter;
  /** The oldest segment first; absent: the newest, so that what is live stays ahead of a backlog. */
  readonly order?: 'oldest';
  /** Held records too (a person asked for exactly these). */
  readonly includeHeld?: boolean;
  /** Only records in these places. */
  readonly only?: readonly AddressRange[];
}

/** The id is for `undoHold`; 0 when nothing was held, or it was too scattered to be remembered. */
export interface HoldReceipt {
  readonly id: number;
  readonly records: number;
}

/** A change to records that was made, and can be undone until it is confirmed. */
export interface EditReceipt {
  readonly id: number;
  readonly records: number;
  readonly segments: number;
  /** Records that were meant as well, but are just being sent: they go out as they were. */
  readonly underWay: number;
  /** Records that fit as well, but cannot be written anew: lines of ROS 1 and of JSON. They are as they were. */
  readonly unwritable: number;
}

export interface TimeShift {
  readonly shiftNs: bigint;
  /** Only this one of what the filter means. */
  readonly record?: RecordAddress;
}

export interface OpenEditSummary {
  readonly id: number;
  readonly what: EditKind;
  readonly records: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Rejection {
  readonly address: RecordAddress;
  readonly reason: string;
}

export interface PendingSummary {
  readonly destination: Destination;
  readonly kind: RecordKind;
  readonly severity: Severity | null;
  readonly state: CachedState;
  readonly records: number;
  readonly bytes: number;
  readonly oldestNs: bigint;
  readonly newestNs: bigint;
}

export interface SegmentSummary {
  readonly segment: number;
  readonly file: string;
  readonly bytes: number;
  readonly records: number;
  /** Not yet acknowledged, deleted or quarantined. */
  readonly remaining: number;
  readonly open: boolean;
  readonly oldestNs: bigint | null;
  readonly newestNs: bigint | null;
}

export interface CacheUsage {
  /** Bytes on disk, all files of this cache. */
  readonly bytes: number;
  /** What it may take: the robot's own limit, or what that of all caches of this laptop leaves to it. */
  readonly bytesMax: number;
  /** Which of the two counts. */
  readonly bytesMaxCause: EvictionCause;
  /** Durable and not yet acknowledged or deleted: pending, sending, held and expired together. */
  readonly cachedRecords: number;
  readonly pendingRecords: number;
  readonly heldRecords: number;
  readonly quarantinedRecords: number;
  readonly expiredRecords: number;
  readonly acknowledgedLogs: number;
  readonly acknowledgedMetrics: number;
  readonly lost: LossCounts;
  /**
   * The part of `lost.evicted` whose kind and severity are known (older ledgers counted without them): logs by severity,
   * then metrics.
   */
  readonly evicted: readonly EvictedCount[];
  /** The part of `lost.evicted` that went for the limit of all caches of this laptop together. */
  readonly evictedForLaptop: number;
  /** Stamps of the oldest and newest pending record. */
  readonly oldestPendingNs: bigint | null;
  readonly newestPendingNs: bigint | null;
  /** Set while the disk refuses to take records; they wait in memory. */
  readonly problem: Problem | null;
  /** Set while the disk takes them, but so slowly that they pile up in memory. */
  readonly slowness: Problem | null;
  /** Records waiting in memory for the disk. */
  readonly waitingInMemory: number;
  /** Records that memory's limit made go since the disk last took all that waited; a part of `lost.memory`. */
  readonly lostWaiting: number;
  /** Deleted by a person, still on disk, and restored by `undelete` if it is asked in time. */
  readonly deletedUndoable: number;
  /** What was damaged and mended when the cache was opened, and nobody has dismissed: the oldest first, some twenty at most. */
  readonly recoveries: readonly Recovery[];
}

/** Something that opening the cache found damaged, and what became of it. */
export interface Recovery {
  /** For a person, with the path of what was set aside. */
  readonly words: string;
  /** Laptop time, milliseconds since the epoch. */
  readonly foundMs: number;
}

export type CacheChange =
  | {
      readonly type: 'appended' | 'sending' | 'pending' | 'acknowledged' | 'quarantined' | 'held' | 'deleted';
      readonly ranges: readonly AddressRange[];
    }
  | { readonly type: 'evicted'; readonly ranges: readonly AddressRange[]; readonly cause: EvictionCause };

/** What the limit of all caches of this laptop together leaves to one of them. */
export interface CacheShare {
  /** Kept to now. */
  readonly bytesMax: number;
  /** What it could come to if nothing else grew: `bytesMax` is raised up to there, step by step. */
  readonly reachableBytes: number;
  /** The limit of them all. */
  readonly laptopBytesMax: number;
}

/** What a filter lets through, counted in three ways. */
export interface RecordCounts {
  readonly records: number;
  readonly bySeverity: ReadonlyMap<RecordClass, number>;
  /** By node of a log, name of a metric. */
  readonly byLabel: ReadonlyMap<string, number>;
  /** By hours since the epoch, of the robot's stamp. */
  readonly byHour: ReadonlyMap<number, number>;
}

/** Reading beside the owner: what `status` and `cache` need, without the right to change anything. */
export interface CacheReader {
  usage(): Promise<CacheUsage>;
  /** Groups of what is on disk, by destination, kind, severity and state. */
  pending(filter?: RecordFilter): Promise<readonly PendingSummary[]>;
  segments(): Promise<readonly SegmentSummary[]>;
  /** Mostly from the segments' indexes, without reading the records. */
  counts(filter: RecordFilter): Promise<RecordCounts>;
  /**
   * Streams records in order of arrival (`oldest`) or the reverse, without holding them all in memory. With `after`, only
   * those that come behind that record in this order: the next page. It need not be in the cache any more.
   */
  read(filter: RecordFilter, order: 'oldest' | 'newest', after?: RecordAddress): AsyncIterable<CachedRecord>;
}

/**
 * A robot's records on disk. One owner writes.
 *
 * Invariants: a resolved `append` means durable. A record leaves the disk only when it was acknowledged, deleted by a
 * person, or evicted by the limit (counted). An acknowledgement is durable before the segment it empties is removed.
 */
export interface Cache extends CacheReader {
  /**
   * Resolves when all are durable, with their places in the given order. Does not reject for a full or failing disk:
   * the records wait in memory (`usage().problem` says why) until it heals or the memory limit counts them as lost;
   * places are then absent for the lost ones.
   */
  append(records: readonly RecordToCache[]): Promise<readonly (RecordAddress | null)[]>;
  /**
   * Stores records of an import, all or none, and then how far the import is: durable when resolved, and both before
   * any of these records can leave the disk. `records` may be empty. Does not wait for a disk that refuses, and evicts
   * nothing: the problem (`cache-full`, `room-later`, or one of the disk) says why nothing was stored. `room-later`: the limit of all
   * caches is shared out anew about once a second, and there may be room then.
   */
  appendImported(progress: ImportProgress, records: readonly RecordToCache[]): Promise<Result<void>>;
  /**
   * What is known of an origin: the last durable progress, and how many of its records were stored after it (a crash
   * came between the two).
   */
  importProgress(origin: string): Promise<{ readonly progress: ImportProgress | null; readonly recordsBeyond: number }>;
  /** Null when nothing is left to take. Records taken are `sending` until acknowledged, released or quarantined. */
  take(options: TakeOptions): Promise<UploadBatch | null>;
  /** Durable when resolved: everything of the batch was accepted but `rejections`, which go to quarantine. */
  acknowledge(batch: UploadBatch, rejections: readonly Rejection[]): Promise<void>;
  /**
   * Cuts a batch in two, so that each part can be answered by itself: the first has exactly `records` (some of the batch's
   * own), the second the rest, each with an id of its own; `batch` is spent. Bookkeeping only: nothing is written, no
   * state changes.
   */
  split(batch: UploadBatch, records: readonly CachedRecord[]): readonly [UploadBatch, UploadBatch];
  /** Puts the batch's records back to what they were. */
  release(batch: UploadBatch): void;
  hold(filter: RecordFilter): Promise<HoldReceipt>;
  /** Lets go just what that hold kept back and is still held; 0 when it is not known any more (after a reopening, or 20 later). */
  undoHold(id: number): Promise<number>;
  unhold(filter: RecordFilter): Promise<number>;
  /** Quarantined records wait again, to be tried once more; with `only`, that one. They stay counted as having been refused. */
  retry(filter: RecordFilter, only?: RecordAddress): Promise<number>;
  /**
   * What is being sent is left alone. The id is for `undelete`; for ten minutes, also over a reopening, unless the disk
   * limit needs the room before. 0 is the id of a delete that found nothing.
   */
  delete(filter: RecordFilter): Promise<{ readonly id: number; readonly records: number }>;
  /** Records of that delete that are what they were before again; 0 when it is too late. */
  undelete(id: number): Promise<number>;
  /** Takes words out of log texts, on disk too: see EditReceipt. Nothing has changed when there is a problem. */
  redact(filter: RecordFilter, rule: RedactionRule): Promise<Result<EditReceipt>>;
  /** Gives records (of the destination's kind) another destination, because a person says so. */
  reaim(filter: RecordFilter, destination: Destination): Promise<Result<EditReceipt>>;
  /** Moves the robot's time of records of ROS 2 (CDR) and re-sorts nothing: see EditReceipt. */
  shiftTime(filter: RecordFilter, shift: TimeShift): Promise<Result<EditReceipt>>;
  /** Edits whose originals are still kept on disk. */
  openEdits(): readonly OpenEditSummary[];
  /** The originals go, for good. */
  confirmEdit(id: number): Promise<Result<void>>;
  /** The originals come back; what has become of the records since stays so. */
  undoEdit(id: number): Promise<Result<void>>;
  /** Durable count of records that were lost on the way here (dds, host, decode, memory). `noticedMs`: absent is now. */
  countLoss(stage: LossStage, count: number, reason: string, noticedMs?: number): Promise<void>;
  /** A person has read the recoveries up to then: durable when resolved. How many of `usage().recoveries` those were. */
  dismissRecoveries(untilMs: number): Promise<number>;
  /** Losses of late that are durable, one by one, as far as they are kept: `usage().lost` has the sums of all. */
  losses(): readonly CountedLoss[];
  onChange(listener: (change: CacheChange) => void): () => void;
  setLimits(limits: { readonly bytesMax: number; readonly segmentBytesMax: number }): void;
  /** Bounds the cache below its own limit, from now on; null: no more. Not remembered over a reopening. */
  setShare(share: CacheShare | null): void;
  /** Bytes of the disk that are kept free for others; null: 1 GB, or 5 % of a smaller disk. */
  setDiskFreeBytesMin(bytes: number | null): void;
  /** Writes what waits, closes the open segment, gives up ownership. */
  close(): Promise<Result<void>>;
}
