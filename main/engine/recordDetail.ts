import type { CallOutput } from '../contract/calls.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { CachedRecord, CacheReader, RecordAddress } from '../seams/Cache.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import { accountWords, placeWords } from '../upload/estimateFlush.js';
import { isRedacted } from '../upload/logEventTexts.js';
import { packLogBatch } from '../upload/packLogBatch.js';
import { packMetricBatch } from '../upload/packMetricBatch.js';
import type { PackedBatch } from '../upload/Parcel.js';
import { cachedRowOf } from './cachedRowOf.js';
import { ListedRecords } from '../seams/ListedRecords.js';

type Detail = CallOutput<'cache.record'>;

/** One record with exactly what would be sent of it, packed as the uploader packs it. */
export async function recordDetail(
  cache: CacheReader,
  address: RecordAddress,
  config: RobotConfig,
): Promise<Result<Detail>> {
  for await (const cached of cache.read({}, 'oldest', { ...address, ordinal: address.ordinal - 1 })) {
    if (cached.address.segment !== address.segment || cached.address.ordinal !== address.ordinal) break;
    return succeed(detailOf(cached, config));
  }
  return fail('no-such-record', 'This record is not on disk any more.', 'It was sent, deleted or made room meanwhile.');
}

function detailOf(cached: CachedRecord, config: RobotConfig): Detail {
  const { destination, record, data, channel, origin } = cached;
  const { parcels, rejections } = packed(cached, config);
  const requests = parcels.flatMap((parcel) => parcel.requests);
  return {
    row: cachedRowOf(cached),
    goesTo: placeWords(destination),
    account: accountWords(destination.account),
    topic: record.topic,
    schema: channel.schemaName,
    source: record.kind === 'log' && record.file !== '' ? `${record.file}:${record.line} ${record.function}` : '',
    origin,
    bytesOnDisk: data.length,
    bytesSent: requests.reduce((bytes, request) => bytes + request.bytes, 0),
    sends: requests.flatMap(({ request }) => sendsOf(request)),
    redacted: record.kind === 'log' && isRedacted(record, config.logs.redactions),
    cannotGo: rejections[0]?.reason ?? '',
  };
}

function packed(cached: CachedRecord, { logs, metrics }: RobotConfig): PackedBatch {
  const { destination } = cached;
  if (destination.kind === 'metric') return packMetricBatch(destination, new ListedRecords([cached]), metrics);
  return { parcels: packLogBatch(destination, new ListedRecords([cached]), logs), refused: [], rejections: [] };
}

function sendsOf(request: SinkRequest): Detail['sends'] {
  if (request.kind === 'log') {
    return request.events.map(({ timestampMs, message }) => ({ kind: 'log' as const, timestampMs, message }));
  }
  return request.data.map(({ timestampMs, name, value, unit, dimensions, storageResolutionS }) => ({
    kind: 'metric' as const,
    timestampMs,
    name,
    value: String(value),
    unit,
    dimensions: dimensions.map((dimension) => ({ ...dimension })),
    storageResolutionS,
  }));
}
