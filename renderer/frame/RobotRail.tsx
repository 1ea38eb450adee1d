import { Menu } from '@mantine/core';
import { useState } from 'react';
import type { RobotStatus } from '../../main/contract/frames.js';
import type { Session } from '../bridge/Session.js';
import { useNow, useSession, useStatusFrame } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { formatRate } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { notify, setPage, usePage } from '../stores/pageStore.js';

/** Silence after which a connected robot is said to be silent instead of having a rate. */
const silentAfterS = 5;

export function RobotRail() {
  const frame = useStatusFrame();
  const { facts } = useSession();
  return (
    <nav className="rail" aria-label="Robots">
      <h1>Tether</h1>
      <ul className="rail-list">
        {frame?.robots.map((robot) => (
          <RailRobot key={robot.name} robot={robot} />
        ))}
      </ul>
      <button
        type="button"
        className="rail-add"
        data-testid="robot-add"
        onClick={() => {
          setPage({ dialog: 'add-robot' });
        }}
      >
        + Robot
      </button>
      <p className="rail-foot" title={facts.runtime}>
        Tether {facts.version}
      </p>
    </nav>
  );
}

function RailRobot({ robot }: { readonly robot: RobotStatus }) {
  const session = useSession();
  const selected = usePage((page) => page.robot === robot.name);
  const [menuOpen, setMenuOpen] = useState(false);
  const now = useNow();
  return (
    <li
      className="rail-robot"
      data-selected={selected ? '' : undefined}
      onContextMenu={(event) => {
        event.preventDefault();
        setMenuOpen(true);
      }}
    >
      <button
        type="button"
        className="rail-choose"
        aria-current={selected ? 'true' : undefined}
        data-testid={`robot-${robot.name}`}
        data-connected={robot.connected}
        style={{ '--robot-colour': robot.colour } as React.CSSProperties}
        onClick={() => {
          if (!selected) void session.lookAt(robot.name);
        }}
      >
        <span className="rail-dot" data-connected={robot.connected ? '' : undefined} />
        <span className="rail-name">
          <span>{robot.name}</span>
          {robot.demo && <span className="demo-badge">demo</span>}
          {robot.configProblem !== null && <Glyph name="warn" className="rail-trouble" />}
        </span>
        <span className="rail-words">{robotWords(robot, now)}</span>
      </button>
      <Menu opened={menuOpen} onChange={setMenuOpen} position="bottom-start" withinPortal>
        <Menu.Target>
          <button type="button" className="icon-button" aria-label={`Menu of ${robot.name}`}>
            <Glyph name="more" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <RobotMenu robot={robot} />
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function RobotMenu({ robot }: { readonly robot: RobotStatus }) {
  const session = useSession();
  const waiting = robot.cachedRecords + robot.quarantinedRecords;
  return (
    <>
      {robot.connected ? (
        <Menu.Item onClick={() => void session.ask('robots.disconnect', { robot: robot.name })}>Disconnect</Menu.Item>
      ) : (
        <Menu.Item onClick={() => void session.ask('robots.connect', { robot: robot.name })}>Connect</Menu.Item>
      )}
      <Menu.Item
        onClick={() => {
          void session.lookAt(robot.name);
          setPage({ desk: 'config' });
          session.remember();
        }}
      >
        Edit its file
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item data-danger onClick={() => void removeRobot(session, robot, waiting)}>
        Take off the list
      </Menu.Item>
    </>
  );
}

async function removeRobot(session: Session, robot: RobotStatus, waiting: number): Promise<void> {
  if (waiting > 0) {
    notify('bad', `${robot.name} still has records on disk.`, 'Flush or export them first; nothing was removed.');
    return;
  }
  const result = await session.ask('robots.remove', { robot: robot.name });
  if (result.ok) notify('good', `${robot.name} was taken off the list.`);
}

function robotWords(robot: RobotStatus, now: number): string {
  if (robot.configProblem !== null) return 'its file has an error';
  // The kind alone where the state needs the room: the domain is one look at the file away.
  const sourceKind = robot.sourceWords.split(' · ')[0] ?? '';
  if (!robot.connected) return `${sourceKind} · disconnected`;
  if (robot.lastReceivedMs === null) return `${robot.sourceWords} · nothing yet`;
  const silentS = (now - robot.lastReceivedMs) / 1000;
  if (silentS > silentAfterS) return `${sourceKind} · silent ${formatDuration(silentS)}`;
  return `${robot.sourceWords} · ${formatRate(robot.recordsPerS)}`;
}
