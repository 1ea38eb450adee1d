// @ts-check
/** Fills a cache with a backlog of one kind, as a robot's session leaves it. */
import { openCache, settle } from '../../cache/openCache.mjs';
import { serve } from '../../cache/workers/serve.mjs';
import { logBatches, metricBatches } from '../records.mjs';

serve(async ({ folder, kind, count, endpoint }) => {
  const cache = await openCache(folder);
  for (const batch of kind === 'log' ? logBatches(count, endpoint) : metricBatches(count, endpoint)) {
    await cache.append(batch);
  }
  await settle(cache);
  const { bytes } = await cache.usage();
  await cache.close();
  return { bytes };
});
