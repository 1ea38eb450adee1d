import { createHash } from 'node:crypto';
import { rangesOf } from '../../seams/addressRanges.js';
import type { AddressRange, CachedRecord } from '../../seams/Cache.js';
import type { MetricDatumToSend } from '../../seams/CloudSink.js';
import type { Parcel } from '../Parcel.js';
import type { IntentDraft, MinuteSamples, Packing } from './Intent.js';

const minuteMs = 60_000;

/** What is written down before the requests of a parcel go. */
export function intentOf(parcel: Parcel, packing: Packing, atMs: number): IntentDraft {
  const [first] = parcel.requests;
  if (first === undefined) throw new Error('a parcel without a request');
  return {
    destination: first.request.destination,
    packing,
    ranges: rangesOfRecords(parcel.records),
    records: parcel.records.length,
    samples: first.request.kind === 'metric' ? minuteSamples(first.request.data) : [],
    atMs,
  };
}

/** The places of these records, in order, neighbours together. */
export function rangesOfRecords(records: readonly CachedRecord[]): readonly AddressRange[] {
  return rangesOf(records.map(({ address }) => address));
}

/** Minutes since the epoch. */
export function minuteOf({ timestampMs }: MetricDatumToSend): number {
  return Math.floor(timestampMs / minuteMs);
}

/** What CloudWatch counts apart: name, dimensions in any order, unit. Short, as many are written down. */
export function seriesKey({ name, unit, dimensions }: MetricDatumToSend): string {
  const pairs = dimensions.map((dimension) => [dimension.name, dimension.value]);
  pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash('sha256')
    .update(JSON.stringify([name, unit, pairs]))
    .digest('base64url')
    .slice(0, 12);
}

function minuteSamples(data: readonly MetricDatumToSend[]): readonly MinuteSamples[] {
  const minutes = new Map<number, Map<string, number>>();
  const keys = new SeriesKeys();
  for (const datum of data) {
    const minute = minuteOf(datum);
    const counts = minutes.get(minute) ?? new Map<string, number>();
    minutes.set(minute, counts);
    const series = keys.of(datum);
    counts.set(series, (counts.get(series) ?? 0) + (datum.statistics?.sampleCount ?? 1));
  }
  return [...minutes].map(([minute, counts]) => ({ minute, counts: Object.fromEntries(counts) }));
}

/** A request has few series and many data: each series is hashed once. */
class SeriesKeys {
  private readonly known = new Map<string, string>();

  of(datum: MetricDatumToSend): string {
    const text = [datum.name, datum.unit, ...datum.dimensions.flatMap(({ name, value }) => [name, value])].join('\n');
    const known = this.known.get(text) ?? seriesKey(datum);
    this.known.set(text, known);
    return known;
  }
}
