import type { GapRow, RowState } from '../contract/frames.js';
import type { LiveWindow } from './LiveWindow.js';

/**
 * The row that stands for those from `fromId` on which have left the window before the page could take them: how many, and where
 * they are. Null when there are none. It stands before the window's first row, with a fraction in its id.
 */
export function leftOutRow(logs: LiveWindow, fromId: number): GapRow | null {
  const count = logs.firstId - fromId;
  if (count <= 0) return null;
  const counts = new Map<string, number>();
  // Those that are followed no longer are not gone through: a page may have been away for hours.
  const firstFollowed = Math.min(Math.max(fromId, logs.tracker.firstId), logs.firstId);
  if (firstFollowed > fromId) counts.set(noLines, firstFollowed - fromId);
  for (let id = firstFollowed; id < logs.firstId; id += 1) {
    const state = logs.tracker.stateOf(id);
    const place = state === null ? noLines : placeWords[state];
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const places = [...counts].sort(([, left], [, right]) => right - left);
  const where = places.map(([place, number]) => `${number.toLocaleString('en')} ${place}`).join(', ');
  return {
    ...{ type: 'gap', id: logs.firstId - 0.5, receivedMs: logs.receivedMsFrom(logs.firstId) ?? 0 },
    ...{ stage: 'page', count, reason: `the page was too slow. Of them ${where}` },
  };
}

const onDisk = 'on disk (Cache & uploads shows them)';
const placeWords: Readonly<Record<RowState, string>> = {
  received: onDisk,
  cached: onDisk,
  sending: onDisk,
  refused: onDisk,
  expired: onDisk,
  held: onDisk,
  sent: 'in CloudWatch',
  gone: 'lost or deleted, and counted there',
  skipped: 'not kept, as the robot file says',
};
/** Rows without a state are losses; so are those that are no longer followed. */
const noLines = 'losses, or too long ago to tell';
