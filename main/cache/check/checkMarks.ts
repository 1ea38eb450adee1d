import type { LedgerEntry } from '../LedgerEntry.js';
import { type Finding, recordsWords } from './Finding.js';

/** What of a segment's file there is to compare the ledger with. */
export interface PresentSegment {
  /** Relative to the cache's folder. */
  readonly file: string;
  /** The ordinal after its last record. */
  readonly nextOrdinal: number;
}

interface Mark {
  readonly type: LedgerEntry['type'];
  readonly from: number;
  readonly to: number;
}

const keptStep = 'Look for the file on a backup; nothing else can bring these records back.';

/**
 * Compares the records that the ledger names with the segments that are there. The ledger names only records that were
 * durable: when a segment's file has fewer, its end went.
 */
export function checkMarks(
  entries: readonly LedgerEntry[],
  present: ReadonlyMap<number, PresentSegment>,
  gone: ReadonlySet<number>,
): Finding[] {
  const findings: Finding[] = [];
  for (const [segment, marks] of marksBySegment(entries)) {
    if (gone.has(segment)) continue;
    const found = present.get(segment);
    if (found === undefined) {
      const kept = marks.find((mark, place) => isKept(mark) && !isOver(mark, marks.slice(place + 1)));
      if (kept !== undefined) findings.push(missingSegment(segment, kept));
      continue;
    }
    const last = marks.reduce((highest, { to }) => Math.max(highest, to), -1);
    if (last >= found.nextOrdinal) findings.push(shortSegment(found, last));
  }
  return findings;
}

function marksBySegment(entries: readonly LedgerEntry[]): Map<number, Mark[]> {
  const marks = new Map<number, Mark[]>();
  for (const entry of entries) {
    // What could not be read may be beyond what the file still has.
    if (!('ranges' in entry) || entry.type === 'missing') continue;
    for (const [segment, from, to] of entry.ranges) {
      const known = marks.get(segment);
      const mark = { type: entry.type, from, to };
      if (known === undefined) marks.set(segment, [mark]);
      else known.push(mark);
    }
  }
  return marks;
}

function isKept({ type }: Mark): boolean {
  return type === 'hold' || type === 'quarantine';
}

/** Was something else said of both its ends afterwards? */
function isOver({ from, to }: Mark, later: readonly Mark[]): boolean {
  return [from, to].every((ordinal) => later.some((mark) => mark.from <= ordinal && ordinal <= mark.to));
}

function missingSegment(segment: number, { from, to, type }: Mark): Finding {
  const why = type === 'hold' ? 'are held' : 'are kept as refused';
  return {
    code: 'segment-missing',
    file: 'segments',
    position: null,
    length: null,
    words: `The file of segment ${segment} is gone, though the ledger says that ${recordsWords(from, to)} of it ${why}: somebody else removed it.`,
    nextStep: keptStep,
  };
}

function shortSegment({ file, nextOrdinal }: PresentSegment, last: number): Finding {
  return {
    code: 'segment-short',
    file,
    position: null,
    length: null,
    words: `The ledger names record ${last} of this segment, but the file has only ${nextOrdinal}: its end was cut off or replaced.`,
    nextStep: keptStep,
  };
}
