// @ts-check
/**
 * An engine's process while records arrive at a steady pace, each appended by itself: how long each is on its way to the disk,
 * and how late the event loop is. `peer` writes the same bytes to a plain file with the same interval between commits.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../figures.mjs';
import { openCache } from '../openCache.mjs';
import { RecordPool } from '../records.mjs';
import { peakRssMb, serve } from './serve.mjs';

const warmUpMs = 1000;

serve(async ({ folder, peer, recordsPerS, seconds }) => {
  const pool = new RecordPool(20_000);
  const sink = peer ? await openPlainFile(path.join(folder, 'plain')) : await openOurs(path.join(folder, 'rate'));
  await offer(pool, sink.append, recordsPerS, warmUpMs / 1000);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const timesMs = await offer(pool, sink.append, recordsPerS, seconds);
  delay.disable();
  await sink.close();
  return {
    records: timesMs.length,
    p50Ms: percentile(timesMs, 0.5),
    p99Ms: percentile(timesMs, 0.99),
    mostMs: percentile(timesMs, 1),
    loopDelayP50Ms: delay.percentile(50) / 1e6,
    loopDelayP99Ms: delay.percentile(99) / 1e6,
    rssMb: peakRssMb(),
  };
});

/**
 * @param {RecordPool} pool
 * @param {(record: import('../records.mjs').RecordToCache) => Promise<unknown>} append
 * @param {number} recordsPerS
 * @param {number} seconds
 * @returns {Promise<number[]>} from when a record was due to when it was durable, in ms
 */
async function offer(pool, append, recordsPerS, seconds) {
  /** @type {number[]} */
  const timesMs = [];
  const waiting = [];
  const startMs = performance.now();
  const count = recordsPerS * seconds;
  for (let next = 0; next < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - startMs) * recordsPerS) / 1000));
    for (; next < due; next += 1) {
      const dueMs = startMs + (next * 1000) / recordsPerS;
      const [record] = pool.batch(1).records;
      if (record === undefined) continue;
      waiting.push(append(record).then(() => timesMs.push(performance.now() - dueMs)));
    }
    await sleep(1);
  }
  await Promise.all(waiting);
  return timesMs;
}

/** @param {string} folder */
async function openOurs(folder) {
  const cache = await openCache(folder);
  return {
    append: (/** @type {import('../records.mjs').RecordToCache} */ record) => cache.append([record]),
    close: () => cache.close(),
  };
}

/** @param {string} file */
async function openPlainFile(file) {
  const handle = await open(file, 'w');
  const commitIntervalMs = 10;
  /** @type {Uint8Array[]} */
  let waiting = [];
  /** @type {Promise<void> | null} */
  let commit = null;
  let position = 0;
  const write = async () => {
    await sleep(commitIntervalMs);
    const bytes = Buffer.concat(waiting);
    waiting = [];
    commit = null;
    const at = position;
    position += bytes.byteLength;
    await handle.write(bytes, 0, bytes.byteLength, at);
    await handle.datasync();
  };
  return {
    append: (/** @type {import('../records.mjs').RecordToCache} */ { data }) => {
      waiting.push(data);
      commit ??= write();
      return commit;
    },
    close: () => handle.close(),
  };
}
