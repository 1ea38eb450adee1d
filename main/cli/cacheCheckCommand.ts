import type { Finding } from '../cache/check/Finding.js';
import { type CacheCheck, checkCache } from '../cache/checkCache.js';
import { repairCache } from '../cache/repairCache.js';
import { cacheFolder } from '../config/home.js';
import type { Problem } from '../model/Problem.js';
import { type Result, succeed } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import { type ExitCode, worstExit } from './ExitCode.js';
import { noRobotLine } from './forEachRobot.js';
import { forTerminal, formatCount } from './formatValues.js';
import { chooseRobots } from './knownRobots.js';
import { ownCacheOptions } from './ownCacheOptions.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly robots: readonly string[];
  readonly repair: boolean;
  readonly json: boolean;
}

interface Outcome {
  readonly name: string;
  /** As it was found; null when it could not be checked. */
  readonly before: CacheCheck | null;
  /** After a repair; null when there was none. */
  readonly after: CacheCheck | null;
  readonly problem: Problem | null;
}

/**
 * Walks the caches and tells each thing that does not hold together; with `repair` mends them, unless somebody has one
 * open. Ends with 0 when nothing is left to tell, 1 when something is.
 *
 * `--json`: `{ robots: [{ name, segments, records, ledgerLines, asideFiles, owner, findings, repaired, problem }] }`; after
 * a repair `findings` is what is left, `repaired` what was found before.
 */
export async function cacheCheckCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const robots = await chooseRobots(home, asked.robots);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const outcomes: Outcome[] = [];
  const exits: ExitCode[] = [];
  for (const name of robots.value) {
    const outcome = await checkRobot(context, asked, name);
    outcomes.push(outcome);
    const left = outcome.after ?? outcome.before;
    if ((left?.findings.length ?? 0) > 0) exits.push(1);
    if (!asked.json) for (const line of outcomeLines(outcome)) await output.line(line);
    if (outcome.problem !== null) exits.push(reportProblem(output, outcome.problem, name));
  }
  if (asked.json) await output.line(JSON.stringify({ robots: outcomes.map(outcomeReport) }));
  else if (outcomes.length === 0) await output.line(noRobotLine(home));
  return worstExit(exits);
}

async function checkRobot(context: CommandContext, { repair }: Asked, name: string): Promise<Outcome> {
  const folder = cacheFolder(context.home, name);
  const before = await checkCache({ folder, robot: name });
  if (!before.ok) return { name, before: null, after: null, problem: before.problem };
  const found = { name, before: before.value, after: null, problem: null };
  if (!repair || before.value.findings.length === 0) return found;
  const after = await repairRobot(context, name, folder);
  return after.ok ? { ...found, after: after.value } : { ...found, problem: after.problem };
}

async function repairRobot(context: CommandContext, name: string, folder: string): Promise<Result<CacheCheck>> {
  const options = await ownCacheOptions(context, name, 'cache check --repair');
  if (!options.ok) return options;
  const repaired = await repairCache(options.value);
  if (!repaired.ok) return repaired;
  const after = await checkCache({ folder, robot: name });
  return after.ok ? succeed(after.value) : after;
}

function outcomeReport({ name, before, after, problem }: Outcome) {
  const shown = after ?? before;
  return { name, ...shown, ...(after === null ? {} : { repaired: before?.findings ?? [] }), problem };
}

function outcomeLines({ name, before, after }: Outcome): readonly string[] {
  if (before === null) return [];
  const lines = [`${name}: ${checkedWords(before)}`, ...ownerLines(before), ...before.findings.flatMap(findingLines)];
  if (after === null) return lines.concat(asideLines(before));
  const left = after.findings.length;
  const end = left === 0 ? 'all is well now' : `${countWords(left, 'finding is', 'findings are')} left`;
  return [...lines, `${name}: mended; ${end}`, ...after.findings.flatMap(findingLines), ...asideLines(after)];
}

function checkedWords({ segments, records, ledgerLines, findings }: CacheCheck): string {
  const seen = [
    countWords(segments, 'segment', 'segments'),
    countWords(records, 'record', 'records'),
    countWords(ledgerLines, 'line in the ledger', 'lines in the ledger'),
  ].join(', ');
  return `${seen}: ${findings.length === 0 ? 'all is well' : countWords(findings.length, 'finding', 'findings')}`;
}

function ownerLines({ owner }: CacheCheck): readonly string[] {
  return owner === null
    ? []
    : [`  ${forTerminal(owner.kind)} (process ${owner.pid}) has it open: what it is writing at the moment is left out`];
}

function asideLines({ asideFiles }: CacheCheck): readonly string[] {
  return asideFiles === 0
    ? []
    : [`  ${countWords(asideFiles, 'file', 'files')} in aside/ from damage that was found before`];
}

function findingLines({ file, position, length, words, nextStep }: Finding): readonly string[] {
  const bytes = length === null ? '' : ` (${countWords(length, 'byte', 'bytes')})`;
  const place = position === null ? '' : `, byte ${position}${bytes}`;
  return [`  ${forTerminal(file)}${place}: ${forTerminal(words)}`, `    ${nextStep}`];
}

function countWords(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
