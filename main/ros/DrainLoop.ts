import type { Clock } from '../seams/Clock.js';

/**
 * When a node's subscriptions are drained: woken by ROS's wait set while little comes, by a timer while much does.
 *
 * A wake costs about 100 µs of processor time, whatever it brings: the wait set is filled anew, and two threads hand over to each
 * other. At 2,000 messages a second each brings one. So when wakes follow one another closely, nothing is waited for any more,
 * and what has come is taken every `drainIntervalMs`, until once there is nothing.
 */
export const drainIntervalMs = 5;

export interface DrainLoopParts {
  /** Takes what waits. How many messages that were, and whether more may wait. */
  readonly drain: () => { readonly taken: number; readonly more: boolean };
  /** Whether the wait set is to wake us. */
  readonly setWaiting: (waiting: boolean) => void;
  readonly clock: Clock;
}

export class DrainLoop {
  readonly #parts: DrainLoopParts;
  #wokenAtMs = -Infinity;
  #isWaiting = true;
  #cancel: () => void = () => undefined;

  constructor(parts: DrainLoopParts) {
    this.#parts = parts;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** The wait set woke us, and what was ready has been taken. */
  woken(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const isClose = nowMs - this.#wokenAtMs < drainIntervalMs;
    this.#wokenAtMs = nowMs;
    if (!isClose || !this.#isWaiting) return;
    this.#setWaiting(false);
    this.#drainAfter(drainIntervalMs);
  }

  stop(): void {
    this.#cancel();
  }

  #drainAfter(delayMs: number): void {
    this.#cancel = this.#parts.clock.after(delayMs, () => {
      const { taken, more } = this.#parts.drain();
      if (taken === 0) this.#setWaiting(true);
      else this.#drainAfter(more ? 0 : drainIntervalMs);
    });
  }

  #setWaiting(waiting: boolean): void {
    this.#isWaiting = waiting;
    this.#parts.setWaiting(waiting);
  }
}
