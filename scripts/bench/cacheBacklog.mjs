// A backlog: appends RECORDS logs, opens the cache again, sums it up, reads it, drains it in batches of 10,000 as the
// uploader would. Needs `npx tsc -b main`. Usage: node scripts/bench/cacheBacklog.mjs [RECORDS] [FOLDER]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCacheReader } from '../../build/main/cache/openCacheReader.js';
import { openDiskCache } from '../../build/main/cache/openDiskCache.js';
import { encodeLog } from '../../build/main/codec/logMessage.js';
import { ros2LogChannel } from '../../build/main/codec/schemas.js';
import { systemClock } from '../../build/main/seams/Clock.js';

const records = Number(process.argv[2] ?? 1_000_000);
const parent = await mkdtemp(join(process.argv[3] ?? tmpdir(), 'tether-bench-'));
const folder = join(parent, 'bench');
const channel = ros2LogChannel('/rosout');
const account = { cloud: 'local', region: 'us-east-1', profile: '', endpoint: '' };
const destination = { kind: 'log', account, group: 'bench', stream: 'rover' };
const severities = ['DEBUG', 'INFO', 'INFO', 'INFO', 'WARN', 'ERROR'];

async function openCache() {
  const opened = await openDiskCache({
    folder,
    robot: 'bench',
    owner: { kind: 'bench', controlSocket: null },
    limits: { bytesMax: 64e9, segmentBytesMax: 1024 * 1024 },
    clock: systemClock,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  return opened.value;
}

async function timed(name, step) {
  const before = performance.now();
  const value = await step();
  const ms = Math.round(performance.now() - before);
  const rssMb = Math.round(process.memoryUsage().rss / 1e6);
  console.log(JSON.stringify({ step: name, ms, rssMb, ...value }));
}

try {
  let cache = await openCache();
  const startNs = systemClock.nowNs() - 3_600_000_000_000n;
  await timed('append', async () => {
    for (let from = 0; from < records; from += 1000) {
      const batch = Array.from({ length: 1000 }, (_, index) => {
        const stampNs = startNs + BigInt(from + index) * 1000n;
        const severity = severities[(from + index) % severities.length];
        const data = encodeLog({
          stampNs,
          severity,
          node: 'nav.controller',
          message: `Passing new path ${from + index}`,
        });
        return { channel, destination, receivedNs: stampNs, stampNs, data, kind: 'log', severity, label: 'nav' };
      });
      await cache.append(batch);
    }
    return { records };
  });
  await cache.close();
  await timed('open again', async () => {
    cache = await openCache();
    const { bytes, pendingRecords } = await cache.usage();
    return { bytes, pendingRecords, segments: (await cache.segments()).length };
  });
  await timed('100 times usage() and pending()', async () => {
    for (let round = 0; round < 100; round += 1) {
      await cache.usage();
      await cache.pending();
    }
  });
  await timed('usage() beside the owner', async () => {
    const reader = await openCacheReader({ folder, robot: 'bench' });
    return { pendingRecords: (await reader.value.usage()).pendingRecords };
  });
  await timed('newest 100 errors', async () => {
    let found = 0;
    for await (const _ of cache.read({ severityMin: 'ERROR', kind: 'log' }, 'newest')) if ((found += 1) === 100) break;
    return { found };
  });
  await timed('text without a hit', async () => {
    let found = 0;
    for await (const _ of cache.read({ text: 'not in there' }, 'newest')) found += 1;
    return { found };
  });
  await timed('drain', async () => {
    let batches = 0;
    for (;;) {
      const nowNs = systemClock.nowNs();
      const limits = { recordsMax: 10_000, bytesMax: 1_048_576, oldestStampNs: nowNs - 864_000_000_000_000n };
      const batch = await cache.take({ kind: 'log', ...limits, newestStampNs: nowNs });
      if (batch === null) break;
      await cache.acknowledge(batch, []);
      batches += 1;
    }
    const { cachedRecords, acknowledgedLogs } = await cache.usage();
    return { batches, cachedRecords, acknowledgedLogs };
  });
  await cache.close();
} finally {
  await rm(parent, { recursive: true, force: true });
}
