import type { CallOutput } from '../../main/contract/calls.js';
import type { TimeSpan } from '../../main/model/consoleUrl.js';
import { usePolledCall } from '../bridge/usePolledCall.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount } from '../format/formatCount.js';
import { formatClock, formatDay, formatSince } from '../format/formatTime.js';
import { consoleWay } from '../bridge/consoleWay.js';
import { useNow, useRobot, useSession } from '../bridge/useSession.js';
import { StretchRequests } from './StretchRequests.js';
import { ConsoleButton } from '../components/ConsoleButton.js';

const askAgainMs = 5000;
const shownMax = 50;

/** The ledger of uploads: when, what, where and how much. */
export function UploadHistory({ robot }: { readonly robot: string }) {
  const session = useSession();
  const status = useRobot();
  const now = useNow(30_000);
  const answer = usePolledCall('upload.ledger', { robot }, askAgainMs);
  const list = answer?.ok === true ? answer.value : [];
  return (
    <section aria-label="Sent from this laptop">
      <h2>Sent from this laptop</h2>
      {list.length === 0 && <p className="muted">Nothing yet. What CloudWatch accepts is written down here.</p>}
      {list.length > 0 && (
        <table className="waiting" data-testid="upload-history">
          <thead>
            <tr>
              <th>when, laptop time</th>
              <th>what</th>
              <th className="number">size</th>
              <th className="number">requests</th>
              <th>where</th>
              <th>
                <span className="visually-hidden">in CloudWatch</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.slice(0, shownMax).map((stretch) => (
              <tr key={`${stretch.fromMs} ${stretch.kind} ${stretch.goesTo}`}>
                <td>
                  {formatSince(stretch.fromMs, now)}
                  {formatClock(stretch.toMs) !== formatClock(stretch.fromMs) &&
                    ` to ${formatDay(stretch.toMs) === formatDay(stretch.fromMs) ? formatClock(stretch.toMs) : formatSince(stretch.toMs, now)}`}
                </td>
                <td>
                  {formatCount(stretch.events)} {stretch.kind === 'log' ? 'log events' : 'samples'}
                  {stretch.refused > 0 && (
                    <span className="severity-ERROR"> · {formatCount(stretch.refused)} refused</span>
                  )}
                </td>
                <td className="number">{stretch.kind === 'log' ? formatBytes(stretch.bytes) : '–'}</td>
                <td className="number">
                  <StretchRequests robot={robot} stretch={stretch} />
                </td>
                <td className="waiting-to" title={`${stretch.goesTo}, ${stretch.account}`}>
                  {stretch.goesTo} <span className="fact-note">{stretch.account}</span>
                </td>
                <td className="waiting-actions">
                  <ConsoleButton look="icon" way={consoleWay(session, status, stretch.destination, spanOf(stretch))} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The robot's time of what was sent; of lines of earlier versions, when it was sent. */
function spanOf(stretch: CallOutput<'upload.ledger'>[number]): TimeSpan {
  return { fromMs: stretch.eventsFromMs ?? stretch.fromMs, untilMs: (stretch.eventsToMs ?? stretch.toMs) + 1 };
}
