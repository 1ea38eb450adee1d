import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../seams/Clock.js';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Turns of the event loop given to promises after each timer; nothing under this clock waits for real input. */
const turnsAfterTimer = 5;

/** Time that moves only when a test says so. */
export class ManualClock implements Clock {
  private timers: Timer[] = [];
  private ms = 0;

  constructor(private wallNs: bigint) {}

  nowNs(): bigint {
    return this.wallNs;
  }

  monotonicMs(): number {
    return this.ms;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.ms + delayMs, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Runs what is due, in order, and lets promises settle between. */
  async advance(ms: number): Promise<void> {
    const endMs = this.ms + ms;
    await this.settle();
    for (let next = this.next(endMs); next !== undefined; next = this.next(endMs)) {
      this.moveTo(next.atMs);
      this.timers = this.timers.filter((other) => other !== next);
      next.callback();
      await this.settle();
    }
    this.moveTo(endMs);
  }

  async settle(): Promise<void> {
    for (let index = 0; index < turnsAfterTimer; index++) await turn();
  }

  private next(endMs: number): Timer | undefined {
    return this.timers.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
  }

  private moveTo(ms: number): void {
    this.wallNs += BigInt(Math.round((ms - this.ms) * 1e6));
    this.ms = ms;
  }
}
