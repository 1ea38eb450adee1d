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

/**
 * Which channels and labels of a segment a filter lets through, by number, as plain data: 0 for those it does not. One that is not
 * listed passes.
 */
export interface TakenRows {
  readonly channels: Uint8Array;
  readonly labels: Uint8Array;
}

/** May a record of one of the rows pass? */
export function takesAnyRow({ groups, labels }: Tallies, taken: TakenRows): boolean {
  for (let place = 0; place < groups.length; place += 1) {
    if (taken.channels[groups[place] ?? 0] !== 0 && taken.labels[labels[place] ?? labelUnknown] !== 0) return true;
  }
  return false;
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

  takenRows(channelIds: readonly number[]): TakenRows {
    const channels = new Uint8Array(1 + Math.max(0, ...channelIds)).fill(1);
    for (const channelId of channelIds) if (!this.#takesChannel(channelId)) channels[channelId] = 0;
    const labels = this.#labels.map((_, number) => (this.#takesLabel(number) ? 1 : 0));
    return { channels, labels };
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
