import type { LiveRobot } from '../stores/LiveRobot.js';
import { getMetricChoices } from '../stores/metricChoices.js';
import { getTimeCursor, showRange } from '../stores/timeCursor.js';

/** The time that charts show, in robot time, milliseconds since the epoch. */
export interface TimeView {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Moves with the robot's clock. */
  readonly live: boolean;
}

/** What is zoomed to, else the window that ends now; or at the newest sample on disk of a robot that is away. */
export function timeView(live: LiveRobot, oldestOnDiskMs: number | null, newestOnDiskMs: number | null): TimeView {
  const { range } = getTimeCursor();
  if (range !== null) return { fromMs: range.fromMs, untilMs: range.untilMs, live: false };
  const { windowS } = getMetricChoices();
  const isAway = newestOnDiskMs !== null && live.orderedSeries.every((series) => series.length === 0);
  const untilMs = isAway ? newestOnDiskMs : live.robotNowMs();
  // A robot that was met a moment ago has not filled the window: charts then begin with the first sample of all.
  const firstMs = live.orderedSeries.reduce(
    (first, series) => Math.min(first, series.long.length > 0 ? series.long.firstMsAt(0) : Infinity),
    Math.min(untilMs - Math.min(windowMsMin, windowS * 1000), oldestOnDiskMs ?? Infinity),
  );
  return { fromMs: Math.max(untilMs - windowS * 1000, firstMs), untilMs, live: true };
}

/** Shows exactly this; too narrow or too wide a time is widened or narrowed about its middle. */
export function zoomTo(fromMs: number, untilMs: number): void {
  const middle = (fromMs + untilMs) / 2;
  const span = Math.min(spanMsMax, Math.max(spanMsMin, untilMs - fromMs));
  showRange({ fromMs: middle - span / 2, untilMs: middle + span / 2 });
}

/** Factor below 1 shows less. The moment stays where it is. */
export function zoomBy(view: TimeView, factor: number, aroundMs: number): void {
  const span = view.untilMs - view.fromMs;
  const factorAllowed = Math.min(spanMsMax / span, Math.max(spanMsMin / span, factor));
  const fromMs = aroundMs - (aroundMs - view.fromMs) * factorAllowed;
  showRange({ fromMs, untilMs: fromMs + span * factorAllowed });
}

/** Moves by a part of what is shown, towards the future when positive, but not beyond it. */
export function panBy(view: TimeView, part: number, nowMs: number): void {
  const span = view.untilMs - view.fromMs;
  const untilMs = Math.min(view.untilMs + span * part, nowMs + span * panBeyondNow);
  showRange({ fromMs: untilMs - span, untilMs });
}

/** A narrower window would make noise look like news. */
const windowMsMin = 30_000;
const spanMsMin = 500;
/** A day: as long as the page remembers. */
const spanMsMax = 86_400_000;
const panBeyondNow = 0.1;
