import type { MetricDestination } from '../model/Destination.js';
import type { MetricDatumToSend, WrittenData } from '../seams/CloudSink.js';
import type { MinuteSamples } from './intents/Intent.js';
import { type MetricSeries, requestHeadBytes } from './MetricSeriesTable.js';
import { MinuteCounts } from './MinuteCounts.js';

/** Writes the body of one PutMetricData request as the SDK would, and counts its samples by minute and series. */
export class MetricBodyWriter {
  /** Of the body before compression, never under the truth. */
  bytes: number;
  private text: string;
  private count = 0;
  private fromMs = Infinity;
  private toMs = -Infinity;
  private readonly counts = new MinuteCounts();
  private readonly series = new Set<MetricSeries>();

  constructor(destination: MetricDestination) {
    this.bytes = requestHeadBytes(destination);
    this.text = `{"Namespace":${JSON.stringify(destination.namespace)},"MetricData":[`;
  }

  add(series: MetricSeries, timestampMs: number, value: number): void {
    // Seconds with a fraction: a time in the JSON protocols of AWS.
    const seconds = Math.floor(timestampMs / 1_000);
    const rest = timestampMs - seconds * 1_000;
    const time = seconds < 0 ? String(timestampMs / 1_000) : `${seconds}.${thousandths[rest] ?? '000'}`;
    this.text += `${this.count === 0 ? '' : ','}${series.head}${time},"Value":${value}}`;
    this.count += 1;
    this.fromMs = Math.min(this.fromMs, timestampMs);
    this.toMs = Math.max(this.toMs, timestampMs);
    this.bytes += series.datumBytesMax;
    this.counts.add(timestampMs, series.key, 1);
    this.series.add(series);
  }

  finish(): WrittenData {
    const body = Buffer.from(`${this.text}]}`);
    const series = Array.from(this.series, ({ example }) => example);
    return { body, count: this.count, bytes: this.bytes, fromMs: this.fromMs, toMs: this.toMs, series };
  }

  /** What CloudWatch will count more when it has carried the request out. */
  samples(): readonly MinuteSamples[] {
    return this.counts.samples();
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
