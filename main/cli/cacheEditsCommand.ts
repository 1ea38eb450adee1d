import { type Problem, succeed } from '../model/Problem.js';
import type { OpenEditSummary } from '../seams/Cache.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import { recordWords } from './EditOutcome.js';
import { type ExitCode, worstExit } from './ExitCode.js';
import { formatLocalTime } from './formatValues.js';
import { chooseRobots } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import { reportProblem } from './reportProblem.js';

interface Edit {
  readonly id: number;
  readonly what: OpenEditSummary['what'];
  readonly records: number;
  readonly atMs: number;
}

interface Outcome {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly problem: Problem | null;
}

/**
 * The changes to records that wait to be confirmed or undone; whoever owns a robot's cache says them.
 *
 * `--json`: `{ robots: [{ name, edits: [{ id, what, records, atMs }], problem }] }`.
 */
export async function cacheEditsCommand(
  context: CommandContext,
  { robots: asked, json }: { readonly robots: readonly string[]; readonly json: boolean },
): Promise<ExitCode> {
  const { home, output } = context;
  const robots = await chooseRobots(home, asked);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const outcomes: Outcome[] = [];
  const exits: ExitCode[] = [];
  for (const name of robots.value) {
    const outcome = await editsOf(context, name);
    outcomes.push(outcome);
    if (outcome.problem !== null) exits.push(reportProblem(output, outcome.problem, name));
    else if (!json) for (const line of outcomeLines(outcome)) await output.line(line);
  }
  if (json) await output.line(JSON.stringify({ robots: outcomes }));
  else if (outcomes.length === 0) await output.line(`No robot is known here (${home}).`);
  return worstExit(exits);
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
