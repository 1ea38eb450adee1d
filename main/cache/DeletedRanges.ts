import type { AddressRange } from '../seams/Cache.js';
import type { LedgerEntry } from './LedgerEntry.js';
import { ledgerRanges, linesOf } from './ledgerRanges.js';
import type { RecordState, Segment } from './Segment.js';

/** How long a delete can be undone, unless its room is needed before. */
export const undoMs = 10 * 60_000;

type StateBefore = 'pending' | 'held' | 'expired' | 'quarantined';

/** Records that a delete took from one state; `reason` is CloudWatch's, for `quarantined`. */
export interface DeletedRange extends AddressRange {
  readonly before: StateBefore;
  readonly reason: string;
}

export interface Deletion {
  readonly id: number;
  /** Milliseconds since the epoch, by the wall clock: what the ledger has. */
  readonly at: number;
  readonly ranges: readonly DeletedRange[];
}

/**
 * The deletes that can still be undone, with what their records were before.
 *
 * Invariants: only what is durable in the ledger is in here. The segments that it names stay on disk, also when nothing
 * else needs them, until the delete is too old or the room is needed.
 */
export class DeletedRanges {
  readonly #deletions = new Map<number, Deletion>();
  readonly #recordsBySegment = new Map<number, number>();
  /** Smallest number that no delete has had. */
  nextId = 1;

  takeId(): number {
    return this.nextId++;
  }

  /** The id was given before: by the ledger's word. */
  reserveId(id: number): void {
    this.nextId = Math.max(this.nextId, id + 1);
  }

  /** May be called for one delete segment by segment. */
  add(id: number, at: number, ranges: readonly DeletedRange[]): void {
    if (ranges.length === 0) return;
    this.#deletions.set(id, { id, at, ranges: [...(this.#deletions.get(id)?.ranges ?? []), ...ranges] });
    for (const { segment, from, to } of ranges) {
      this.#recordsBySegment.set(segment, (this.#recordsBySegment.get(segment) ?? 0) + to - from + 1);
    }
  }

  get(id: number): Deletion | undefined {
    return this.#deletions.get(id);
  }

  all(): Deletion[] {
    return [...this.#deletions.values()];
  }

  /** It was undone, or is too old. */
  forget(id: number): void {
    this.#replace(this.all().filter((deletion) => deletion.id !== id));
  }

  /** Their files are gone: what was deleted in them cannot come back. */
  forgetSegments(segments: readonly Segment[]): void {
    const gone = new Set(segments.map(({ sequence }) => sequence).filter((sequence) => this.keeps(sequence)));
    if (gone.size === 0) return;
    const keptOf = ({ ranges }: Deletion): DeletedRange[] => ranges.filter(({ segment }) => !gone.has(segment));
    this.#replace(this.all().map((deletion) => ({ ...deletion, ranges: keptOf(deletion) })));
  }

  /** Forgets what is too old by the wall clock. A delete of the future (the clock was set back) was just now. */
  forgetOld(nowMs: number): void {
    this.#replace(this.all().filter(({ at }) => nowMs - at < undoMs));
  }

  /** Is the segment needed for an undo? */
  keeps(segment: number): boolean {
    return this.#recordsBySegment.has(segment);
  }

  /** How many records could come back. */
  records(): number {
    let records = 0;
    for (const count of this.#recordsBySegment.values()) records += count;
    return records;
  }

  #replace(deletions: readonly Deletion[]): void {
    this.#deletions.clear();
    this.#recordsBySegment.clear();
    for (const { id, at, ranges } of deletions) this.add(id, at, ranges);
  }
}

/** What a range's records are now, in runs; states that a delete leaves alone are left out. */
export function statesBefore(segment: Segment, from: number, to: number): DeletedRange[] {
  const ranges: DeletedRange[] = [];
  for (let ordinal = from; ordinal <= Math.min(to, segment.records - 1); ordinal += 1) {
    const before = restorable(segment.state(ordinal));
    if (before === null) continue;
    const reason = before === 'quarantined' ? segment.reasonOf(ordinal) : '';
    const last = ranges.at(-1);
    const goesOn = last?.to === ordinal - 1 && last.before === before && last.reason === reason;
    const run = { segment: segment.sequence, from: goesOn ? last.from : ordinal, to: ordinal, before, reason };
    if (goesOn) ranges[ranges.length - 1] = run;
    else ranges.push(run);
  }
  return ranges;
}

/** The parts of a range whose records are deleted at the moment. */
export function stillDeleted(segment: Segment, range: DeletedRange): DeletedRange[] {
  const parts: DeletedRange[] = [];
  for (let ordinal = range.from; ordinal <= range.to; ordinal += 1) {
    if (segment.state(ordinal) !== 'deleted') continue;
    const last = parts.at(-1);
    if (last?.to === ordinal - 1) parts[parts.length - 1] = { ...last, to: ordinal };
    else parts.push({ ...range, from: ordinal, to: ordinal });
  }
  return parts;
}

/** The lines that say of these records what they were before they were deleted. */
export function restoringEntries(ranges: readonly DeletedRange[], at: number): LedgerEntry[] {
  const waiting = ranges.filter(({ before }) => before === 'pending' || before === 'expired');
  const held = ranges.filter(({ before }) => before === 'held');
  const entries: LedgerEntry[] = [
    // What is too old is found out anew.
    ...linesOf(waiting).map((line) => ({ type: 'unhold' as const, ranges: ledgerRanges(line), at })),
    ...linesOf(held).map((line) => ({ type: 'hold' as const, ranges: ledgerRanges(line), at })),
  ];
  const refused = ranges.filter(({ before }) => before === 'quarantined');
  for (const reason of new Set(refused.map((range) => range.reason))) {
    const same = linesOf(refused.filter((range) => range.reason === reason));
    entries.push(...same.map((line) => ({ type: 'quarantine' as const, ranges: ledgerRanges(line), reason, at })));
  }
  return entries;
}

/** For a compaction, after the lines of the segments: what can be undone is deleted once more, from what it was. */
export function deletionEntries(deleted: DeletedRanges, nowMs: number): LedgerEntry[] {
  return deleted
    .all()
    .flatMap(({ id, at, ranges }) => [
      ...restoringEntries(ranges, nowMs),
      ...linesOf(ranges).map((line) => ({ type: 'delete' as const, ranges: ledgerRanges(line), id, at })),
    ]);
}

function restorable(state: RecordState): StateBefore | null {
  switch (state) {
    case 'pending':
    case 'held':
    case 'expired':
    case 'quarantined':
      return state;
    case 'acknowledged':
    case 'deleted':
    case 'missing':
    case 'sending':
    case 'sending-held':
      return null;
  }
}
