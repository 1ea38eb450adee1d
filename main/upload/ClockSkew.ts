import type { Clock } from '../seams/Clock.js';

/** A `Date` header is whole seconds, cut off. */
const headerStepMs = 1_000;
/** A request that took longer says too little about when it was answered. */
const tookMsMax = 20_000;

/**
 * How far this laptop's clock is from CloudWatch's, from the `Date` of every answer: the service wrote it between the
 * sending of the request and the coming of the answer.
 */
export class ClockSkew {
  private ahead: number | null = null;

  constructor(private readonly clock: Clock) {}

  /** Milliseconds by which the laptop is ahead (below 0: behind); 0 within what can be told, null when nothing is known. */
  get aheadMs(): number | null {
    return this.ahead;
  }

  nowMs(): number {
    return Number(this.clock.nowNs() / 1_000_000n);
  }

  /** `sentAtMs` is what `nowMs` was before the request. */
  answered(date: string | undefined, sentAtMs: number): void {
    const serverMs = Date.parse(date ?? '');
    const nowMs = this.nowMs();
    // A clock that was set back meanwhile says nothing either.
    if (Number.isNaN(serverMs) || nowMs < sentAtMs || nowMs - sentAtMs > tookMsMax) return;
    const least = sentAtMs - (serverMs + headerStepMs);
    const most = nowMs - serverMs;
    this.ahead = least <= 0 && most >= 0 ? 0 : Math.round((least + most) / 2);
  }
}
