import type { Segment } from './Segment.js';
import { cachedStateOf } from './Segment.js';

/** What is still wanted of a segment, in words: `812 INFO logs, 3 ERROR logs, 40 metrics`. */
export function describeContent(segment: Segment): string {
  const counts = new Map<string, number>();
  for (const [number, { group }] of segment.groups.entries()) {
    const name = group.kind === 'metric' ? 'metrics' : `${group.severity ?? ''} logs`.trim();
    const wanted = segment.sums(number).filter(({ state }) => cachedStateOf(state) !== null);
    const records = wanted.reduce((sum, state) => sum + state.records, 0);
    if (records > 0) counts.set(name, (counts.get(name) ?? 0) + records);
  }
  return counts.size === 0
    ? 'nothing that was still to be sent'
    : [...counts].map(([name, n]) => `${n} ${name}`).join(', ');
}
