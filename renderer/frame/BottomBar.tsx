import { Popover, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { RobotStatus } from '../../main/contract/frames.js';
import { useNow, useRobot } from '../bridge/useSession.js';
import { everything } from '../cache/DeskFilter.js';
import { FlushPlan } from '../cache/FlushPlan.js';
import { Button } from '../components/Button.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount, formatRate } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { LostCount } from './LostCount.js';

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
      {robot.waitingInMemory > 0 && (
        <span className="bottom-memory severity-ERROR" data-testid="bottom-memory" data-value={robot.waitingInMemory}>
          <b>{formatCount(robot.waitingInMemory)}</b> wait in memory, not on disk
        </span>
      )}
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
