import path from 'node:path';
import { openDiskCache } from '../cache/openDiskCache.js';
import { cacheFolder } from '../config/home.js';
import type { CallOutput } from '../contract/calls.js';
import type { ImportReport, ImportStep } from '../contract/importReport.js';
import type { Result } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { findOriginalFiles } from '../originals/findOriginalFiles.js';
import { importFolder } from '../originals/importFolder.js';
import type { RobotFile } from '../seams/RobotFiles.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { forTerminal, formatCount } from './formatValues.js';
import { noteIssues } from './noteIssues.js';
import { ownerCall } from './ownerCall.js';
import { reportProblem } from './reportProblem.js';
import { throughOwner } from './throughOwner.js';

interface Asked {
  readonly folder: string;
  /** A path, or the name of a known robot. */
  readonly robot: string;
  readonly all: boolean;
  readonly json: boolean;
}

type Outcome = CallOutput<'cache.import'>;

const progressIntervalMs = 1000;
/** Bad lines and files left out that are shown; `--json` has more. */
const shownMax = 20;

/**
 * Takes a folder of the original nodes' cache files into the robot's cache, by whoever owns that: a window or recording,
 * else this process.
 *
 * `--json`: the fields of contract/importReport.ts `importReportSchema`, and `problem`.
 */
export async function importCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const file = await findRobotFile(home, asked.robot);
  if (!file.ok) return reportProblem(output, file.problem);
  const { name, config, issues } = file.value;
  noteIssues(output, file.value.path, issues);
  if (config === null) return 1;
  const folder = path.resolve(asked.folder);
  // Asked first, so that a wrong folder makes no cache.
  const found = await findOriginalFiles(folder, [config.originals.logFiles, config.originals.metricFiles]);
  if (!found.ok) return reportProblem(output, found.problem, name);
  const done = await throughOwner(context, name, {
    owner: (socket, signal) => askOwner(context, socket, { file: file.value, folder, all: asked.all }, signal),
    own: () => importHere(context, config, folder, asked.all),
    nextStep: 'Close it, then import again.',
  });
  if (!done.ok) return reportProblem(output, mendCancelled(done.problem), name);
  const { report, problem } = done.value;
  for (const line of asked.json ? [JSON.stringify({ ...report, problem })] : reportLines(report)) {
    await output.line(line);
  }
  return problem === null ? 0 : reportProblem(output, problem, name);
}

async function importHere(
  context: CommandContext,
  config: RobotConfig,
  folder: string,
  all: boolean,
): Promise<Result<Outcome>> {
  const { home, clock, interrupt, output } = context;
  const opened = await openDiskCache({
    folder: cacheFolder(home, config.name),
    robot: config.name,
    owner: { kind: 'tether import', controlSocket: null },
    limits: config.cache,
    clock,
  });
  if (!opened.ok) return opened;
  let shownMs = clock.monotonicMs();
  const done = await importFolder({
    cache: opened.value,
    config,
    folder,
    all,
    signal: interrupt.signal,
    onStep: (step) => {
      if (clock.monotonicMs() - shownMs < progressIntervalMs) return;
      shownMs = clock.monotonicMs();
      output.progress(stepLine(step));
    },
  });
  const closed = await opened.value.close();
  return closed.ok || !done.ok ? done : closed;
}

async function askOwner(
  { output }: CommandContext,
  socket: string,
  { file, folder, all }: { readonly file: RobotFile; readonly folder: string; readonly all: boolean },
  signal: AbortSignal,
): Promise<Result<Outcome>> {
  const { name: robot, text: robotFile } = file;
  const timer = setInterval(() => {
    if (!output.errorIsTerminal) return;
    void ownerCall(socket, 'cache.importStep', { robot }, signal).then((step) => {
      if (step.ok && step.value !== null) output.progress(stepLine(step.value));
    });
  }, progressIntervalMs);
  try {
    return await ownerCall(socket, 'cache.import', { robot, robotFile, folder, all }, signal);
  } finally {
    clearInterval(timer);
  }
}

/** The owner ends its work in order when we go; what it had stored by then stays. */
function mendCancelled<P extends { readonly code: string; readonly nextStep: string }>(problem: P): P {
  if (problem.code !== 'cancelled') return problem;
  return { ...problem, nextStep: 'What was imported is on disk; import again when you want: it goes on there.' };
}

function stepLine({ file, filesDone, files, lines, imported }: ImportStep): string {
  const counts = `${formatCount(lines)} lines read, ${formatCount(imported)} imported`;
  return `${forTerminal(file)} (${filesDone} of ${files}) · ${counts}`;
}

function reportLines(report: ImportReport): readonly string[] {
  const { robot, files, problems, problemsNotListed, leftOut, notes } = report;
  const sum = (count: 'lines' | 'imported' | 'importedBefore' | 'uploadedBefore' | 'reported'): number =>
    files.reduce((total, file) => total + file[count], 0);
  const parts = [
    [sum('importedBefore'), 'imported before'],
    [sum('uploadedBefore'), 'already uploaded according to token_store.info (--all imports them too)'],
    [sum('reported'), 'not usable'],
  ] as const;
  const hidden = problemsNotListed + Math.max(0, problems.length - shownMax);
  return [
    `${robot}: imported ${formatCount(sum('imported'))} of ${formatCount(sum('lines'))} lines from ${formatCount(files.length)} ${files.length === 1 ? 'file' : 'files'}`,
    ...parts.flatMap(([count, words]) => (count === 0 ? [] : [`  ${formatCount(count)} ${words}`])),
    ...problems
      .slice(0, shownMax)
      .map(({ file, line, byte, reason }) => `  ${forTerminal(file)}:${line} (byte ${byte}): ${forTerminal(reason)}`),
    ...(hidden === 0 ? [] : [`  and ${formatCount(hidden)} more such lines`]),
    ...leftOut
      .slice(0, shownMax)
      .map(({ file, reason }) => `  ${forTerminal(file)} was not read: ${forTerminal(reason)}`),
    ...notes.map((note) => `  ${forTerminal(note)}`),
  ];
}
