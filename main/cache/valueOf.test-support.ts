import type { Result } from '../model/Problem.js';

/** What was asked for; throws where it was a problem. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}
