import { useSyncExternalStore } from 'react';
import { Button } from '../components/Button.js';
import { formatCount } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { formatSince, formatTimeMs, formatTimeS, type Zone, zoneMark } from '../format/formatTime.js';
import { toggleZone, usePage } from '../stores/pageStore.js';
import { forgetMoment, showRange, useTimeCursor } from '../stores/timeCursor.js';
import { useMetricDesk } from './MetricDeskState.js';

/** Says what is out of the ordinary about the time shown: zoomed, being read back from disk, or why that failed. */
export function TimeStrip() {
  const { history } = useMetricDesk();
  const range = useTimeCursor((cursor) => cursor.range);
  useSyncExternalStore(history.signal.subscribe, history.signal.getVersion);
  const zone = usePage((page) => page.timeView.zone);
  const chosenMs = useTimeCursor((cursor) => cursor.chosenMs);
  if (range === null && zone === 'local' && chosenMs === null && !history.isReading && history.problem === null)
    return null;
  const spanMs = range === null ? 0 : range.untilMs - range.fromMs;
  return (
    <div className="metrics-strip">
      {range !== null && (
        <>
          <span data-testid="metrics-range" data-from={range.fromMs} data-until={range.untilMs}>
            {spanMs < 10_000 ? formatTimeMs(range.fromMs, zone) : rangeTime(range.fromMs, zone)} to{' '}
            {spanMs < 10_000 ? formatTimeMs(range.untilMs, zone) : rangeTime(range.untilMs, zone)}
            {zoneMark(zone)}
            <span className="muted"> · {spanWords(spanMs)} · robot time</span>
          </span>
          <Button
            data-testid="metrics-live"
            onClick={() => {
              showRange(null);
            }}
          >
            Back to live <kbd className="key">0</kbd>
          </Button>
        </>
      )}
      {chosenMs !== null && (
        <span data-testid="metrics-chosen" data-at={chosenMs}>
          Values at {formatTimeMs(chosenMs, zone)}
          {zoneMark(zone)}, of the line chosen on the log desk{' '}
          <button type="button" className="link-button" onClick={forgetMoment}>
            the newest
          </button>{' '}
          <kbd className="key">Esc</kbd>
        </span>
      )}
      {zone === 'utc' && (
        <span className="muted" data-testid="metrics-zone">
          Times in UTC{' '}
          <button type="button" className="link-button" onClick={toggleZone}>
            this laptop&apos;s time
          </button>{' '}
          <kbd className="key">U</kbd>
        </span>
      )}
      {history.isReading && (
        <span className="muted" data-testid="history-reading" role="status">
          Reading back from disk{history.recordsRead > 0 ? `: ${formatCount(history.recordsRead)} samples` : ''}…
        </span>
      )}
      {history.problem !== null && (
        <span className="metrics-problem" role="status">
          History could not be read: {history.problem.message} {history.problem.nextStep}
        </span>
      )}
    </div>
  );
}

function rangeTime(timeMs: number, zone: Zone): string {
  const since = formatSince(timeMs, Date.now(), zone);
  return since.length > 5 ? since : formatTimeS(timeMs, zone);
}

function spanWords(spanMs: number): string {
  return spanMs < 60_000 ? `${(spanMs / 1000).toFixed(1)} s` : formatDuration(spanMs / 1000);
}
