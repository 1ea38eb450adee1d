import { preciseWallClock } from '../model/preciseWallClock.js';

/** Time, handed in so that a test can stop it, skew it or make it jump. */
export interface Clock {
  /** Wall clock, nanoseconds since the Unix epoch. May jump. */
  nowNs(): bigint;
  /** Monotonic milliseconds, for intervals. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowNs: preciseWallClock(
    () => Date.now(),
    () => performance.now(),
    performance.timeOrigin,
  ),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
