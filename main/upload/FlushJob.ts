import type { FlushProgress } from '../contract/frames.js';
import { fail, succeed, type Problem, type Result } from '../model/Problem.js';
import type { RecordKind } from '../model/Record.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import { unreachable } from '../model/unreachable.js';
import type { Setback } from './Breaker.js';

export interface FlushCounts {
  readonly sentLogs: number;
  readonly sentMetrics: number;
  readonly refused: number;
}

/** A paused flush, as it outlives the process that it was asked of. */
export interface KeptFlush {
  readonly filter: RecordFilter;
  /** Null: it was paused before it was known how much matches. */
  readonly counts:
    (FlushCounts & { readonly records: number; readonly leftLogs: number; readonly leftMetrics: number }) | null;
}

/** A flush that does not wait still sits out this many hiccups (throttled, server faults) in a row. */
const hiccupsMax = 5;

/**
 * What a person asked to be sent: at most once around, so no more records than matched when it was asked for. Both lanes work
 * on it; it is done when both have nothing left of it. It begins when what matches has been counted, and takes nothing while it
 * is paused.
 */
export class FlushJob {
  readonly done: Promise<Result<FlushCounts>>;
  private resolve!: (result: Result<FlushCounts>) => void;
  private readonly left: Record<RecordKind, number> = { log: 0, metric: 0 };
  /** Of `left`: on their way now. */
  private readonly underWay: Record<RecordKind, number> = { log: 0, metric: 0 };
  private readonly hasNoMore: Record<RecordKind, boolean> = { log: false, metric: false };
  private records: number | null = null;
  private isPaused = false;
  private sentLogs = 0;
  private sentMetrics = 0;
  private refused = 0;
  private hiccups = 0;
  private ended = false;

  constructor(
    readonly filter: RecordFilter,
    private readonly wait: boolean,
    private readonly onEnd: () => void,
  ) {
    this.done = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** One that an earlier process left: paused as it was, and wanted for as long as it takes. */
  static ofKept({ filter, counts }: KeptFlush, onEnd: () => void): FlushJob {
    const job = new FlushJob(filter, true, onEnd);
    job.isPaused = true;
    if (counts === null) return job;
    job.left.log = counts.leftLogs;
    job.left.metric = counts.leftMetrics;
    job.records = counts.records;
    job.sentLogs = counts.sentLogs;
    job.sentMetrics = counts.sentMetrics;
    job.refused = counts.refused;
    return job;
  }

  /** How it is now, for `ofKept`. */
  kept(): KeptFlush {
    const { filter, records, left, sentLogs, sentMetrics, refused } = this;
    if (records === null) return { filter, counts: null };
    return {
      filter,
      counts: { records, leftLogs: left.log, leftMetrics: left.metric, sentLogs, sentMetrics, refused },
    };
  }

  /** So many match. Once. */
  begin({ log, metric }: Readonly<Record<RecordKind, number>>): void {
    this.left.log = log;
    this.left.metric = metric;
    this.records = log + metric;
    this.endIfDone();
  }

  get paused(): boolean {
    return this.isPaused;
  }

  /** What is under way is still answered. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  /** Records of this kind that it may still take, 0 when it needs no more. */
  leftOf(kind: RecordKind): number {
    return this.ended || this.isPaused || this.hasNoMore[kind] ? 0 : Math.max(0, this.left[kind] - this.underWay[kind]);
  }

  /** So many were taken for it; `returned` when their delivery is over. */
  taken(kind: RecordKind, records: number): void {
    this.underWay[kind] += records;
  }

  returned(kind: RecordKind, records: number): void {
    this.underWay[kind] -= records;
    this.endIfDone();
  }

  answered(kind: RecordKind, sent: number, refused: number): void {
    if (kind === 'log') this.sentLogs += sent;
    else this.sentMetrics += sent;
    this.refused += refused;
    this.left[kind] = Math.max(0, this.left[kind] - sent - refused);
    if (sent + refused > 0) this.hiccups = 0;
    this.endIfDone();
  }

  /** Null before it has begun. */
  progress(): FlushProgress | null {
    const { records, refused } = this;
    return records === null ? null : { records, sent: this.sentLogs + this.sentMetrics, refused };
  }

  /** Nothing that it could take waits: it is over when what is under way is answered. */
  nothingLeft(kind: RecordKind): void {
    this.hasNoMore[kind] = true;
    this.endIfDone();
  }

  /** Ends one that does not wait, when what happened will not pass by itself within moments. */
  setback({ cause, problem }: Setback): void {
    if (this.wait || this.isPaused) return;
    switch (cause) {
      case 'throttled':
      case 'server':
        this.hiccups += 1;
        if (this.hiccups > hiccupsMax) this.end(problem);
        return;
      case 'offline':
      case 'captive-portal':
      case 'clock':
      case 'not-authorised':
        this.end(problem);
        return;
      default:
        unreachable(cause);
    }
  }

  end(problem: Problem): void {
    const before = this.sentLogs + this.sentMetrics;
    const message = before === 0 ? problem.message : `${problem.message} (${before} records were sent before that.)`;
    this.finish(fail(problem.code, message, problem.nextStep));
  }

  private endIfDone(): void {
    if (!this.isDone('log') || !this.isDone('metric')) return;
    const { sentLogs, sentMetrics, refused } = this;
    this.finish(succeed({ sentLogs, sentMetrics, refused }));
  }

  private isDone(kind: RecordKind): boolean {
    return this.left[kind] === 0 || (this.hasNoMore[kind] && this.underWay[kind] === 0);
  }

  private finish(result: Result<FlushCounts>): void {
    if (this.ended) return;
    this.ended = true;
    this.resolve(result);
    this.onEnd();
  }
}
