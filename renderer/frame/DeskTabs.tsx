import type { KeyboardEvent } from 'react';
import { useRobot, useSession } from '../bridge/useSession.js';
import { formatCount } from '../format/formatCount.js';
import { type Desk, desks, setPage, usePage } from '../stores/pageStore.js';
import { deskNames } from './deskNames.js';

export function DeskTabs() {
  const session = useSession();
  const desk = usePage((page) => page.desk);
  const robot = useRobot();
  const choose = (next: Desk): void => {
    setPage({ desk: next });
    session.remember();
  };
  const moveByKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const next = desks[(desks.indexOf(desk) + step + desks.length) % desks.length] ?? desk;
    choose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-desk="${next}"]`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label="Desks" onKeyDown={moveByKey}>
      {desks.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          className="tab"
          id={`tab-${name}`}
          aria-selected={name === desk}
          aria-controls="desk"
          tabIndex={name === desk ? 0 : -1}
          data-desk={name}
          data-testid={`tab-${name}`}
          onClick={() => {
            choose(name);
          }}
        >
          {deskNames[name]}
          {name === 'cache' && robot !== null && robot.pendingRecords > 0 && (
            <span className="badge">{formatCount(robot.pendingRecords)}</span>
          )}
        </button>
      ))}
      {robot !== null && (
        <span
          className="tabs-end"
          data-testid="received-count"
          data-logs={robot.receivedLogs}
          data-metrics={robot.receivedMetrics}
        >
          {formatCount(robot.receivedLogs)} lines · {formatCount(robot.receivedMetrics)} samples received
        </span>
      )}
    </div>
  );
}
