import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { formatTimeS } from '../format/formatTime.js';
import { setCacheDesk } from './cacheDeskStore.js';
import { everything } from './DeskFilter.js';
import { type EndedFlush, putEndedFlushAway, useEndedFlushes } from './endedFlushes.js';

/** What became of the last flush. It stays until it is put away, or the next one begins. */
export function FlushSummary({ robot }: { readonly robot: string }) {
  const ended = useEndedFlushes((flushes) => flushes[robot]);
  if (ended === undefined) return null;
  const { sentLogs, sentMetrics, refused, remaining } = ended;
  return (
    <section className="flush-summary" aria-label="What became of the flush" data-testid="flush-summary">
      <button
        type="button"
        className="icon-button"
        aria-label="Put the summary away"
        onClick={() => {
          putEndedFlushAway(robot);
        }}
      >
        <Glyph name="close" />
      </button>
      <p className="strong">
        <span className={refused > 0 ? 'state-refused' : 'state-sent'}>
          <Glyph name={refused > 0 ? 'refused' : 'sent'} />
        </span>{' '}
        CloudWatch has {formatQuantity(sentLogs + sentMetrics, 'record')} more
      </p>
      <p className="muted">{detailWords(ended)}</p>
      {refused > 0 && (
        <p>
          <Button
            data-testid="summary-quarantine"
            onClick={() => {
              setCacheDesk({
                dialog: 'quarantine',
                open: null,
                filter: { ...everything, states: ['quarantined'] },
              });
            }}
          >
            Look at the {formatCount(refused)} refused
          </Button>
        </p>
      )}
      {remaining > 0 && <p className="muted">{formatQuantity(remaining, 'record')} still wait on this disk.</p>}
    </section>
  );
}

function detailWords({ sentLogs, sentMetrics, beganMs, endedMs }: EndedFlush): string {
  const seconds = Math.max(1, Math.round((endedMs - beganMs) / 1000));
  const what = `${formatQuantity(sentLogs, 'log line')}, ${formatQuantity(sentMetrics, 'sample')}`;
  return `${what} in ${formatDuration(seconds)}, at ${formatTimeS(endedMs)}`;
}
