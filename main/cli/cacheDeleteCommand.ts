import { messageOfFilter } from '../contract/messageOfFilter.js';
import { succeed } from '../model/Problem.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { forEachRobot, type RobotOutcome } from './forEachRobot.js';
import { recordWords } from './formatValues.js';
import { ownerCall } from './ownerCall.js';
import type { Selection } from './CommandLine.js';

interface Outcome extends RobotOutcome {
  readonly records: number;
  /** For `cache undelete`; null when nothing was deleted. */
  readonly id: number | null;
}

/**
 * Deletes what the filter means (what is being sent at the moment is left alone), and says how to take it back.
 *
 * `--json`: `{ robots: [{ name, records, id, problem }] }`.
 */
export async function cacheDeleteCommand(
  context: CommandContext,
  { selection, json }: { readonly selection: Selection; readonly json: boolean },
): Promise<ExitCode> {
  return await forEachRobot(context, {
    robots: selection.robots,
    json,
    act: (name) => deleteOf(context, selection, name),
    linesOf: outcomeLines,
  });
}

async function deleteOf(context: CommandContext, { filter }: Selection, name: string): Promise<Outcome> {
  const deleted = await changeCache(context, name, 'cache delete', {
    owner: (socket, signal) =>
      ownerCall(socket, 'cache.delete', { robot: name, filter: messageOfFilter(filter) }, signal),
    own: async (cache) => succeed(await cache.delete(filter)),
  });
  if (!deleted.ok) return { name, records: 0, id: null, problem: deleted.problem };
  const { id = null, records = 0 } = deleted.value ?? {};
  return { name, records, id: records === 0 ? null : id, problem: null };
}

function outcomeLines({ name, records, id }: Outcome): readonly string[] {
  if (id === null) return [`${name}: nothing to delete`];
  return [
    `${name}: ${recordWords(records)} deleted`,
    `  for ten minutes, "tether cache undelete ${id} --robot ${name}" brings them back`,
  ];
}
