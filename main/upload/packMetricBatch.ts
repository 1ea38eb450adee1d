import type { MetricDestination } from '../model/Destination.js';
import type { CachedRecord, Rejection, StoredRecords } from '../seams/Cache.js';
import { ListedRecords } from '../seams/ListedRecords.js';
import type { MetricDatumToSend, WrittenData } from '../seams/CloudSink.js';
import { eventOfEachRecord } from './eventOfEachRecord.js';
import { metricRequestBytesMax, metricRequestDataMax } from './limits.js';
import { dataOfBody, MetricBodyWriter } from './MetricBodyWriter.js';
import { type MetricPacking, MetricSeriesTable } from './MetricSeriesTable.js';
import { type PackedBatch, Parcel } from './Parcel.js';
import { whyValueRefused } from './whyRefused.js';

/**
 * Records of one namespace as PutMetricData requests within the API's limits. One datum that CloudWatch will not take makes
 * it refuse the whole request, so such records are refused here, each with its reason, and never travel with good ones.
 */
export function packMetricBatch(
  destination: MetricDestination,
  records: StoredRecords,
  packing: MetricPacking,
): PackedBatch {
  const parcels: Parcel[] = [];
  const refused: CachedRecord[] = [];
  const rejections: Rejection[] = [];
  const table = new MetricSeriesTable(packing);
  /** Of the request that is being filled. */
  let places: number[] = [];
  let writer = new MetricBodyWriter(destination);
  const close = (): void => {
    if (places.length === 0) return;
    const request = new WrittenMetricRequest(destination, writer.finish());
    const recordOfEvent = eventOfEachRecord(places.length);
    const packed = { request, recordOfEvent, bytes: writer.bytes, samples: writer.samples() };
    parcels.push(new Parcel(recordsAt(records, places), [packed]));
    places = [];
    writer = new MetricBodyWriter(destination);
  };
  for (let place = 0; place < records.count; place += 1) {
    const series = table.seriesOf(records, place);
    const reason = whyValueRefused(table.value) ?? series.refusal;
    if (reason !== null) {
      const cached = records.at(place);
      refused.push(cached);
      rejections.push({ address: cached.address, reason });
      continue;
    }
    if (places.length === metricRequestDataMax || writer.bytes + series.datumBytesMax > metricRequestBytesMax) close();
    places.push(place);
    writer.add(series, table.timestampMs, table.value);
  }
  close();
  return { parcels, refused, rejections };
}

/** In ascending order; mostly without a gap. */
function recordsAt(records: StoredRecords, places: readonly number[]): StoredRecords {
  const [first = 0] = places;
  const end = first + places.length;
  if (places.at(-1) === end - 1) return records.between(first, end);
  return new ListedRecords(places.map((place) => records.at(place)));
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
