import { cloudWatchUnit } from '../model/cloudWatchUnit.js';
import type { MetricDestination } from '../model/Destination.js';
import type { MetricDimension, MetricRecord } from '../model/Record.js';
import type { CachedRecord, Rejection } from '../seams/Cache.js';
import type { MetricDatumToSend } from '../seams/CloudSink.js';
import { dimensionNameCharactersMax, dimensionsMax, dimensionValueCharactersMax } from './limits.js';
import { metricNameCharactersMax, metricRequestBytesMax, metricRequestDataMax, metricValueMax } from './limits.js';
import type { PackedBatch, Parcel } from './Parcel.js';
import { timestampMsOf } from './packLogBatch.js';

export interface MetricPacking {
  readonly defaultDimensions: readonly MetricDimension[];
  readonly storageResolutionS: 1 | 60;
}

/**
 * Records of one namespace as PutMetricData requests within the API's limits. One datum that CloudWatch will not take makes
 * it refuse the whole request, so such records are refused here, each with its reason, and never travel with good ones.
 */
export function packMetricBatch(
  destination: MetricDestination,
  records: readonly CachedRecord[],
  packing: MetricPacking,
): PackedBatch {
  const parcels: Parcel[] = [];
  const refused: CachedRecord[] = [];
  const rejections: Rejection[] = [];
  let good: CachedRecord[] = [];
  let data: MetricDatumToSend[] = [];
  let bytes = requestHeadBytes(destination);
  const close = (): void => {
    if (good.length === 0) return;
    const recordOfEvent = good.map((_, index) => index);
    parcels.push({
      records: good,
      requests: [{ request: { kind: 'metric', destination, data }, recordOfEvent, bytes }],
    });
    good = [];
    data = [];
    bytes = requestHeadBytes(destination);
  };
  for (const cached of records) {
    if (cached.record.kind !== 'metric') throw new Error('a log in a batch of metrics');
    const datum = datumOf(cached.record, packing);
    const reason = whyRefused(datum);
    if (reason !== null) {
      refused.push(cached);
      rejections.push({ address: cached.address, reason });
      continue;
    }
    const datumBytes = datumBytesMax(datum);
    if (data.length === metricRequestDataMax || bytes + datumBytes > metricRequestBytesMax) close();
    good.push(cached);
    data.push(datum);
    bytes += datumBytes;
  }
  close();
  return { parcels, refused, rejections };
}

/** The datum of one record: default dimensions first, the message's own after, the first of a name wins. */
export function datumOf(record: MetricRecord, packing: MetricPacking): MetricDatumToSend {
  const dimensions = new Map<string, MetricDimension>();
  for (const dimension of [...packing.defaultDimensions, ...record.dimensions]) {
    if (!dimensions.has(dimension.name)) dimensions.set(dimension.name, dimension);
  }
  return {
    timestampMs: timestampMsOf(record.stampNs),
    name: record.name,
    value: record.value,
    unit: cloudWatchUnit(record.unit),
    dimensions: [...dimensions.values()],
    storageResolutionS: packing.storageResolutionS,
  };
}

/** Why CloudWatch would not take this datum, in words, or null. */
export function whyRefused(datum: MetricDatumToSend): string | null {
  if (Number.isNaN(datum.value)) return 'The value is not a number (NaN); CloudWatch takes none.';
  if (Math.abs(datum.value) > metricValueMax) {
    return `The value ${datum.value} lies outside what CloudWatch takes (-2^360 to 2^360).`;
  }
  if (datum.name.trim() === '') return 'The metric has no name.';
  if (datum.name.length > metricNameCharactersMax) {
    return `The metric's name has ${datum.name.length} characters; CloudWatch takes ${metricNameCharactersMax}.`;
  }
  if (!asciiWithoutControls.test(datum.name)) {
    return "The metric's name has characters outside printable ASCII, which CloudWatch does not take.";
  }
  if (datum.dimensions.length > dimensionsMax) {
    return `The metric has ${datum.dimensions.length} dimensions; CloudWatch takes ${dimensionsMax}.`;
  }
  for (const dimension of datum.dimensions) {
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

/** `{"Namespace":"…","MetricData":[]}`, never under the truth. */
export function requestHeadBytes(destination: MetricDestination): number {
  return 64 + jsonBytesMax(destination.namespace);
}

/** The fixed text of one datum with the longest number, time and unit is 160 bytes; a dimension's is 24. */
export function datumBytesMax(datum: MetricDatumToSend): number {
  let bytes = 192 + jsonBytesMax(datum.name);
  for (const { name, value } of datum.dimensions) bytes += 32 + jsonBytesMax(name) + jsonBytesMax(value);
  return bytes;
}

/** A character needs at most 6 bytes as JSON (`\u0001`). */
function jsonBytesMax(text: string): number {
  return asciiPlain.test(text) ? text.length : text.length * 6;
}

const asciiPlain = /^[A-Za-z0-9 _./:-]*$/;
