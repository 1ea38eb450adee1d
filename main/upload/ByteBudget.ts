import type { Clock } from '../seams/Clock.js';

/** What may go at once after a pause, as a part of what a second brings: so that a limit is a flow, not bursts. */
const burstS = 0.25;
const chunkBytesMin = 128;
const chunkBytesMax = 16_384;
/** A second is cut into at least so many pieces. */
const chunksPerS = 8;

interface Wanted {
  readonly bytes: number;
  readonly go: () => void;
}

/**
 * A token bucket: so many bytes a second may go, for all who share it. Who waits gets its turn one piece at a time, so that
 * one with a large request does not keep the others out. A piece may overdraw it; what follows then waits for longer.
 */
export class ByteBudget {
  private limit: number | null = null;
  private tokens = 0;
  private refilledAtMs = 0;
  /** In the order of their turns. */
  private readonly waiting = new Map<string, Wanted[]>();
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly clock: Clock) {}

  /** Null: no limit. */
  get limitBytesPerS(): number | null {
    return this.limit;
  }

  setLimit(bytesPerS: number | null): void {
    if (bytesPerS === this.limit) return;
    this.refill();
    this.limit = bytesPerS;
    this.tokens = Math.min(this.tokens, this.burstBytes());
    this.pump();
  }

  /** Resolves when these bytes may go. `who` is one of those that share it fairly. */
  async take(who: string, bytes: number): Promise<void> {
    if (this.limit === null) return;
    await new Promise<void>((go) => {
      const own = this.waiting.get(who) ?? [];
      own.push({ bytes, go });
      this.waiting.set(who, own);
      this.pump();
    });
  }

  private pump(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.refill();
    while (this.limit === null || this.tokens > 0) {
      const next = this.nextInTurn();
      if (next === undefined) return;
      this.tokens -= next.bytes;
      next.go();
    }
    if (this.waiting.size === 0) return;
    const ms = Math.ceil(((1 - this.tokens) * 1_000) / this.limit);
    this.cancelTimer = this.clock.after(ms, () => {
      this.pump();
    });
  }

  private nextInTurn(): Wanted | undefined {
    for (const [who, own] of this.waiting) {
      const next = own.shift();
      this.waiting.delete(who);
      if (own.length > 0) this.waiting.set(who, own);
      return next;
    }
    return undefined;
  }

  private refill(): void {
    const nowMs = this.clock.monotonicMs();
    const brought = this.limit === null ? 0 : ((nowMs - this.refilledAtMs) * this.limit) / 1_000;
    this.tokens = this.limit === null ? 0 : Math.min(this.burstBytes(), this.tokens + brought);
    this.refilledAtMs = nowMs;
  }

  private burstBytes(): number {
    return (this.limit ?? 0) * burstS;
  }
}

/** The pieces in which a request is written under such a limit. */
export function chunkBytesOf(limitBytesPerS: number): number {
  return Math.round(Math.min(Math.max(limitBytesPerS / chunksPerS, chunkBytesMin), chunkBytesMax));
}
