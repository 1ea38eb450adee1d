import { messageOfFilter } from '../contract/messageOfFilter.js';
import { type Problem, succeed } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { Cache } from '../seams/Cache.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import { type ExitCode, worstExit } from './ExitCode.js';
import { formatCount } from './formatValues.js';
import { chooseRobots } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import type { Selection } from './CommandLine.js';
import { reportProblem } from './reportProblem.js';

export type StateCommand = 'cache hold' | 'cache unhold' | 'retry';

interface Asked {
  readonly command: StateCommand;
  readonly selection: Selection;
  readonly json: boolean;
}

interface Outcome {
  readonly name: string;
  /** Records that were not in that state before. */
  readonly records: number;
  readonly problem: Problem | null;
}

/** What a command asks the owner for, does itself when nobody has the cache, and says of it. */
interface StateChange {
  readonly call: 'cache.hold' | 'cache.release' | 'cache.retry';
  readonly own: (cache: Cache, filter: RecordFilter) => Promise<number>;
  /** Behind `rover: 3 records `. */
  readonly words: string;
}

const changes: Readonly<Record<StateCommand, StateChange>> = {
  'cache hold': {
    call: 'cache.hold',
    own: async (cache, filter) => (await cache.hold(filter)).records,
    words: 'held back; "tether cache unhold" lets them go',
  },
  'cache unhold': { call: 'cache.release', own: (cache, filter) => cache.unhold(filter), words: 'let go' },
  retry: {
    call: 'cache.retry',
    own: (cache, filter) => cache.retry(filter),
    words: 'out of quarantine, to be sent again; "tether flush" sends them now',
  },
};

/**
 * Holds what the filter means, lets it go, or has what CloudWatch refused tried again. Whoever owns a robot's cache does it.
 *
 * `--json`: `{ robots: [{ name, records, problem }] }`.
 */
export async function changeStateCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
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
  const { call, own } = changes[command];
  const changed = await changeCache(context, name, command, {
    owner: (socket, signal) => {
      const input = { robot: name, filter: messageOfFilter(filter) };
      return ownerCall(socket, call, input, signal);
    },
    own: async (cache) => succeed({ records: await own(cache, filter) }),
  });
  if (!changed.ok) return { name, records: 0, problem: changed.problem };
  return { name, records: changed.value?.records ?? 0, problem: null };
}

function outcomeLine({ command }: Asked, { name, records }: Outcome): string {
  const what = records === 1 ? '1 record' : `${formatCount(records)} records`;
  return `${name}: ${what} ${changes[command].words}`;
}
