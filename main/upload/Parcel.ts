import type { MinuteSamples } from './intents/Intent.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import type { CachedRecord, Rejection, StoredRecords } from '../seams/Cache.js';

/** A request ready to be sent, and which record each of its events or data came from. */
export interface PackedRequest {
  readonly request: SinkRequest;
  /** Index in the parcel's `records`, by the event's or datum's index in the request. */
  readonly recordOfEvent: readonly number[];
  /** As CloudWatch counts them, before compression. */
  readonly bytes: number;
  /** Of metrics: what CloudWatch will count more when it has carried the request out. */
  readonly samples: readonly MinuteSamples[];
}

/**
 * Records that are answered together: all their requests were accepted, or none of the records counts as sent. One request,
 * but for a record so long that its pieces need several.
 */
export class Parcel {
  constructor(
    readonly stored: StoredRecords,
    readonly requests: readonly PackedRequest[],
  ) {}

  /** Made when they are asked for. */
  get records(): readonly CachedRecord[] {
    return this.stored.records;
  }
}

/** A batch as requests. Each record is in exactly one parcel, or refused. */
export interface PackedBatch {
  readonly parcels: readonly Parcel[];
  /** Records that no request may carry; sent along, they would take the good ones with them. */
  readonly refused: readonly CachedRecord[];
  /** Why, by the index in `refused`. */
  readonly rejections: readonly Rejection[];
}
