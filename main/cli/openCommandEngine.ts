import { readSettingsFile } from '../config/settings/readSettingsFile.js';
import { settingsFolder } from '../config/home.js';
import type { RobotSession } from '../engine/RobotSession.js';
import { readRunning, setRunning } from '../engine/runningParameters.js';
import { succeed } from '../model/Problem.js';
import type { Result } from '../model/Problem.js';
import { systemClock } from '../seams/Clock.js';
import { findApp } from './findApp.js';
import { waitFor } from './Interrupt.js';
import { toolchainPlace } from './toolchainPlace.js';
import type { CommandEngine, CommandRobot, OpenEngine } from './CommandContext.js';

/** The real engine, for `record` and `flush`. It is loaded only now: `status` must answer at once. */
export const openCommandEngine: OpenEngine = async ({ home, owner, log }) => {
  const appRoot = findApp().root;
  // The SDK's notice on Node's version is for those who build Tether, not for those who use it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const localCloudEndpoint = process.env['TETHER_LOCAL_CLOUDWATCH'] || null;
  const { Engine } = await import('../engine/Engine.js');
  const { content, problems } = readSettingsFile(settingsFolder(home), Date.now());
  for (const { message, nextStep } of problems) log(`${message} ${nextStep}`);
  const opened = await Engine.open({
    home,
    owner,
    appRoot,
    toolchainFile: toolchainPlace(appRoot),
    localCloudEndpoint,
    openRobots: false,
    startDemoIfEmpty: false,
    // A recording keeps to what a person set in the window.
    limits: content.settings.limits,
    runtime: { execPath: process.execPath, args: [...process.execArgv], environment: {} },
    clock: systemClock,
    log,
  });
  if (!opened.ok) return opened;
  const engine = opened.value;
  return succeed({
    openRobot: async (config, how) => {
      const { rosProblem } = await engine.statusFrame();
      const needsOurRos = config.source.kind === 'ros2' && config.source.ros.distribution === '';
      if (how.connect && needsOurRos && rosProblem !== null) return { ok: false, problem: rosProblem };
      const session = await engine.openRobot(config, how);
      return session.ok
        ? succeed(commandRobot(session.value, config.account.cloud === 'local' && localCloudEndpoint === null))
        : session;
    },
    close: () => engine.close(),
  } satisfies CommandEngine);
};

function commandRobot(session: RobotSession, startsLocalCloud: boolean): CommandRobot {
  return {
    received: () => ({ logs: session.intake.receivedLogs, metrics: session.intake.receivedMetrics }),
    health: async () => {
      const { ladder, pendingRecords, cacheBytes, lost } = await session.status();
      const rung = ladder.find(({ state }) => state === 'failed' || state === 'warning' || state === 'waiting');
      return {
        pendingRecords,
        cacheBytes,
        lostRecords: Object.values(lost).reduce((sum, count) => sum + count, 0),
        trouble: rung === undefined ? '' : [rung.words, rung.reason].filter((part) => part !== '').join(': '),
        diskProblem: (await session.usage()).problem,
      };
    },
    sendsOnlyWhenTold: () => session.uploader.status().mode === 'manual',
    unresolvedRecords: () => {
      const { unresolvedLogs, unresolvedMetrics } = session.uploader.status();
      return unresolvedLogs + unresolvedMetrics;
    },
    settle: (choice) => session.uploader.settle(choice),
    dryRun: (filter) => session.dryRun(filter),
    running: (file) => readRunning(session, { robot: session.name, text: file.text }, file),
    setRunning: (file, node, keys) =>
      setRunning(session, { robot: session.name, text: file.text, node, keys: [...keys] }, file),
    flush: async (filter, signal) => {
      const flush = (): ReturnType<typeof session.uploader.flush> =>
        session.uploader.flush(filter, { signal, wait: false });
      return startsLocalCloud ? await retryWhileStarting(flush, signal) : await flush();
    },
  };
}

/** Our own local CloudWatch is started together with the engine and takes a moment to listen. */
const localStartMsMax = 15_000;
const localRetryMs = 250;

async function retryWhileStarting<T>(flush: () => Promise<Result<T>>, signal: AbortSignal): Promise<Result<T>> {
  const endMs = performance.now() + localStartMsMax;
  for (;;) {
    const result = await flush();
    if (result.ok || result.problem.code !== 'offline' || performance.now() > endMs || signal.aborted) return result;
    await waitFor(localRetryMs / 1000, signal);
  }
}
