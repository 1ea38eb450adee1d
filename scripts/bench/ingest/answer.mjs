// @ts-check
import { createInterface } from 'node:readline';

/** Nothing more comes when the count has stood still for this long. */
const quietMs = 1_500;

/**
 * Says that it is ready; answers `report` once nothing comes any more; ends with stdin.
 * @param {{ received: () => number, lost: () => number | null, cpuS?: () => number, end: () => Promise<void> }} subject
 */
export function answer({ received, lost, cpuS = ownCpuS, end }) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    if (line !== 'report') return;
    let last = -1;
    let sinceMs = performance.now();
    while (performance.now() - sinceMs < quietMs) {
      if (received() !== last) sinceMs = performance.now();
      last = received();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    say({ event: 'report', received: received(), lost: lost(), cpuS: cpuS() });
  });
  lines.on('close', async () => {
    await end();
    process.exit(0);
  });
  say({ event: 'ready' });
}

export function ownCpuS() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** @param {unknown} event */
function say(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
