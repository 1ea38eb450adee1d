import type { Series } from '../stores/Series.js';

const colours = 6;

/** A series' colour token, the same for the same key in every session. */
export function seriesColour(series: Pick<Series, 'key'>): string {
  return `var(${seriesColourToken(series)})`;
}

export function seriesColourToken(series: Pick<Series, 'key'>): string {
  let hash = 7;
  for (let index = 0; index < series.key.length; index += 1) hash = (hash * 31 + series.key.charCodeAt(index)) >>> 0;
  return `--series-${(hash % colours) + 1}`;
}
