// @ts-check
/** Commits batches with one engine for a while, whenever the parent says so. Making the batches is not in the times. */
import { RecordPool } from '../records.mjs';
import { peakRssMb, serve } from './serve.mjs';

const poolRecords = 20_000;
const pool = new RecordPool(poolRecords);

/** @type {any} */
let engine = null;

serve(
  async (task) => {
    if (task.open !== undefined) {
      const { module, folder, options } = task.open;
      const { openEngine } = await import(module);
      engine = await openEngine(folder, options);
      return null;
    }
    return slice(task.commitRecords, task.ms);
  },
  async () => {
    await engine?.close();
  },
);

/**
 * @param {number} commitRecords
 * @param {number} ms
 */
async function slice(commitRecords, ms) {
  const timesMs = [];
  const until = performance.now() + ms;
  let spentMs = 0;
  const cpuBefore = process.cpuUsage();
  while (performance.now() < until) {
    const payload = engine.prepare(pool.batch(commitRecords));
    const before = performance.now();
    await engine.commit(payload);
    const took = performance.now() - before;
    timesMs.push(took);
    spentMs += took;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuUs = (user + system) / (timesMs.length * commitRecords);
  const before = performance.now();
  await engine.rest?.();
  const restMs = performance.now() - before;
  return { recordsPerS: (timesMs.length * commitRecords * 1000) / spentMs, timesMs, cpuUs, restMs, rssMb: peakRssMb() };
}
