import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { systemClock } from '../seams/Clock.js';
import { openDiskCache } from './openDiskCache.js';

/** Real processes that append, acknowledge and rotate until they are killed with SIGKILL. */
const rounds = Number(process.env['TETHER_CACHE_KILLS'] ?? 12);

let parent = '';
let worker = '';

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tether-crash-'));
  // Inside the project, so that the child finds its packages.
  worker = join(import.meta.dirname, '..', '..', 'build', `crash-test-${process.pid}`);
  // The child is plain Node: what Vitest does for this file is done for it beforehand.
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(import.meta.dirname, 'crashWorker.ts'),
      outDir: worker,
      rolldownOptions: { output: { entryFileNames: 'crashWorker.mjs' } },
    },
  });
  worker = join(worker, 'crashWorker.mjs');
}, 60_000);

afterAll(async () => {
  await rm(parent, { recursive: true, force: true });
  await rm(dirname(worker), { recursive: true, force: true });
});

describe('kill -9', () => {
  it('loses nothing that was called durable, doubles nothing, and leaves nothing that needs a person', async () => {
    const folder = join(parent, 'rover');
    const durable = new Set<number>();
    const acknowledged = new Set<number>();
    let next = 0;
    for (let round = 0; round < rounds; round += 1) {
      const child = fork(worker, [folder, String(next)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      const maybeAcknowledged = new Set<number>();
      let messages = 0;
      child.on('message', (message: { durable?: number[]; taken?: number[]; acknowledged?: number[] }) => {
        messages += 1;
        for (const number of message.durable ?? []) durable.add(number);
        for (const number of message.taken ?? []) maybeAcknowledged.add(number);
        for (const number of message.acknowledged ?? []) acknowledged.add(number);
        if (messages === 10 + ((round * 7) % 90)) child.kill('SIGKILL');
      });
      await once(child, 'close');
      next += 1_000_000;
      const opened = await openDiskCache({
        folder,
        robot: 'rover',
        owner: { kind: 'test', controlSocket: null },
        limits: { bytesMax: 1e9, segmentBytesMax: 30_000 },
        clock: systemClock,
      });
      if (!opened.ok) throw new Error(opened.problem.message);
      const found: number[] = [];
      for await (const { record } of opened.value.read({}, 'oldest')) {
        found.push(record.kind === 'log' ? Number(record.message) : NaN);
      }
      const present = new Set(found);
      expect(found).toHaveLength(present.size);
      const missing = [...durable].filter((n) => !present.has(n) && !acknowledged.has(n) && !maybeAcknowledged.has(n));
      expect(missing).toEqual([]);
      expect(found.filter((number) => acknowledged.has(number))).toEqual([]);
      expect((await opened.value.usage()).lost).toEqual({});
      // An acknowledgement may have become durable without its answer getting out.
      for (const number of maybeAcknowledged) if (!present.has(number)) acknowledged.add(number);
      await opened.value.close();
    }
    expect(durable.size).toBeGreaterThan(rounds * 10);
    expect(acknowledged.size).toBeGreaterThan(0);
  }, 300_000);
});
