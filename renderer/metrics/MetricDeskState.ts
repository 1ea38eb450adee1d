import { createContext, useContext } from 'react';
import type { Session } from '../bridge/Session.js';
import type { SampleColumns } from '../../main/model/SampleColumns.js';
import { columnMsFor } from '../stores/chartPoints.js';
import { ErrorHistory } from '../stores/ErrorHistory.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { choiceOf, getMetricChoices } from '../stores/metricChoices.js';
import { MetricHistory } from '../stores/MetricHistory.js';
import { longColumnMs, type Series } from '../stores/Series.js';
import { seriesColumns } from '../stores/seriesColumns.js';
import { getTimeCursor, lookedAtMs } from '../stores/timeCursor.js';
import { ChartLoop } from './ChartLoop.js';
import { timeView, type TimeView } from './timeView.js';

/** What the charts of one robot have in common: the time they show, the loop that draws them, what was read back from disk. */
export class MetricDeskState {
  readonly live: LiveRobot;
  readonly history: MetricHistory;
  readonly loop: ChartLoop;
  private readonly errors: ErrorHistory;
  private widestPx = 400;

  constructor(
    private readonly session: Session,
    readonly robot: string,
  ) {
    this.live = session.live;
    this.history = this.newHistory();
    this.loop = new ChartLoop(
      () => this.view(),
      () => lookedAtMs(),
    );
    this.errors = new ErrorHistory(
      this.live.errors,
      (input) => session.link.call('logs.errorTimes', { robot, ...input }, historyTimeoutMs),
      () => {
        this.loop.touch();
      },
    );
  }

  view(): TimeView {
    return timeView(this.live, this.history.oldestMs, this.history.newestMs);
  }

  /** The moment that keys start from: what is pointed at or chosen, else the newest that is shown. */
  moment(): number {
    const { pointed, chosenMs } = getTimeCursor();
    const { fromMs, untilMs } = this.view();
    if (pointed !== null) return pointed.timeMs;
    return chosenMs !== null && chosenMs >= fromMs && chosenMs <= untilMs ? chosenMs : untilMs;
  }

  /** The first sample of all that a chart can show, from memory or read back; null when there is none. */
  beginMs(): number | null {
    const firsts = this.live.orderedSeries.map((series) =>
      Math.min(series.firstMs ?? Infinity, series.long.length > 0 ? series.long.firstMsAt(0) : Infinity),
    );
    const first = Math.min(this.history.oldestMs ?? Infinity, ...firsts);
    return first === Infinity ? null : first;
  }

  /** A series as it is looked at, in columns of about two pixels. */
  columns(series: Series, view: TimeView, width: number): SampleColumns {
    this.widestPx = Math.max(this.widestPx, width);
    const { fromMs, untilMs } = view;
    return seriesColumns(series, {
      fromMs,
      untilMs,
      columnMs: columnMsFor(untilMs - fromMs, width / 2),
      shape: choiceOf(getMetricChoices(), this.robot, series.key).shape,
      history: this.history.columnsOf(series.key),
    });
  }

  /**
   * Every sample on disk of the time shown that is not in memory any more, one by one: for files that a person saves. Rejects
   * with the engine's words when it cannot be read.
   */
  async samplesOnDisk(view: TimeView): Promise<MetricHistory> {
    const history = this.newHistory();
    const samplesFromMs = this.samplesFromMs();
    if (view.fromMs >= samplesFromMs) return history;
    history.need({ fromMs: view.fromMs, untilMs: Math.min(view.untilMs + 1, samplesFromMs), columnMs: 1 });
    await new Promise<void>((resolve) => {
      const stop = history.signal.subscribe(() => {
        if (history.isReading) return;
        stop();
        resolve();
      });
    });
    if (history.problem !== null) throw new Error(history.problem.message);
    return history;
  }

  private newHistory(): MetricHistory {
    const { session, robot, live } = this;
    return new MetricHistory(
      (input) => session.link.call('metrics.history', { robot, ...input }, historyTimeoutMs),
      (descriptions) => {
        if (live.robot === robot) live.learnSeries(descriptions);
      },
    );
  }

  /** From here on every sample of every series is in memory. */
  private samplesFromMs(): number {
    const firsts = this.live.orderedSeries.map((series) => series.firstMs ?? Infinity);
    return firsts.length === 0 ? Infinity : Math.max(...firsts);
  }

  /** Asks the disk for what memory has not, or has only coarsely, of the time that is shown. */
  readBack(): void {
    const { windowS } = getMetricChoices();
    const view = this.view();
    const fromMs = view.live ? view.untilMs - windowS * 1000 : view.fromMs;
    if (this.live.robot === this.robot) this.errors.need(fromMs);
    const columnMs = columnMsFor(view.untilMs - fromMs, this.widestPx / 2);
    const { orderedSeries } = this.live;
    const samplesFromMs = this.samplesFromMs();
    const longFromMs = orderedSeries.reduce(
      (first, series) => Math.min(first, series.long.length > 0 ? series.long.firstMsAt(0) : Infinity),
      Infinity,
    );
    const wantsFine = columnMs < longColumnMs / 2 && fromMs < samplesFromMs;
    const memoryFromMs = wantsFine ? samplesFromMs : longFromMs;
    if (fromMs >= memoryFromMs) return;
    if (memoryFromMs === Infinity && this.history.newestMs === null) {
      // Nothing has come: whatever is on disk is wanted, wherever in time it is.
      this.history.need({ fromMs: 0, untilMs: Date.now() + clockAheadMs, columnMs: longColumnMs });
      return;
    }
    this.history.need({
      fromMs: Math.max(0, fromMs),
      // The end is exclusive, and the newest sample is at the end of what is shown.
      untilMs: Math.min(view.untilMs + 1, memoryFromMs),
      columnMs: Math.max(1, columnMs),
    });
  }
}

/** A robot's clock may be ahead of the laptop's by so much and its records are still found. */
const clockAheadMs = 86_400_000;
const historyTimeoutMs = 60_000;

export const MetricDeskContext = createContext<MetricDeskState | null>(null);

export function useMetricDesk(): MetricDeskState {
  const desk = useContext(MetricDeskContext);
  if (desk === null) throw new Error('a part of the metric desk was used outside it');
  return desk;
}
