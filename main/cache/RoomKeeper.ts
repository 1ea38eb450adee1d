import { type EvictedCount, type EvictionCause, evictionCauseWords } from '../model/Loss.js';
import type { AddressRange, CacheChange } from '../seams/Cache.js';
import { wantedCountsOf } from './EvictionTally.js';
import { type FileSystem, removeIfThere } from './FileSystem.js';
import { Lane } from './Lane.js';
import type { Ledger } from './Ledger.js';
import { cachedStateOf, type Segment } from './Segment.js';
import { generationFileName } from './SegmentName.js';

/** Room that is kept free ahead of the commits, in segments of the largest size. */
const roomAheadSegments = 2;
/** The room kept free is never more than this part of the disk limit, so that a small cache is used too. */
const roomAheadPartMin = 40;

/** What the disk limit made go, for those who count and tell. */
export interface Eviction {
  readonly segments: readonly Segment[];
  readonly records: number;
  readonly counts: readonly EvictedCount[];
  readonly cause: EvictionCause;
  /** The limit that was reached. */
  readonly bytesMax: number;
  readonly change: CacheChange;
}

export interface RoomLimits {
  readonly bytesMax: number;
  readonly segmentBytesMax: number;
  readonly cause: EvictionCause;
  /** The limit to name: `bytesMax`, or that of all caches together. */
  readonly namedBytesMax: number;
}

export interface RoomKeeperOptions {
  readonly segmentsFolder: string;
  readonly files: FileSystem;
  readonly ledger: () => Ledger;
  /** Segments that may go: all but the one that is being written. In ascending order. */
  readonly closed: () => readonly Segment[];
  /** Bytes of all that stays (what is leaving left out). */
  readonly bytes: () => number;
  /** Bytes of files beside those of the segments, which go when a segment has been written anew. */
  readonly bytesInWork: () => number;
  readonly limits: () => RoomLimits;
  /** Takes segments out of the store's memory: the ledger says durably that they go. */
  readonly forget: (segments: readonly Segment[]) => void;
  readonly evicted: (eviction: Eviction) => void;
  /** Numbers of segments on their way out: here until their removal is durable. */
  readonly leaving: Set<number>;
  readonly nowMs: () => number;
}

/**
 * Keeps the cache within its disk limit, and removes the files of segments that are done with.
 *
 * Invariants: a file is removed only after the ledger durably says why, or after all in it was durably acknowledged or
 * deleted. Everything here runs in one lane of its own, beside the commits: room is made ahead, so that a commit finds
 * it, and waits only when this lane has not kept up. A file counts towards the limit until it is unlinked. Files in work
 * may take one segment beyond the limit; more of them takes room from what is admitted, and no room is made ahead for it.
 */
export class RoomKeeper {
  readonly #options: RoomKeeperOptions;
  readonly #lane = new Lane();
  /** Files whose segments are forgotten and which are still on disk, with their sizes. */
  readonly #leaving = new Map<string, number>();
  #making: Promise<boolean> | null = null;

  constructor(options: RoomKeeperOptions) {
    this.#options = options;
  }

  /** Bytes of files that are about to be unlinked. */
  get leavingBytes(): number {
    let bytes = 0;
    for (const size of this.#leaving.values()) bytes += size;
    return bytes;
  }

  /** Bytes that fit now without anything having to go. */
  spareBytes(): number {
    return -this.#excess(this.#roomAhead());
  }

  /** Begins to make room in the background when less than the room ahead is free. */
  prepare(): void {
    // A failure is met again by the commit that needs the room.
    if (this.#excess(this.#roomAhead()) > 0) void this.#make(0).catch(() => undefined);
  }

  /** Resolves when this many bytes more fit, or when nothing is left that could go. Throws when the disk refuses. */
  async admit(bytes: number): Promise<void> {
    while (this.#excess(bytes) + this.#excessInWork() + this.leavingBytes > 0) {
      // What is under way may have been begun for less.
      if (this.#making !== null) await this.#making;
      else if (!(await this.#make(bytes))) return;
    }
  }

  /** Removes the files of segments that nothing needs any more, and those that could not be removed before. */
  removeEmptied(isDone: (segment: Segment) => boolean): Promise<void> {
    return this.#lane.run(async () => {
      await this.#unlinkLeaving();
      const emptied = this.#options.closed().filter(isDone);
      if (emptied.length === 0) return;
      this.#forget(emptied);
      await this.#unlinkLeaving();
      const at = this.#options.nowMs();
      await this.#options
        .ledger()
        .append(emptied.map(({ sequence }) => ({ type: 'segment-removed' as const, segment: sequence, at })));
    });
  }

  /** Resolves when no eviction is under way: what was leaving has gone, or stays after all. */
  async evictionOver(): Promise<void> {
    while (this.#making !== null) await this.#making.catch(() => false);
  }

  /** Resolves when nothing is under way here. */
  async settled(): Promise<void> {
    await this.evictionOver();
    await this.#lane.run(() => Promise.resolve());
  }

  #roomAhead(): number {
    const { bytesMax, segmentBytesMax } = this.#options.limits();
    return Math.min(roomAheadSegments * segmentBytesMax, bytesMax / roomAheadPartMin);
  }

  /** By how much the limit would be exceeded with `bytes` more. */
  #excess(bytes: number): number {
    return this.#options.bytes() + bytes - this.#options.limits().bytesMax;
  }

  /** What the files in work take beyond the one segment by which the limit may be exceeded. */
  #excessInWork(): number {
    return Math.max(0, this.#options.bytesInWork() - this.#options.limits().segmentBytesMax);
  }

  /** True when something went. One at a time: whoever asks meanwhile gets the one under way. */
  #make(bytes: number): Promise<boolean> {
    this.#making ??= this.#lane
      .run(async () => {
        await this.#unlinkLeaving();
        const excess = Math.max(this.#excess(bytes) + this.#excessInWork(), this.#excess(this.#roomAhead()));
        const victims = this.#chooseVictims(excess);
        if (victims.length > 0) await this.#evict(victims);
        return victims.length > 0;
      })
      .finally(() => {
        this.#making = null;
      });
    return this.#making;
  }

  /** All that must go, in one step. */
  async #evict(victims: readonly Segment[]): Promise<void> {
    const { ledger, limits, nowMs } = this.#options;
    for (const segment of victims) segment.leaving = true;
    try {
      // What was acknowledged before is not counted as lost; who acknowledges from now on waits.
      await ledger().settled();
      const at = nowMs();
      const { cause, namedBytesMax } = limits();
      const reason = `${evictionCauseWords[cause]} (${namedBytesMax} bytes) was reached`;
      const entries = victims.map((segment) => ({
        type: 'evict' as const,
        segment: segment.sequence,
        records: segment.remaining() + segment.count('quarantined'),
        counts: wantedCountsOf(segment),
        reason,
        ...(cause === 'robot-limit' ? {} : { cause }),
        at,
      }));
      await ledger().append(entries, () => {
        const change = { type: 'evicted' as const, ranges: victims.flatMap(wantedRanges), cause };
        this.#forget(victims);
        const records = entries.reduce((sum, entry) => sum + entry.records, 0);
        const counts = entries.flatMap((entry) => entry.counts);
        // Room was found in what a person had deleted: nothing is lost.
        if (records > 0)
          this.#options.evicted({ segments: victims, records, counts, cause, bytesMax: namedBytesMax, change });
      });
    } finally {
      for (const segment of victims) segment.leaving = false;
    }
    await this.#unlinkLeaving();
  }

  /** What only an undo would need; then the oldest, then those that are being sent, then those with held records. */
  #chooseVictims(excess: number): Segment[] {
    const rank = (segment: Segment): number => {
      if (segment.isEmptied()) return -1;
      if (segment.count('held') + segment.count('sending-held') > 0) return 2;
      return segment.sending() > 0 ? 1 : 0;
    };
    const ranked = this.#options.closed().map((segment) => ({ segment, rank: rank(segment) }));
    const victims: Segment[] = [];
    let freed = 0;
    for (const { segment } of ranked.sort((a, b) => a.rank - b.rank || a.segment.sequence - b.segment.sequence)) {
      if (freed >= excess) break;
      freed += segment.bytes + (segment.keptFile?.bytes ?? 0);
      victims.push(segment);
    }
    return victims;
  }

  #forget(segments: readonly Segment[]): void {
    for (const segment of segments) {
      segment.removed = true;
      this.#options.leaving.add(segment.sequence);
      // Earlier files that could not be removed when they were replaced go too.
      for (let generation = 0; generation < segment.generationMax; generation += 1) {
        const path = `${this.#options.segmentsFolder}/${generationFileName(segment.file, generation)}`;
        this.#leaving.set(path, 0);
      }
      this.#leaving.set(segment.path, segment.bytes);
      if (segment.keptFile !== null) this.#leaving.set(segment.keptFile.path, segment.keptFile.bytes);
    }
    this.#options.forget(segments);
  }

  async #unlinkLeaving(): Promise<void> {
    const { files, segmentsFolder, leaving } = this.#options;
    if (leaving.size === 0) return;
    for (const path of [...this.#leaving.keys()]) {
      await removeIfThere(files, path);
      this.#leaving.delete(path);
    }
    await files.syncFolder(segmentsFolder);
    leaving.clear();
  }
}

/** The records of a segment that were still in the cache: to be sent, kept back, too old, or refused. */
function wantedRanges(segment: Segment): AddressRange[] {
  const ranges: { segment: number; from: number; to: number }[] = [];
  for (let ordinal = 0; ordinal < segment.records; ordinal += 1) {
    if (cachedStateOf(segment.state(ordinal)) === null) continue;
    const last = ranges.at(-1);
    if (last?.to === ordinal - 1) last.to = ordinal;
    else ranges.push({ segment: segment.sequence, from: ordinal, to: ordinal });
  }
  return ranges;
}
