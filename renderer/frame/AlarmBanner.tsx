import { useSyncExternalStore } from 'react';
import { alarmWords } from '../bridge/openAlarmBook.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { formatMetricText } from '../format/formatMetric.js';
import { formatTimeS } from '../format/formatTime.js';
import { setMetricChoices, useMetricChoices } from '../stores/metricChoices.js';
import { setPage, usePage } from '../stores/pageStore.js';
import { showRange } from '../stores/timeCursor.js';

/** Thresholds that were crossed, on every desk, until somebody dismisses them. */
export function AlarmBanner() {
  const session = useSession();
  const { alarms } = session;
  const all = useSyncExternalStore(alarms.subscribe, alarms.getAlarms);
  const sound = useMetricChoices((choices) => choices.alarmSound);
  const robot = usePage((page) => page.robot);
  const [first] = all;
  if (first === undefined) return null;
  return (
    <div className="alarm-banner" role="alert" data-testid="alarm-banner" data-count={all.length}>
      <Glyph name="bell" />
      <span className="selectable">
        <b>
          {first.robot !== robot && `${first.robot}: `}
          {alarmWords(first).title}
        </b>
        {first.isOver ? ' (over now)' : ''} · since {formatTimeS(first.sinceMs)} · worst{' '}
        {formatMetricText(first.worst, first.unit)}
        {all.length > 1 && ` · and ${all.length - 1} more`}
      </span>
      <Button
        data-testid="alarm-show"
        onClick={() => {
          if (first.robot !== robot) void session.lookAt(first.robot);
          showRange({ fromMs: first.sinceMs - aroundMs, untilMs: first.sinceMs + aroundMs });
          setPage({ desk: 'metrics', metricsFilter: first.name });
          session.remember();
        }}
      >
        Show
      </Button>
      <Button
        aria-pressed={!sound}
        onClick={() => {
          setMetricChoices({ alarmSound: !sound });
        }}
      >
        {sound ? 'Mute sounds' : 'Sounds are off'}
      </Button>
      <Button
        data-testid="alarm-dismiss"
        onClick={() => {
          alarms.dismiss(first.id);
        }}
      >
        Dismiss
      </Button>
    </div>
  );
}

const aroundMs = 60_000;
