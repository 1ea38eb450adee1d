import type { Problem } from '../model/Problem.js';
import { exitCodeOf } from './ExitCode.js';
import type { ExitCode } from './ExitCode.js';
import type { Output } from './Output.js';

/** Says what happened and what to do, on stderr, and gives the exit code for it. */
export function reportProblem(output: Output, problem: Problem, robot?: string): ExitCode {
  output.note(`tether: ${robot === undefined ? '' : `${robot}: `}${problem.message}`);
  if (problem.nextStep !== '') output.note(`  ${problem.nextStep}`);
  return exitCodeOf(problem);
}
