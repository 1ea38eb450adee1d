import { useNow, useRobot } from '../bridge/useSession.js';
import { formatSince, zoneMark } from '../format/formatTime.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { usePage } from '../stores/pageStore.js';
import { leftOutWords, notHereWords } from './leftOutWords.js';
import { useMetricDesk } from './MetricDeskState.js';

/** Says how much no chart shows: what the engine did not hand on, and what this page has no room for. */
export function LeftOutLine({ live }: { readonly live: LiveRobot }) {
  const words = leftOutWords((useRobot()?.samplesNotShown ?? 0) + live.seriesLeftOut);
  if (words === '') return null;
  return (
    <p className="muted metrics-left-out" data-testid="metrics-left-out">
      {words}
    </p>
  );
}

/** Says where the charts begin, and what is not before that: looked at anew with each status. */
export function NotHereLine() {
  const desk = useMetricDesk();
  const robot = useRobot();
  const now = useNow(30_000);
  const zone = usePage((page) => page.timeView.zone);
  if (robot === null) return null;
  const beginMs = desk.beginMs();
  const beginWords = beginMs === null ? '' : `${formatSince(beginMs, now, zone)}${zoneMark(zone)}`;
  const words = notHereWords(robot.acknowledgedMetrics - robot.upload.sentMetrics, beginWords);
  if (words === '') return null;
  return (
    <p className="muted metrics-left-out" data-testid="metrics-not-here">
      {words}
    </p>
  );
}
