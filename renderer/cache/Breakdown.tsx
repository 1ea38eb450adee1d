import { useEffect, useState } from 'react';
import type { CallInput, CallOutput, FilterMessage } from '../../main/contract/calls.js';
import type { RobotStatus } from '../../main/contract/frames.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { formatCount } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { formatSince } from '../format/formatTime.js';
import { askWhileChanging } from '../bridge/askWhileChanging.js';
import { narrow } from './cacheDeskStore.js';

type Counts = CallOutput<'cache.counts'>;

const leastMs = 3000;
const countTimeoutMs = 60_000;

/** Counts of what the filter lets through, asked again while the cache changes; null until the first answer. */
export function useCounts(robot: string, filter: FilterMessage): Counts | null {
  return useCounted('cache.counts', robot, filter);
}

/** What an engine's call counts of a filter, asked again while the cache changes; null without a filter, and until the first answer. */
export function useCounted<N extends 'cache.counts' | 'cache.groups'>(
  call: N,
  robot: string,
  filter: FilterMessage | null,
): CallOutput<N> | null {
  const { link, status } = useSession();
  const key = JSON.stringify(filter);
  const [answer, setAnswer] = useState<{ readonly key: string; readonly counted: CallOutput<N> } | null>(null);
  useEffect(() => {
    const filter = JSON.parse(key) as FilterMessage | null;
    if (filter === null) return;
    return askWhileChanging({
      stateOf: () => {
        const now = status.robot(robot);
        return [now?.cachedRecords, now?.pendingRecords, now?.heldRecords, now?.quarantinedRecords];
      },
      ask: () => link.call(call, { robot, filter } as CallInput<N>, countTimeoutMs),
      take: (result) => {
        if (result.ok) setAnswer({ key, counted: result.value });
        return result.ok;
      },
      leastMs,
    });
  }, [link, status, call, robot, key]);
  return answer?.key === key ? answer.counted : null;
}

const labelsShownMax = 12;
const hoursShownMax = 48;
const hourMs = 3_600_000;

/** By node of a log, name of a metric; a click narrows to it. */
export function ByNode({ counts }: { readonly counts: Counts | null }) {
  const list = counts?.byLabel ?? [];
  return (
    <Bars
      rows={list.slice(0, labelsShownMax).map(({ label, records }) => ({
        key: label,
        words: label,
        records,
        choose: () => {
          narrow({ labels: [label] });
        },
      }))}
      rest={
        list.length > labelsShownMax
          ? `and ${formatCount(list.length - labelsShownMax)} more nodes and metrics: narrow by text`
          : ''
      }
    />
  );
}

/** By the hour of the robot's time; a click narrows to it. */
export function ByHour({ counts, now }: { readonly counts: Counts | null; readonly now: number }) {
  const list = (counts?.byHour ?? []).toReversed();
  return (
    <Bars
      rows={list.slice(0, hoursShownMax).map(({ hourMs: fromMs, records }) => ({
        key: String(fromMs),
        words: `${formatSince(fromMs, now)} and the hour after`,
        records,
        choose: () => {
          narrow({ range: { fromMs, untilMs: fromMs + hourMs } });
        },
      }))}
      rest={list.length > hoursShownMax ? `and ${formatCount(list.length - hoursShownMax)} earlier hours` : ''}
    />
  );
}

interface Bar {
  readonly key: string;
  readonly words: string;
  readonly records: number;
  readonly choose: () => void;
}

function Bars({ rows, rest }: { readonly rows: readonly Bar[]; readonly rest: string }) {
  const highest = Math.max(1, ...rows.map((row) => row.records));
  if (rows.length === 0) return <p className="muted">Nothing on disk fits.</p>;
  return (
    <>
      <ul className="breakdown">
        {rows.map((row) => (
          <li key={row.key}>
            <button type="button" className="breakdown-row" data-testid="breakdown-row" onClick={row.choose}>
              <span className="breakdown-words">{row.words}</span>
              <span className="breakdown-bar">
                <span style={{ width: `${(row.records / highest) * 100}%` }} />
              </span>
              <span className="number">{formatCount(row.records)}</span>
            </button>
          </li>
        ))}
      </ul>
      {rest !== '' && <p className="muted">{rest}</p>}
    </>
  );
}

/** All robots of this laptop; a click looks at one. */
export function ByRobot({ now }: { readonly now: number }) {
  const session = useSession();
  const robots = useStatusFrame()?.robots ?? [];
  return (
    <table className="waiting">
      <thead>
        <tr>
          <th>robot</th>
          <th className="number">waiting</th>
          <th className="number">held</th>
          <th className="number">too old</th>
          <th className="number">quarantine</th>
          <th>oldest</th>
          <th>upload</th>
        </tr>
      </thead>
      <tbody>
        {robots.map((robot: RobotStatus) => (
          <tr key={robot.name}>
            <td>
              <button type="button" className="waiting-look" onClick={() => void session.lookAt(robot.name)}>
                <span className="rail-dot" style={{ '--robot-colour': robot.colour } as React.CSSProperties} />
                {robot.name}
              </button>
            </td>
            <td className="number">{formatCount(robot.pendingRecords)}</td>
            <td className="number">{formatCount(robot.heldRecords)}</td>
            <td className="number">{formatCount(robot.expiredRecords)}</td>
            <td className="number">{formatCount(robot.quarantinedRecords)}</td>
            <td>{robot.oldestPendingMs === null ? '–' : formatDuration((now - robot.oldestPendingMs) / 1000)}</td>
            <td className="waiting-to">{robot.upload.words}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
