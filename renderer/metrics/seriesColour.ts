import { hashOf } from '../format/hashOf.js';
import type { Series } from '../stores/Series.js';

/** Amber and pink are left to warnings and faults: a line's colour must not look like a verdict. */
const tokens = ['--series-1', '--series-3', '--series-4', '--series-5'] as const;

/** A series' colour token, the same for the same key in every session. */
export function seriesColour(series: Pick<Series, 'key'>): string {
  return `var(${seriesColourToken(series)})`;
}

export function seriesColourToken(series: Pick<Series, 'key'>): string {
  return tokens[hashOf(series.key) % tokens.length] ?? tokens[0];
}
