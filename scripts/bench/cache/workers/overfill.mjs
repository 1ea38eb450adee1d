// @ts-check
/** Appends far more than the disk limit as fast as it goes. */
import { percentile } from '../figures.mjs';
import { openCache } from '../openCache.mjs';
import { RecordPool } from '../records.mjs';
import { peakRssMb, serve } from './serve.mjs';

serve(async ({ folder, bytesMax, bytesOffered, commitRecords }) => {
  const cache = await openCache(folder, { bytesMax, commitRecordsMax: commitRecords });
  const pool = new RecordPool(20_000);
  const timesMs = [];
  let records = 0;
  for (let left = bytesOffered; left > 0;) {
    const batch = pool.batch(commitRecords).records;
    for (const { data } of batch) left -= data.byteLength;
    records += batch.length;
    const before = performance.now();
    await cache.append(batch);
    timesMs.push(performance.now() - before);
  }
  const { lost, cachedRecords } = await cache.usage();
  await cache.close();
  return {
    records,
    cachedRecords,
    evicted: lost.evicted ?? 0,
    p50Ms: percentile(timesMs, 0.5),
    p99Ms: percentile(timesMs, 0.99),
    mostMs: percentile(timesMs, 1),
    rssMb: peakRssMb(),
  };
});
