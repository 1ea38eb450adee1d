// @ts-check
/** Fills a cache with a backlog of one kind, as a robot's session has it that has run for a while: all its segments are packed. */
import { openCache, settle } from '../../cache/openCache.mjs';
import { serve } from '../../cache/workers/serve.mjs';
import { logBatches, metricBatches } from '../records.mjs';

serve(async ({ folder, kind, count, endpoint }) => {
  const cache = await openCache(folder);
  for (const batch of kind === 'log' ? logBatches(count, endpoint) : metricBatches(count, endpoint)) {
    await cache.append(batch);
  }
  await settle(cache);
  await cache.close();
  // The last segment was closed just now: who has the cache next packs it.
  const again = await openCache(folder);
  await settle(again);
  const { bytes } = await again.usage();
  await again.close();
  return { bytes };
});
