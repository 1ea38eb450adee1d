import { fail, type Result } from '../model/Problem.js';

/** Work that a person asks for again while typing: a new one ends the one before, robot by robot. */
export class LatestOnly {
  private readonly running = new Map<string, AbortController>();

  /** `superseded` when another one was asked for meanwhile. */
  async run<T>(
    robot: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    this.running.get(robot)?.abort();
    const own = new AbortController();
    this.running.set(robot, own);
    let result: Result<T>;
    try {
      result = await work(AbortSignal.any([signal, own.signal]));
    } finally {
      if (this.running.get(robot) === own) this.running.delete(robot);
    }
    return own.signal.aborted ? fail('superseded', 'Asked again meanwhile.', 'See the newer answer.') : result;
  }
}
