import { MetricParts } from '../codec/MetricParts.js';
import { ros2MetricDataSchemaName, ros2MetricListSchemaName } from '../codec/schemas.js';
import { cloudWatchUnit } from '../model/cloudWatchUnit.js';
import type { MetricDestination } from '../model/Destination.js';
import type { MetricDimension, MetricRecord } from '../model/Record.js';
import { sentDimensions } from '../model/sentDimensions.js';
import type { CachedRecord, StoredRecords } from '../seams/Cache.js';
import type { MetricDatumToSend } from '../seams/CloudSink.js';
import { seriesKey } from './intents/intentOf.js';
import { timestampMsOf } from './packLogBatch.js';
import { whySeriesRefused } from './whyRefused.js';

export interface MetricPacking {
  readonly defaultDimensions: readonly MetricDimension[];
  readonly storageResolutionS: 1 | 60;
}

/** What the data of one name, unit and dimensions have in common, found out once for all of them. */
export class MetricSeries {
  /** Why CloudWatch takes none of them, in words, or null. */
  readonly refusal: string | null;
  /** Of the body, for each datum: never under the truth. */
  readonly datumBytesMax: number;
  /** A datum in JSON up to its time. */
  readonly head: string;
  #key = '';

  /** `example`: the first datum of it. */
  constructor(readonly example: MetricDatumToSend) {
    const { name, unit, dimensions, storageResolutionS } = example;
    this.refusal = whySeriesRefused(example);
    this.datumBytesMax = datumBytesMax(example);
    const named = dimensions.map((dimension) => ({ Name: dimension.name, Value: dimension.value }));
    const fields = { MetricName: name, Dimensions: named, Unit: unit, StorageResolution: storageResolutionS };
    this.head = `${JSON.stringify(fields).slice(0, -1)},"Timestamp":`;
  }

  /** `seriesKey`. */
  get key(): string {
    if (this.#key === '') this.#key = seriesKey(this.example);
    return this.#key;
  }
}

/**
 * Takes records of metrics apart into series, value and time. What robots write (in little-endian CDR, stamped after 2001) is not
 * decoded for that: equal bytes of name, unit and dimensions are the same series. Any other record is.
 */
export class MetricSeriesTable {
  /** Of the record that was looked at last. */
  value = 0;
  timestampMs = 0;
  readonly #parts = new MetricParts();
  readonly #byBytes = new Map<number, StoredSeries[]>();
  readonly #byText = new Map<string, MetricSeries>();

  constructor(private readonly packing: MetricPacking) {}

  seriesOf(records: StoredRecords, place: number): MetricSeries {
    const { schemaName, messageEncoding } = records.channelOf(place);
    const isList = schemaName === ros2MetricListSchemaName;
    if (messageEncoding === 'cdr' && (isList || schemaName === ros2MetricDataSchemaName)) {
      const bytes = records.bytesOf(place);
      const parts = this.#parts;
      if (
        parts.find(bytes, isList, records.startOf(place), records.endOf(place)) &&
        parts.sec >= secondsMin &&
        parts.nanosec <= 999_999_999
      ) {
        this.value = parts.valueIn(bytes);
        this.timestampMs = parts.sec * 1_000 + Math.floor(parts.nanosec / 1_000_000);
        return this.#ofBytes(bytes, records, place);
      }
    }
    const datum = datumOf(metricOf(records.at(place)), this.packing);
    ({ value: this.value, timestampMs: this.timestampMs } = datum);
    return this.#ofDatum(datum);
  }

  #ofBytes(bytes: Uint8Array, records: StoredRecords, place: number): MetricSeries {
    const { nameFrom, unitTo, dimensionsFrom, dimensionsTo } = this.#parts;
    const hash = hashOf(bytes, dimensionsFrom, dimensionsTo, hashOf(bytes, nameFrom, unitTo, 0));
    const alike = this.#byBytes.get(hash);
    for (const known of alike ?? []) {
      const { name, dimensions } = known;
      if (isAt(bytes, nameFrom, unitTo, name) && isAt(bytes, dimensionsFrom, dimensionsTo, dimensions)) {
        return known.series;
      }
    }
    const stored = {
      name: bytes.slice(nameFrom, unitTo),
      dimensions: bytes.slice(dimensionsFrom, dimensionsTo),
      series: this.#ofDatum(datumOf(metricOf(records.at(place)), this.packing)),
    };
    if (alike === undefined) this.#byBytes.set(hash, [stored]);
    else alike.push(stored);
    return stored.series;
  }

  #ofDatum(datum: MetricDatumToSend): MetricSeries {
    const { name, unit, dimensions } = datum;
    const text = JSON.stringify([name, unit, dimensions.map((dimension) => [dimension.name, dimension.value])]);
    const known = this.#byText.get(text) ?? new MetricSeries(datum);
    this.#byText.set(text, known);
    return known;
  }
}

/** The datum of one record. */
export function datumOf(record: MetricRecord, packing: MetricPacking): MetricDatumToSend {
  return {
    timestampMs: timestampMsOf(record.stampNs),
    name: record.name,
    value: record.value,
    unit: cloudWatchUnit(record.unit),
    dimensions: sentDimensions(packing.defaultDimensions, record.dimensions),
    storageResolutionS: packing.storageResolutionS,
  };
}

interface StoredSeries {
  readonly name: Uint8Array;
  readonly dimensions: Uint8Array;
  readonly series: MetricSeries;
}

/** Stamps before this one may be none at all, and the record knows what is meant then. */
const secondsMin = 1_000_000_000;

function metricOf({ record }: CachedRecord): MetricRecord {
  if (record.kind !== 'metric') throw new Error('a log in a batch of metrics');
  return record;
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, from: number, to: number, start: number): number {
  let hash = start ^ 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}

function isAt(bytes: Uint8Array, from: number, to: number, wanted: Uint8Array): boolean {
  if (to - from !== wanted.length) return false;
  for (let place = 0; place < wanted.length; place += 1) if (bytes[from + place] !== wanted[place]) return false;
  return true;
}

/** `{"Namespace":"…","MetricData":[]}`, never under the truth. */
export function requestHeadBytes({ namespace }: MetricDestination): number {
  return 64 + jsonBytesMax(namespace);
}

/** The fixed text of one datum with the longest number, time and unit is 160 bytes; a dimension's is 24. */
function datumBytesMax(datum: MetricDatumToSend): number {
  let bytes = 192 + jsonBytesMax(datum.name);
  for (const { name, value } of datum.dimensions) bytes += 32 + jsonBytesMax(name) + jsonBytesMax(value);
  return bytes;
}

/** A character needs at most 6 bytes as JSON (`\u0001`). */
function jsonBytesMax(text: string): number {
  return asciiPlain.test(text) ? text.length : text.length * 6;
}

const asciiPlain = /^[A-Za-z0-9 _./:-]*$/;
