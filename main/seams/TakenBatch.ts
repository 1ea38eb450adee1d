import type { Destination } from '../model/Destination.js';
import type { CachedRecord, StoredRecords, UploadBatch } from './Cache.js';

/** A batch whose records are made when they are asked for. */
export class TakenBatch implements UploadBatch {
  constructor(
    readonly id: number,
    readonly destination: Destination,
    readonly stored: StoredRecords,
  ) {}

  get records(): readonly CachedRecord[] {
    return this.stored.records;
  }
}
