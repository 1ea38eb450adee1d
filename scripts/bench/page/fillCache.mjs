// @ts-check
/** A robot that has been recorded before: its file, and its lines on disk, waiting for a cloud that cannot be reached. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openDiskCache } from '../../../build/main/cache/openDiskCache.js';
import { newRobotText } from '../../../build/main/config/newRobotText.js';
import { systemClock } from '../../../build/main/seams/Clock.js';
import { LogMaker, toRecord } from '../cache/records.mjs';

export const robot = 'rover';
const batchRows = 2_000;
const stepNs = 500_000n;

/** @param {{ home: string, rows: number, domainId: number }} options */
export async function fillCache({ home, rows, domainId }) {
  mkdirSync(path.join(home, 'robots'), { recursive: true });
  writeFileSync(path.join(home, 'robots', `${robot}.yaml`), newRobotText({ name: robot, domainId, cloud: 'local' }));
  const opened = await openDiskCache({
    folder: path.join(home, 'cache', robot),
    robot,
    owner: { kind: 'bench', controlSocket: null },
    limits: { bytesMax: 4e9, segmentBytesMax: 1024 * 1024 },
    clock: systemClock,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  const maker = new LogMaker();
  let stampNs = systemClock.nowNs() - BigInt(rows) * stepNs - 60_000_000_000n;
  for (let made = 0; made < rows; made += batchRows) {
    const records = Array.from({ length: Math.min(batchRows, rows - made) }, () => {
      stampNs += stepNs;
      return toRecord(maker.next(), stampNs);
    });
    await opened.value.append(records);
  }
  const closed = await opened.value.close();
  if (!closed.ok) throw new Error(closed.problem.message);
}
