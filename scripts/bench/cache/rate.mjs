// @ts-check
/** Records that arrive one by one, 10,000 a second: from arrival to durable, and how late the event loop is meanwhile. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { words } from './figures.mjs';
import { engineMemoryMbMax } from './Report.mjs';
import { runWorker } from './runWorker.mjs';

const recordsPerS = 10_000;

/** @param {{ report: import('./Report.mjs').Report, folder: string, quick: boolean }} context */
export async function measureRate({ report, folder: parent, quick }) {
  const folder = path.join(parent, 'rate');
  await mkdir(folder, { recursive: true });
  const task = { folder, recordsPerS, seconds: quick ? 3 : 10 };
  const ours = await runWorker('rate', { ...task, peer: false });
  const peer = await runWorker('rate', { ...task, peer: true });
  report.table([
    [
      `${recordsPerS.toLocaleString('en-US')} records/s`,
      'p50 ms',
      'p99 ms',
      'most ms',
      'loop p50 ms',
      'loop p99 ms',
      'MB',
    ],
    rowOf('ours', ours),
    rowOf('a plain file, fdatasync every 10 ms', peer),
  ]);
  const target = { peer: 'plain file', rule: /** @type {const} */ ('max') };
  report.target({
    ...target,
    what: 'arrival to durable, p99 ms',
    figure: ours.p99Ms,
    peerFigure: peer.p99Ms,
    limit: 25,
  });
  const delays = { figure: ours.loopDelayP99Ms, peerFigure: peer.loopDelayP99Ms };
  report.target({ ...target, what: 'event-loop delay, p99 ms', ...delays, limit: 5 });
  report.target({
    what: 'most memory at 10,000 records/s, MB',
    figure: ours.rssMb,
    rule: 'max',
    limit: engineMemoryMbMax,
  });
  report.keep({ ours, peer });
}

/**
 * @param {string} name
 * @param {Record<string, number>} figures
 */
function rowOf(name, { p50Ms, p99Ms, mostMs, loopDelayP50Ms, loopDelayP99Ms, rssMb }) {
  return [name, ...[p50Ms, p99Ms, mostMs, loopDelayP50Ms, loopDelayP99Ms, rssMb].map((value) => words(value ?? NaN))];
}
