import type { Destination, MetricDestination } from '../model/Destination.js';
import type { StoredRecords, UploadBatch } from '../seams/Cache.js';
import type { Packing } from './intents/Intent.js';
import type { MetricPacking } from './MetricSeriesTable.js';
import { packLogBatch } from './packLogBatch.js';
import { packMetricBatch } from './packMetricBatch.js';
import { packStatisticSets } from './packStatisticSets.js';
import type { PackedBatch } from './Parcel.js';

/** A batch as requests, to its own destination or another. The same records and packing make the same requests. */
export function packBatch(
  { stored, destination: own }: UploadBatch,
  packing: Packing,
  destination: Destination = own,
): PackedBatch {
  if (destination.kind === 'metric') {
    if (packing.kind !== 'metric') throw new Error('metrics packed as logs');
    return packMetrics(destination, stored, packing);
  }
  if (packing.kind !== 'log') throw new Error('logs packed as metrics');
  return { parcels: packLogBatch(destination, stored, packing), refused: [], rejections: [] };
}

export interface MetricsPacking extends MetricPacking {
  /** Values that CloudWatch puts together anyway go as one. */
  readonly statisticSets: boolean;
}

export function packMetrics(
  destination: MetricDestination,
  records: StoredRecords,
  packing: MetricsPacking,
): PackedBatch {
  const pack = packing.statisticSets ? packStatisticSets : packMetricBatch;
  return pack(destination, records, packing);
}
