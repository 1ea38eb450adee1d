import { SegmentScout } from './SegmentScout.js';
import { serveThread } from './serveThread.js';
import type { ScoutTask } from './WorkerScout.js';

/** One of the threads behind WorkerScout: a segment in, the chunks of it that may have a hit out. */
let last: { readonly number: number; readonly scout: SegmentScout } | null = null;

serveThread((task: ScoutTask | null): number[] | null => {
  if (task === null) return null;
  const { searchNumber, search, question } = task;
  if (last?.number !== searchNumber) last = { number: searchNumber, scout: new SegmentScout(search) };
  return last.scout.look(question);
});
