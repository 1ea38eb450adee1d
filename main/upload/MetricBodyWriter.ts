import type { MetricDestination } from '../model/Destination.js';
import type { MetricDatumToSend, WrittenBody } from '../seams/CloudSink.js';
import type { MinuteSamples } from './intents/Intent.js';
import { minuteOf } from './intents/intentOf.js';
import { jsonBytesMax, type MetricSeries } from './MetricSeriesTable.js';

/** Writes the body of one PutMetricData request as the SDK would, and counts its samples by minute and series. */
export class MetricBodyWriter {
  /** Of the body before compression, never under the truth. */
  bytes: number;
  private text: string;
  private count = 0;
  private readonly minutes = new Map<number, Map<string, number>>();
  private lastMinute = NaN;
  private lastCounts = new Map<string, number>();

  constructor({ namespace }: MetricDestination) {
    this.bytes = 64 + jsonBytesMax(namespace);
    this.text = `{"Namespace":${JSON.stringify(namespace)},"MetricData":[`;
  }

  add(series: MetricSeries, timestampMs: number, value: number): void {
    // Seconds with a fraction: a time in the JSON protocols of AWS.
    const seconds = Math.floor(timestampMs / 1_000);
    const rest = timestampMs - seconds * 1_000;
    const time = seconds < 0 ? String(timestampMs / 1_000) : `${seconds}.${thousandths[rest] ?? '000'}`;
    this.text += `${this.count === 0 ? '' : ','}${series.head}${time},"Value":${value}}`;
    this.count += 1;
    this.bytes += series.datumBytesMax;
    const counts = this.countsOf(minuteOf(timestampMs));
    counts.set(series.key, (counts.get(series.key) ?? 0) + 1);
  }

  finish(): WrittenBody {
    const body = Buffer.from(`${this.text}]}`);
    return { body, count: this.count, bytes: this.bytes };
  }

  /** What CloudWatch will count more when it has carried the request out. */
  samples(): readonly MinuteSamples[] {
    return [...this.minutes].map(([minute, counts]) => ({ minute, counts: Object.fromEntries(counts) }));
  }

  private countsOf(minute: number): Map<string, number> {
    if (minute !== this.lastMinute) {
      this.lastMinute = minute;
      this.lastCounts = this.minutes.get(minute) ?? new Map<string, number>();
      this.minutes.set(minute, this.lastCounts);
    }
    return this.lastCounts;
  }
}

const thousandths = Array.from({ length: 1_000 }, (_, rest) => String(rest).padStart(3, '0'));

/** The data of a body that was written here: what is asked for after a lost answer, and shown. */
export function dataOfBody(body: Uint8Array): readonly MetricDatumToSend[] {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const { MetricData } = JSON.parse(text) as { readonly MetricData: readonly WrittenDatum[] };
  return MetricData.map((datum) => ({
    timestampMs: Math.round(datum.Timestamp * 1_000),
    name: datum.MetricName,
    value: datum.Value,
    unit: datum.Unit,
    dimensions: datum.Dimensions.map(({ Name, Value }) => ({ name: Name, value: Value })),
    storageResolutionS: datum.StorageResolution,
  }));
}

interface WrittenDatum {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Unit: string;
  readonly StorageResolution: 1 | 60;
  readonly Timestamp: number;
  readonly Value: number;
}
