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
  private intervalMs = frameIntervalMs;
  private unacknowledged = 0;
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
    if (this.stopped || this.cancelTimer !== null || this.unacknowledged >= framesUnacknowledgedMax) return;
    // What is the first for a while goes as soon as what came with it is in the window.
    const waitMs = Math.max(0, this.pushedAtMs + this.intervalMs - this.clock.monotonicMs());
    this.cancelTimer = this.clock.after(waitMs, () => {
      this.cancelTimer = null;
      this.push();
    });
  }

  private push(): void {
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
    const isBehind = this.nextId < this.logs.nextId;
    const isMuch = rows.length > (nowMs - this.pushedAtMs) * rowsPerMsMax;
    this.intervalMs = isMuch && !isBehind ? busyFrameIntervalMs : frameIntervalMs;
    this.pushedAtMs = nowMs;
    this.unacknowledged++;
    this.send(frame);
    // More is waiting than one frame takes: go on without waiting for news.
    if (isBehind) this.schedule();
  }
}

/** Half of what a screen takes for a picture: what comes in between waits for the next one anyway, and must not wait twice. */
const frameIntervalMs = 8;

/** At more than 1,000 lines a second nobody reads single lines as they come: fewer frames leave the page time to scroll. */
const busyFrameIntervalMs = 33;
const rowsPerMsMax = 1;

/** Rows in one frame; a page that fell behind catches up at up to a hundred times this a second. */
const rowsPerFrameMax = 4_000;
