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

interface Outcome {
  readonly name: string;
  readonly records: number;
  /** For `cache undelete`; null when nothing was deleted. */
  readonly id: number | null;
  readonly problem: Problem | null;
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
  const { home, output } = context;
  const robots = await chooseRobots(home, selection.robots);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const outcomes: Outcome[] = [];
  const exits: ExitCode[] = [];
  for (const name of robots.value) {
    const outcome = await deleteOf(context, selection, name);
    outcomes.push(outcome);
    if (outcome.problem !== null) exits.push(reportProblem(output, outcome.problem, name));
    else if (!json) for (const line of outcomeLines(outcome)) await output.line(line);
  }
  if (json) await output.line(JSON.stringify({ robots: outcomes }));
  else if (outcomes.length === 0) await output.line(`No robot is known here (${home}).`);
  return worstExit(exits);
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
  const what = records === 1 ? '1 record' : `${formatCount(records)} records`;
  return [
    `${name}: ${what} deleted`,
    `  for ten minutes, "tether cache undelete ${id} --robot ${name}" brings them back`,
  ];
}
