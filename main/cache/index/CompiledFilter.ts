import { type Problem, type Result, succeed } from '../../model/Problem.js';
import type { TetherRecord } from '../../model/Record.js';
import type { RecordFilter } from '../../model/RecordFilter.js';
import { contentMatches, groupMatches, needsDecoding, stampMatches } from '../matchesFilter.js';
import type { SegmentGroup } from '../SegmentGroup.js';
import { type LiteralNeed, requiredLiterals } from './requiredLiterals.js';
import { problemOfTerms } from '../../model/textTest.js';
import { problemOfRegex } from './safeRegex.js';
import { isAscii } from './ByteSearch.js';
import { EntryFilter, type SoughtEntries } from './EntryFilter.js';
import { type GroupOfChannel, labelMayMatch, RowChoice, type TakenRows } from './RowChoice.js';
import type { ChunkIndexEntry, IndexEntry, SegmentIndexHead } from './SegmentIndex.js';

/** Problem `bad-regex`; null for a filter that can be used. Filters that come from outside must be checked with it. */
export function problemOfFilter({ regex = '', terms = [] }: RecordFilter): Problem | null {
  const message = problemOfTerms(terms);
  if (message !== null) return { code: 'bad-regex', message, nextStep: 'Write it in the syntax of RE2.' };
  return regex === '' ? null : problemOfRegex(regex);
}

export function compileFilter(filter: RecordFilter): Result<CompiledFilter> {
  const problem = problemOfFilter(filter);
  return problem === null ? succeed(new CompiledFilter(filter)) : { ok: false, problem };
}

/**
 * A filter made ready for many questions.
 *
 * Invariant: the answers about segments, chunks and bytes are "may": whenever `matchesFilter` accepts a record, they are
 * true for what holds it. States are not asked for here: the index knows nothing of them.
 */
export class CompiledFilter {
  readonly filter: RecordFilter;
  /** Must a record be decoded to know? */
  readonly looksInside: boolean;
  /** What the filter's regular expression and terms need in the text. */
  readonly regexNeed: LiteralNeed;
  readonly #entries: EntryFilter;
  /** Do kind, destination, severity or node matter? */
  readonly #choosesRows: boolean;
  /** Of the segment that was asked about last: its chunks come one after the other. */
  #choice: RowChoice | null = null;

  /** For a filter that `problemOfFilter` has nothing against. */
  constructor(filter: RecordFilter) {
    this.filter = filter;
    this.looksInside = needsDecoding(filter);
    this.regexNeed = { type: 'all', needs: needsOf(filter) };
    const { text = '', sinceNs, untilNs, nodes, terms, kind, destinations, severityMin, severities } = filter;
    this.#entries = new EntryFilter({ text, sinceNs, untilNs, regexNeed: this.regexNeed });
    this.#choosesRows = [nodes, terms, kind, destinations, severityMin, severities].some((part) => part !== undefined);
  }

  /** All but the state: of the group, the stamp and the content. */
  matches(group: SegmentGroup, record: TetherRecord): boolean {
    const { filter } = this;
    return groupMatches(group, filter) && stampMatches(record.stampNs, filter) && contentMatches(record, filter);
  }

  mayMatchSegment(head: SegmentIndexHead, groupOf: GroupOfChannel): boolean {
    return (
      this.#entries.mayMatch(head) && (!this.#choosesRows || this.#choiceFor(head, groupOf).takesAny(head.tallies))
    );
  }

  mayMatchChunk(chunk: ChunkIndexEntry, head: SegmentIndexHead, groupOf: GroupOfChannel): boolean {
    if (!this.#entries.mayMatch(chunk)) return false;
    if (!this.#choosesRows) return true;
    const tallies = chunk.tallies();
    return tallies === null || this.#choiceFor(head, groupOf).takesAny(tallies);
  }

  /** Do all of the entry's records with the group and the label pass, whatever else they hold? */
  takesWholeRows({ oldestNs, newestNs, decoded }: IndexEntry): boolean {
    const { text = '', regex = '', nodes, terms = [] } = this.filter;
    const asksLabel = nodes !== undefined || terms.length > 0;
    const isPlain = text === '' && regex === '' && terms.every(({ field }) => field === 'node');
    const plain = isPlain && (decoded || !asksLabel);
    return plain && stampMatches(oldestNs, this.filter) && stampMatches(newestNs, this.filter);
  }

  /** What another thread needs to ask an index by stamps and texts. */
  get soughtEntries(): SoughtEntries {
    return this.#entries.sought;
  }

  /** What else it needs, of one segment: these channels', and the labels' of its head. Null when no rows are chosen. */
  takenRows(head: SegmentIndexHead, groupOf: GroupOfChannel, channelIds: readonly number[]): TakenRows | null {
    return this.#choosesRows ? this.#choiceFor(head, groupOf).takenRows(channelIds) : null;
  }

  #choiceFor(head: SegmentIndexHead, groupOf: GroupOfChannel): RowChoice {
    if (this.#choice?.isFor(head, groupOf) !== true) this.#choice = new RowChoice(this.filter, head, groupOf);
    return this.#choice;
  }

  /** May the label be one of the filter's nodes? */
  takesLabel(labels: readonly string[], number: number): boolean {
    return labelMayMatch(labels[number], this.filter);
  }
}

/** Of the terms only what is wanted in the message or the label: what is excluded, or wanted elsewhere, needs nothing there. */
function needsOf({ regex, terms = [] }: RecordFilter): LiteralNeed[] {
  const wanted = terms.filter(({ field, exclude }) => (field === 'any' || field === 'text') && !exclude);
  return [
    ...(regex === undefined ? [] : [requiredLiterals(regex)]),
    ...wanted.flatMap((term): LiteralNeed[] => {
      // Of these it is sure that they stand in the text in capitals or small letters: see textTest.ts.
      if (!term.regex)
        return isAscii(term.text) ? [{ type: 'literal', text: term.text.toLowerCase(), anyCase: true }] : [];
      return [requiredLiterals(`(?i)${term.text}`)];
    }),
  ];
}
