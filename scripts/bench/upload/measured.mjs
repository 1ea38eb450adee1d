// @ts-check

/**
 * @typedef {object} Measured
 * @property {number} recordsPerS
 * @property {number} cpuS seconds of CPU, of this whole process, a million records
 * @property {number} rssMb the most memory that this process has held
 */

/**
 * @param {number} records
 * @param {() => Promise<void>} work
 * @returns {Promise<Measured>}
 */
export async function measured(records, work) {
  const [beganMs, before] = [performance.now(), process.cpuUsage()];
  await work();
  const tookMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(before);
  return {
    recordsPerS: (records * 1000) / tookMs,
    cpuS: (user + system) / records,
    rssMb: process.resourceUsage().maxRSS / 1024,
  };
}
