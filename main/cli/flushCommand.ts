import { parseRobotFile } from '../config/text/parseRobotFile.js';
import type { DryRun } from '../contract/calls.js';
import { messageOfFilter } from '../contract/messageOfFilter.js';
import { succeed } from '../model/Problem.js';
import type { Result } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { CacheReader } from '../seams/Cache.js';
import type { CommandContext, CommandRobot, FlushCounts } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { dryRunLines } from './dryRunLines.js';
import { forEachRobot, type RobotOutcome } from './forEachRobot.js';
import { formatCount } from './formatValues.js';
import { openReader } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import type { Selection, UnresolvedChoice } from './CommandLine.js';
import { readRobotConfig } from './readRobotConfig.js';
import { throughOwner } from './throughOwner.js';
import { withOwnEngine } from './withOwnEngine.js';

interface Asked {
  readonly selection: Selection;
  readonly dryRun: boolean;
  readonly unresolved: UnresolvedChoice | null;
  readonly json: boolean;
}

interface FlushedCounts extends FlushCounts {
  /** Nobody can tell whether CloudWatch has them: they wait for `--unresolved`. */
  readonly unresolved: number;
  /** Decided about with it. */
  readonly settled: number;
}

interface Outcome extends RobotOutcome {
  readonly sent: FlushedCounts | null;
  readonly dryRun: DryRun | null;
}

/**
 * Sends what the filter means, of one robot after the other. Whoever owns a robot's cache does it: a window or recording
 * that is asked over its socket, else this process, which then takes the cache for as long as it lasts.
 *
 * `--json`: `{ dryRun, robots: [{ name, sentLogs, sentMetrics, refused, remaining, unresolved, settled, problem }] }`; with `--dry-run` the
 * figures of contract/calls.ts `dryRunSchema` in place of the counts.
 */
export async function flushCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  return await forEachRobot(context, {
    robots: asked.selection.robots,
    json: asked.json,
    act: (name) => flushRobot(context, asked, name),
    linesOf: outcomeLines,
    reportOf: (outcomes) => ({
      dryRun: asked.dryRun,
      robots: outcomes.map(({ name, sent, dryRun, problem }) => ({ name, ...sent, ...dryRun, problem })),
    }),
  });
}

async function flushRobot(context: CommandContext, asked: Asked, name: string): Promise<Outcome> {
  const empty = { name, sent: null, dryRun: null, problem: null };
  const done = asked.dryRun
    ? await withRobot(context, name, {
        owner: (socket, signal) =>
          ownerCall(socket, 'upload.dryRun', { robot: name, filter: messageOfFilter(asked.selection.filter) }, signal),
        own: async (robot) => succeed(await robot.dryRun(asked.selection.filter)),
      })
    : await withRobot(context, name, {
        owner: (socket, signal) => flushThrough(ownersCalls(name, asked.selection.filter, socket, signal), asked),
        own: (robot) => flushThrough(ownCalls(robot, asked.selection.filter, context.interrupt.signal), asked),
      });
  if (!done.ok) return { ...empty, problem: done.problem };
  return 'sentLogs' in done.value ? { ...empty, sent: done.value } : { ...empty, dryRun: done.value };
}

/** The three calls that a flush is made of, wherever they go. */
interface FlushSteps {
  flush(): Promise<Result<FlushCounts>>;
  unresolved(): Promise<Result<number>>;
  settle(choice: 'sent' | 'again'): Promise<Result<number>>;
}

function ownersCalls(robot: string, filter: RecordFilter, socket: string, signal: AbortSignal): FlushSteps {
  return {
    flush: () => ownerCall(socket, 'upload.flush', { robot, filter: messageOfFilter(filter), wait: false }, signal),
    unresolved: async () => {
      const status = await ownerCall(socket, 'upload.status', { robot }, signal);
      return status.ok ? succeed(status.value.unresolvedRecords) : status;
    },
    settle: async (choice) => {
      const settled = await ownerCall(socket, 'upload.settle', { robot, choice }, signal);
      return settled.ok ? succeed(settled.value.records) : settled;
    },
  };
}

function ownCalls(robot: CommandRobot, filter: RecordFilter, signal: AbortSignal): FlushSteps {
  return {
    flush: () => robot.flush(filter, signal),
    unresolved: () => Promise.resolve(succeed(robot.unresolvedRecords())),
    settle: async (choice) => succeed(await robot.settle(choice)),
  };
}

/** Flushing looks for what has no answer first; a choice is only about what that could not tell. */
async function flushThrough(steps: FlushSteps, { unresolved }: Asked): Promise<Result<FlushedCounts>> {
  const flushed = await steps.flush();
  if (!flushed.ok) return flushed;
  const left = await steps.unresolved();
  if (!left.ok) return left;
  if (unresolved === null || left.value === 0) return succeed({ ...flushed.value, unresolved: left.value, settled: 0 });
  const settled = await steps.settle(unresolved === 'send' ? 'again' : 'sent');
  if (!settled.ok) return settled;
  const again = await steps.flush();
  if (!again.ok) return again;
  return succeed({
    sentLogs: flushed.value.sentLogs + again.value.sentLogs,
    sentMetrics: flushed.value.sentMetrics + again.value.sentMetrics,
    refused: flushed.value.refused + again.value.refused,
    remaining: again.value.remaining,
    unresolved: 0,
    settled: settled.value,
  });
}

interface Ways<T> {
  readonly owner: (socket: string, signal: AbortSignal) => Promise<Result<T>>;
  readonly own: (robot: CommandRobot) => Promise<Result<T>>;
}

function withRobot<T>(context: CommandContext, name: string, { owner, own }: Ways<T>): Promise<Result<T>> {
  return throughOwner(context, name, {
    owner,
    own: async () => {
      const config = await configFor(context, name);
      if (!config.ok) return config;
      return await withOwnEngine(context, { config: config.value, connect: false, owner: 'tether flush' }, own);
    },
    nextStep: 'Close it, or flush there.',
  });
}

/** Records know where they go; of a robot without a file only the timing is missing, and defaults do. */
async function configFor({ home }: CommandContext, name: string): Promise<Result<RobotConfig>> {
  const found = await readRobotConfig(home, name);
  if (found.ok || found.problem.code !== 'no-such-robot') return found;
  const defaults = parseRobotFile(name, '').config;
  if (defaults === null) return found;
  const reader = await openReader(home, name);
  return reader.ok ? succeed(await fitToCache(defaults, reader.value)) : reader;
}

/** Without a file: the limit that the cache was made with, and the local CloudWatch when records are to go there. */
async function fitToCache(config: RobotConfig, reader: CacheReader): Promise<RobotConfig> {
  const { bytesMax } = await reader.usage();
  const groups = await reader.pending();
  const cloud = groups.some(({ destination }) => destination.account.cloud === 'local') ? 'local' : 'aws';
  return {
    ...config,
    account: { ...config.account, cloud },
    cache: { ...config.cache, bytesMax: Math.max(bytesMax, config.cache.bytesMax) },
  };
}

function outcomeLines({ name, sent, dryRun }: Outcome): readonly string[] {
  if (dryRun !== null) return dryRunLines(name, dryRun);
  if (sent === null) return [];
  const { sentLogs, sentMetrics, refused, remaining, unresolved, settled } = sent;
  const more = [
    ...(refused > 0 ? [`${formatCount(refused)} refused by CloudWatch (tether cache ls shows them)`] : []),
    ...(remaining > 0 ? [`${formatCount(remaining)} still wait`] : []),
    ...(settled > 0 ? [`${formatCount(settled)} of them had no answer: decided as you said (--unresolved)`] : []),
    ...(unresolved > 0
      ? [`${formatCount(unresolved)} had no answer, and CloudWatch cannot tell: --unresolved send or count-as-sent`]
      : []),
  ];
  return [
    `${name}: sent ${formatCount(sentLogs)} logs and ${formatCount(sentMetrics)} metrics`,
    ...more.map((line) => `  ${line}`),
  ];
}
