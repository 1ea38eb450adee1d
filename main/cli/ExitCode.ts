import type { Problem } from '../model/Problem.js';

/** 0 done, 1 failed, 2 wrong usage, 3 not possible now (nothing lost). */
export type ExitCode = 0 | 1 | 2 | 3;

/** Problems that pass, or that a person mends, with all data where it was. */
const passingCodes: ReadonlySet<string> = new Set([
  'offline',
  'proxy',
  'ca-file',
  'captive-portal',
  'clock',
  'throttled',
  'server',
  'expired-token',
  'no-credentials',
  'no-region',
  'not-authorised',
  'refused',
  'owned',
  'owner-gone',
  'not-open',
  'cancelled',
  'stopped',
  'import-running',
  'cache-full',
]);

export function exitCodeOf({ code }: Problem): ExitCode {
  return passingCodes.has(code) ? 3 : 1;
}

/** Of several robots' ends the worst: a failure before what is only not possible now. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(1)) return 1;
  return codes.includes(3) ? 3 : 0;
}
