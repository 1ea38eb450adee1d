import type { MetricDestination } from '../model/Destination.js';
import type { CachedRecord, Rejection } from '../seams/Cache.js';
import type { MetricDatumToSend, WrittenData } from '../seams/CloudSink.js';
import { eventOfEachRecord } from './eventOfEachRecord.js';
import { metricRequestBytesMax, metricRequestDataMax } from './limits.js';
import { dataOfBody, MetricBodyWriter } from './MetricBodyWriter.js';
import { type MetricPacking, MetricSeriesTable } from './MetricSeriesTable.js';
import type { PackedBatch, Parcel } from './Parcel.js';
import { whyValueRefused } from './whyRefused.js';

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
  const table = new MetricSeriesTable(packing);
  let good: CachedRecord[] = [];
  let writer = new MetricBodyWriter(destination);
  const close = (): void => {
    if (good.length === 0) return;
    const request = new WrittenMetricRequest(destination, writer.finish());
    const recordOfEvent = eventOfEachRecord(good.length);
    const packed = { request, recordOfEvent, bytes: writer.bytes, samples: writer.samples() };
    parcels.push({ records: good, requests: [packed] });
    good = [];
    writer = new MetricBodyWriter(destination);
  };
  for (const cached of records) {
    const series = table.seriesOf(cached);
    const reason = whyValueRefused(table.value) ?? series.refusal;
    if (reason !== null) {
      refused.push(cached);
      rejections.push({ address: cached.address, reason });
      continue;
    }
    if (good.length === metricRequestDataMax || writer.bytes + series.datumBytesMax > metricRequestBytesMax) close();
    good.push(cached);
    writer.add(series, table.timestampMs, table.value);
  }
  close();
  return { parcels, refused, rejections };
}

class WrittenMetricRequest {
  readonly kind = 'metric';
  private made: readonly MetricDatumToSend[] | null = null;

  constructor(
    readonly destination: MetricDestination,
    readonly written: WrittenData,
  ) {}

  get data(): readonly MetricDatumToSend[] {
    return (this.made ??= dataOfBody(this.written.body));
  }
}
