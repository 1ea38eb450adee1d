/**
 * Tells React that something outside it changed: a version number for `useSyncExternalStore`, raised at most once per
 * animation frame however often `touch` is called.
 */
export class FrameSignal {
  private readonly listeners = new Set<() => void>();
  private scheduled = false;
  private version = 0;

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
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.touchNow();
    });
  }

  /** For answers to a person's own action: no frame is waited for. */
  touchNow(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}
