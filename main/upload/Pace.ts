/** The slowest that an account is asked, however often it throttles. */
const perSecondMin = 1;
/** What a throttle leaves of the rate at which it came. */
const keptShare = 0.5;
/** After each accepted request the rate may be this much more a second, so that it feels its way back up. */
const growthPerSecond = 0.5;
/** A throttle that is so long ago says nothing about now. */
const forgetMs = 5 * 60_000;
/** Over so long it is measured how many requests there were. */
const windowMs = 10_000;
/** Requests that may go at once after a pause. */
const burstMax = 2;
/** Requests that began together before one of them was throttled are made up for up to this many. */
const debtMax = 3;

/**
 * How many requests a second an account takes, learnt from its throttling: no limit until it throttles, then half of what was asked,
 * slowly more with each request that goes through, and no limit again when it has not throttled for a while.
 */
export class Pace {
  private perSecond = Infinity;
  private allowance = burstMax;
  private refilledAtMs = 0;
  private throttledAtMs = -Infinity;
  private recent: number[] = [];

  /** Milliseconds until the next request may go. */
  waitMs(nowMs: number): number {
    this.refill(nowMs);
    if (this.perSecond === Infinity || this.allowance >= 1) return 0;
    return Math.ceil(((1 - this.allowance) * 1_000) / this.perSecond);
  }

  /** Requests a second that are let through now; infinity when there is no limit. */
  limitPerSecond(nowMs: number): number {
    this.refill(nowMs);
    return this.perSecond;
  }

  began(nowMs: number): void {
    this.refill(nowMs);
    this.allowance = Math.max(-debtMax, this.allowance - 1);
    this.recent = [...this.recent.filter((atMs) => atMs > nowMs - windowMs), nowMs];
  }

  succeeded(nowMs: number): void {
    this.refill(nowMs);
    if (this.perSecond !== Infinity) this.perSecond += growthPerSecond;
  }

  throttled(nowMs: number): void {
    this.refill(nowMs);
    const recent = this.recent.filter((atMs) => atMs > nowMs - windowMs);
    const seconds = Math.max(1_000, nowMs - (recent[0] ?? nowMs)) / 1_000;
    const rate = Math.min(this.perSecond, recent.length / seconds);
    this.perSecond = Math.max(perSecondMin, rate * keptShare);
    this.allowance = Math.min(this.allowance, 1);
    this.throttledAtMs = nowMs;
  }

  private refill(nowMs: number): void {
    if (nowMs - this.throttledAtMs > forgetMs) this.perSecond = Infinity;
    const grown = this.perSecond === Infinity ? burstMax : ((nowMs - this.refilledAtMs) / 1_000) * this.perSecond;
    this.allowance = Math.min(burstMax, this.allowance + grown);
    this.refilledAtMs = nowMs;
  }
}
