/** Limits that hold for the whole laptop, whatever the robots' files say. */
export interface LaptopLimits {
  /** Most disk that all robots' caches together may use; null: each robot's `storage_limit` alone counts. */
  readonly cachesBytesMax: number | null;
  /** Bytes of the disk that are kept free for others; null: 1 GB, or 5 % of a smaller disk. */
  readonly diskFreeBytesMin: number | null;
}

export const noLaptopLimits: LaptopLimits = { cachesBytesMax: null, diskFreeBytesMin: null };

/** With less, no cache could keep more than a few segments. */
export const cachesBytesMaxMin = 64 * 1024 * 1024;
