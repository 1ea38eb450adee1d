import type { ModelRecord, ModelState } from './CacheModel.test-support.js';
import type { DiskCache } from './DiskCache.js';

/** A step as it is done to the cache, and what it means for the model. */
export interface Act {
  /** Does it. The function that it gives moves the model on, and is called only if the owner lived to see the end. */
  readonly run: (cache: DiskCache) => Promise<() => void>;
  /** What may have become of records, beside what they were, when the owner did not live to see the end. */
  readonly half: ReadonlyMap<ModelRecord, readonly ModelState[]>;
  /** Asks the next owner whether it happened, when this one did not live to see the end, and moves the model on. */
  readonly believe?: (next: DiskCache) => void;
}
