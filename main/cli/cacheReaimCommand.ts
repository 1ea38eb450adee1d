import { messageOfFilter } from '../contract/messageOfFilter.js';
import { destinationsOf } from '../model/destinationsOf.js';
import type { RecordKind } from '../model/Record.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import { editLines, type EditOutcome, outcomeOfEdit } from './EditOutcome.js';
import type { ExitCode } from './ExitCode.js';
import { forEachRobot } from './forEachRobot.js';
import { ownerCall } from './ownerCall.js';
import type { Selection } from './CommandLine.js';
import { readRobotConfig } from './readRobotConfig.js';

interface Asked {
  readonly selection: Selection;
  readonly kind: RecordKind;
  readonly json: boolean;
}

/**
 * Gives the records that the filter means the destination that their robot's file has now; whoever owns a robot's cache does
 * it. The originals are kept until the change is confirmed or undone.
 *
 * `--json`: `{ robots: [{ name, id, records, segments, underWay, unwritable, problem }] }`.
 */
export async function cacheReaimCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  return await forEachRobot(context, {
    robots: asked.selection.robots,
    json: asked.json,
    act: (name) => reaim(context, asked, name),
    linesOf: (outcome) => editLines(outcome, 'redirected'),
  });
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
