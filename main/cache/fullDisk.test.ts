import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useWorker } from './useWorker.test-support.js';

/**
 * A real disk that is full: a tmpfs of 2 MB, mounted by nobody in particular in a namespace of its own. 50 rounds:
 * TETHER_CACHE_FILLS=50 npx vitest run main/cache/fullDisk.test.ts
 */
const rounds = Number(process.env['TETHER_CACHE_FILLS'] ?? 4);
const diskBytes = 2 * 1024 * 1024;
const run = promisify(execFile);

let folder = '';
const worker = useWorker('fullDiskWorker');

const outcomeSchema = z.object({
  rounds: z.number(),
  noticed: z.number(),
  healed: z.number(),
  durable: z.number(),
  acknowledged: z.number(),
  evicted: z.number(),
  lost: z.number(),
  doubled: z.number(),
  back: z.number(),
  otherLosses: z.array(z.string()),
});

/** Mounts the disk where nobody else sees it, and runs a command there. */
async function onSmallDisk(command: readonly string[]): Promise<string> {
  const script = `mount -t tmpfs -o size=${diskBytes} tmpfs "$0" && exec "$@"`;
  const { stdout } = await run('unshare', ['-Urm', 'sh', '-c', script, folder, ...command]);
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tether-full-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a real disk that fills up and is freed', () => {
  it('loses nothing, doubles nothing, and heals by itself each time', async (context) => {
    try {
      await onSmallDisk(['true']);
    } catch (error) {
      const words = error instanceof Error ? error.message.trim() : String(error);
      process.stdout.write(`full disk: NOT TRIED, as a tmpfs cannot be mounted here (${words})\n`);
      context.skip('a tmpfs cannot be mounted in a user namespace here');
    }
    const printed = await onSmallDisk([process.execPath, worker.path, folder, String(rounds)]);
    process.stdout.write(`full disk: ${printed}`);
    const outcome = outcomeSchema.parse(JSON.parse(printed));
    expect(outcome).toMatchObject({
      rounds,
      healed: rounds,
      lost: 0,
      doubled: 0,
      back: 0,
      otherLosses: [],
    });
    // It may find room for itself, in what was acknowledged, before anyone asks.
    expect(outcome.noticed).toBeGreaterThan(rounds / 2);
    expect(outcome.durable).toBeGreaterThan(rounds * 100);
    expect(outcome.acknowledged).toBeGreaterThan(rounds * 10);
  }, 1_200_000);
});
