import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { openCacheReader } from './openCacheReader.js';
import { openDiskCache } from './openDiskCache.js';
import { testLog } from './testRecords.js';

let folder = '';
let nowMs = 1_780_000_000_000;
let opened: DiskCache | null = null;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tether-recovery-')), 'rover');
});

afterEach(async () => {
  await opened?.close();
  opened = null;
  await rm(join(folder, '..'), { recursive: true, force: true });
});

/** Opens it, or closes it and opens it again, a second later. */
async function reopen(): Promise<DiskCache> {
  await opened?.close();
  nowMs += 1000;
  const at = BigInt(nowMs) * 1_000_000n;
  const result = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'test', controlSocket: null },
    limits: { bytesMax: 10_000_000, segmentBytesMax: 100_000 },
    clock: { ...systemClock, nowNs: () => at },
    // Every few lines are compacted.
    ledgerCompactionBytesMin: 1,
    diskFreeBytesMin: 0,
  });
  if (!result.ok) throw new Error(result.problem.message);
  return (opened = result.value);
}

/** As a crash leaves it: a line that was never finished. */
async function cutLedger(): Promise<void> {
  await opened?.close();
  opened = null;
  await appendFile(join(folder, 'ledger.jsonl'), '{"type":"ack"');
}

async function compact(cache: DiskCache): Promise<void> {
  for (let round = 0; round < 20; round += 1) await cache.countLoss('dds', 1, `history ${round}`);
}

it('is told by the owner and by who reads beside it, over reopenings and compactions, until it is dismissed', async () => {
  await (await reopen()).append([testLog({ message: 'one' })]);
  expect((await reopen().then((cache) => cache.usage())).recoveries).toEqual([]);
  await cutLedger();
  const cache = await reopen();
  const foundMs = nowMs;
  const found = {
    words: expect.stringMatching(/^the ledger ended in 13 bytes.*a copy is in .*aside/) as string,
    foundMs,
  };
  expect((await cache.usage()).recoveries).toEqual([found]);
  await compact(cache);
  const again = await reopen();
  expect((await again.usage()).recoveries).toEqual([found]);
  const reader = await openCacheReader({ folder, robot: 'rover' });
  expect(reader.ok && (await reader.value.usage()).recoveries).toEqual([found]);

  expect(await again.dismissRecoveries(foundMs - 1)).toBe(0);
  expect(await again.dismissRecoveries(foundMs)).toBe(1);
  expect(await again.dismissRecoveries(foundMs)).toBe(0);
  expect((await again.usage()).recoveries).toEqual([]);
  expect(again.findings()).toHaveLength(1);
  await compact(again);
  expect((await reopen().then((last) => last.usage())).recoveries).toEqual([]);
});

it('of what is found after that, it is told again', async () => {
  await reopen();
  await cutLedger();
  await (await reopen()).dismissRecoveries(nowMs);
  await cutLedger();
  expect((await reopen().then((cache) => cache.usage())).recoveries).toEqual([
    { words: expect.stringContaining('13 bytes') as string, foundMs: nowMs },
  ]);
});
