import type { SeriesShape } from '../../main/contract/bridge.js';
import { formatMetric, type MetricText } from '../format/formatMetric.js';
import type { Series } from '../stores/Series.js';

/** The dimensions as one line; a value that says nothing alone (`0`) has its name before it. */
export function dimensionWords(series: Pick<Series, 'dimensions'>): string {
  const words = series.dimensions.map(({ name, value }) => (/[a-z]{2}/iu.test(value) ? value : `${name} ${value}`));
  return words.join(' · ') || 'no dimensions';
}

/** All of them with their names: for titles, exports and screen readers. */
export function dimensionPairs(series: Pick<Series, 'dimensions'>): string {
  return series.dimensions.map(({ name, value }) => `${name} ${value}`).join(', ');
}

/** A value of a series as it is looked at: a rate has `/s` after its unit. */
export function formatShaped(value: number, unit: string, shape: SeriesShape, digits?: number): MetricText {
  const text = formatMetric(value, unit, digits);
  return shape === 'rate' || shape === 'change' ? { value: text.value, unit: `${text.unit}/s` } : text;
}

export function shapedText(value: number, unit: string, shape: SeriesShape): string {
  const text = formatShaped(value, unit, shape);
  return text.unit === '' ? text.value : `${text.value} ${text.unit}`;
}

export const shapeNames: Readonly<Record<SeriesShape, string>> = {
  value: 'Value',
  rate: 'Increase per second (a counter)',
  change: 'Change per second',
  smooth: 'Mean of the last 10',
};

/** A short sign beside the name of a series that is not shown as it is. */
export const shapeSigns: Readonly<Record<SeriesShape, string>> = {
  value: '',
  rate: 'increase/s',
  change: 'change/s',
  smooth: 'smoothed',
};

/** Silence of a series of unknown or fast period before it is called stale. */
export const staleMsMin = 5000;
