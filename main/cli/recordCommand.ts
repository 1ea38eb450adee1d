import type { CacheUsage } from '../seams/Cache.js';
import type { CommandContext, CommandEngine, CommandRobot } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { forTerminal, formatAge, formatCount, formatSize } from './formatValues.js';
import { waitFor } from './Interrupt.js';
import { openReader } from './knownRobots.js';
import { noteIssues } from './noteIssues.js';
import { noteLog } from './noteLog.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  /** A path, or the name of a known robot. */
  readonly robot: string;
  readonly forS: number | null;
  readonly hold: boolean;
  readonly json: boolean;
}

const progressIntervalMs = 1000;

/**
 * Records until the time is over or somebody interrupts; what came is then on disk, and what could not be sent waits there.
 * `--json`: the fields of endReport, once, at the end; counts other than `received...` are of the whole cache.
 */
export async function recordCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const file = await findRobotFile(home, asked.robot);
  if (!file.ok) return reportProblem(output, file.problem);
  const { name, config, issues } = file.value;
  noteIssues(output, file.value.path, issues);
  if (config === null) return 1;
  const log = noteLog(output);
  const engine = await context.openEngine({ home, owner: 'tether record', log });
  if (!engine.ok) return reportProblem(output, engine.problem, name);
  const robot = await engine.value.openRobot(config, { connect: true, mode: asked.hold ? 'manual' : 'auto' });
  if (!robot.ok) {
    await engine.value.close();
    return reportProblem(output, robot.problem, name);
  }
  return await recordUntilEnd(context, asked, name, engine.value, robot.value);
}

async function recordUntilEnd(
  context: CommandContext,
  asked: Asked,
  name: string,
  engine: CommandEngine,
  robot: CommandRobot,
): Promise<ExitCode> {
  const { home, output, clock, interrupt } = context;
  const startMs = clock.monotonicMs();
  const seconds = (): number => (clock.monotonicMs() - startMs) / 1000;
  output.note(`tether: recording ${name}${asked.forS === null ? '; Ctrl+C ends it' : ` for ${asked.forS} s`}`);
  const shown = setInterval(() => {
    void showProgress(context, name, seconds(), robot);
  }, progressIntervalMs);
  await waitFor(asked.forS, interrupt.signal);
  clearInterval(shown);
  const recordedS = seconds();
  const { diskProblem, trouble } = await robot.health();
  // Closed first, so that the figures are of what is on disk.
  const closed = await engine.close();
  const reader = await openReader(home, name);
  if (!reader.ok) return reportProblem(output, reader.problem, name);
  const end: End = { name, seconds: recordedS, received: robot.received(), usage: await reader.value.usage(), trouble };
  for (const line of asked.json ? [JSON.stringify(endReport(end))] : endLines(end)) await output.line(line);
  const problem = closed.ok ? diskProblem : closed.problem;
  return problem === null ? 0 : reportProblem(output, problem, name);
}

async function showProgress(
  { output }: CommandContext,
  name: string,
  seconds: number,
  robot: CommandRobot,
): Promise<void> {
  if (!output.errorIsTerminal) return;
  const { pendingRecords, cacheBytes, lostRecords, trouble } = await robot.health();
  const { logs, metrics } = robot.received();
  const counts = `${formatCount(logs)} logs, ${formatCount(metrics)} metrics, ${formatCount(pendingRecords)} pending`;
  const lost = lostRecords === 0 ? '' : `, ${formatCount(lostRecords)} lost`;
  const end = trouble === '' ? '' : ` · ${forTerminal(trouble)}`;
  output.progress(`${name} · ${formatAge(seconds * 1000)} · ${counts}, ${formatSize(cacheBytes)} on disk${lost}${end}`);
}

interface End {
  readonly name: string;
  readonly seconds: number;
  readonly received: { readonly logs: number; readonly metrics: number };
  readonly usage: CacheUsage;
  readonly trouble: string;
}

function endReport({ name, seconds, received, usage }: End) {
  return {
    robot: name,
    seconds: Math.round(seconds * 1000) / 1000,
    receivedLogs: received.logs,
    receivedMetrics: received.metrics,
    cachedRecords: usage.cachedRecords,
    pendingRecords: usage.pendingRecords,
    heldRecords: usage.heldRecords,
    quarantinedRecords: usage.quarantinedRecords,
    expiredRecords: usage.expiredRecords,
    acknowledgedLogs: usage.acknowledgedLogs,
    acknowledgedMetrics: usage.acknowledgedMetrics,
    lost: usage.lost,
    cacheBytes: usage.bytes,
    cacheBytesMax: usage.bytesMax,
  };
}

function endLines({ name, seconds, received, usage, trouble }: End): readonly string[] {
  const { cachedRecords, pendingRecords, bytes, lost } = usage;
  const took = `${formatCount(received.logs)} logs and ${formatCount(received.metrics)} metrics`;
  return [
    `${name}: recorded ${took} in ${formatAge(seconds * 1000)}`,
    `  on disk: ${formatCount(cachedRecords)} (${formatSize(bytes)}), ${formatCount(pendingRecords)} wait for upload`,
    ...Object.entries(lost).map(([stage, count]) => `  lost (${stage}): ${formatCount(count)}`),
    ...(trouble === '' ? [] : [`  ${forTerminal(trouble)}`]),
  ];
}
