/**
 * Tells React that something outside it changed: a version number for `useSyncExternalStore`, raised at most once per
 * animation frame however often `touch` is called, and by `touch` no more often than every `periodMs`, or, when it is waited
 * for, so that drawing what it tells of takes no more than a part of the time, if that is sooner.
 */
export class FrameSignal {
  private readonly listeners = new Set<() => void>();
  private scheduled = false;
  private version = 0;
  private toldMs = -Infinity;
  /** How long the frame took that showed what was told last: scripts, layout and painting. */
  private drawingMs = 0;
  private waitedFor = false;

  constructor(private readonly periodMs = 0) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly getVersion = (): number => this.version;

  /** Whether somebody waits for what is told. */
  setWaitedFor(waitedFor: boolean): void {
    this.waitedFor = waitedFor;
  }

  touch(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const tell = (): void => {
      requestAnimationFrame(() => {
        this.scheduled = false;
        if (this.waitedFor) this.timeDrawing();
        this.touchNow();
      });
    };
    const waitMs = this.periodMs === 0 ? 0 : this.toldMs + this.pauseMs() - performance.now();
    if (waitMs <= 0) tell();
    else setTimeout(tell, waitMs);
  }

  private pauseMs(): number {
    if (!this.waitedFor) return this.periodMs;
    return Math.min(this.periodMs, Math.max(0, drawingPauses * this.drawingMs - halfFrameMs));
  }

  /** The first task after an animation frame comes when the frame is painted. */
  private timeDrawing(): void {
    const beganMs = performance.now();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      this.drawingMs = performance.now() - beganMs;
      port1.close();
    };
    port2.postMessage(null);
  }

  /** For answers to a person's own action: no frame is waited for. */
  touchNow(): void {
    this.version += 1;
    if (this.periodMs > 0) this.toldMs = performance.now();
    for (const listener of this.listeners) listener();
  }
}

/** What is told again comes this many times as long after as drawing took: about half of the time is left to everything else. */
const drawingPauses = 2;
/**
 * Of a display that shows 60 pictures a second: what is due between two of them is shown with the nearer one. With the later one, a
 * list whose drawing takes a little more than half a frame would be drawn in every second frame only, and use a third of the time.
 */
const halfFrameMs = 8;
