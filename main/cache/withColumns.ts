import type { Segment } from './Segment.js';

export interface ColumnsKeeper {
  readonly load: (segment: Segment) => Promise<void>;
  readonly unload: (segment: Segment) => void;
}

/** Uses a segment while its columns are in memory; no one else lets them go meanwhile. */
export async function withColumns<T>(
  { load, unload }: ColumnsKeeper,
  segment: Segment,
  use: () => T | Promise<T>,
): Promise<T> {
  segment.users += 1;
  try {
    await load(segment);
    return await use();
  } finally {
    segment.users -= 1;
    unload(segment);
  }
}
