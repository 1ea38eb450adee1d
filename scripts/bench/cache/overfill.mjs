// @ts-check
/** Ten times more than the disk limit, as fast as it goes: what the folder holds meanwhile, and how long an append takes. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { words } from './figures.mjs';
import { engineMemoryMbMax } from './Report.mjs';
import { segmentBytesDefault } from './openCache.mjs';
import { runWorker } from './runWorker.mjs';

const sampleMs = 50;
const timesLimit = 10;
const commitRecords = 100;
const mebibyte = 1024 * 1024;

/** @param {{ report: import('./Report.mjs').Report, folder: string, quick: boolean }} context */
export async function measureOverfill({ report, folder: parent, quick }) {
  const folder = path.join(parent, 'overfill');
  const bytesMax = (quick ? 16 : 64) * mebibyte;
  const sampler = new Sampler(folder);
  const task = { folder, bytesMax, bytesOffered: bytesMax * timesLimit, commitRecords };
  const filled = await runWorker('overfill', task).finally(() => sampler.stop());
  report.say(
    `${words(filled.records)} records, ${words(filled.cachedRecords)} kept, ${words(filled.evicted)} evicted; ` +
      `append of ${commitRecords}: p50 ${words(filled.p50Ms)} ms, p99 ${words(filled.p99Ms)} ms, most ${words(filled.mostMs)} ms; ` +
      `disk use at most ${words(sampler.mostBytes / mebibyte)} MiB in ${sampler.samples} samples`,
  );
  const excess = sampler.mostBytes - bytesMax;
  report.target({
    what: 'disk use above the limit, segments',
    figure: Math.max(0, excess) / segmentBytesDefault,
    rule: 'max',
    limit: 1,
  });
  report.target({ what: 'append while evicting, p99 ms', figure: filled.p99Ms, rule: 'max', limit: 5 });
  report.target({
    what: 'most memory while evicting, MB',
    figure: filled.rssMb,
    rule: 'max',
    limit: engineMemoryMbMax,
  });
  report.keep({ ...filled, bytesMax, mostBytes: sampler.mostBytes, samples: sampler.samples });
}

/** Adds up the sizes of all files of a folder again and again. */
class Sampler {
  mostBytes = 0;
  samples = 0;
  #folder;
  #stopped = false;
  #running;

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
    this.#running = this.#run();
  }

  async stop() {
    this.#stopped = true;
    await this.#running;
  }

  async #run() {
    while (!this.#stopped) {
      const bytes = await bytesIn(this.#folder);
      this.mostBytes = Math.max(this.mostBytes, bytes);
      this.samples += 1;
      await sleep(sampleMs);
    }
  }
}

/** @param {string} folder */
async function bytesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  // What is unlinked between the two calls holds nothing any more.
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file)
        .then(({ size }) => size)
        .catch(() => 0),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
