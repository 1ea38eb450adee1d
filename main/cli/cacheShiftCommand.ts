import { messageOfFilter } from '../contract/messageOfFilter.js';
import { nanosecondsOf } from '../model/nanosecondsOf.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import { editLines, type EditOutcome, outcomeOfEdit } from './EditOutcome.js';
import type { ExitCode } from './ExitCode.js';
import { forEachRobot } from './forEachRobot.js';
import { ownerCall } from './ownerCall.js';
import type { Selection } from './CommandLine.js';

interface Asked {
  readonly selection: Selection;
  readonly shiftMs: number;
  readonly json: boolean;
}

/**
 * Moves the robot's time of the records that the filter means; whoever owns a robot's cache does it. The originals are kept
 * until the change is confirmed or undone.
 *
 * `--json`: `{ robots: [{ name, id, records, segments, underWay, unwritable, problem }] }`.
 */
export async function cacheShiftCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  return await forEachRobot(context, {
    robots: asked.selection.robots,
    json: asked.json,
    act: (name) => shift(context, asked, name),
    linesOf: (outcome) => editLines(outcome, 'time-shifted'),
  });
}

async function shift(context: CommandContext, { selection, shiftMs }: Asked, name: string): Promise<EditOutcome> {
  const { filter } = selection;
  const made = await changeCache(context, name, 'cache shift', {
    owner: (socket, signal) =>
      ownerCall(socket, 'cache.shiftTime', { robot: name, filter: messageOfFilter(filter), shiftMs }, signal),
    own: (cache) => cache.shiftTime(filter, { shiftNs: nanosecondsOf(shiftMs) }),
  });
  return outcomeOfEdit(name, made);
}
