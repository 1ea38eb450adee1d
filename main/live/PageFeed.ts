import { framesUnacknowledgedMax, type RobotFrame } from '../contract/frames.js';
import type { Clock } from '../seams/Clock.js';
import { leftOutRow } from './leftOutRow.js';
import type { LiveWindow } from './LiveWindow.js';
import type { MetricWindow } from './MetricWindow.js';

/**
 * Feeds one page with what is new of one robot. A slow page is never sent more than `framesUnacknowledgedMax` frames that
 * it has not taken in; what arrives meanwhile waits in the live window, and what the window lets go of is counted by a gap in
 * the next frame. Nothing here can hold back the disk.
 */
export class PageFeed {
  private nextId: number;
  private fresh = true;
  private sequence = 0;
  private pushedAtMs = -Infinity;
  private rowsIntervalMs = rowsIntervalMs;
  private isBusy = false;
  /** Rows sent since `countedFromMs`: what `isBusy` is judged by. */
  private rowsCounted = 0;
  private countedFromMs = -Infinity;
  private unacknowledged = 0;
  /** When the next frame goes; infinite while nothing is due. */
  private dueMs = Infinity;
  private cancelTimer: (() => void) | null = null;
  private readonly stopListening: (() => void)[];
  private stopped = false;

  constructor(
    private readonly robot: string,
    private readonly logs: LiveWindow,
    private readonly metrics: MetricWindow,
    private readonly clock: Clock,
    private readonly send: (frame: RobotFrame) => void,
  ) {
    this.nextId = logs.firstId;
    const news = (): void => {
      this.schedule();
    };
    this.stopListening = [logs.onNews(news), metrics.onNews(news)];
    this.push();
  }

  acknowledge(sequence: number): void {
    this.unacknowledged = Math.max(0, Math.min(this.unacknowledged, this.sequence - sequence));
    this.schedule();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer?.();
    for (const stopListening of this.stopListening) stopListening();
  }

  private schedule(): void {
    if (this.stopped || this.unacknowledged >= framesUnacknowledgedMax) return;
    const dueMs = this.pushedAtMs + this.intervalMs();
    if (dueMs >= this.dueMs) return;
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.dueMs = dueMs;
    const waitMs = dueMs - this.clock.monotonicMs();
    if (waitMs > 0) {
      this.cancelTimer = this.clock.after(waitMs, () => {
        this.push();
      });
      return;
    }
    // Goes as soon as what came with it is in the window; a timer would take a millisecond at least.
    queueMicrotask(() => {
      if (this.dueMs === dueMs) this.push();
    });
  }

  private intervalMs(): number {
    const rowsWait = this.nextId < this.logs.nextId;
    return rowsWait ? this.rowsIntervalMs : Math.max(this.rowsIntervalMs, otherNewsIntervalMs);
  }

  private push(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.dueMs = Infinity;
    if (this.stopped || this.unacknowledged >= framesUnacknowledgedMax) return;
    const leftOut = leftOutRow(this.logs, this.nextId);
    const rows = this.logs.rowsFrom(this.nextId, rowsPerFrameMax);
    this.nextId = (rows.at(-1)?.id ?? Math.max(this.nextId, this.logs.firstId) - 1) + 1;
    const frame: RobotFrame = {
      type: 'robot',
      robot: this.robot,
      sequence: ++this.sequence,
      fresh: this.fresh,
      rows: leftOut === null ? rows : [leftOut, ...rows],
      rowsLeftOut: leftOut?.count ?? 0,
      states: this.logs.takeChanges(),
      series: this.metrics.take(this.fresh),
    };
    if (!this.fresh && rows.length + frame.states.length + frame.series.length === 0) {
      this.sequence--;
      return;
    }
    this.fresh = false;
    const nowMs = this.clock.monotonicMs();
    this.pushedAtMs = nowMs;
    this.judgeBusy(rows.length, nowMs);
    const isBehind = this.nextId < this.logs.nextId;
    this.rowsIntervalMs = this.isBusy && !isBehind ? busyFrameIntervalMs : rowsIntervalMs;
    this.unacknowledged++;
    this.send(frame);
    // More is waiting than one frame takes: go on without waiting for news.
    if (isBehind) this.schedule();
  }

  /** By what came in a while: a few lines that were held up on their way and come together are not much. */
  private judgeBusy(rows: number, nowMs: number): void {
    this.rowsCounted += rows;
    const countedMs = nowMs - this.countedFromMs;
    if (countedMs < busyFrameIntervalMs) return;
    this.isBusy = this.rowsCounted > countedMs * rowsPerMsMax;
    this.rowsCounted = 0;
    this.countedFromMs = nowMs;
  }
}

/**
 * Less than the time between two batches of the robot host (`DrainLoop`): what comes in between two pictures of a screen waits for the
 * next one anyway, and must not wait twice.
 */
const rowsIntervalMs = 4;

/** States and samples alone: nobody waits for them, and they must not hold up the rows that come right after. */
const otherNewsIntervalMs = 16;

/** At more than 1,000 lines a second nobody reads single lines as they come: fewer frames leave the page time to scroll. */
const busyFrameIntervalMs = 33;
const rowsPerMsMax = 1;

/** Rows in one frame; a page that fell behind catches up at up to a hundred times this a second. */
const rowsPerFrameMax = 4_000;
