import type { Result } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { FlushResult } from '../upload/Uploader.js';
import type { RobotSession } from './RobotSession.js';

/** Flushes that somebody asked for, so that somebody else can call them off. */
export class FlushCalls {
  private readonly running = new Map<string, Set<AbortController>>();

  async run(
    { name, uploader, uploads }: RobotSession,
    filter: RecordFilter,
    how: { readonly wait: boolean; readonly signal: AbortSignal },
  ): Promise<Result<FlushResult>> {
    const own = new AbortController();
    const running = this.running.get(name) ?? new Set();
    this.running.set(name, running.add(own));
    try {
      return await uploader.flush(filter, { wait: how.wait, signal: AbortSignal.any([how.signal, own.signal]) });
    } finally {
      running.delete(own);
      if (running.size === 0) this.running.delete(name);
      await uploads.write();
    }
  }

  /** How many were called off. What is on the way to CloudWatch at that moment is still answered and counted. */
  cancel(robot: string): number {
    const running = [...(this.running.get(robot) ?? [])];
    for (const flush of running) flush.abort();
    return running.length;
  }
}
