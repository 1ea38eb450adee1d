import type { FilterMessage } from '../../main/contract/calls.js';
import type { PendingGroup, RobotStatus } from '../../main/contract/frames.js';
import { severityRank } from '../../main/model/Severity.js';
import { useNow, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { SeverityPill } from '../components/SeverityPill.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { narrow, setCacheDesk, useCacheDesk } from './cacheDeskStore.js';
import { useCounted } from './Breakdown.js';
import { everything, filterMessageOf, toggled } from './DeskFilter.js';
import { expiryWords } from './expiryWords.js';
import { hold, release, retry } from './selectionActions.js';
import { stateGlyphs } from './stateGlyphs.js';

/**
 * What waits on disk, by severity; held, expired and refused records stand in the same table. It has what the desk's filter lets
 * through, but for the severities, which are chosen here.
 */
export function WaitingTable({ robot }: { readonly robot: RobotStatus }) {
  const now = useNow(5000);
  const filter = useCacheDesk((desk) => desk.filter);
  const message = filterMessageOf({ ...filter, severities: everything.severities, metrics: true });
  const isAll = Object.keys(message).length === 0;
  const fitting = useCounted('cache.groups', robot.name, isAll ? null : message);
  if (robot.pending.every((group) => group.records === 0)) return <NothingWaits robot={robot} />;
  if (!isAll && fitting === null) return <p className="muted">Counting what fits…</p>;
  const groups = (fitting ?? robot.pending).filter((group) => group.records > 0).sort(compareGroups);
  if (groups.length === 0) return <p className="muted">Nothing on disk fits.</p>;
  return (
    <table className="waiting" data-testid="waiting-table">
      <thead>
        <tr>
          <th>
            <span className="visually-hidden">state</span>
          </th>
          <th>what</th>
          <th className="number">records</th>
          <th className="number waiting-size">size</th>
          <th>oldest</th>
          <th>goes to</th>
          <th>
            <span className="visually-hidden">actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <WaitingRow key={groupKey(group)} robot={robot} group={group} narrowed={message} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function WaitingRow(props: {
  readonly robot: RobotStatus;
  readonly group: PendingGroup;
  /** What the table is narrowed to: a row's buttons act on no more than it shows. */
  readonly narrowed: FilterMessage;
  readonly now: number;
}) {
  const { robot, group, now } = props;
  const meant = { ...props.narrowed, ...groupFilter(group) };
  const session = useSession();
  const open = (): void => {
    lookInto(group);
  };
  return (
    <tr data-state={group.state} data-testid="waiting-row" onDoubleClick={open}>
      <td className={`state-${group.state}`}>
        {group.state === 'pending' || group.state === 'sending' ? (
          <ChooseBox group={group} />
        ) : (
          <span title={group.state}>
            <Glyph name={stateGlyphs[group.state]} />
          </span>
        )}
      </td>
      <td className="waiting-what">
        <button type="button" className="waiting-look" title="Look inside" data-testid="look-inside" onClick={open}>
          {group.severity === null ? 'metrics' : <SeverityPill severity={group.severity} />}
          {group.severity !== null && ' logs'}
        </button>
      </td>
      <td className="number">{formatCount(group.records)}</td>
      <td className="number waiting-size">{formatBytes(group.bytes)}</td>
      <td>
        {formatDuration((now - group.oldestMs) / 1000)}
        <Expiry group={group} now={now} />
      </td>
      <td className="waiting-to" title={`${destinationWords(group)}, ${group.account}`}>
        {destinationWords(group)}
        <span className="fact-note"> {group.account}</span>
      </td>
      <td className="waiting-actions">
        {(group.state === 'pending' || group.state === 'sending') && (
          <Button onClick={() => void hold(session, robot.name, meant)} data-testid="hold">
            Hold
          </Button>
        )}
        {group.state === 'held' && (
          <Button onClick={() => void release(session, robot.name, meant)} data-testid="release">
            Release
          </Button>
        )}
        {group.state === 'quarantined' && (
          <Button data-testid="retry" onClick={() => void retry(session, robot.name, meant)}>
            Retry
          </Button>
        )}
        {group.state === 'expired' && (
          <Button
            data-testid="retime-expired"
            title="If the robot's clock was wrong"
            onClick={() => {
              open();
              setCacheDesk({ dialog: 'retime', retimed: null });
            }}
          >
            Edit time…
          </Button>
        )}
        {(group.state === 'quarantined' || group.state === 'expired') && (
          <Button
            look="danger"
            data-testid="open-refused"
            onClick={() => {
              open();
              if (group.state === 'quarantined') setCacheDesk({ dialog: 'quarantine' });
            }}
          >
            Open
          </Button>
        )}
      </td>
    </tr>
  );
}

/** Takes the group's severity (or the metrics) into what is chosen, or out of it. */
function ChooseBox({ group }: { readonly group: PendingGroup }) {
  const filter = useCacheDesk((desk) => desk.filter);
  const { severity } = group;
  const chosen = severity === null ? filter.metrics : filter.severities.includes(severity);
  return (
    <button
      type="button"
      role="checkbox"
      className="waiting-box"
      aria-checked={chosen}
      aria-label={`Send ${severity === null ? 'metrics' : `${severity} logs`}`}
      data-testid={`choose-${severity ?? 'metrics'}`}
      onClick={() => {
        if (severity === null) narrow({ metrics: !filter.metrics });
        else narrow({ severities: toggled(filter.severities, severity) });
      }}
    >
      <Glyph name={chosen ? 'boxChecked' : 'box'} />
    </button>
  );
}

function Expiry({ group, now }: { readonly group: PendingGroup; readonly now: number }) {
  const words = group.state === 'expired' || group.state === 'quarantined' ? '' : expiryWords(group.oldestMs, now);
  return words === '' ? null : <span className="waiting-expiry"> {words}</span>;
}

/** Nothing is on disk. Of a robot that has said nothing yet: what will be here, and what can be done. */
function NothingWaits({ robot }: { readonly robot: RobotStatus }) {
  const sent = robot.acknowledgedLogs + robot.acknowledgedMetrics;
  return (
    <div className="nothing-waits" data-testid="nothing-waits">
      <p>
        <span className="state-sent">
          <Glyph name="sent" />
        </span>{' '}
        Nothing waits.{' '}
        {sent > 0 && (
          <span className="muted">
            CloudWatch has acknowledged {formatQuantity(robot.acknowledgedLogs, 'log line')} and{' '}
            {formatQuantity(robot.acknowledgedMetrics, 'sample')}.
          </span>
        )}
      </p>
      {sent === 0 && (
        <>
          <p className="muted">
            What {robot.name} says is kept on this disk first. Without a link it stays here, to be looked at, held,
            changed and sent: when you say so, or by itself when the link is back.
          </p>
          <p>
            <Button
              data-testid="empty-import"
              onClick={() => {
                setCacheDesk({ dialog: 'import' });
              }}
            >
              Import a folder of the original nodes…
            </Button>
          </p>
        </>
      )}
    </div>
  );
}

function destinationWords(group: PendingGroup): string {
  switch (group.state) {
    case 'held':
      return `held: ${group.goesTo}`;
    case 'expired':
      return 'too old for CloudWatch, kept for export';
    case 'quarantined':
      return `refused by ${group.goesTo}`;
    case 'pending':
    case 'sending':
      return group.goesTo;
  }
}

/** Exactly the records of the group. */
function groupFilter(group: PendingGroup): FilterMessage {
  const kind: FilterMessage =
    group.severity === null ? { kind: 'metric' } : { kind: 'log', severities: [group.severity] };
  return { ...kind, destinations: [group.destination] };
}

/** The desk's filter narrowed to the group: by its state when that is an unusual one. */
function lookInto(group: PendingGroup): void {
  const unusual = group.state === 'quarantined' || group.state === 'expired' || group.state === 'held';
  setCacheDesk(({ filter }) => ({
    open: null,
    filter: {
      ...filter,
      severities: group.severity === null ? [] : [group.severity],
      metrics: group.severity === null,
      states: unusual ? [group.state] : filter.states,
    },
  }));
}

const stateOrder: readonly PendingGroup['state'][] = ['sending', 'pending', 'held', 'expired', 'quarantined'];

function compareGroups(left: PendingGroup, right: PendingGroup): number {
  const late = (group: PendingGroup): number => Math.max(0, stateOrder.indexOf(group.state) - 2);
  const rank = (group: PendingGroup): number => (group.severity === null ? -1 : severityRank(group.severity));
  return late(left) - late(right) || rank(right) - rank(left) || left.goesTo.localeCompare(right.goesTo, 'en');
}

function groupKey(group: PendingGroup): string {
  return JSON.stringify([group.kind, group.severity, group.state, group.goesTo, group.account]);
}
