import type { Result } from '../model/Problem.js';

interface Running<Step> {
  step: Step | null;
  readonly stop: AbortController;
}

/** Long work on a robot's cache that somebody waits for: one at a time a robot, with how far it is, and a way to stop it. */
export class OneAtATime<Step> {
  private readonly running = new Map<string, Running<Step>>();

  /** `first`: how far it is before it says anything. `busy`: why it cannot begin now. */
  constructor(
    private readonly first: Step | null,
    private readonly busy: (robot: string) => Result<never>,
  ) {}

  async run<T>(
    robot: string,
    signal: AbortSignal,
    work: (signal: AbortSignal, onStep: (step: Step) => void) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    if (this.running.has(robot)) return this.busy(robot);
    const own: Running<Step> = { step: this.first, stop: new AbortController() };
    this.running.set(robot, own);
    try {
      return await work(AbortSignal.any([signal, own.stop.signal]), (step) => {
        own.step = step;
      });
    } finally {
      this.running.delete(robot);
    }
  }

  /** Null when none runs, or it has said nothing yet. */
  step(robot: string): Step | null {
    return this.running.get(robot)?.step ?? null;
  }

  stop(robot: string): void {
    this.running.get(robot)?.stop.abort();
  }
}
