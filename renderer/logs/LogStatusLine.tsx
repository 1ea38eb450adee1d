import type { RobotStatus } from '../../main/contract/frames.js';
import { useLiveFigures, useRobot } from '../bridge/useSession.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatOffsetSize } from '../format/formatDuration.js';
import { usePage } from '../stores/pageStore.js';
import { useSkewMs } from './TimeMenu.js';

/** A clock that is off by more than this is worth a word: it is beyond what a slow link explains. */
const skewShownMs = 500;

/** Under the list: how much there is, where it comes from, and whether the clocks agree. */
export function LogStatusLine({ chosenRows }: { readonly chosenRows: number }) {
  const { live } = useLiveFigures();
  const collapsing = usePage((page) => page.collapsing);
  const skewMs = useSkewMs();
  return (
    <div className="log-status">
      <span data-testid="shown-count" data-value={live.rows.matched.rowCount}>
        {formatQuantity(live.rows.matched.rowCount, 'line')}
        {collapsing && ` in ${formatQuantity(live.rows.matched.length, 'row')}`}
      </span>
      {chosenRows > 1 && <span className="strong">{formatCount(chosenRows)} chosen</span>}
      <span className="muted" data-testid="older-state" data-value={live.older.state}>
        <OlderWords live={live} />
      </span>
      {skewMs !== null && Math.abs(skewMs) >= skewShownMs && (
        <span className="skew-badge" data-testid="skew-badge" data-value={Math.round(skewMs)}>
          robot clock {formatOffsetSize(skewMs)} {skewMs > 0 ? 'behind' : 'ahead'}
        </span>
      )}
    </div>
  );
}

/** What is not on disk, and so has not come back from an earlier start. */
function notKeptWords(robot: RobotStatus | null): string {
  if (robot === null) return '';
  const sent = robot.acknowledgedLogs > 0 ? ['lines that CloudWatch has'] : [];
  const below = robot.keepsFrom === 'DEBUG' ? [] : [`lines below ${robot.keepsFrom}`];
  const left = [...sent, ...below].join(', ');
  return left === '' ? '' : ` · not here from earlier starts: ${left}`;
}

function OlderWords({ live }: { readonly live: LiveRobot }) {
  const robot = useRobot();
  const { older, ring } = live;
  switch (older.state) {
    case 'more':
      return 'Home: older lines, from disk';
    case 'reading':
      return 'reading older lines from disk…';
    case 'end':
      return `back to the oldest line on disk${notKeptWords(robot)}`;
    case 'full':
      return `the list holds ${formatQuantity(ring.length, 'line')}; older ones: Cache & uploads`;
    case 'failed':
      return (
        <>
          Older lines could not be read. {older.problem}{' '}
          <button
            type="button"
            className="link-button"
            onClick={() => {
              older.retry();
            }}
          >
            Try again
          </button>
        </>
      );
  }
}
