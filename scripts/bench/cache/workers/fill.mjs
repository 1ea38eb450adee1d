// @ts-check
/** Fills a cache with the backlog. */
import { backlogBatches } from '../backlog.mjs';
import { openCache, settle } from '../openCache.mjs';
import { peakRssMb, serve } from './serve.mjs';

serve(async ({ folder, bytes }) => {
  const cache = await openCache(folder);
  let records = 0;
  let dataBytes = 0;
  let appendMs = 0;
  const beganMs = performance.now();
  for (const batch of backlogBatches(bytes, 1000)) {
    records += batch.records.length;
    for (const { data } of batch.records) dataBytes += data.byteLength;
    const before = performance.now();
    await cache.append(batch.records);
    appendMs += performance.now() - before;
  }
  const filledMs = performance.now() - beganMs;
  const beforeSettling = performance.now();
  const packs = await settle(cache);
  const settleMs = performance.now() - beforeSettling;
  const segments = await cache.segments();
  const { bytes: diskBytes } = await cache.usage();
  await cache.close();
  return {
    records,
    dataBytes,
    diskBytes,
    appendRecordsPerS: (records * 1000) / appendMs,
    filledMs,
    packs,
    settleMs,
    segments: segments.length,
    open: bytesOf(segments.filter(({ open }) => open)),
    closed: bytesOf(segments.filter(({ open }) => !open)),
    rssMb: peakRssMb(),
  };
});

/** @param {readonly { bytes: number, records: number }[]} segments */
function bytesOf(segments) {
  const sum = (/** @type {'bytes' | 'records'} */ key) => segments.reduce((all, segment) => all + segment[key], 0);
  return { bytes: sum('bytes'), records: sum('records'), bytesPerRecord: sum('bytes') / sum('records') };
}
