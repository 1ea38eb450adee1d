import { messageOfFilter } from '../contract/messageOfFilter.js';
import { destinationsOf } from '../model/destinationsOf.js';
import type { RecordKind } from '../model/Record.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import { editLines, type EditOutcome, outcomeOfEdit } from './EditOutcome.js';
import { type ExitCode, worstExit } from './ExitCode.js';
import { chooseRobots } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import type { Selection } from './CommandLine.js';
import { readRobotConfig } from './readRobotConfig.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly selection: Selection;
  readonly kind: RecordKind;
  readonly json: boolean;
}

/**
 * Gives the records that the filter means the destination that their robot's file has now; whoever owns a robot's cache does
 * it. The originals are kept until the change is confirmed or undone.
 *
 * `--json`: `{ robots: [{ name, id, records, segments, underWay, problem }] }`.
 */
export async function cacheReaimCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { home, output, interrupt } = context;
  const robots = await chooseRobots(home, asked.selection.robots);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const outcomes: EditOutcome[] = [];
  const exits: ExitCode[] = [];
  for (const name of robots.value) {
    if (interrupt.signal.aborted) break;
    const outcome = await reaim(context, asked, name);
    outcomes.push(outcome);
    if (outcome.problem !== null) exits.push(reportProblem(output, outcome.problem, name));
    else if (!asked.json) for (const line of editLines(outcome, 'redirected')) await output.line(line);
  }
  if (asked.json) await output.line(JSON.stringify({ robots: outcomes }));
  else if (outcomes.length === 0) await output.line(`No robot is known here (${home}).`);
  if (interrupt.signal.aborted) exits.push(3);
  return worstExit(exits);
}

async function reaim(context: CommandContext, { selection, kind }: Asked, name: string): Promise<EditOutcome> {
  const { filter } = selection;
  const made = await changeCache(context, name, 'cache reaim', {
    owner: (socket, signal) =>
      ownerCall(socket, 'cache.reaim', { robot: name, filter: messageOfFilter(filter), kind }, signal),
    own: async (cache) => {
      const config = await readRobotConfig(context.home, name);
      return config.ok ? await cache.reaim(filter, destinationsOf(config.value)[kind]) : config;
    },
  });
  return outcomeOfEdit(name, made);
}
