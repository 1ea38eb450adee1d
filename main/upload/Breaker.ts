import type { Problem } from '../model/Problem.js';
import { unreachable } from '../model/unreachable.js';
import type { Clock } from '../seams/Clock.js';
import { Pace } from './Pace.js';

/** Why an account is not asked for now. */
export interface Setback {
  readonly cause: 'offline' | 'throttled' | 'server' | 'clock' | 'captive-portal' | 'not-authorised';
  readonly problem: Problem;
  /** From `Retry-After`. */
  readonly afterMs: number | null;
}

export interface OpenBreaker {
  readonly setback: Setback;
  /** Monotonic milliseconds. */
  readonly untilMs: number;
}

const backOffFirstMs = 2_000;
const backOffMs = 60_000;
/** So that full jitter never asks again within the same breath. */
const backOffLeastMs = 100;
/** A restored link is to be noticed within about 5 s; after `offlineQuickTries` (2 minutes) it may take 15 s. */
const offlineProbeMs = 5_000;
const offlineProbeSlowMs = 15_000;
const offlineQuickTries = 24;
const notAuthorisedMs = 60_000;
/** A service may ask for any time; longer than this, one request is spent on asking again. */
const retryAfterMsMax = 15 * 60_000;

/**
 * Decides when an account may be asked again. One for all who send to it: what one of them learns spares the others. (What
 * is refused for want of a permission concerns one lane: each has a breaker of its own for that.)
 *
 * Closed: anyone may send, at the pace that throttling has taught. Open: nobody, until the time is over. Then one request is let
 * through, and its outcome closes or opens again.
 */
export class Breaker {
  private open: OpenBreaker | null = null;
  private failures = 0;
  private trial = false;
  private readonly pace = new Pace();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  /** Calls back at each change; what is returned ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Null when closed. */
  state(): OpenBreaker | null {
    return this.open;
  }

  /** Milliseconds until a request may go, 0 for now; null while the one trial request is under way. */
  waitMs(): number | null {
    if (this.open === null) return this.pace.waitMs(this.clock.monotonicMs());
    const left = this.open.untilMs - this.clock.monotonicMs();
    if (left > 0) return left;
    return this.trial ? null : 0;
  }

  /** Call before sending, when `waitMs` is 0; then exactly one of `succeeded`, `failed` and `abandoned`. */
  enter(): void {
    this.pace.began(this.clock.monotonicMs());
    if (this.open !== null) this.trial = true;
  }

  /** Closes, unless it was opened by a throttle that came while this request was under way. */
  succeeded(): void {
    this.pace.succeeded(this.clock.monotonicMs());
    if (this.open === null) return;
    const { cause } = this.open.setback;
    if (!this.trial && cause !== 'offline' && cause !== 'captive-portal') return;
    this.trial = false;
    this.open = null;
    this.failures = 0;
    this.changed();
  }

  /** Several that were under way together and fail for one cause are one failure. */
  failed(setback: Setback): void {
    if (setback.cause === 'throttled') this.pace.throttled(this.clock.monotonicMs());
    const isSame = this.open?.setback.cause === setback.cause;
    if (isSame && !this.trial && setback.afterMs === null) return;
    this.failures = isSame ? this.failures + (this.trial ? 1 : 0) : 1;
    this.trial = false;
    this.open = { setback, untilMs: this.clock.monotonicMs() + this.delayMs(setback) };
    this.changed();
  }

  /** The request ended without telling anything about the account. */
  abandoned(): void {
    if (!this.trial) return;
    this.trial = false;
    this.changed();
  }

  /** A person asked, or the link is known to be back: the next request may go at once. */
  tryNow(): void {
    if (this.open === null) return;
    this.open = { ...this.open, untilMs: this.clock.monotonicMs() };
    this.changed();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private delayMs({ cause, afterMs }: Setback): number {
    const own = this.ownDelayMs(cause);
    return afterMs === null ? own : Math.min(Math.max(own, afterMs), retryAfterMsMax);
  }

  private ownDelayMs(cause: Setback['cause']): number {
    switch (cause) {
      case 'throttled':
      case 'server':
      case 'clock': {
        // Full jitter: anywhere up to a ceiling that doubles.
        const ceilingMs = Math.min(backOffFirstMs * 2 ** (this.failures - 1), backOffMs);
        return Math.max(backOffLeastMs, this.random() * ceilingMs);
      }
      case 'offline':
      case 'captive-portal': {
        const periodMs = this.failures <= offlineQuickTries ? offlineProbeMs : offlineProbeSlowMs;
        // Up to a fifth less, so that robots that lost the same link do not all ask in the same moment.
        return periodMs * (1 - 0.2 * this.random());
      }
      case 'not-authorised':
        return notAuthorisedMs;
      default:
        return unreachable(cause);
    }
  }
}
