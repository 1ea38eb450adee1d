import { fail, type Problem, type Result, succeed } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { CacheReader } from '../seams/Cache.js';
import type { CommandContext } from './CommandContext.js';
import { type ExitCode, worstExit } from './ExitCode.js';
import { noRobotLine } from './forEachRobot.js';
import type { ExportFormat, ExportWriter } from '../export/ExportWriter.js';
import { openExportWriter } from '../export/openExportWriter.js';
import { PartialFile, writeProblem } from '../export/PartialFile.js';
import { forTerminal, formatCount, formatSize, recordWords } from './formatValues.js';
import { chooseRobots, openReader } from './knownRobots.js';
import type { Selection } from './CommandLine.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly file: string;
  readonly format: ExportFormat;
  readonly selection: Selection;
  readonly force: boolean;
  readonly json: boolean;
}

/** What became of one robot's records. */
interface Exported {
  readonly name: string;
  readonly records: number;
  /** Records in the cache that are not in the file: the filter leaves them out, or they went while it was written. */
  readonly leftOut: number;
  /** Set when the robot's cache could not be read at all. */
  readonly problem: Problem | null;
}

const progressIntervalMs = 250;

/**
 * Writes what the filter means to a file, one robot after the other, oldest first. It reads beside whoever owns the caches
 * and changes nothing in them. The file has its name only when it is whole.
 *
 * `--json`: `{ file, bytes, records, robots: [{ name, records, leftOut, problem }] }`.
 */
export async function exportCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const robots = await chooseRobots(home, asked.selection.robots);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const file = await PartialFile.create(asked.file, asked.force);
  if (!file.ok) return reportProblem(output, file.problem);
  let whole = false;
  try {
    const exported = await writeRobots(context, asked, robots.value, file.value);
    if (!exported.ok) return reportProblem(output, exported.problem);
    const finished = await attempt(asked.file, () => file.value.finish());
    if (!finished.ok) return reportProblem(output, finished.problem);
    if (!finished.value.ok) return reportProblem(output, finished.value.problem);
    whole = true;
    return await report(context, asked, file.value.bytes, exported.value);
  } finally {
    if (!whole) await file.value.discard();
  }
}

async function writeRobots(
  context: CommandContext,
  { format, selection, file: path }: Asked,
  robots: readonly string[],
  file: PartialFile,
): Promise<Result<readonly Exported[]>> {
  const writer = await openExportWriter(format, file);
  const progress = progressOf(context, file);
  const exported: Exported[] = [];
  for (const name of robots) {
    const reader = await openReader(context.home, name);
    if (!reader.ok) {
      exported.push({ name, records: 0, leftOut: 0, problem: reader.problem });
      continue;
    }
    const present = await recordsIn(reader.value);
    const written = await writeRobot(context, { name, reader: reader.value, writer, path, progress }, selection.filter);
    if (!written.ok) return written;
    exported.push({ name, records: written.value, leftOut: Math.max(0, present - written.value), problem: null });
  }
  const ended = await attempt(path, () => writer.end());
  return ended.ok ? succeed(exported) : ended;
}

interface RobotExport {
  readonly name: string;
  readonly reader: CacheReader;
  readonly writer: ExportWriter;
  readonly path: string;
  readonly progress: () => void;
}

async function writeRobot(
  { interrupt }: CommandContext,
  { name, reader, writer, path, progress }: RobotExport,
  filter: RecordFilter,
): Promise<Result<number>> {
  let records = 0;
  for await (const cached of reader.read(filter, 'oldest')) {
    if (interrupt.signal.aborted) {
      return fail('cancelled', 'Interrupted: no file was made.', 'The cache is as it was.');
    }
    const added = await attempt(path, () => writer.add(name, cached));
    if (!added.ok) return added;
    records += 1;
    progress();
  }
  return succeed(records);
}

/** What the disk refuses while we write is an expected failure. */
async function attempt<T>(file: string, write: () => Promise<T>): Promise<Result<T>> {
  try {
    return succeed(await write());
  } catch (error) {
    return { ok: false, problem: writeProblem(error, file) };
  }
}

function progressOf({ output, clock }: CommandContext, file: PartialFile): () => void {
  let records = 0;
  let lastMs = clock.monotonicMs();
  return () => {
    records += 1;
    if (!output.errorIsTerminal) return;
    const nowMs = clock.monotonicMs();
    if (nowMs - lastMs < progressIntervalMs) return;
    lastMs = nowMs;
    output.progress(`${formatCount(records)} records, ${formatSize(file.bytes)}`);
  };
}

async function recordsIn(reader: CacheReader): Promise<number> {
  const groups = await reader.pending();
  return groups.reduce((sum, { records }) => sum + records, 0);
}

async function report(
  { output, home }: CommandContext,
  { file, json, selection }: Asked,
  bytes: number,
  robots: readonly Exported[],
): Promise<ExitCode> {
  const exits: ExitCode[] = [];
  for (const { name, problem } of robots) if (problem !== null) exits.push(reportProblem(output, problem, name));
  const records = robots.reduce((sum, robot) => sum + robot.records, 0);
  if (json) {
    await output.line(JSON.stringify({ file, bytes, records, robots }));
    return worstExit(exits);
  }
  if (robots.length === 0) await output.line(noRobotLine(home));
  await output.line(`${forTerminal(file)}: ${recordWords(records)}, ${formatSize(bytes)}`);
  const filtered = Object.keys(selection.filter).length > 0;
  for (const robot of robots) if (robot.problem === null) await output.line(`  ${robotLine(robot, filtered)}`);
  return worstExit(exits);
}

function robotLine({ name, records, leftOut }: Exported, filtered: boolean): string {
  const why = filtered
    ? 'left out by the filter'
    : 'were in the cache when it began and are not in the file: they were sent, deleted or made room meanwhile, or cannot be read (tether cache check tells)';
  const rest = leftOut === 0 ? '' : `; ${formatCount(leftOut)} ${why}`;
  return `${name}: ${recordWords(records)}${rest}`;
}
