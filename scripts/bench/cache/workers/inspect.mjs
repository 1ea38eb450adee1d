// @ts-check
/** Opens a cache and reads it in the ways that a person does, one task at a time. */
import { openCache } from '../openCache.mjs';
import { hitsWanted } from '../queries.mjs';
import { peakRssMb, serve } from './serve.mjs';

/** @type {import('../../../../build/main/cache/DiskCache.js').DiskCache | null} */
let cache = null;

serve(
  async ({ open, warmUp, read, query, counts }) => {
    if (open !== undefined) {
      const before = performance.now();
      cache = await openCache(open, { readsAhead: warmUp === true });
      return { ms: performance.now() - before, rssMb: peakRssMb() };
    }
    if (cache === null) throw new Error('no cache is open');
    if (read !== undefined) return readAll(cache, read);
    if (warmUp === true) {
      const before = performance.now();
      await cache.warmedUp();
      return { ms: performance.now() - before };
    }
    if (query !== undefined) return find(cache, query);
    if (counts !== undefined) return countAll(cache);
    return { rssMb: peakRssMb() };
  },
  async () => {
    await cache?.close();
  },
);

/**
 * @param {import('../../../../build/main/seams/Cache.js').Cache} from
 * @param {'oldest' | 'newest'} order
 */
async function readAll(from, order) {
  const before = performance.now();
  let records = 0;
  for await (const _ of from.read({}, order)) records += 1;
  return { recordsPerS: (records * 1000) / (performance.now() - before), records, rssMb: peakRssMb() };
}

/**
 * @param {import('../../../../build/main/seams/Cache.js').Cache} from
 * @param {import('../queries.mjs').Query} query
 */
async function find(from, { severity, node, text }) {
  const filter = {
    ...(severity === undefined ? {} : { severities: [severity] }),
    ...(node === undefined ? {} : { nodes: [node] }),
    ...(text === undefined ? {} : { text }),
  };
  const before = performance.now();
  let hits = 0;
  for await (const _ of from.read(filter, 'newest')) if ((hits += 1) === hitsWanted) break;
  return { ms: performance.now() - before, hits };
}

/** @param {object} from */
async function countAll(from) {
  if (!('counts' in from) || typeof from.counts !== 'function') return null;
  const before = performance.now();
  const { records, bySeverity, byLabel, byHour } = await from.counts({});
  const ms = performance.now() - before;
  return { ms, records, severities: bySeverity.size, labels: byLabel.size, hours: byHour.size, rssMb: peakRssMb() };
}
