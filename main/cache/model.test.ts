import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CacheGround, RealGround, SimulatedGround } from './CacheGround.test-support.js';
import { CacheHistory, tightBytesMax, wideBytesMax } from './CacheHistory.test-support.js';
import { anyStep } from './cacheSteps.test-support.js';
import { randomFrom } from './randomFrom.test-support.js';

/**
 * The cache against a plain array: random histories of everything that can be done to it, while the disk breaks and
 * heals, fills up, and loses its power in the middle of whatever is under way. 10,000 histories:
 * TETHER_CACHE_HISTORIES=10000 npx vitest run main/cache/model.test.ts
 */
const histories = Number(process.env['TETHER_CACHE_HISTORIES'] ?? 200);
/** Real files are slower, and cannot lose their power: a part of the histories will do. */
const realHistories = Math.ceil(histories / 10);
/** A run of more histories than this says how far it is. */
const quietHistoriesMax = 1000;
const historiesAReport = 500;
/** The short run is the same each time: it judges the change at hand. The long runs look for what is still unknown. */
const chosenSeed = process.env['TETHER_CACHE_SEED'];
const seed = Number(chosenSeed ?? (histories > quietHistoriesMax ? Date.now() % 1_000_000_000 : 567139168));

/** What a failing run names beside its seed: leads to its one history. */
const path = process.env['TETHER_CACHE_PATH'] ?? '';

async function check(numRuns: number, groundOf: (history: number, seed: number) => CacheGround): Promise<void> {
  let [history, evicted, cuts, edits] = [0, 0, 0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 1, maxLength: 40, size: 'max' }),
      fc.boolean(),
      fc.nat(),
      async (steps, tight, choices) => {
        history += 1;
        if (numRuns > quietHistoriesMax && history % historiesAReport === 0) {
          process.stderr.write(
            `${history} of ${numRuns} histories, ${cuts} cuts, ${edits} edits, ${evicted} records evicted\n`,
          );
        }
        const run = new CacheHistory(groundOf(history, choices), tight ? tightBytesMax : wideBytesMax);
        await run.run(steps);
        evicted += run.model.lost.evicted;
        cuts += run.cuts;
        edits += run.model.edited;
      },
    ),
    {
      numRuns: path === '' ? numRuns : 1,
      seed,
      path,
      endOnFailure: process.env['TETHER_CACHE_SHRINK'] === undefined,
    },
  );
  if (path !== '') return;
  // Else the limit, the cuts and the edits were not part of it.
  expect(evicted).toBeGreaterThan(0);
  expect(cuts).toBeGreaterThan(0);
  expect(edits).toBeGreaterThan(0);
}

describe('the cache against a plain array', () => {
  it('does what the array does on a disk that keeps only what POSIX promises', async () => {
    await check(histories, (_, choices) => new SimulatedGround(randomFrom(choices)));
  }, 7_200_000);

  it('does what the array does on real files', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'tether-model-'));
    try {
      await check(realHistories, (history) => new RealGround(join(parent, String(history))));
    } finally {
      await rm(parent, { recursive: true, force: true, maxRetries: 3 });
    }
  }, 7_200_000);
});
