import { destinationKey, type CloudAccount, type Destination } from '../model/Destination.js';
import type { LogsConfig, MetricsConfig } from '../model/RobotConfig.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import { unreachable } from '../model/unreachable.js';
import type { CachedRecord, CacheReader } from '../seams/Cache.js';
import type { MetricDatumToSend, SinkRequest } from '../seams/CloudSink.js';
import { acceptedAgeNsMax, acceptedAheadNsMax } from './limits.js';
import { isRedacted } from './logEventTexts.js';
import { packLogBatch } from './packLogBatch.js';
import { packMetrics } from './packBatch.js';
import type { PackedBatch } from './Parcel.js';

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
  readonly groups: readonly EstimatedGroup[];
  readonly leftOut: readonly { readonly reason: string; readonly records: number }[];
  /** Lines that the robot file's redaction rules take words out of. */
  readonly redacted: number;
  /** For us-east-1; null when all of it goes to the local CloudWatch. */
  readonly costUsd: number | null;
}

export interface EstimatedGroup {
  readonly goesTo: string;
  readonly account: string;
  readonly records: number;
  /** Its first log event or datum as it will be sent, cut to `exampleLengthMax`. */
  readonly example: string;
}

/** Prices of us-east-1, USD. Storage and the monthly price of each metric are not in them. */
const logsUsdPerGb = 0.5;
const metricRequestsUsdPerThousand = 0.01;

/** Records packed at a time: bounds the memory of an estimate over a backlog of any size. */
const chunkRecordsMax = 20_000;
const exampleLengthMax = 2_000;

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
  return estimate.finish();
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
    const place = this.places.get(key) ?? {
      destination: cached.destination,
      chunk: [],
      records: 0,
      requests: 0,
      bytes: 0,
      example: '',
    };
    this.places.set(key, place);
    if (cached.record.kind === 'log' && isRedacted(cached.record, this.settings.logs.redactions)) this.redacted += 1;
    place.chunk.push(cached);
    if (place.chunk.length >= chunkRecordsMax) this.packChunk(place, true);
  }

  finish(): FlushEstimate {
    for (const place of this.places.values()) this.packChunk(place, false);
    const places = [...this.places.values()].filter(({ records }) => records > 0);
    const logs = places.filter(({ destination }) => destination.kind === 'log');
    const metrics = places.filter(({ destination }) => destination.kind === 'metric');
    return {
      records: sum(places, 'records'),
      logs: sum(logs, 'records'),
      metrics: sum(metrics, 'records'),
      requests: sum(places, 'requests'),
      logRequests: sum(logs, 'requests'),
      metricRequests: sum(metrics, 'requests'),
      bytes: sum(places, 'bytes'),
      groups: places.map(({ destination, records, example }) => ({
        goesTo: placeWords(destination),
        account: accountWords(destination.account),
        ...{ records, example },
      })),
      leftOut: [...this.leftOut].map(([reason, records]) => ({ reason, records })),
      redacted: this.redacted,
      costUsd: costUsd(places),
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
      place.records += parcel.records.length;
      place.requests += parcel.requests.length;
      place.bytes += parcel.requests.reduce((bytes, request) => bytes + request.bytes, 0);
    }
    for (const { reason } of packed.rejections) this.leaveOut(`cannot be sent: ${reason}`, 1);
    place.chunk = last === undefined ? [] : [...last.records];
  }

  private pack({ destination, chunk }: Place): PackedBatch {
    if (destination.kind === 'metric') return packMetrics(destination, chunk, this.settings.metrics);
    return { parcels: packLogBatch(destination, chunk, this.settings.logs), refused: [], rejections: [] };
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

function costUsd(places: readonly Place[]): number | null {
  const paid = places.filter(({ destination }) => destination.account.cloud === 'aws');
  if (paid.length === 0) return places.length === 0 ? 0 : null;
  const logBytes = sum(
    paid.filter(({ destination }) => destination.kind === 'log'),
    'bytes',
  );
  const metricRequests = sum(
    paid.filter(({ destination }) => destination.kind === 'metric'),
    'requests',
  );
  return (logBytes / 1e9) * logsUsdPerGb + (metricRequests / 1000) * metricRequestsUsdPerThousand;
}
