import { formatQuantity } from '../format/formatCount.js';
import type { Series } from '../stores/Series.js';

export interface SeriesGroup {
  /** Empty for charts that stand without a heading. */
  readonly heading: string;
  readonly note: string;
  readonly series: readonly Series[];
}

/** Every word must be in the name or in a dimension, as `name:value`; words are as a person types them, in any order. */
export function matchesFilter(series: Pick<Series, 'name' | 'dimensions'>, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/u);
  const place = [series.name, ...series.dimensions.map(({ name, value }) => `${name}:${value}`)]
    .join(' ')
    .toLowerCase();
  return words.every((word) =>
    word.startsWith('-') && word.length > 1 ? !place.includes(word.slice(1)) : place.includes(word),
  );
}

/** Names of all dimensions, the most frequent first. */
export function dimensionNames(all: readonly Series[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const series of all) {
    for (const { name } of series.dimensions) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort((left, right) => right[1] - left[1] || left[0].localeCompare(right[0], 'en'))
    .map(([name]) => name);
}

/**
 * Groups by a dimension's value, or (with an empty name) by the metric's name: metrics with one set of dimensions then stand together
 * without a heading.
 */
export function groupSeries(all: readonly Series[], dimension: string): readonly SeriesGroup[] {
  if (dimension === '') return groupByName(all);
  const groups = new Map<string, Series[]>();
  const without: Series[] = [];
  for (const series of all) {
    const value = series.dimensions.find(({ name }) => name === dimension)?.value;
    if (value === undefined) without.push(series);
    else groups.set(value, [...(groups.get(value) ?? []), series]);
  }
  const sorted = [...groups].sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true }));
  return [
    ...sorted.map(([value, series]) => ({ heading: `${dimension} ${value}`, note: seriesNote(series), series })),
    ...(without.length === 0 ? [] : [{ heading: `without ${dimension}`, note: seriesNote(without), series: without }]),
  ];
}

function groupByName(all: readonly Series[]): readonly SeriesGroup[] {
  const groups = new Map<string, Series[]>();
  for (const series of all) groups.set(series.name, [...(groups.get(series.name) ?? []), series]);
  const lists = [...groups].map(([heading, series]) => ({ heading, note: seriesNote(series), series }));
  const singles = lists.filter(({ series }) => series.length === 1).flatMap(({ series }) => series);
  return [
    ...(singles.length === 0 ? [] : [{ heading: '', note: '', series: singles }]),
    ...lists.filter(({ series }) => series.length > 1),
  ];
}

function seriesNote(series: readonly Series[]): string {
  return formatQuantity(series.length, 'series', 'series');
}
