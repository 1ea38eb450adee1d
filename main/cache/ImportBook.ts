import { fail, type Result, succeed } from '../model/Problem.js';
import type { CacheShare, ImportProgress, RecordToCache } from '../seams/Cache.js';
import type { LedgerBook } from './LedgerBook.js';
import type { ImportedEntry } from './LedgerEntry.js';
import type { Segment } from './Segment.js';

/** Imports fill the cache to this part of its limit at most: they must not make what came live go. */
const importedPartMax = 0.9;
/** What a record costs in a segment beside its bytes, about. */
const recordOverheadBytes = 64;

/** The line for a progress of now: all records of its origin up to the newest one of all are a part of it. */
export function importedEntry(
  progress: ImportProgress,
  recordsBeyond: number,
  segments: readonly Segment[],
  at: number,
): ImportedEntry {
  const newest = segments.findLast(({ records }) => records > 0);
  const place = {
    segment: newest?.sequence ?? 0,
    inSegment: newest === undefined ? 0 : recordsOf(newest, progress.origin),
  };
  return { type: 'imported', ...progress, recordsBeyond, ...place, at };
}

/** How much a cache holds, and what may still come before something has to go for it. */
export interface ImportRoom {
  readonly bytes: number;
  /** The robot's own limit. */
  readonly bytesMax: number;
  /** What the limit of all caches together leaves to this one; null without such a limit. */
  readonly share: CacheShare | null;
  /** Bytes that fit now without anything having to go. */
  readonly spareBytes: number;
}

/**
 * Problem `cache-full` when these records would come too near to the disk limit, or to what all caches' limit leaves; `room-later` when
 * only the step is used up by which all caches' limit lets this one grow until it is shared out anew.
 */
export function roomForImport(room: ImportRoom, records: readonly RecordToCache[]): Result<void> {
  const { bytesMax, share } = room;
  const added = records.reduce((sum, { data }) => sum + data.byteLength + recordOverheadBytes, 0);
  const wanted = room.bytes + added;
  if (wanted > bytesMax * importedPartMax) {
    return fail(
      'cache-full',
      `The cache is full (its limit is ${bytesMax} bytes, nine tenths of it for imports), and importing more would make older records go.`,
      'Flush what waits, or raise storage_limit in the robot file; then import again: it goes on where it stopped.',
    );
  }
  const isWithinReach = share === null || wanted <= share.reachableBytes * importedPartMax;
  if (share === null || (isWithinReach && added <= room.spareBytes)) return succeed(undefined);
  return fail(
    isWithinReach ? 'room-later' : 'cache-full',
    `The caches of all robots have no room for more of this import (their limit together is ${share.laptopBytesMax} bytes): older records would go for it.`,
    'Flush what waits, or raise the limit of all caches in the settings; then import again: it goes on where it stopped.',
  );
}

/** See Cache.importProgress. Records are counted whatever became of them, as long as their segment is there. */
export function importProgressOf(
  origin: string,
  book: LedgerBook,
  segments: readonly Segment[],
): { progress: ImportProgress | null; recordsBeyond: number } {
  const entry = book.imported.get(origin);
  let recordsBeyond = entry?.recordsBeyond ?? 0;
  for (const segment of segments) {
    if (segment.sequence < (entry?.segment ?? 0)) continue;
    const known = segment.sequence === entry?.segment ? entry.inSegment : 0;
    recordsBeyond += Math.max(0, recordsOf(segment, origin) - known);
  }
  if (entry === undefined) return { progress: null, recordsBeyond };
  const { fromBytes, lines, bytes, digest } = entry;
  return { progress: { origin, fromBytes, lines, bytes, digest }, recordsBeyond };
}

/**
 * What a start must write down about imports: records that a crash parted from their line. It is durable before any of
 * them can be acknowledged and leave, after which they could not be counted any more.
 */
export function partedImports(book: LedgerBook, segments: readonly Segment[], at: number): ImportedEntry[] {
  const origins = new Set(segments.flatMap(({ groups }) => groups.map(({ group }) => group.origin)));
  const entries: ImportedEntry[] = [];
  for (const origin of origins) {
    const before = book.imported.get(origin);
    // Without a line of theirs (it was damaged) they are counted for as long as they are there.
    if (before === undefined) continue;
    const { progress, recordsBeyond } = importProgressOf(origin, book, segments);
    if (progress === null || recordsBeyond === before.recordsBeyond) continue;
    entries.push(importedEntry(progress, recordsBeyond, segments, at));
  }
  return entries;
}

/** Those that were never durable or cannot be read are left out: they have to come again. */
function recordsOf(segment: Segment, origin: string): number {
  let sum = 0;
  for (const [number, { group, records }] of segment.groups.entries()) {
    if (group.origin === origin) sum += records - segment.countInGroup(number, 'missing');
  }
  return sum;
}
