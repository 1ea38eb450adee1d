import { Popover, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { RobotStatus } from '../../main/contract/frames.js';
import { evictedWords, type LossStage, lossStages } from '../../main/model/Loss.js';
import { useNow, useRobot } from '../bridge/useSession.js';
import { everything } from '../cache/DeskFilter.js';
import { FlushPlan } from '../cache/FlushPlan.js';
import { Button } from '../components/Button.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount, formatRate } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';

export function BottomBar() {
  const robot = useRobot();
  return (
    <footer className="bottom" aria-label="Cache and uploads">
      {robot === null ? <span className="muted">Nothing is being kept yet.</span> : <RobotBottom robot={robot} />}
    </footer>
  );
}

function RobotBottom({ robot }: { readonly robot: RobotStatus }) {
  const now = useNow(5000);
  const share = Math.min(1, robot.cacheBytes / Math.max(1, robot.cacheBytesMax));
  return (
    <>
      <span data-testid="bottom-cached" data-value={robot.cachedRecords}>
        Cache <b>{formatBytes(robot.cacheBytes)}</b> of {formatBytes(robot.cacheBytesMax)}
      </span>
      <Tooltip label={`${formatCount(robot.cachedRecords)} records of ${robot.name} are safe on this disk`}>
        <span
          className="bottom-bar"
          role="meter"
          aria-label="Cache in use"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          data-level={share >= 0.97 ? 'full' : share >= 0.8 ? 'high' : 'low'}
        >
          <span style={{ width: `${Math.max(share * 100, robot.cacheBytes > 0 ? 1.5 : 0)}%` }} />
        </span>
      </Tooltip>
      {fullWords(robot, share)}
      <div className="bottom-end">
        {robot.upload.state === 'sending' && (
          <span className="bottom-sending" data-testid="bottom-sending">
            sending {formatRate(robot.upload.recordsPerS)}
          </span>
        )}
        <span data-testid="bottom-pending" data-value={robot.pendingRecords}>
          pending <b>{formatCount(robot.pendingRecords)}</b>
        </span>
        {robot.oldestPendingMs !== null && (
          <span className="muted bottom-oldest">oldest {formatDuration((now - robot.oldestPendingMs) / 1000)}</span>
        )}
        <LostCount robot={robot} />
        <FlushButton robot={robot} />
      </div>
    </>
  );
}

function fullWords(robot: RobotStatus, share: number) {
  if (share >= 0.97) return <b className="bottom-full severity-ERROR">full: the oldest go first</b>;
  if (robot.fullInS === null) return null;
  return (
    <span className="bottom-full">
      full in <b>{formatDuration(robot.fullInS)}</b>
    </span>
  );
}

const stageWords: Readonly<Record<LossStage, string>> = {
  dds: 'before Tether could take them (DDS history)',
  link: 'between the robot and this laptop (gap in sequence numbers)',
  host: 'in the robot host (queue full, or it died)',
  decode: 'could not be understood',
  memory: 'the disk did not take them in time',
  evicted: 'oldest, dropped at a disk limit',
  torn: 'unreadable after a crash (set aside)',
  rejected: 'refused by CloudWatch so far: kept in quarantine, not in the sum',
};

/** All stages are counted here but DDS, which is so only where messages carry numbers. */
function isCounted(robot: RobotStatus, stage: LossStage): boolean {
  return stage !== 'dds' || robot.lost.dds !== undefined;
}

function LostCount({ robot }: { readonly robot: RobotStatus }) {
  const [open, setOpen] = useState(false);
  const total = lossStages
    .filter((stage) => stage !== 'rejected')
    .reduce((sum, stage) => sum + (robot.lost[stage] ?? 0), 0);
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
        <div className="lost-card selectable">
          <h2>Where records were lost</h2>
          <table>
            <tbody>
              {lossStages.map((stage) => (
                <tr key={stage} data-testid={`lost-${stage}`}>
                  <td>{isCounted(robot, stage) ? formatCount(robot.lost[stage] ?? 0) : '–'}</td>
                  <td className={robot.lost[stage] ? '' : 'muted'}>
                    {stageWords[stage]}
                    {!isCounted(robot, stage) && ': not counted here'}
                    {stage === 'evicted' && robot.evicted.length > 0 && (
                      <div className="lost-parts muted" data-testid="lost-evicted-parts">
                        {evictedWords(robot.evicted, formatCount)}
                      </div>
                    )}
                    {stage === 'evicted' && robot.evictedForLaptop > 0 && (
                      <div className="lost-parts muted" data-testid="lost-evicted-for-laptop">
                        {formatCount(robot.evictedForLaptop)} of them at the limit of all robots' caches together
                        (Settings)
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function FlushButton({ robot }: { readonly robot: RobotStatus }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="top-end" width={420}>
      <Popover.Target>
        <Button
          look="primary"
          className="bottom-flush"
          data-testid="bottom-flush"
          onClick={() => {
            setOpen(!open);
          }}
        >
          {robot.upload.flushing ? 'Flushing…' : robot.upload.paused === null ? 'Flush…' : 'Flush paused…'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="flush-card">
          <FlushPlan
            robot={robot}
            filter={everything}
            confirmTestId="flush-confirm"
            done={() => {
              setOpen(false);
            }}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
