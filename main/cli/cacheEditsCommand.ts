import { succeed } from '../model/Problem.js';
import type { OpenEditSummary } from '../seams/Cache.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { forEachRobot, type RobotOutcome } from './forEachRobot.js';
import { formatLocalTime, recordWords } from './formatValues.js';
import { ownerCall } from './ownerCall.js';

interface Edit {
  readonly id: number;
  readonly what: OpenEditSummary['what'];
  readonly records: number;
  readonly atMs: number;
}

interface Outcome extends RobotOutcome {
  readonly edits: readonly Edit[];
}

/**
 * The changes to records that wait to be confirmed or undone; whoever owns a robot's cache says them.
 *
 * `--json`: `{ robots: [{ name, edits: [{ id, what, records, atMs }], problem }] }`.
 */
export async function cacheEditsCommand(
  context: CommandContext,
  { robots, json }: { readonly robots: readonly string[]; readonly json: boolean },
): Promise<ExitCode> {
  return await forEachRobot(context, { robots, json, act: (name) => editsOf(context, name), linesOf: outcomeLines });
}

async function editsOf(context: CommandContext, name: string): Promise<Outcome> {
  const found = await changeCache<readonly Edit[]>(context, name, 'cache edits', {
    owner: (socket, signal) => ownerCall(socket, 'cache.edits', { robot: name }, signal),
    own: (cache) => Promise.resolve(succeed(cache.openEdits().map(({ at, ...edit }) => ({ ...edit, atMs: at })))),
  });
  if (!found.ok) return { name, edits: [], problem: found.problem };
  return { name, edits: found.value ?? [], problem: null };
}

function outcomeLines({ name, edits }: Outcome): readonly string[] {
  if (edits.length === 0) return [`${name}: no change waits`];
  return [
    `${name}: to be confirmed (tether cache confirm ID) or undone (tether cache undo ID)`,
    ...edits.map(({ id, what, records, atMs }) => {
      return `  ${id}  ${recordWords(records)} ${what}, ${formatLocalTime(BigInt(Math.round(atMs)) * 1_000_000n)}`;
    }),
  ];
}
