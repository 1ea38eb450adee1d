import { useRef } from 'react';
import { useElementSize } from '../components/useElementSize.js';
import { formatCount } from '../format/formatCount.js';
import { formatClock, formatSince, formatTimeS } from '../format/formatTime.js';
import type { Segment } from './segmentTypes.js';
import { spreadWaiting } from './spreadWaiting.js';

const barPitch = 10;
/** Below this span minutes alone would not tell the ends apart. */
const secondsShownMsMax = 5 * 60_000;

/** Records that wait, over the robot's time. */
export function WaitingBars({ segments }: { readonly segments: readonly Segment[] }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(box);
  const columns = Math.max(1, Math.floor(width / barPitch));
  const spread = spreadWaiting(segments, columns);
  const short = spread !== null && spread.untilMs - spread.fromMs < secondsShownMsMax;
  const clock = short ? formatTimeS : formatClock;
  const highest = Math.max(1, ...(spread?.counts ?? []));
  return (
    <div ref={box} className="waiting-bars">
      {spread !== null && (
        <>
          <div className="waiting-bars-row" role="img" aria-label="Waiting records over time">
            {spread.counts.map((count, index) => (
              <span
                key={index}
                style={{ height: `${count === 0 ? 0 : Math.max(4, (count / highest) * 100)}%` }}
                title={`${clock(spread.fromMs + index * spread.stepMs)}: ${formatCount(Math.round(count))} wait`}
              />
            ))}
          </div>
          <div className="waiting-bars-axis muted">
            <span>{short ? formatTimeS(spread.fromMs) : formatSince(spread.fromMs, spread.untilMs)}</span>
            <span>{clock((spread.fromMs + spread.untilMs) / 2)}</span>
            <span>{clock(spread.untilMs)}</span>
          </div>
        </>
      )}
    </div>
  );
}
