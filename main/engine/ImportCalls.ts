import type { CallOutput } from '../contract/calls.js';
import type { ImportStep } from '../contract/importReport.js';
import { fail, type Result } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { importFolder } from '../originals/importFolder.js';
import type { Cache } from '../seams/Cache.js';

export interface ImportOrder {
  readonly cache: Cache;
  /** Of the robot file that the caller named, which need not be the one in force. */
  readonly config: RobotConfig;
  readonly folder: string;
  readonly all: boolean;
}

/** Imports into the caches that this engine owns: one at a time a robot, or two would add the same lines. */
export class ImportCalls {
  private readonly running = new Map<string, { step: ImportStep | null; readonly stop: AbortController }>();

  async run(robot: string, order: ImportOrder, signal: AbortSignal): Promise<Result<CallOutput<'cache.import'>>> {
    if (this.running.has(robot)) {
      return fail('import-running', `An import into ${robot} is under way.`, 'Wait for its end, then import again.');
    }
    const own: { step: ImportStep | null; readonly stop: AbortController } = {
      step: null,
      stop: new AbortController(),
    };
    this.running.set(robot, own);
    try {
      return await importFolder({
        ...order,
        signal: AbortSignal.any([signal, own.stop.signal]),
        onStep: (step) => {
          own.step = step;
        },
      });
    } finally {
      this.running.delete(robot);
    }
  }

  /** How far the robot's import is; null when none runs, or it has stored nothing yet. */
  step(robot: string): ImportStep | null {
    return this.running.get(robot)?.step ?? null;
  }

  stop(robot: string): void {
    this.running.get(robot)?.stop.abort();
  }
}
