import type { Row } from '../../main/contract/frames.js';
import { formatElapsed, formatTimeMs } from '../format/formatTime.js';
import type { TimeView } from '../stores/pageStore.js';

/** A row's time as the list shows it. A gap has the laptop's time alone: nobody knows when the robot wrote what was lost. */
export function rowTime(row: Row, view: TimeView): string {
  if (row.type === 'gap') return view.base === 'elapsed' ? '' : formatTimeMs(row.receivedMs, view.zone);
  switch (view.base) {
    case 'robot':
      return formatTimeMs(row.stampMs, view.zone);
    case 'laptop':
      return formatTimeMs(row.receivedMs, view.zone);
    case 'elapsed':
      return formatElapsed(row.stampMs - view.zeroMs);
  }
}
