import { succeed } from '../model/Problem.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { formatCount } from './formatValues.js';
import { chooseRobot } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly id: number;
  /** At most one; none when there is only one robot. */
  readonly robots: readonly string[];
  readonly json: boolean;
}

/**
 * Brings back what a delete took, in time.
 *
 * `--json`: `{ name, id, records }`.
 */
export async function cacheUndeleteCommand(context: CommandContext, { id, robots, json }: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const robot = await chooseRobot(home, robots, 'Deletes');
  if (!robot.ok) return reportProblem(output, robot.problem);
  const name = robot.value;
  const restored = await changeCache(context, name, 'cache undelete', {
    owner: (socket, signal) => ownerCall(socket, 'cache.undelete', { robot: name, id }, signal),
    own: async (cache) => succeed({ records: await cache.undelete(id) }),
  });
  if (!restored.ok) return reportProblem(output, restored.problem, name);
  const records = restored.value?.records ?? 0;
  if (records === 0) return reportProblem(output, tooLate(id), name);
  const what = records === 1 ? '1 record is' : `${formatCount(records)} records are`;
  await output.line(json ? JSON.stringify({ name, id, records }) : `${name}: ${what} back, as before the delete`);
  return 0;
}

function tooLate(id: number): { code: string; message: string; nextStep: string } {
  return {
    code: 'nothing-to-undo',
    message: `There is no delete ${id} that could be taken back.`,
    nextStep: 'It has been more than ten minutes, or the room was needed, or it was taken back before.',
  };
}
