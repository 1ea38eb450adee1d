import type { LossStage } from '../model/Loss.js';
import type { Clock } from '../seams/Clock.js';

/** What was lost within the last `recentMs`, for the ladder: the counts since ever say nothing about now. */
export const recentMs = 60_000;
const bucketMs = 1_000;

interface Bucket {
  readonly second: number;
  readonly stage: LossStage;
  readonly reason: string;
  count: number;
}

export interface RecentLoss {
  readonly count: number;
  /** Stage and reason of the most of them, in words. */
  readonly reason: string;
}

export class RecentLosses {
  private buckets: Bucket[] = [];

  constructor(private readonly clock: Clock) {}

  add(stage: LossStage, count: number, reason: string): void {
    const second = Math.floor(this.clock.monotonicMs() / bucketMs);
    this.forget();
    const bucket = this.buckets.find(
      (each) => each.second === second && each.stage === stage && each.reason === reason,
    );
    if (bucket === undefined) this.buckets.push({ second, stage, reason, count });
    else bucket.count += count;
  }

  /** Of these stages; null when nothing was lost there. */
  of(stages: readonly LossStage[]): RecentLoss | null {
    this.forget();
    const byReason = new Map<string, number>();
    let count = 0;
    for (const bucket of this.buckets) {
      if (!stages.includes(bucket.stage)) continue;
      count += bucket.count;
      byReason.set(bucket.reason, (byReason.get(bucket.reason) ?? 0) + bucket.count);
    }
    const [most] = [...byReason].sort(([, left], [, right]) => right - left);
    return most === undefined ? null : { count, reason: most[0] };
  }

  private forget(): void {
    const oldest = (this.clock.monotonicMs() - recentMs) / bucketMs;
    this.buckets = this.buckets.filter(({ second }) => second > oldest);
  }
}
