// @ts-check
/** Leaves a cache as a busy owner has it: some of it acknowledged, a segment half full. The parent kills it then. */
import { RecordPool } from '../records.mjs';
import { openCache } from '../openCache.mjs';
import { serve } from './serve.mjs';

const day = 86_400_000_000_000n;

serve(async ({ folder }) => {
  const cache = await openCache(folder);
  const pool = new RecordPool(2000);
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const limits = { recordsMax: 5000, bytesMax: 1_048_576, oldestStampNs: nowNs - 14n * day, newestStampNs: nowNs };
  const batch = await cache.take({ kind: 'log', ...limits });
  if (batch !== null) await cache.acknowledge(batch, []);
  for (let commit = 0; commit < 20; commit += 1) await cache.append(pool.batch(100).records);
  // Under way when the end comes.
  void cache.append(pool.batch(1000).records);
  return { acknowledged: batch?.records.length ?? 0 };
});
