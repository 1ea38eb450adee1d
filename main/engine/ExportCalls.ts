import type { CallOutput } from '../contract/calls.js';
import { fail, type Result } from '../model/Problem.js';
import type { ExportOrder } from './exportRecords.js';

export type ExportStep = NonNullable<CallOutput<'cache.exportStep'>>;
type Done = Result<CallOutput<'cache.export'>>;

/** Exports that somebody waits for: one at a time a robot, with how far it is, and a way to stop it. */
export class ExportCalls {
  private readonly running = new Map<string, { step: ExportStep; readonly stop: AbortController }>();

  async run(
    robot: string,
    signal: AbortSignal,
    work: (signal: AbortSignal, onStep: NonNullable<ExportOrder['onStep']>) => Promise<Done>,
  ): Promise<Done> {
    if (this.running.has(robot)) {
      return fail('export-running', `An export of ${robot} is under way.`, 'Wait for its end, or stop it.');
    }
    const own = { step: { records: 0, bytes: 0 }, stop: new AbortController() };
    this.running.set(robot, own);
    try {
      return await work(AbortSignal.any([signal, own.stop.signal]), (step) => {
        own.step = step;
      });
    } finally {
      this.running.delete(robot);
    }
  }

  /** Null when none runs. */
  step(robot: string): ExportStep | null {
    return this.running.get(robot)?.step ?? null;
  }

  stop(robot: string): void {
    this.running.get(robot)?.stop.abort();
  }
}
