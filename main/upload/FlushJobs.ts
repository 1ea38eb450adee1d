import type { FlushProgress } from '../contract/frames.js';
import type { Problem } from '../model/Problem.js';
import type { RecordKind } from '../model/Record.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { Setback } from './Breaker.js';
import { FlushJob, type KeptFlush } from './FlushJob.js';

/** The flushes of one robot that are wanted, in the order that they were asked for: under way, or paused. */
export class FlushJobs {
  private jobs: FlushJob[] = [];

  /** `onEnd`: one of them is over. */
  constructor(private readonly onEnd: () => void) {}

  add(filter: RecordFilter, wait: boolean): FlushJob {
    return this.put((onEnd) => new FlushJob(filter, wait, onEnd));
  }

  /** One that an earlier process left paused. */
  addKept(kept: KeptFlush): FlushJob {
    return this.put((onEnd) => FlushJob.ofKept(kept, onEnd));
  }

  get isFlushing(): boolean {
    return this.jobs.some((job) => !job.paused);
  }

  get isPaused(): boolean {
    return this.jobs.some((job) => job.paused);
  }

  /** Of the one under way that was asked for first; null when there is none, or before it is counted. */
  progress(): FlushProgress | null {
    return this.jobs.find((job) => !job.paused)?.progress() ?? null;
  }

  /** The one that was paused first. */
  firstPaused(): FlushJob | null {
    return this.jobs.find((job) => job.paused) ?? null;
  }

  /** The one that records of this kind are to be taken for now. */
  taking(kind: RecordKind): FlushJob | null {
    return this.jobs.find((job) => job.leftOf(kind) > 0) ?? null;
  }

  /** Those that are paused, as they are now. */
  kept(): readonly KeptFlush[] {
    return this.jobs.filter((job) => job.paused).map((job) => job.kept());
  }

  /** How many were under way. */
  pause(): number {
    const underWay = this.jobs.filter((job) => !job.paused);
    for (const job of underWay) job.pause();
    return underWay.length;
  }

  /** How many were paused. */
  resume(): number {
    const paused = this.jobs.filter((job) => job.paused);
    for (const job of paused) job.resume();
    return paused.length;
  }

  /** How many it ends. */
  end(which: 'all' | 'under-way' | 'paused', problem: Problem): number {
    const meant = this.jobs.filter(({ paused }) => which === 'all' || paused === (which === 'paused'));
    for (const job of meant) job.end(problem);
    return meant.length;
  }

  setback(setback: Setback): void {
    for (const job of [...this.jobs]) job.setback(setback);
  }

  private put(make: (onEnd: () => void) => FlushJob): FlushJob {
    const job = make(() => {
      this.jobs = this.jobs.filter((other) => other !== job);
      this.onEnd();
    });
    this.jobs.push(job);
    return job;
  }
}
