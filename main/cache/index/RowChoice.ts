import { compiledTermsOf } from '../../model/compileTerms.js';
import type { RecordFilter } from '../../model/RecordFilter.js';
import { groupMatches, nodesMatch } from '../matchesFilter.js';
import type { SegmentGroup } from '../SegmentGroup.js';
import { labelUnknown, type Tallies } from './indexChunk.js';
import type { SegmentIndexHead } from './SegmentIndex.js';

/** The group of a channel in a segment. */
export type GroupOfChannel = (channelId: number) => SegmentGroup | undefined;

/** May a record with the label, which is not known when it is not listed, pass the filter's nodes and terms? */
export function labelMayMatch(label: string | undefined, { nodes, terms = [] }: RecordFilter): boolean {
  if (label === undefined) return true;
  if (nodes !== undefined && !nodesMatch(label, nodes)) return false;
  return terms.length === 0 || compiledTermsOf(terms).judgeNode(label) !== 'hide';
}

const unknown = 0;
const taken = 1;
const refused = 2;

/** Which rows of a segment's tallies a filter lets through: what it says of each channel and label is found out once. */
export class RowChoice {
  readonly #filter: RecordFilter;
  readonly #head: SegmentIndexHead;
  readonly #groupOf: GroupOfChannel;
  readonly #labels: Uint8Array;
  readonly #channels: number[] = [];

  constructor(filter: RecordFilter, head: SegmentIndexHead, groupOf: GroupOfChannel) {
    this.#filter = filter;
    this.#head = head;
    this.#groupOf = groupOf;
    this.#labels = new Uint8Array(head.labels.length);
  }

  isFor(head: SegmentIndexHead, groupOf: GroupOfChannel): boolean {
    return this.#head === head && this.#groupOf === groupOf;
  }

  /** May a record of one of the rows pass? */
  takesAny({ groups, labels }: Tallies): boolean {
    for (let place = 0; place < groups.length; place += 1) {
      if (this.#takesChannel(groups[place] ?? 0) && this.#takesLabel(labels[place] ?? labelUnknown)) return true;
    }
    return false;
  }

  #takesLabel(number: number): boolean {
    const known = this.#labels[number];
    // One that is not listed may be any.
    if (known === undefined) return true;
    if (known !== unknown) return known === taken;
    const takes = labelMayMatch(this.#head.labels[number], this.#filter);
    this.#labels[number] = takes ? taken : refused;
    return takes;
  }

  #takesChannel(channelId: number): boolean {
    const known = this.#channels[channelId] ?? unknown;
    if (known !== unknown) return known === taken;
    const group = this.#groupOf(channelId);
    const takes = group === undefined || groupMatches(group, this.#filter);
    this.#channels[channelId] = takes ? taken : refused;
    return takes;
  }
}
