import { z } from 'zod';
import { problemOfFilter } from '../cache/index/CompiledFilter.js';
import { calls, filterSchema, isCallName, type CallInput, type CallName, type CallOutput } from '../contract/calls.js';
import { fail, type Problem, type Result } from '../model/Problem.js';
import { filterOf } from './filterOf.js';

/** What a call may need of the one who makes it. */
export interface CallContext {
  /** Only a page can watch; the owner's socket refuses. */
  readonly watch: ((robot: string | null) => void) | null;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

export type CallHandlers = {
  readonly [N in CallName]: (input: CallInput<N>, context: CallContext) => Promise<Result<CallOutput<N>>>;
};

/** Checks what comes in, calls the handler, and turns an exception (a bug) into an answer that says so. */
export class CallDispatcher {
  constructor(
    private readonly handlers: CallHandlers,
    private readonly log: (line: string) => void,
  ) {}

  async call(name: string, input: unknown, context: CallContext): Promise<Result<unknown>> {
    if (!isCallName(name))
      return fail('unknown-call', `There is no call "${name}".`, 'Update the older of the two sides.');
    const parsed = calls[name].input.safeParse(input);
    if (!parsed.success)
      return fail('bad-input', `${name}: ${z.prettifyError(parsed.error)}`, 'Mend the input and call again.');
    const problem = problemOfInput(parsed.data);
    if (problem !== null) return { ok: false, problem };
    // The schema of `name` has just checked the input; the compiler cannot relate the two through the union.
    const handler = this.handlers[name] as (input: unknown, context: CallContext) => Promise<Result<unknown>>;
    try {
      return await handler(parsed.data, context);
    } catch (error) {
      this.log(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return fail(
        'bug',
        `${name} failed unexpectedly: ${String(error)}`,
        'The log file has the details; nothing was lost.',
      );
    }
  }
}

const filtered = z.object({ filter: filterSchema });

/** A filter's regular expression must be one that can be used, whatever the call. */
function problemOfInput(input: unknown): Problem | null {
  const { success, data } = filtered.safeParse(input);
  return success ? problemOfFilter(filterOf(data.filter)) : null;
}
