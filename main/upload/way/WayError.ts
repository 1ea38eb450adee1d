import type { Problem } from '../../model/Problem.js';

/** The end of what a person is told to do. */
export const dataStay = 'The data stay on disk meanwhile.';

/** No connection was made, and what a person can do about it is known: nothing of the request was written. */
export class WayError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'WayError';
  }
}

export function wayError(code: string, message: string, nextStep: string): WayError {
  return new WayError({ code, message, nextStep });
}
