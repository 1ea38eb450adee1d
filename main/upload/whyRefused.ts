import type { MetricDimension } from '../model/Record.js';
import type { MetricDatumToSend } from '../seams/CloudSink.js';
import { dimensionNameCharactersMax, dimensionsMax, dimensionValueCharactersMax } from './limits.js';
import { metricNameCharactersMax, metricValueMax } from './limits.js';

/** Why CloudWatch would not take a datum of this value, in words, or null. */
export function whyValueRefused(value: number): string | null {
  if (Number.isNaN(value)) return 'The value is not a number (NaN); CloudWatch takes none.';
  if (Math.abs(value) > metricValueMax) {
    return `The value ${value} lies outside what CloudWatch takes (-2^360 to 2^360).`;
  }
  return null;
}

/** Why CloudWatch would take no datum of this name and these dimensions, in words, or null. */
export function whySeriesRefused({ name, dimensions }: Pick<MetricDatumToSend, 'name' | 'dimensions'>): string | null {
  if (name.trim() === '') return 'The metric has no name.';
  if (name.length > metricNameCharactersMax) {
    return `The metric's name has ${name.length} characters; CloudWatch takes ${metricNameCharactersMax}.`;
  }
  if (!asciiWithoutControls.test(name)) {
    return "The metric's name has characters outside printable ASCII, which CloudWatch does not take.";
  }
  if (dimensions.length > dimensionsMax) {
    return `The metric has ${dimensions.length} dimensions; CloudWatch takes ${dimensionsMax}.`;
  }
  for (const dimension of dimensions) {
    const reason = whyDimensionRefused(dimension);
    if (reason !== null) return reason;
  }
  return null;
}

const asciiWithoutControls = /^[\x20-\x7e]*$/;

function whyDimensionRefused({ name, value }: MetricDimension): string | null {
  if (name.trim() === '') return `A dimension (value ${JSON.stringify(value)}) has no name.`;
  if (value.trim() === '') return `The dimension ${JSON.stringify(name)} has no value; CloudWatch asks for one.`;
  if (name.startsWith(':')) return `The dimension ${JSON.stringify(name)} starts with a colon.`;
  if (name.length > dimensionNameCharactersMax) {
    return `The dimension ${JSON.stringify(name.slice(0, 40))}… has a name of ${name.length} characters; CloudWatch takes ${dimensionNameCharactersMax}.`;
  }
  if (value.length > dimensionValueCharactersMax) {
    return `The dimension ${JSON.stringify(name)} has a value of ${value.length} characters; CloudWatch takes ${dimensionValueCharactersMax}.`;
  }
  if (!asciiWithoutControls.test(name) || !asciiWithoutControls.test(value)) {
    return `The dimension ${JSON.stringify(name)} has characters outside printable ASCII, which CloudWatch does not take.`;
  }
  return null;
}
