import type { BilledUpload } from '../model/cloudPrices.js';
import { destinationKey, type CloudAccount, type Destination } from '../model/Destination.js';
import { metricIdentity } from '../model/metricIdentity.js';
import type { MetricDimension } from '../model/Record.js';
import type { LogsConfig, MetricsConfig } from '../model/RobotConfig.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import { unreachable } from '../model/unreachable.js';
import type { CachedRecord, CacheReader } from '../seams/Cache.js';
import { ListedRecords } from '../seams/ListedRecords.js';
import type { MetricDatumToSend, SinkRequest } from '../seams/CloudSink.js';
import { acceptedAgeNsMax, acceptedAheadNsMax } from './limits.js';
import { isRedacted } from './logEventTexts.js';
import { packLogBatch } from './packLogBatch.js';
import { packMetrics } from './packBatch.js';
import type { PackedBatch } from './Parcel.js';
import { WireMeter } from './WireMeter.js';

/** What a flush would send, before it goes. */
export interface FlushEstimate {
  readonly records: number;
  readonly logs: number;
  readonly metrics: number;
  readonly requests: number;
  readonly logRequests: number;
  readonly metricRequests: number;
  /** As CloudWatch counts them (UTF-8 and 26 an event), before compression. */
  readonly bytes: number;
  /** Bodies of the requests as they go over the line. */
  readonly wireBytes: number;
  /** The part of the bytes whose requests were really made and compressed for that, 0 to 1; the rest is reckoned from them. */
  readonly wireMeasured: number;
  readonly groups: readonly EstimatedGroup[];
  readonly leftOut: readonly { readonly reason: string; readonly records: number }[];
  /** Lines that the robot file's redaction rules take words out of. */
  readonly redacted: number;
  /** What of it AWS charges for sending; null when all of it goes to the local CloudWatch. */
  readonly billed: Omit<BilledUpload, 'newMetrics'> | null;
}

export interface EstimatedGroup {
  readonly destination: Destination;
  readonly records: number;
  readonly requests: number;
  readonly bytes: number;
  /** Each metric once, of a namespace; empty for logs. */
  readonly series: readonly EstimatedSeries[];
  /** There are more than are listed. */
  readonly seriesCut: boolean;
  /** Its first log event or datum as it will be sent, cut to `exampleLengthMax`. */
  readonly example: string;
}

/** A name with its dimensions: what CloudWatch takes for one custom metric. */
export interface EstimatedSeries {
  readonly name: string;
  readonly dimensions: readonly MetricDimension[];
}

/** Records packed at a time: bounds the memory of an estimate over a backlog of any size. */
const chunkRecordsMax = 20_000;
const exampleLengthMax = 2_000;
const seriesMax = 10_000;

/**
 * Reads what matches and packs it as the uploader would. The number of requests is an estimate: the uploader begins with the
 * newest, so its requests may be cut at other places.
 */
export async function estimateFlush(
  cache: CacheReader,
  filter: RecordFilter,
  settings: { readonly logs: LogsConfig; readonly metrics: MetricsConfig },
  nowNs: bigint,
): Promise<FlushEstimate> {
  const estimate = new Estimate(settings, nowNs);
  for await (const cached of cache.read(filter, 'oldest')) estimate.add(cached);
  return await estimate.finish();
}

/** How a destination is called on the page: `group / stream`, or the namespace. */
export function placeWords(destination: Destination): string {
  return destination.kind === 'log' ? `${destination.group} / ${destination.stream}` : destination.namespace;
}

/** `local (not AWS)`, or profile and region. */
export function accountWords({ cloud, profile, region, endpoint }: CloudAccount): string {
  if (cloud === 'local') return 'local (not AWS)';
  const words = [profile === '' ? 'default credentials' : profile, region, endpoint];
  return words.filter((word) => word !== '').join(', ');
}

interface Place {
  readonly destination: Destination;
  chunk: CachedRecord[];
  records: number;
  requests: number;
  bytes: number;
  example: string;
  readonly series: Map<string, EstimatedSeries>;
  seriesCut: boolean;
  readonly wire: WireMeter;
}

class Estimate {
  private readonly places = new Map<string, Place>();
  private readonly leftOut = new Map<string, number>();
  private redacted = 0;

  constructor(
    private readonly settings: { readonly logs: LogsConfig; readonly metrics: MetricsConfig },
    private readonly nowNs: bigint,
  ) {}

  add(cached: CachedRecord): void {
    const reason = this.whyLeftOut(cached);
    if (reason !== null) {
      this.leaveOut(reason, 1);
      return;
    }
    const key = destinationKey(cached.destination);
    const place = this.places.get(key) ?? newPlace(cached.destination);
    this.places.set(key, place);
    if (cached.record.kind === 'log' && isRedacted(cached.record, this.settings.logs.redactions)) this.redacted += 1;
    place.chunk.push(cached);
    if (place.chunk.length >= chunkRecordsMax) this.packChunk(place, true);
  }

  async finish(): Promise<FlushEstimate> {
    for (const place of this.places.values()) this.packChunk(place, false);
    const places = [...this.places.values()].filter(({ records }) => records > 0);
    const [logs, metrics] = [ofKind(places, 'log'), ofKind(places, 'metric')];
    const sizes = await Promise.all(places.map(({ wire, destination }) => wire.size(destination.kind)));
    const counted = sizes.reduce((total, size) => total + size.counted, 0);
    return {
      records: sum(places, 'records'),
      logs: sum(logs, 'records'),
      metrics: sum(metrics, 'records'),
      requests: sum(places, 'requests'),
      logRequests: sum(logs, 'requests'),
      metricRequests: sum(metrics, 'requests'),
      bytes: sum(places, 'bytes'),
      wireBytes: sizes.reduce((total, size) => total + size.bytes, 0),
      wireMeasured: counted === 0 ? 1 : sizes.reduce((total, size) => total + size.measured, 0) / counted,
      groups: places.map(({ destination, records, requests, bytes, example, series, seriesCut }) => ({
        ...{ destination, records, requests, bytes, example, seriesCut },
        series: [...series.values()],
      })),
      leftOut: [...this.leftOut].map(([reason, records]) => ({ reason, records })),
      redacted: this.redacted,
      billed: billedOf(places),
    };
  }

  private whyLeftOut({ state, record }: CachedRecord): string | null {
    switch (state) {
      case 'held':
        return 'held back';
      case 'expired':
        return expiredWords;
      case 'quarantined':
        return 'in quarantine: refused before';
      case 'pending':
      case 'sending':
        if (record.stampNs < this.nowNs - acceptedAgeNsMax) return expiredWords;
        return record.stampNs > this.nowNs + acceptedAheadNsMax ? 'stamped more than 2 hours ahead: goes later' : null;
      default:
        return unreachable(state);
    }
  }

  /** `more`: further records follow, so the last request is not full yet and waits for them. */
  private packChunk(place: Place, more: boolean): void {
    const packed = this.pack(place);
    const last = more && packed.parcels.length > 1 ? packed.parcels.at(-1) : undefined;
    for (const parcel of packed.parcels) {
      if (parcel === last) continue;
      if (place.example === '') place.example = exampleOf(parcel.requests[0]?.request);
      place.records += parcel.stored.count;
      place.requests += parcel.requests.length;
      for (const request of parcel.requests) {
        place.bytes += request.bytes;
        place.wire.add(request);
        noteSeries(place, request.request);
      }
    }
    for (const { reason } of packed.rejections) this.leaveOut(`cannot be sent: ${reason}`, 1);
    place.chunk = last === undefined ? [] : [...last.records];
  }

  private pack({ destination, chunk }: Place): PackedBatch {
    if (destination.kind === 'metric') return packMetrics(destination, new ListedRecords(chunk), this.settings.metrics);
    return {
      parcels: packLogBatch(destination, new ListedRecords(chunk), this.settings.logs),
      refused: [],
      rejections: [],
    };
  }

  private leaveOut(reason: string, records: number): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + records);
  }
}

function exampleOf(request: SinkRequest | undefined): string {
  if (request === undefined) return '';
  if (request.kind === 'log') return (request.events[0]?.message ?? '').slice(0, exampleLengthMax).trimEnd();
  const [datum] = request.data;
  if (datum === undefined) return '';
  const dimensions = datum.dimensions.map(({ name, value }) => `, ${name}: ${value}`).join('');
  return `${datum.name} = ${valueWords(datum)} ${datum.unit}${dimensions}`.slice(0, exampleLengthMax);
}

function valueWords({ value, statistics }: MetricDatumToSend): string {
  if (statistics === undefined) return String(value);
  const { sampleCount, sum, minimum, maximum } = statistics;
  return `${sampleCount} values from ${minimum} to ${maximum}, together ${sum}`;
}

const expiredWords = 'older than 14 days, or stamped by a clock that was not set: CloudWatch takes them no more';

function sum(places: readonly Place[], key: 'records' | 'requests' | 'bytes'): number {
  return places.reduce((total, place) => total + place[key], 0);
}

function ofKind(places: readonly Place[], kind: Destination['kind']): readonly Place[] {
  return places.filter(({ destination }) => destination.kind === kind);
}

function billedOf(places: readonly Place[]): FlushEstimate['billed'] {
  const paid = places.filter(({ destination }) => destination.account.cloud === 'aws');
  if (paid.length === 0 && places.length > 0) return null;
  return { logBytes: sum(ofKind(paid, 'log'), 'bytes'), metricRequests: sum(ofKind(paid, 'metric'), 'requests') };
}

function newPlace(destination: Destination): Place {
  return {
    ...{ destination, chunk: [], records: 0, requests: 0, bytes: 0, example: '' },
    ...{ series: new Map(), seriesCut: false, wire: new WireMeter(destination.account) },
  };
}

function noteSeries(place: Place, request: SinkRequest): void {
  if (request.kind === 'log') return;
  for (const { name, dimensions } of request.written?.series ?? request.data) {
    const identity = metricIdentity(name, dimensions);
    if (place.series.has(identity)) continue;
    if (place.series.size < seriesMax) place.series.set(identity, { name, dimensions });
    else place.seriesCut = true;
  }
}
