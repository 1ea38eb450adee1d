import type { RecordFilter } from '../model/RecordFilter.js';
import { groupMatches, needsDecoding, stampMatches, stateMatches } from './matchesFilter.js';
import { type ReadParts, readRecords } from './readRecords.js';
import { cachedStateOf, type RecordState, type Segment } from './Segment.js';

/** Ordinals of a segment's records that pass the filter and are in one of the states. Needs the columns. */
export async function selectOrdinals(
  parts: ReadParts,
  segment: Segment,
  filter: RecordFilter,
  states: ReadonlySet<RecordState>,
): Promise<number[]> {
  const found: number[] = [];
  if (needsDecoding(filter)) {
    const options = { ...parts, segments: [segment], filter, order: 'oldest' as const };
    for await (const { address } of readRecords(options)) {
      if (states.has(segment.state(address.ordinal))) found.push(address.ordinal);
    }
    return found;
  }
  const { columns } = segment;
  if (columns === null) return found;
  for (let ordinal = 0; ordinal < segment.records; ordinal += 1) {
    const state = segment.state(ordinal);
    const cached = cachedStateOf(state);
    if (!states.has(state) || cached === null || !stateMatches(cached, filter)) continue;
    if (!stampMatches(columns.stamp(ordinal), filter)) continue;
    const group = segment.groups[columns.group(ordinal)]?.group;
    if (group !== undefined && groupMatches(group, filter)) found.push(ordinal);
  }
  return found;
}
