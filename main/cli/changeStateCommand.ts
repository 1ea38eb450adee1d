import { messageOfFilter } from '../contract/messageOfFilter.js';
import { succeed } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { Cache } from '../seams/Cache.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { forEachRobot, type RobotOutcome } from './forEachRobot.js';
import { recordWords } from './formatValues.js';
import { ownerCall } from './ownerCall.js';
import type { Selection } from './CommandLine.js';

export type StateCommand = 'cache hold' | 'cache unhold' | 'retry';

interface Asked {
  readonly command: StateCommand;
  readonly selection: Selection;
  readonly json: boolean;
}

interface Outcome extends RobotOutcome {
  /** Records that were not in that state before. */
  readonly records: number;
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
  return await forEachRobot(context, {
    robots: asked.selection.robots,
    json: asked.json,
    act: (name) => changeRobot(context, asked, name),
    linesOf: ({ name, records }) => [`${name}: ${recordWords(records)} ${changes[asked.command].words}`],
  });
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
