import type { CachedRow } from '../contract/calls.js';
import { destinationsOf } from '../model/destinationsOf.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import type { RobotFile, RobotFiles } from '../seams/RobotFiles.js';
import type { CachedRecord } from '../seams/Cache.js';
import type { CallHandlers } from './CallDispatcher.js';
import { countsOf } from './countsOf.js';
import { filterOf } from './filterOf.js';
import { ImportCalls } from './ImportCalls.js';
import { readMetricHistory } from './readMetricHistory.js';
import type { RobotSession } from './RobotSession.js';

/** What the calls need of the engine. */
export interface EngineActions {
  readonly files: RobotFiles;
  session(robot: string): Result<RobotSession>;
  addRobot(robot: { name: string; domainId: number; cloud: 'aws' | 'local'; demo: boolean }): Promise<Result<void>>;
  setConnected(robot: string, connected: boolean): Promise<Result<void>>;
  removeRobot(robot: string): Promise<Result<void>>;
  startDemo(): Promise<Result<{ robot: string }>>;
  fileChanged(robot: string): Promise<void>;
}

/** What each call of the contract does on the engine. */
export function callHandlers(engine: EngineActions): CallHandlers {
  const withSession = async <T>(
    robot: string,
    action: (session: RobotSession) => Promise<Result<T>>,
  ): Promise<Result<T>> => {
    const session = engine.session(robot);
    return session.ok ? await action(session.value) : session;
  };
  const imports = new ImportCalls();
  return {
    'live.watch': ({ robot }, { watch }) => {
      if (watch === null)
        return Promise.resolve(fail('page-only', 'Only a page can watch.', 'Use `tether cache cat`.'));
      watch(robot);
      return done;
    },
    'robots.add': async (robot) => nothingOf(await engine.addRobot({ ...robot, demo: false })),
    'robots.connect': async ({ robot }) => nothingOf(await engine.setConnected(robot, true)),
    'robots.disconnect': async ({ robot }) => nothingOf(await engine.setConnected(robot, false)),
    'robots.remove': async ({ robot }) => nothingOf(await engine.removeRobot(robot)),
    'robots.startDemo': () => engine.startDemo(),
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
    'metrics.history': ({ robot, ...wanted }) =>
      withSession(robot, async ({ cache }) => succeed(await readMetricHistory(cache, wanted))),
    'cache.hold': ({ robot, filter }) =>
      withSession(robot, async ({ cache }) => succeed({ records: await cache.hold(filterOf(filter)) })),
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
    'cache.reaim': ({ robot, filter, kind }) =>
      withSession(robot, async ({ cache, config, uploader }) => {
        const made = await cache.reaim(filterOf(filter), destinationsOf(config)[kind]);
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
    'cache.import': ({ robot, robotFile, folder, all }, { signal }) =>
      withSession(robot, async ({ cache }) => {
        const { config } = engine.files.check(robot, robotFile);
        if (config === null) return fail('bad-config', `The robot file of ${robot} is not valid.`, 'Mend it first.');
        return await imports.run(robot, { cache, config, folder, all }, signal);
      }),
    'cache.importStep': ({ robot }) => Promise.resolve(succeed(imports.step(robot))),
    'upload.dryRun': ({ robot, filter }) =>
      withSession(robot, async ({ uploader }) => {
        const estimate = await uploader.dryRun(filterOf(filter));
        return succeed({ ...estimate, groups: [...estimate.groups], leftOut: [...estimate.leftOut] });
      }),
    'upload.flush': ({ robot, filter, wait }, { signal }) =>
      withSession(robot, ({ uploader }) => uploader.flush(filterOf(filter), { wait, signal })),
    'upload.setMode': ({ robot, mode }) =>
      withSession(robot, ({ uploader }) => {
        uploader.setMode(mode);
        return done;
      }),
    'config.read': async ({ robot }) => robotFileOf(await engine.files.read(robot)),
    'config.check': ({ robot, text }) =>
      Promise.resolve(succeed({ issues: [...engine.files.check(robot, text).issues] })),
    'config.write': async ({ robot, text, revision }) => {
      const written = await engine.files.write(robot, text, revision);
      if (written.ok) await engine.fileChanged(robot);
      return robotFileOf(written);
    },
  };
}

const done = Promise.resolve(succeed({}));

function nothingOf<T>(result: Result<T>): Result<Record<string, never>> {
  return result.ok ? succeed({}) : result;
}

function robotFileOf(
  result: Result<RobotFile>,
): Result<Omit<RobotFile, 'config' | 'issues'> & { issues: RobotFile['issues'][number][] }> {
  if (!result.ok) return result;
  const { name, path, text, revision, issues } = result.value;
  return succeed({ name, path, text, revision, issues: [...issues] });
}

function cachedRowOf({ address, record, state, reason }: CachedRecord): CachedRow {
  const isLog = record.kind === 'log';
  return {
    segment: address.segment,
    ordinal: address.ordinal,
    kind: record.kind,
    stampMs: Number(record.stampNs / 1000n) / 1000,
    receivedMs: Number(record.receivedNs / 1000n) / 1000,
    severity: isLog ? record.severity : null,
    label: isLog ? record.node : record.name,
    text: isLog ? record.message : `${record.value} ${record.unit}`.trim(),
    state,
    reason,
  };
}

function millisecondsOf(ns: bigint | null): number | null {
  return ns === null ? null : Number(ns / 1_000_000n);
}
