/**
 * Tells React that something outside it changed: a version number for `useSyncExternalStore`, raised at most once per
 * animation frame however often `touch` is called, and by `touch` no more often than every `periodMs`.
 */
export class FrameSignal {
  private readonly listeners = new Set<() => void>();
  private scheduled = false;
  private version = 0;
  private toldMs = -Infinity;

  constructor(private readonly periodMs = 0) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly getVersion = (): number => this.version;

  touch(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const tell = (): void => {
      requestAnimationFrame(() => {
        this.scheduled = false;
        this.touchNow();
      });
    };
    const waitMs = this.periodMs === 0 ? 0 : this.toldMs + this.periodMs - performance.now();
    if (waitMs <= 0) tell();
    else setTimeout(tell, waitMs);
  }

  /** For answers to a person's own action: no frame is waited for. */
  touchNow(): void {
    this.version += 1;
    if (this.periodMs > 0) this.toldMs = performance.now();
    for (const listener of this.listeners) listener();
  }
}
