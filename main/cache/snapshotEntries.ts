import { deletionEntries } from './DeletedRanges.js';
import type { LedgerBook } from './LedgerBook.js';
import { type LedgerEntry, type LedgerRange, ledgerVersion } from './LedgerEntry.js';
import type { RecordState, Segment } from './Segment.js';

/** The whole ledger in as few entries as will do: what a compaction writes. Only what is durable goes in. */
export function snapshotEntries(
  robot: string,
  book: LedgerBook,
  segments: Iterable<Segment>,
  facts: { readonly nextSegment: number; readonly bytesMax: number; readonly at: number },
): LedgerEntry[] {
  const { nextSegment, bytesMax, at } = facts;
  const { acknowledgedLogs, acknowledgedMetrics, lost } = book;
  const entries: LedgerEntry[] = [
    { type: 'ledger', version: ledgerVersion, robot, at },
    {
      type: 'totals',
      acknowledgedLogs,
      acknowledgedMetrics,
      lost: book.losses.without(lost),
      evicted: [...book.evicted.counts()],
      ...(book.evictedForLaptop === 0 ? {} : { evictedForLaptop: book.evictedForLaptop }),
      nextSegment,
      nextDelete: book.deleted.nextId,
      at,
    },
    { type: 'limits', bytesMax, at },
    ...book.losses.entries(),
    ...book.imported.values(),
    ...book.notes.entries(at),
  ];
  for (const segment of book.leaving) entries.push({ type: 'segment-removed', segment, at });
  for (const segment of segments) {
    entries.push(...segmentEntries(segment, at), ...book.unreadable.entries(segment.sequence, at));
  }
  entries.push(...book.edits.entries(at));
  entries.push(...deletionEntries(book.deleted, at));
  return entries;
}

function segmentEntries(segment: Segment, at: number): LedgerEntry[] {
  const acknowledged: LedgerRange[] = [];
  const held: LedgerRange[] = [];
  const deleted: LedgerRange[] = [];
  const entries: LedgerEntry[] = [];
  const { sequence, named } = segment;
  const { current: generation, kept } = named;
  if (generation > 0 || kept !== null) {
    entries.push({ type: 'rewritten', segment: sequence, generation, kept, why: 'packed', at });
  }
  for (const [state, range] of runsOf(segment)) {
    if (state === 'acknowledged') acknowledged.push(range);
    else if (state === 'held') held.push(range);
    else if (state === 'deleted') deleted.push(range);
    else if (state === 'quarantined') {
      entries.push({ type: 'quarantine', ranges: [range], reason: segment.reasonOf(range[1]), at });
    }
  }
  if (acknowledged.length > 0) entries.push({ type: 'ack', ranges: acknowledged, logs: 0, metrics: 0, at });
  if (held.length > 0) entries.push({ type: 'hold', ranges: held, at });
  if (deleted.length > 0) entries.push({ type: 'delete', ranges: deleted, at });
  if (segment.cutAt !== null) entries.push({ type: 'cut', segment: segment.sequence, records: segment.cutAt, at });
  return entries;
}

/** Runs of equal states; records that were refused for different reasons are different runs. */
function* runsOf(segment: Segment): Generator<[RecordState, LedgerRange]> {
  const stateOf = (ordinal: number): RecordState => {
    const state = segment.state(ordinal);
    // Being sent is a matter of memory: on disk it is what it was.
    return state === 'sending-held' ? 'held' : state === 'sending' ? 'pending' : state;
  };
  let from = 0;
  for (let ordinal = 1; ordinal <= segment.records; ordinal += 1) {
    const state = stateOf(from);
    const same =
      ordinal < segment.records &&
      stateOf(ordinal) === state &&
      (state !== 'quarantined' || segment.reasonOf(ordinal) === segment.reasonOf(from));
    if (same) continue;
    yield [state, [segment.sequence, from, ordinal - 1]];
    from = ordinal;
  }
}
