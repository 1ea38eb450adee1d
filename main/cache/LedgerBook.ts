import type { EvictedCount, EvictionCause, LossCounts, LossStage } from '../model/Loss.js';
import { unreachable } from '../model/unreachable.js';
import { type DeletedRange, DeletedRanges, statesBefore, stillDeleted } from './DeletedRanges.js';
import { EvictionTally } from './EvictionTally.js';
import type { ImportedEntry, LedgerEntry } from './LedgerEntry.js';
import type { NamedGeneration, WrittenGeneration } from './NamedGeneration.js';
import { LossLog } from './LossLog.js';
import { OpenEdits } from './OpenEdits.js';
import { RecoveryNotes } from './RecoveryNotes.js';
import type { RecordState, Segment } from './Segment.js';
import { UnreadableRecords } from './UnreadableRecords.js';

const doneStates: ReadonlySet<RecordState> = new Set<RecordState>(['acknowledged', 'deleted', 'missing']);

interface Mark {
  readonly from: number;
  readonly to: number;
  readonly state: RecordState;
  readonly reason: string;
  /** For a delete that can be undone. */
  readonly deletion?: { readonly id: number; readonly at: number };
}

/** What the ledger's lines come to: sums, and for each segment the marks on its records, in the order of the lines. */
export class LedgerBook {
  acknowledgedLogs = 0;
  acknowledgedMetrics = 0;
  readonly lost: Partial<Record<LossStage, number>> = {};
  /** Those of late, one by one. */
  readonly losses = new LossLog();
  readonly evicted = new EvictionTally();
  /** Those of `evicted` that went for the limit of all caches of this laptop together. */
  evictedForLaptop = 0;
  /** Filled as the marks are put on the segments; how old is too old is for the opener to say. */
  readonly deleted = new DeletedRanges();
  readonly #undone = new Set<number>();
  bytesMax: number | null = null;
  /** Smallest number that no segment has had. */
  nextSegment = 1;
  readonly notes = new RecoveryNotes();
  /** The last line about each origin. */
  readonly imported = new Map<string, ImportedEntry>();
  /** Segments that the ledger says are gone (their files may still be there after a crash). */
  readonly gone = new Set<number>();
  readonly edits = new OpenEdits();
  /** Segments that memory knows no more and whose files may still come back with a power cut: a compaction must name them. */
  readonly leaving = new Set<number>();
  /** Segments that were written anew. */
  readonly generations = new Map<number, WrittenGeneration>();
  readonly unreadable = new UnreadableRecords();
  readonly #marks = new Map<number, Mark[]>();

  add(entry: LedgerEntry): void {
    switch (entry.type) {
      case 'ledger':
        return;
      case 'ack':
        this.acknowledgedLogs += entry.logs;
        this.acknowledgedMetrics += entry.metrics;
        this.#mark(entry.ranges, 'acknowledged', '');
        return;
      case 'hold':
        this.#mark(entry.ranges, 'held', '');
        return;
      case 'unhold':
        this.#mark(entry.ranges, 'pending', '');
        return;
      case 'delete':
        if (entry.id !== undefined) this.deleted.reserveId(entry.id);
        this.#mark(entry.ranges, 'deleted', '', entry.id === undefined ? undefined : { id: entry.id, at: entry.at });
        return;
      case 'undelete':
        this.deleted.reserveId(entry.id);
        this.#undone.add(entry.id);
        return;
      case 'quarantine':
        this.#mark(entry.ranges, 'quarantined', entry.reason);
        return;
      case 'evict':
        this.countEvicted(entry);
        this.#forget(entry.segment);
        return;
      case 'loss':
        this.#lose(entry.stage, entry.count);
        this.losses.add({ stage: entry.stage, count: entry.count, reason: entry.reason, noticedMs: entry.at });
        return;
      case 'missing':
        for (const [segment] of entry.ranges) this.#reserve(segment);
        this.#lose('torn', entry.lost);
        this.unreadable.add(entry.ranges.filter(([segment]) => !this.gone.has(segment)));
        return;
      case 'segment-removed':
        this.#forget(entry.segment);
        return;
      case 'cut':
        this.#mark([[entry.segment, entry.records, Number.MAX_SAFE_INTEGER]], 'missing', '');
        return;
      case 'rewritten':
        this.#name(entry.segment, { current: entry.generation, kept: entry.kept });
        return;
      case 'edit':
        for (const [segment, current, kept] of entry.generations ?? []) this.#name(segment, { current, kept });
        this.edits.begin(entry);
        return;
      case 'edit-ended':
        this.#endEdit(entry.id, entry.how);
        return;
      case 'imported':
        this.#reserve(entry.segment);
        this.imported.set(entry.origin, entry);
        return;
      case 'note':
        this.notes.add(entry);
        return;
      case 'limits':
        this.bytesMax = entry.bytesMax;
        return;
      case 'totals':
        this.acknowledgedLogs += entry.acknowledgedLogs;
        this.acknowledgedMetrics += entry.acknowledgedMetrics;
        for (const [stage, count] of Object.entries(entry.lost)) this.#lose(stage as LossStage, count);
        this.evicted.add(entry.evicted ?? []);
        this.evictedForLaptop += entry.evictedForLaptop ?? 0;
        this.#reserve(entry.nextSegment - 1);
        this.deleted.reserveId((entry.nextDelete ?? 1) - 1);
        return;
      default:
        unreachable(entry);
    }
  }

  /** Does choosing states for this segment need to know each record's group, or which of them can be read? */
  needsColumns(segment: Segment): boolean {
    if (this.unreadable.hasIn(segment.sequence)) return true;
    return (this.#marks.get(segment.sequence) ?? []).some(({ from, to }) => from > 0 || to < segment.records - 1);
  }

  /**
   * Would nobody miss the record: was it acknowledged, deleted, never durable, or counted as lost before? As far as the
   * marks that are not applied yet say.
   */
  isDone(segment: number, ordinal: number): boolean {
    if (this.unreadable.has(segment, ordinal)) return true;
    const last = this.#marks.get(segment)?.findLast(({ from, to }) => from <= ordinal && ordinal <= to);
    return last !== undefined && doneStates.has(last.state);
  }

  /** Puts the marks on a segment whose records are all known (and whose columns are there if `needsColumns`). */
  applyTo(segment: Segment): void {
    const captured: { readonly id: number; readonly at: number; readonly range: DeletedRange }[] = [];
    for (const mark of this.#marks.get(segment.sequence) ?? []) {
      const { deletion } = mark;
      if (deletion !== undefined && !this.#undone.has(deletion.id)) {
        for (const range of statesBefore(segment, mark.from, mark.to)) captured.push({ ...deletion, range });
      }
      applyMark(segment, mark);
    }
    for (const { id, at, range } of captured) this.deleted.add(id, at, stillDeleted(segment, range));
    this.#marks.delete(segment.sequence);
  }

  /** What a disk limit made go; without a `cause`: the robot's own limit. */
  countEvicted(evicted: {
    readonly records: number;
    readonly counts?: readonly EvictedCount[] | undefined;
    readonly cause?: EvictionCause | undefined;
  }): void {
    const { records, counts = [], cause } = evicted;
    this.#lose('evicted', records);
    this.evicted.add(counts);
    if (cause === 'laptop-limit') this.evictedForLaptop += records;
  }

  lossCounts(): LossCounts {
    return { ...this.lost };
  }

  #mark(
    ranges: readonly (readonly [number, number, number])[],
    state: RecordState,
    reason: string,
    deletion?: Mark['deletion'],
  ): void {
    for (const [segment, from, to] of ranges) {
      this.#reserve(segment);
      if (this.gone.has(segment)) continue;
      const marks = this.#marks.get(segment);
      const mark = { from, to, state, reason, ...(deletion === undefined ? {} : { deletion }) };
      if (marks === undefined) this.#marks.set(segment, [mark]);
      else marks.push(mark);
    }
  }

  #endEdit(id: number, how: 'confirmed' | 'undone'): void {
    for (const segment of this.edits.get(id)?.segments ?? []) {
      const named = this.generations.get(segment);
      if (named === undefined || named.kept === null) continue;
      this.#name(segment, { current: how === 'undone' ? named.kept : named.current, kept: null });
    }
    this.edits.end(id);
  }

  #name(segment: number, named: NamedGeneration): void {
    this.#reserve(segment);
    if (this.gone.has(segment)) return;
    const before = this.generations.get(segment)?.highest ?? 0;
    this.generations.set(segment, { ...named, highest: Math.max(before, named.current, named.kept ?? 0) });
  }

  #lose(stage: LossStage, count: number): void {
    if (count === 0) return;
    this.lost[stage] = (this.lost[stage] ?? 0) + count;
  }

  #forget(segment: number): void {
    this.#reserve(segment);
    this.gone.add(segment);
    this.generations.delete(segment);
    this.unreadable.forget(segment);
    this.#marks.delete(segment);
  }

  #reserve(segment: number): void {
    this.nextSegment = Math.max(this.nextSegment, segment + 1);
  }
}

function applyMark(segment: Segment, { from, to, state, reason }: Mark): void {
  if (state === 'quarantined') segment.reasons.push({ from, to, reason });
  if (state === 'missing') segment.cutAt = from;
  const end = Math.min(to, segment.records - 1);
  if (from === 0 && end === segment.records - 1) {
    segment.setAll(['pending', 'held', 'expired', 'quarantined', 'acknowledged', 'deleted'], state);
    return;
  }
  for (let ordinal = from; ordinal <= end; ordinal += 1) segment.setState(ordinal, state);
}
