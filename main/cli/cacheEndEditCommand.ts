import { type Result, succeed } from '../model/Problem.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { chooseRobot } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly command: 'cache confirm' | 'cache undo';
  readonly id: number;
  /** At most one; none when there is only one robot. */
  readonly robots: readonly string[];
  readonly json: boolean;
}

/**
 * Ends a redaction, a new aim or a shift of times: `cache confirm` removes the originals for good, `cache undo` brings them back.
 *
 * `--json`: `{ name, id, ended: 'confirmed' | 'undone' }`.
 */
export async function cacheEndEditCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const { command, id, robots, json } = asked;
  const robot = await chooseRobot(home, robots, 'Changes');
  if (!robot.ok) return reportProblem(output, robot.problem);
  const name = robot.value;
  const confirms = command === 'cache confirm';
  const ended = await changeCache(context, name, command, {
    owner: async (socket, signal) =>
      doneOf(await ownerCall(socket, confirms ? 'cache.confirmEdit' : 'cache.undoEdit', { robot: name, id }, signal)),
    own: async (cache) => doneOf(await (confirms ? cache.confirmEdit(id) : cache.undoEdit(id))),
  });
  if (!ended.ok) return reportProblem(output, ended.problem, name);
  if (ended.value === null) return reportProblem(output, noRecords, name);
  if (json) await output.line(JSON.stringify({ name, id, ended: confirms ? 'confirmed' : 'undone' }));
  else await output.line(`${name}: change ${id} is ${confirms ? 'confirmed; the originals are gone' : 'undone'}`);
  return 0;
}

function doneOf(ended: Result<unknown>): Result<'ended'> {
  return ended.ok ? succeed('ended') : ended;
}

const noRecords = {
  code: 'no-such-edit',
  message: 'Nothing is on disk, so no change waits.',
  nextStep: '"tether cache edits" lists the changes that wait.',
};
