import { systemClock } from '../seams/Clock.js';
import { openDiskCache } from './openDiskCache.js';
import { testLog } from './testRecords.js';

/**
 * A child process of crash.test.ts: appends numbered records, acknowledges some, and tells its parent of each only when
 * it is durable, until it is killed.
 */
async function work(folder: string, first: number): Promise<void> {
  const opened = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'crash test', controlSocket: null },
    limits: { bytesMax: 1e9, segmentBytesMax: 30_000 },
    clock: systemClock,
    commitIntervalMs: 0,
    ledgerCompactionBytesMin: 4000,
    diskFreeBytesMin: 0,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  const cache = opened.value;
  for (let number = first; ;) {
    const numbers = Array.from({ length: 1 + (number % 17) }, (_, index) => number + index);
    number += numbers.length;
    await cache.append(numbers.map((n) => testLog({ message: String(n), stampNs: systemClock.nowNs() })));
    process.send?.({ durable: numbers });
    if (number % 3 !== 0) continue;
    const limits = { recordsMax: 20, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: systemClock.nowNs() };
    const batch = await cache.take({ kind: 'log', ...limits });
    if (batch === null) continue;
    const taken = batch.records.map(({ record }) => (record.kind === 'log' ? Number(record.message) : NaN));
    process.send?.({ taken });
    await cache.acknowledge(batch, []);
    process.send?.({ acknowledged: taken });
  }
}

await work(process.argv[2] ?? '', Number(process.argv[3] ?? 0));
