import { messageOfFilter } from '../contract/messageOfFilter.js';
import { fail, type Result } from '../model/Problem.js';
import type { RedactionRule } from '../model/redactText.js';
import { changeCache } from './changeCache.js';
import type { CommandContext } from './CommandContext.js';
import { editLines, type EditOutcome, outcomeOfEdit, unwritableLines } from './EditOutcome.js';
import type { ExitCode } from './ExitCode.js';
import { forEachRobot, type RobotOutcome } from './forEachRobot.js';
import { forTerminal, formatCount, recordWords } from './formatValues.js';
import { openReader } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import type { Selection } from './CommandLine.js';
import { previewRedaction, type RedactionPreview } from '../cache/previewRedaction.js';

interface Asked {
  readonly selection: Selection;
  readonly rule: RedactionRule;
  readonly dryRun: boolean;
  readonly json: boolean;
}

interface Preview extends RedactionPreview, RobotOutcome {}

/**
 * Takes words out of the texts of the logs that the filter means, on disk too; whoever owns a robot's cache does it. The
 * originals are kept until the change is confirmed or undone. With `dryRun` nothing changes: it reads beside the owner.
 *
 * `--json`: `{ dryRun: false, robots: [{ name, id, records, segments, underWay, unwritable, problem }] }`, and with `--dry-run`
 * `{ dryRun: true, robots: [{ name, records, unwritable, examples: [{ before, after }], problem }] }`.
 */
export async function cacheRedactCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  return await forEachRobot<Preview | EditOutcome>(context, {
    robots: asked.selection.robots,
    json: asked.json,
    act: (name) => (asked.dryRun ? preview(context, asked, name) : redact(context, asked, name)),
    linesOf,
    reportOf: (robots) => ({ dryRun: asked.dryRun, robots }),
  });
}

async function redact(context: CommandContext, { selection, rule }: Asked, name: string): Promise<EditOutcome> {
  const { filter } = selection;
  const made = await changeCache(context, name, 'cache redact', {
    owner: (socket, signal) =>
      ownerCall(socket, 'cache.redact', { robot: name, filter: messageOfFilter(filter), ...rule }, signal),
    own: (cache) => cache.redact(filter, rule),
  });
  return outcomeOfEdit(name, made);
}

async function preview(context: CommandContext, asked: Asked, name: string): Promise<Preview> {
  const found = await previewOf(context, asked, name);
  if (!found.ok) return { name, records: 0, unwritable: 0, examples: [], problem: found.problem };
  return { name, ...found.value, problem: null };
}

async function previewOf(
  { home, interrupt }: CommandContext,
  { selection, rule }: Asked,
  name: string,
): Promise<Result<RedactionPreview>> {
  const reader = await openReader(home, name);
  if (!reader.ok) return reader;
  const found = await previewRedaction(reader.value, selection.filter, rule, interrupt.signal);
  return interrupt.signal.aborted ? fail('cancelled', 'Interrupted.', 'Nothing was changed.') : found;
}

function linesOf(outcome: Preview | EditOutcome): readonly string[] {
  return 'examples' in outcome ? previewLines(outcome) : editLines(outcome, 'redacted');
}

function previewLines({ name, records, unwritable, examples }: Preview): readonly string[] {
  const more = records - examples.length;
  return [
    `${name}: would redact ${recordWords(records)}`,
    ...examples.flatMap(({ before, after }) => [`  - ${forTerminal(before)}`, `  + ${forTerminal(after)}`]),
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
    ...unwritableLines(unwritable, 'redacted'),
  ];
}
