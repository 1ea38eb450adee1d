import type { UploadBatch } from '../seams/Cache.js';
import type { Packing } from './intents/Intent.js';
import { packLogBatch } from './packLogBatch.js';
import { packMetricBatch } from './packMetricBatch.js';
import type { PackedBatch } from './Parcel.js';

/** A batch as requests. The same records and packing make the same requests. */
export function packBatch({ destination, records }: UploadBatch, packing: Packing): PackedBatch {
  if (destination.kind === 'metric') {
    if (packing.kind !== 'metric') throw new Error('metrics packed as logs');
    return packMetricBatch(destination, records, packing);
  }
  if (packing.kind !== 'log') throw new Error('logs packed as metrics');
  return { parcels: packLogBatch(destination, records, packing), refused: [], rejections: [] };
}
