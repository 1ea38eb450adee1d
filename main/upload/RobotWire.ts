import type { CloudAccount } from '../model/Destination.js';
import type { Clock } from '../seams/Clock.js';
import { ByteBudget, chunkBytesOf } from './ByteBudget.js';
import { ClockSkew } from './ClockSkew.js';

const rateWindowS = 5;

/** What one way to an account may write, and what it wrote. */
export interface WireGate {
  /** Null: no limit, all at once. */
  chunkBytes(): number | null;
  /** Resolves when these bytes may be written. */
  take(bytes: number): Promise<void>;
  wrote(bytes: number): void;
  /** Null for the CloudWatch on this laptop, which has its clock. */
  readonly skew: ClockSkew | null;
}

/**
 * The bytes of one robot's requests as they go out: counted (heads and compressed bodies, not what TLS and TCP add), and let
 * through at the rate of the robot's own limit and of the laptop's, whichever is less. What goes to the CloudWatch on this
 * laptop does not count for the laptop's.
 */
export class RobotWire {
  bytes = 0;
  readonly skew: ClockSkew;
  private readonly own: ByteBudget;
  private readonly recent: { readonly atMs: number; readonly bytes: number }[] = [];

  constructor(
    private readonly robot: string,
    private readonly clock: Clock,
    private readonly laptop: ByteBudget | null,
  ) {
    this.own = new ByteBudget(clock);
    this.skew = new ClockSkew(clock);
  }

  /** Null: no limit of its own. */
  setLimit(bytesPerS: number | null): void {
    this.own.setLimit(bytesPerS);
  }

  limitBytesPerS({ cloud }: CloudAccount): number | null {
    const laptop = cloud === 'local' ? null : (this.laptop?.limitBytesPerS ?? null);
    return lower(this.own.limitBytesPerS, laptop);
  }

  /** Of all accounts that a limit holds for. */
  get lowestLimitBytesPerS(): number | null {
    return lower(this.own.limitBytesPerS, this.laptop?.limitBytesPerS ?? null);
  }

  bytesPerS(): number {
    this.forgetOld();
    return this.recent.reduce((sum, { bytes }) => sum + bytes, 0) / rateWindowS;
  }

  gateTo(account: CloudAccount): WireGate {
    return {
      skew: account.cloud === 'local' ? null : this.skew,
      chunkBytes: () => {
        const limit = this.limitBytesPerS(account);
        return limit === null ? null : chunkBytesOf(limit);
      },
      take: async (bytes) => {
        await this.own.take(this.robot, bytes);
        if (account.cloud !== 'local') await this.laptop?.take(this.robot, bytes);
      },
      wrote: (bytes) => {
        this.bytes += bytes;
        this.recent.push({ atMs: this.clock.monotonicMs(), bytes });
        this.forgetOld();
      },
    };
  }

  private forgetOld(): void {
    const sinceMs = this.clock.monotonicMs() - rateWindowS * 1000;
    const kept = this.recent.findIndex(({ atMs }) => atMs > sinceMs);
    this.recent.splice(0, kept === -1 ? this.recent.length : kept);
  }
}

function lower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
