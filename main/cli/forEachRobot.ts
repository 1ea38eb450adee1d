import type { Problem } from '../model/Problem.js';
import type { CacheReader } from '../seams/Cache.js';
import type { CommandContext } from './CommandContext.js';
import { type ExitCode, worstExit } from './ExitCode.js';
import { chooseRobots, openReader } from './knownRobots.js';
import { reportProblem } from './reportProblem.js';

/** What became of a command in one robot's cache. */
export interface RobotOutcome {
  readonly name: string;
  readonly problem: Problem | null;
}

export interface RobotAction<Outcome extends RobotOutcome> {
  /** As asked for; empty: all. */
  readonly robots: readonly string[];
  readonly json: boolean;
  readonly act: (name: string) => Promise<Outcome>;
  /** For a person, of a robot that it went well with. */
  readonly linesOf: (outcome: Outcome) => readonly string[];
  /** What `--json` prints of all; without it, the outcomes as they are: `{ robots: [...] }`. */
  readonly reportOf?: (outcomes: readonly Outcome[]) => object;
}

/** Does something to one robot after the other, and says of each what became of it. What is interrupted leaves the rest alone. */
export async function forEachRobot<Outcome extends RobotOutcome>(
  context: CommandContext,
  { robots: asked, json, act, linesOf, reportOf = (robots) => ({ robots }) }: RobotAction<Outcome>,
): Promise<ExitCode> {
  const { home, output, interrupt } = context;
  const robots = await chooseRobots(home, asked);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const outcomes: Outcome[] = [];
  const exits: ExitCode[] = [];
  for (const name of robots.value) {
    if (interrupt.signal.aborted) break;
    const outcome = await act(name);
    outcomes.push(outcome);
    if (outcome.problem !== null) exits.push(reportProblem(output, outcome.problem, name));
    else if (!json) for (const line of linesOf(outcome)) await output.line(line);
  }
  if (json) await output.line(JSON.stringify(reportOf(outcomes)));
  else if (outcomes.length === 0) await output.line(noRobotLine(home));
  if (interrupt.signal.aborted) exits.push(3);
  return worstExit(exits);
}

export interface RobotReading<Found> {
  /** As asked for; empty: all. */
  readonly robots: readonly string[];
  readonly json: boolean;
  readonly read: (name: string, reader: CacheReader) => Promise<Found>;
  /** For a person, of all robots that could be read; never of none. */
  readonly linesOf: (found: readonly Found[]) => readonly string[];
  /** One robot, as `--json` has it in `{ robots: [...] }`. */
  readonly reportOf: (found: Found) => object;
}

/** Reads one robot's cache after the other, beside whoever has them open, and says what was found in all of them at the end. */
export async function readEachRobot<Found>(
  { home, output }: CommandContext,
  { robots: asked, json, read, linesOf, reportOf }: RobotReading<Found>,
): Promise<ExitCode> {
  const robots = await chooseRobots(home, asked);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const found: Found[] = [];
  const exits: ExitCode[] = [];
  for (const name of robots.value) {
    const reader = await openReader(home, name);
    if (reader.ok) found.push(await read(name, reader.value));
    else exits.push(reportProblem(output, reader.problem, name));
  }
  if (json) await output.line(JSON.stringify({ robots: found.map(reportOf) }));
  else for (const line of found.length === 0 ? [noRobotLine(home)] : linesOf(found)) await output.line(line);
  return worstExit(exits);
}

export function noRobotLine(home: string): string {
  return `No robot is known here (${home}). Start with: tether record ROBOT.yaml, or set TETHER_HOME`;
}
