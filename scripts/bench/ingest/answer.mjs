// @ts-check
import { createInterface } from 'node:readline';

/** Nothing more comes when the count has stood still for this long. */
const quietMs = 1_500;

/**
 * Says that it is ready; answers `report` once nothing comes any more; ends with stdin.
 * @param {{ received: () => number, lost: () => number | null, cpuS?: () => number, latenciesMs?: () => number[],
 *   end: () => Promise<void> }} subject `latenciesMs`: from the publisher's stamp to the page, of each row
 */
export function answer({ received, lost, cpuS = ownCpuS, latenciesMs = () => [], end }) {
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
    const sorted = latenciesMs().sort((left, right) => left - right);
    const [p50, p95] = [0.5, 0.95].map((share) => sorted[Math.floor(sorted.length * share)] ?? null);
    say({ event: 'report', received: received(), lost: lost(), cpuS: cpuS(), p50, p95 });
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
