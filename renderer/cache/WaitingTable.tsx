import type { FilterMessage } from '../../main/contract/calls.js';
import type { PendingGroup, RobotStatus } from '../../main/contract/frames.js';
import { severityRank } from '../../main/model/Severity.js';
import type { Session } from '../bridge/Session.js';
import { useNow, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph, type GlyphName } from '../components/Glyph.js';
import { SeverityPill } from '../components/SeverityPill.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { notify } from '../stores/pageStore.js';
import type { Look } from './Look.js';

const stateGlyphs: Readonly<Record<PendingGroup['state'], GlyphName>> = {
  pending: 'boxChecked',
  sending: 'sending',
  held: 'held',
  expired: 'expired',
  quarantined: 'refused',
};

/** What waits on disk, by severity; held, expired and refused records stand in the same table. */
export function WaitingTable({ robot, look }: { readonly robot: RobotStatus; readonly look: (look: Look) => void }) {
  const now = useNow(5000);
  const groups = [...robot.pending].filter((group) => group.records > 0).sort(compareGroups);
  if (groups.length === 0) return <NothingWaits robot={robot} />;
  return (
    <table className="waiting" data-testid="waiting-table">
      <thead>
        <tr>
          <th>
            <span className="visually-hidden">state</span>
          </th>
          <th>what</th>
          <th className="number">records</th>
          <th className="number">size</th>
          <th>oldest</th>
          <th>goes to</th>
          <th>
            <span className="visually-hidden">actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <WaitingRow key={groupKey(group)} robot={robot} group={group} now={now} look={look} />
        ))}
      </tbody>
    </table>
  );
}

function WaitingRow(props: {
  readonly robot: RobotStatus;
  readonly group: PendingGroup;
  readonly now: number;
  readonly look: (look: Look) => void;
}) {
  const { robot, group, now, look } = props;
  const session = useSession();
  const open = (): void => {
    look(lookInto(group));
  };
  return (
    <tr data-state={group.state} data-testid="waiting-row" onDoubleClick={open}>
      <td className={`state-${group.state === 'pending' ? 'sent' : group.state}`} title={group.state}>
        <Glyph name={stateGlyphs[group.state]} />
      </td>
      <td className="waiting-what">
        <button type="button" className="waiting-look" title="Look inside" data-testid="look-inside" onClick={open}>
          {group.severity === null ? 'metrics' : <SeverityPill severity={group.severity} />}
          {group.severity !== null && ' logs'}
        </button>
      </td>
      <td className="number">{formatCount(group.records)}</td>
      <td className="number">{formatBytes(group.bytes)}</td>
      <td>{formatDuration((now - group.oldestMs) / 1000)}</td>
      <td className="waiting-to" title={`${destinationWords(group)}, ${group.account}`}>
        {destinationWords(group)}
        <span className="fact-note"> {group.account}</span>
      </td>
      <td className="waiting-actions">
        {(group.state === 'pending' || group.state === 'sending') && (
          <Button onClick={() => void holdOrRelease(session, robot.name, group, 'hold')} data-testid="hold">
            Hold
          </Button>
        )}
        {group.state === 'held' && (
          <Button onClick={() => void holdOrRelease(session, robot.name, group, 'release')} data-testid="release">
            Release
          </Button>
        )}
        {(group.state === 'quarantined' || group.state === 'expired') && (
          <Button look="danger" onClick={open} data-testid="open-refused">
            Open
          </Button>
        )}
      </td>
    </tr>
  );
}

function NothingWaits({ robot }: { readonly robot: RobotStatus }) {
  const sent = robot.acknowledgedLogs + robot.acknowledgedMetrics;
  return (
    <p className="nothing-waits">
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

function groupFilter(group: PendingGroup): FilterMessage {
  return group.severity === null ? { kind: 'metric' } : { kind: 'log', severities: [group.severity] };
}

function lookInto(group: PendingGroup): Look {
  const title = group.severity === null ? 'metrics' : `${group.severity} logs`;
  const unusual = group.state === 'quarantined' || group.state === 'expired' || group.state === 'held';
  return {
    title: unusual ? `${title}, ${group.state}` : title,
    // The range of an unusual group keeps the search for its few rows short.
    filter: unusual
      ? { ...groupFilter(group), sinceMs: Math.floor(group.oldestMs), untilMs: Math.ceil(group.newestMs) + 1 }
      : groupFilter(group),
    state: unusual ? group.state : null,
  };
}

async function holdOrRelease(
  session: Session,
  robot: string,
  group: PendingGroup,
  action: 'hold' | 'release',
): Promise<void> {
  const filter = groupFilter(group);
  const result = await session.ask(action === 'hold' ? 'cache.hold' : 'cache.release', { robot, filter });
  if (!result.ok) return;
  const records = formatQuantity(result.value.records, 'record');
  if (action === 'hold') notify('good', `${records} held back.`, 'They stay on disk until you release them.');
  else notify('good', `${records} released.`, 'They go with the next upload.');
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
