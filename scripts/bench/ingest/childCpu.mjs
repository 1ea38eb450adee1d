// @ts-check
import { readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second for programs (USER_HZ). */
const ticksPerS = 100;

/**
 * CPU seconds of a running process.
 * @param {number | null} pid
 */
export function cpuSOf(pid) {
  if (pid === null) return 0;
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = '0', system = '0'] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / ticksPerS;
}
