import { usePolledCall } from '../bridge/usePolledCall.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount } from '../format/formatCount.js';
import { formatClock, formatDay, formatSince } from '../format/formatTime.js';
import { useNow } from '../bridge/useSession.js';

const askAgainMs = 5000;
const shownMax = 50;

/** The ledger of uploads: when, what, where and how much. */
export function UploadHistory({ robot }: { readonly robot: string }) {
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
                <td className="number">{formatCount(stretch.requests)}</td>
                <td className="waiting-to" title={`${stretch.goesTo}, ${stretch.account}`}>
                  {stretch.goesTo} <span className="fact-note">{stretch.account}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
