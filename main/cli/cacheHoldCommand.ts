import { messageOfFilter } from '../contract/messageOfFilter.js';
import { type Problem, succeed } from '../model/Problem.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import { type ExitCode, worstExit } from './ExitCode.js';
import { formatCount } from './formatValues.js';
import { chooseRobots } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import type { Selection } from './CommandLine.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly command: 'cache hold' | 'cache unhold';
  readonly selection: Selection;
  readonly json: boolean;
}

interface Outcome {
  readonly name: string;
  /** Records that were not in that state before. */
  readonly records: number;
  readonly problem: Problem | null;
}

/**
 * Holds what the filter means, or lets it go. Whoever owns a robot's cache does it.
 *
 * `--json`: `{ robots: [{ name, records, problem }] }`.
 */
export async function cacheHoldCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const robots = await chooseRobots(home, asked.selection.robots);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const outcomes: Outcome[] = [];
  const exits: ExitCode[] = [];
  for (const name of robots.value) {
    const outcome = await changeRobot(context, asked, name);
    outcomes.push(outcome);
    if (outcome.problem !== null) exits.push(reportProblem(output, outcome.problem, name));
    else if (!asked.json) await output.line(outcomeLine(asked, outcome));
  }
  if (asked.json) await output.line(JSON.stringify({ robots: outcomes }));
  else if (outcomes.length === 0) await output.line(`No robot is known here (${home}).`);
  return worstExit(exits);
}

async function changeRobot(context: CommandContext, { command, selection }: Asked, name: string): Promise<Outcome> {
  const { filter } = selection;
  const holds = command === 'cache hold';
  const changed = await changeCache(context, name, command, {
    owner: (socket, signal) => {
      const input = { robot: name, filter: messageOfFilter(filter) };
      return ownerCall(socket, holds ? 'cache.hold' : 'cache.release', input, signal);
    },
    own: async (cache) => succeed(holds ? await cache.hold(filter) : { records: await cache.unhold(filter) }),
  });
  if (!changed.ok) return { name, records: 0, problem: changed.problem };
  return { name, records: changed.value?.records ?? 0, problem: null };
}

function outcomeLine({ command }: Asked, { name, records }: Outcome): string {
  const what = records === 1 ? '1 record' : `${formatCount(records)} records`;
  return command === 'cache hold'
    ? `${name}: ${what} held back; "tether cache unhold" lets them go`
    : `${name}: ${what} let go`;
}
