import { Popover } from '@mantine/core';
import { useState } from 'react';
import type { RobotStatus } from '../../main/contract/frames.js';
import { evictedWords } from '../../main/model/Loss.js';
import { useLiveFigures } from '../bridge/useSession.js';
import { formatCount } from '../format/formatCount.js';
import { lossLines, lostSum } from './lossLines.js';

/** How many records were lost, and where, when asked. */
export function LostCount({ robot }: { readonly robot: RobotStatus }) {
  const [open, setOpen] = useState(false);
  const total = lostSum(robot);
  return (
    <Popover opened={open} onChange={setOpen} position="top-end">
      <Popover.Target>
        <button
          type="button"
          className="bottom-lost"
          data-testid="bottom-lost"
          data-value={total}
          data-some={total > 0 ? '' : undefined}
          aria-label={`Lost ${formatCount(total)}: show where`}
          onClick={() => {
            setOpen(!open);
          }}
        >
          lost <b>{formatCount(total)}</b>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <LossCard robot={robot} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Drawn a few times a second, while it is open. */
function LossCard({ robot }: { readonly robot: RobotStatus }) {
  const { live } = useLiveFigures();
  return (
    <div className="lost-card selectable">
      <h2>Where records were lost</h2>
      <table>
        <tbody>
          {lossLines(robot, live.rowsNotShown).map(({ stage, count, words }) => (
            <tr key={stage} data-testid={`lost-${stage}`}>
              <td>{count === null ? '–' : formatCount(count)}</td>
              <td className={count ? '' : 'muted'}>
                {words}
                {stage === 'evicted' && robot.evicted.length > 0 && (
                  <div className="lost-parts muted" data-testid="lost-evicted-parts">
                    {evictedWords(robot.evicted, formatCount)}
                  </div>
                )}
                {stage === 'evicted' && robot.evictedForLaptop > 0 && (
                  <div className="lost-parts muted" data-testid="lost-evicted-for-laptop">
                    {formatCount(robot.evictedForLaptop)} of them at the limit of all robots' caches together (Settings)
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
