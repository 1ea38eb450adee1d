import type { LiveRobot } from '../stores/LiveRobot.js';
import type { HourBins } from '../stores/HourBins.js';
import { secondsMax } from '../stores/SecondBins.js';
import { type BarSpan, type CountedTimes, planBars } from './histogramBars.js';

/** What the histogram shows: whose clock its columns are in, and what was counted when. */
export interface HistogramTimes {
  readonly counts: CountedTimes;
  /** What is counted, in words. */
  readonly words: string;
  span(width: number): BarSpan;
  robotMs(ownMs: number): number;
  ownMs(robotMs: number): number;
}

/** What the filter lets through of the list, of its newest hours: by the laptop's clock, of a recording by the robot's. */
export function timesOfList(live: LiveRobot): HistogramTimes {
  const { isReplay } = live;
  const timeMs = (position: number): number =>
    isReplay ? live.ring.stampMsAt(position) : live.ring.receivedMsAt(position);
  return {
    counts: live.rows.bins,
    words: isReplay ? 'as recorded' : '',
    span: (width) => {
      const { ring, rows } = live;
      // Of a recording the newest row may be a loss, with the laptop's time: the counts know better.
      const newestS = Math.max(
        rows.bins.newestSecond,
        ring.length > 0 && !(isReplay && rows.bins.newestSecond > 0) ? Math.floor(timeMs(ring.end - 1) / 1000) : 0,
      );
      const oldestS = ring.length > 0 ? Math.floor(timeMs(ring.first) / 1000) : newestS;
      return planBars(Math.max(oldestS, newestS - secondsMax + 1), newestS, width);
    },
    robotMs: (ownMs) => (isReplay ? ownMs : ownMs - skewOf(live)),
    ownMs: (robotMs) => (isReplay ? robotMs : robotMs + skewOf(live)),
  };
}

/** All lines on disk, whatever the filter, by hours of the robot's clock. */
export function timesOfDisk(hours: HourBins): HistogramTimes {
  return {
    counts: hours,
    words: 'on disk, whatever the filter',
    span: (width) => planBars(hours.oldestSecond, hours.newestSecond, width, hourS),
    robotMs: (ownMs) => ownMs,
    ownMs: (robotMs) => robotMs,
  };
}

export function columnOf(span: BarSpan, x: number): number {
  return Math.max(0, Math.min(span.columns - 1, Math.floor((x - span.left) / span.pitch)));
}

export function placeOf(span: BarSpan, ownMs: number, width: number): number {
  const column = (ownMs / 1000 - span.firstS) / span.bucketS;
  return Math.max(0, Math.min(width, span.left + column * span.pitch));
}

/** When a column begins, by the histogram's own clock. */
export function startMs(span: BarSpan, column: number): number {
  return (span.firstS + column * span.bucketS) * 1000;
}

/** Laptop time less robot time, by the newest line: columns are in the one, ranges in the other. */
function skewOf({ ring }: LiveRobot): number {
  for (let position = ring.end - 1; position >= Math.max(ring.first, ring.end - linesLookedAt); position -= 1) {
    const skewMs = ring.receivedMsAt(position) - ring.stampMsAt(position);
    if (skewMs !== 0) return skewMs;
  }
  return 0;
}

const linesLookedAt = 20;
const hourS = 3600;
