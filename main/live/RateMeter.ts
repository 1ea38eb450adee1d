import type { Clock } from '../seams/Clock.js';

/** Events a second over the last `windowS` seconds, in buckets of one second. */
export class RateMeter {
  private readonly buckets: number[];
  private lastSecond: number;

  constructor(
    private readonly clock: Clock,
    private readonly windowS = 5,
  ) {
    this.buckets = new Array<number>(windowS + 1).fill(0);
    this.lastSecond = this.second();
  }

  add(count: number): void {
    this.advance();
    const index = this.lastSecond % this.buckets.length;
    this.buckets[index] = (this.buckets[index] ?? 0) + count;
  }

  /** Over the whole seconds that have passed; the running second does not count. */
  perSecond(): number {
    this.advance();
    const running = this.buckets[this.lastSecond % this.buckets.length] ?? 0;
    const total = this.buckets.reduce((sum, count) => sum + count, 0) - running;
    return total / this.windowS;
  }

  private advance(): void {
    const now = this.second();
    const steps = Math.min(now - this.lastSecond, this.buckets.length);
    for (let step = 1; step <= steps; step++) this.buckets[(now - steps + step) % this.buckets.length] = 0;
    this.lastSecond = now;
  }

  private second(): number {
    return Math.floor(this.clock.monotonicMs() / 1000);
  }
}
