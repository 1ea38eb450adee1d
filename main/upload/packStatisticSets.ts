import type { MetricDestination } from '../model/Destination.js';
import type { CachedRecord, Rejection, StoredRecords } from '../seams/Cache.js';
import { ListedRecords } from '../seams/ListedRecords.js';
import type { MetricDatumToSend } from '../seams/CloudSink.js';
import { metricRequestBytesMax, metricRequestDataMax } from './limits.js';
import { type MetricPacking, type MetricSeries, MetricSeriesTable, requestHeadBytes } from './MetricSeriesTable.js';
import { MinuteCounts } from './MinuteCounts.js';
import { type PackedBatch, Parcel } from './Parcel.js';
import { StatisticSet } from './StatisticSet.js';
import { whyValueRefused } from './whyRefused.js';

/** The four numbers of a set with their names, beside what a single value takes. */
const statisticsBytes = 192;

/** Values of one series in one step of CloudWatch's resolution. */
interface Gathered {
  readonly series: MetricSeries;
  readonly records: CachedRecord[];
  readonly set: StatisticSet;
  /** Of the first of them. */
  readonly timestampMs: number;
  readonly value: number;
}

/**
 * As `packMetricBatch`, with values of one series that CloudWatch would put together anyway sent as one statistic set: the same
 * name, unit, dimensions and resolution, and the same minute (the same second at a resolution of 1 s). Number, sum, least
 * and greatest are exact; percentiles are not known of a set. A value that is alone goes as it is, and so does one that no
 * set may take. What CloudWatch refuses is refused here, and is in no set.
 */
export function packStatisticSets(
  destination: MetricDestination,
  records: StoredRecords,
  packing: MetricPacking,
): PackedBatch {
  const refused: CachedRecord[] = [];
  const rejections: Rejection[] = [];
  const gathered: Gathered[] = [];
  const open = new Map<string, Gathered>();
  const table = new MetricSeriesTable(packing);
  for (let place = 0; place < records.count; place += 1) {
    const cached = records.at(place);
    const series = table.seriesOf(records, place);
    const { timestampMs, value } = table;
    const reason = whyValueRefused(value) ?? series.refusal;
    if (reason !== null) {
      refused.push(cached);
      rejections.push({ address: cached.address, reason });
      continue;
    }
    const key = `${Math.floor(timestampMs / 1_000 / packing.storageResolutionS)} ${series.key}`;
    const known = open.get(key);
    if (known?.set.add(value) === true) {
      known.records.push(cached);
      continue;
    }
    const set = new StatisticSet();
    set.add(value);
    const begun = { series, records: [cached], set, timestampMs, value };
    open.set(key, begun);
    gathered.push(begun);
  }
  return { parcels: parcelsOf(destination, gathered), refused, rejections };
}

function parcelsOf(destination: MetricDestination, gathered: readonly Gathered[]): readonly Parcel[] {
  const parcels: Parcel[] = [];
  let waiting: Gathered[] = [];
  let bytes = requestHeadBytes(destination);
  const close = (): void => {
    if (waiting.length > 0) parcels.push(parcelOf(destination, waiting, bytes));
    waiting = [];
    bytes = requestHeadBytes(destination);
  };
  for (const each of gathered) {
    const eachBytes = each.series.datumBytesMax + statisticsBytes;
    if (waiting.length === metricRequestDataMax || bytes + eachBytes > metricRequestBytesMax) close();
    waiting.push(each);
    bytes += eachBytes;
  }
  close();
  return parcels;
}

function parcelOf(destination: MetricDestination, gathered: readonly Gathered[], bytes: number): Parcel {
  const records: CachedRecord[] = [];
  const recordOfEvent: number[] = [];
  const data: MetricDatumToSend[] = [];
  const counts = new MinuteCounts();
  for (const { series, records: own, set, timestampMs, value } of gathered) {
    recordOfEvent.push(records.length);
    records.push(...own);
    counts.add(timestampMs, series.key, own.length);
    const datum = { ...series.example, timestampMs, value };
    data.push(own.length === 1 ? datum : { ...datum, statistics: set.values });
  }
  const request = { kind: 'metric', destination, data } as const;
  return new Parcel(new ListedRecords(records), [{ request, recordOfEvent, bytes, samples: counts.samples() }]);
}
