import { createHash } from 'node:crypto';
import type { MetricDatumToSend } from '../../seams/CloudSink.js';
import type { Parcel } from '../Parcel.js';
import type { IntentDraft, Packing } from './Intent.js';

const minuteMs = 60_000;

/** What is written down before the requests of a parcel go. */
export function intentOf(parcel: Parcel, packing: Packing, atMs: number): IntentDraft {
  const [first] = parcel.requests;
  if (first === undefined) throw new Error('a parcel without a request');
  return {
    destination: first.request.destination,
    packing,
    ranges: parcel.stored.ranges,
    records: parcel.stored.count,
    samples: first.samples,
    atMs,
  };
}

/** Minutes since the epoch. */
export function minuteOf(timestampMs: number): number {
  return Math.floor(timestampMs / minuteMs);
}

/** What CloudWatch counts apart: name, dimensions in any order, unit. Short, as many are written down. */
export function seriesKey({ name, unit, dimensions }: Pick<MetricDatumToSend, 'name' | 'unit' | 'dimensions'>): string {
  const pairs = dimensions.map((dimension) => [dimension.name, dimension.value]);
  pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash('sha256')
    .update(JSON.stringify([name, unit, pairs]))
    .digest('base64url')
    .slice(0, 12);
}
