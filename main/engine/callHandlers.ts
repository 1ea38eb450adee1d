import type { CachedRow, CallOutput } from '../contract/calls.js';
import type { ImportStep } from '../contract/importReport.js';
import { destinationOfKey } from '../model/Destination.js';
import { destinationsOf } from '../model/destinationsOf.js';
import { importProfile } from '../config/importProfile.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import { previewRedaction } from '../cache/previewRedaction.js';
import { importFolder } from '../originals/importFolder.js';
import { cachedRowOf } from './cachedRowOf.js';
import type { CallHandlers } from './CallDispatcher.js';
import { configCalls } from './configCalls.js';
import { countsOf } from './countsOf.js';
import type { EngineActions } from './EngineActions.js';
import { nanosecondsOf } from '../model/nanosecondsOf.js';
import { filterOf } from './filterOf.js';
import { LatestOnly } from './LatestOnly.js';
import { OneAtATime } from './OneAtATime.js';
import { readErrorTimes } from './readErrorTimes.js';
import { readMetricHistory } from './readMetricHistory.js';
import { readOlderLogs } from './readOlderLogs.js';
import { recordDetail } from './recordDetail.js';
import type { RobotSession } from './RobotSession.js';
import { pendingGroupOf } from './robotStatusOf.js';
import { timelineOf } from './timelineOf.js';

/** What each call of the contract does on the engine. */
export function callHandlers(engine: EngineActions): CallHandlers {
  const withSession = async <T>(
    robot: string,
    action: (session: RobotSession) => Promise<Result<T>>,
  ): Promise<Result<T>> => {
    const session = engine.session(robot);
    return session.ok ? await action(session.value) : session;
  };
  const exports = new OneAtATime<NonNullable<CallOutput<'cache.exportStep'>>>({ records: 0, bytes: 0 }, (robot) =>
    fail('export-running', `An export of ${robot} is under way.`, 'Wait for its end, or stop it.'),
  );
  // Two would add the same lines.
  const imports = new OneAtATime<ImportStep>(null, (robot) =>
    fail('import-running', `An import into ${robot} is under way.`, 'Wait for its end, then import again.'),
  );
  const previews = new LatestOnly();
  const timelines = new LatestOnly();
  return {
    'live.watch': ({ robot }, { watch }) => {
      if (watch === null)
        return Promise.resolve(fail('page-only', 'Only a page can watch.', 'Use `tether cache cat`.'));
      watch(robot);
      return done;
    },
    'live.thresholds': ({ robots }) => {
      engine.setThresholds(robots);
      return done;
    },
    'logs.older': ({ robot, ...options }) =>
      withSession(robot, async (session) => succeed(await readOlderLogs(session, options))),
    'logs.errorTimes': ({ robot, ...wanted }) =>
      withSession(robot, async ({ cache }) => succeed(await readErrorTimes(cache, wanted))),
    'logs.note': ({ robot, about, text }) =>
      withSession(robot, async (session) =>
        nothingOf(await session.addNote({ about: { ...about, stampNs: nanosecondsOf(about.stampMs) }, text })),
      ),
    'robots.add': async (robot) =>
      nothingOf(await engine.addRobot({ ...robot, reached: robot.reached ?? null, demo: false })),
    'robots.importProfile': async (asked) => {
      const imported = await importProfile(engine.files, asked);
      if (!imported.ok) return imported;
      const { robot, isNew } = imported.value;
      await engine.fileChanged(robot);
      return succeed({ robot, isNew });
    },
    'robots.connect': async ({ robot }) => nothingOf(await engine.setConnected(robot, true)),
    'robots.disconnect': async ({ robot }) => nothingOf(await engine.setConnected(robot, false)),
    'robots.remove': async ({ robot }) => nothingOf(await engine.removeRobot(robot)),
    'robots.startDemo': () => engine.startDemo(),
    'robots.setLoggerLevel': ({ robot, logger, severity }) =>
      withSession(robot, async (session) => nothingOf(await session.setLoggerLevel(logger, severity))),
    'robots.examine': async ({ robot }) => {
      const examined = await engine.examineRobot(robot);
      if (!examined.ok) return examined;
      return succeed({ findings: examined.value.map((finding) => ({ ...finding, details: [...finding.details] })) });
    },
    'cache.segments': ({ robot }) =>
      withSession(robot, async ({ cache }) => {
        const segments = await cache.segments();
        return succeed(
          segments.map(({ segment, bytes, records, remaining, open, oldestNs, newestNs }) => ({
            segment,
            bytes,
            records,
            remaining,
            open,
            oldestMs: millisecondsOf(oldestNs),
            newestMs: millisecondsOf(newestNs),
          })),
        );
      }),
    'cache.read': ({ robot, filter, order, after, skip, limit }) =>
      withSession(robot, async ({ cache }) => {
        const rows: CachedRow[] = [];
        let more = false;
        let toSkip = skip;
        for await (const record of cache.read(filterOf(filter), order, after)) {
          if (toSkip-- > 0) continue;
          more = rows.length === limit;
          if (more) break;
          rows.push(cachedRowOf(record));
        }
        return succeed({ rows, more });
      }),
    'cache.counts': ({ robot, filter }) =>
      withSession(robot, async ({ cache }) => succeed(countsOf(await cache.counts(filterOf(filter))))),
    'cache.groups': ({ robot, filter }) =>
      withSession(robot, async ({ cache }) => succeed((await cache.pending(filterOf(filter))).map(pendingGroupOf))),
    'cache.timeline': ({ robot, filter, columns }, { signal }) =>
      withSession(robot, ({ cache }) =>
        timelines.run(robot, signal, async (only) => succeed(await timelineOf(cache, filterOf(filter), columns, only))),
      ),
    'cache.record': ({ robot, ...address }) =>
      withSession(robot, ({ cache, config }) => recordDetail(cache, address, config)),
    'cache.retry': ({ robot, filter, record }) =>
      withSession(robot, async ({ cache, uploader }) => {
        const records = await cache.retry(filterOf(filter), record);
        uploader.kick();
        return succeed({ records });
      }),
    'metrics.history': ({ robot, ...wanted }) =>
      withSession(robot, async ({ cache }) => succeed(await readMetricHistory(cache, wanted))),
    'metrics.sent': ({ robot, metrics }) =>
      withSession(robot, (session) =>
        Promise.resolve(
          succeed({ sent: metrics.map(({ name, dimensions }) => session.hasSentMetric(name, dimensions)) }),
        ),
      ),
    'cache.hold': ({ robot, filter }) =>
      withSession(robot, async ({ cache }) => succeed(await cache.hold(filterOf(filter)))),
    'cache.undoHold': ({ robot, id }) =>
      withSession(robot, async ({ cache, uploader }) => {
        const records = await cache.undoHold(id);
        uploader.kick();
        return succeed({ records });
      }),
    'cache.release': ({ robot, filter }) =>
      withSession(robot, async ({ cache, uploader }) => {
        const records = await cache.unhold(filterOf(filter));
        uploader.kick();
        return succeed({ records });
      }),
    'cache.delete': ({ robot, filter }) =>
      withSession(robot, async ({ cache }) => succeed(await cache.delete(filterOf(filter)))),
    'cache.undelete': ({ robot, id }) =>
      withSession(robot, async ({ cache, uploader }) => {
        const records = await cache.undelete(id);
        uploader.kick();
        return succeed({ records });
      }),
    'cache.redact': ({ robot, filter, find, replace }) =>
      withSession(robot, ({ cache }) => cache.redact(filterOf(filter), { find, replace })),
    'cache.previewRedaction': ({ robot, filter, find, replace }, { signal }) =>
      withSession(robot, ({ cache }) =>
        previews.run(robot, signal, async (only) => {
          const preview = await previewRedaction(cache, filterOf(filter), { find, replace }, only);
          return preview.ok ? succeed({ ...preview.value, examples: [...preview.value.examples] }) : preview;
        }),
      ),
    'cache.reaim': ({ robot, filter, kind, destination }) =>
      withSession(robot, async ({ cache, config, uploader }) => {
        const to = destination === undefined ? destinationsOf(config)[kind] : destinationOfKey(destination);
        if (to?.kind !== kind) return fail('bad-destination', 'This is no place for these records.', 'Choose another.');
        const made = await cache.reaim(filterOf(filter), to);
        uploader.kick();
        return made;
      }),
    'cache.shiftTime': ({ robot, filter, record, shiftMs }) =>
      withSession(robot, async ({ cache, uploader }) => {
        const only = record === undefined ? {} : { record };
        const made = await cache.shiftTime(filterOf(filter), { shiftNs: nanosecondsOf(shiftMs), ...only });
        // What was too old may go now.
        uploader.kick();
        return made;
      }),
    'cache.edits': ({ robot }) =>
      withSession(robot, ({ cache }) =>
        Promise.resolve(succeed(cache.openEdits().map(({ at, ...edit }) => ({ ...edit, atMs: at })))),
      ),
    'cache.confirmEdit': ({ robot, id }) =>
      withSession(robot, async ({ cache }) => nothingOf(await cache.confirmEdit(id))),
    'cache.undoEdit': ({ robot, id }) => withSession(robot, async ({ cache }) => nothingOf(await cache.undoEdit(id))),
    'cache.export': ({ robot, filter, ...to }, { signal }) =>
      withSession(robot, (session) =>
        exports.run(robot, signal, (either, onStep) =>
          session.exportRecords({ ...to, overwrite: to.overwrite ?? false, onStep, filter: filterOf(filter) }, either),
        ),
      ),
    'cache.exportStep': ({ robot }) => Promise.resolve(succeed(exports.step(robot))),
    'cache.stopExport': ({ robot }) => {
      exports.stop(robot);
      return done;
    },
    'cache.import': ({ robot, robotFile, folder, all }, { signal }) =>
      withSession(robot, async ({ cache }) => {
        const { config } = await engine.files.check(robot, robotFile);
        if (config === null) return fail('bad-config', `The robot file of ${robot} is not valid.`, 'Mend it first.');
        // Of the robot file that the caller named, which need not be the one in force.
        return await imports.run(robot, signal, (either, onStep) =>
          importFolder({ ...{ cache, config, folder, all, onStep }, signal: either }),
        );
      }),
    'cache.disk': ({ robot }) =>
      withSession(robot, async ({ cache }) => {
        const { waitingInMemory, lostWaiting, problem, slowness } = await cache.usage();
        return succeed({ waitingInMemory, lostWaiting, problem: problem ?? slowness });
      }),
    'cache.dismissRecoveries': ({ robot, untilMs }) =>
      withSession(robot, async ({ cache }) => succeed({ dismissed: await cache.dismissRecoveries(untilMs) })),
    'cache.importStep': ({ robot }) => Promise.resolve(succeed(imports.step(robot))),
    'cache.stopImport': ({ robot }) => {
      imports.stop(robot);
      return done;
    },
    'upload.dryRun': ({ robot, filter }) =>
      withSession(robot, async (session) => succeed(await session.dryRun(filterOf(filter)))),
    'upload.flush': ({ robot, filter, wait }, { signal }) =>
      withSession(robot, async ({ uploader, uploads }) => {
        try {
          return await uploader.flush(filterOf(filter), { wait, signal });
        } finally {
          await uploads.write();
        }
      }),
    'upload.cancel': ({ robot, only }) =>
      withSession(robot, ({ uploader }) =>
        Promise.resolve(succeed({ flushes: uploader.cancelFlushes(only ?? 'all') })),
      ),
    'upload.pause': ({ robot }) =>
      withSession(robot, async (session) => {
        const paused = await session.pauseFlushes();
        return paused.ok ? succeed({ flushes: paused.value }) : paused;
      }),
    'upload.resume': ({ robot }) =>
      withSession(robot, ({ uploader }) => Promise.resolve(succeed({ flushes: uploader.resumeFlushes() }))),
    'upload.ledger': ({ robot }) => withSession(robot, ({ uploads }) => Promise.resolve(succeed([...uploads.list()]))),
    'upload.requests': ({ robot }) =>
      withSession(robot, ({ uploads }) => Promise.resolve(succeed([...uploads.requests()]))),
    'upload.settle': ({ robot, choice }) =>
      withSession(robot, async ({ uploader }) => succeed({ records: await uploader.settle(choice) })),
    'upload.status': ({ robot }) =>
      withSession(robot, async (session) => {
        const { state, words, problem, unresolvedLogs, unresolvedMetrics } = (await session.status()).upload;
        return succeed({ state, words, problem, unresolvedRecords: unresolvedLogs + unresolvedMetrics });
      }),
    'link.set': (wanted) => engine.setLink(wanted),
    'upload.setMode': async ({ robot, mode }) => nothingOf(await engine.setUploadMode(robot, mode)),
    ...configCalls(engine),
  };
}

const done = Promise.resolve(succeed({}));

function nothingOf<T>(result: Result<T>): Result<Record<string, never>> {
  return result.ok ? succeed({}) : result;
}

function millisecondsOf(ns: bigint | null): number | null {
  return ns === null ? null : Number(ns / 1_000_000n);
}
