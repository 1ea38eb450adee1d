import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { newRobotText } from '../config/newRobotText.js';
import { calls } from '../contract/calls.js';
import type { RobotStatus } from '../contract/frames.js';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { patient } from '../model/patient.test-support.js';
import { succeed } from '../model/Problem.js';
import { systemClock } from '../seams/Clock.js';
import { CallDispatcher } from './CallDispatcher.js';
import { callHandlers } from './callHandlers.js';
import { Engine } from './Engine.js';
import type { EngineOptions } from './EngineOptions.js';
import { logChannel, logMessage } from './SessionBench.test-support.js';

const appRoot = path.join(import.meta.dirname, '..', '..');
const log: string[] = [];
let home: string;
let cloud: LocalCloudWatch;
let engines: Engine[];

beforeEach(async () => {
  // Without ROS: what is tested here is how the engine joins its parts.
  vi.stubEnv('AMENT_PREFIX_PATH', '');
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-engine-'));
  cloud = await LocalCloudWatch.start();
  engines = [];
  log.length = 0;
});

afterEach(async () => {
  for (const engine of engines) await engine.close();
  await cloud.stop();
  await rm(home, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

async function openEngine(changes: Partial<EngineOptions> = {}): Promise<Engine> {
  const opened = await Engine.open({
    ...{ home, owner: 'a window', appRoot, toolchainFile: null, localCloudEndpoint: cloud.url, openRobots: true },
    ...{ startDemoIfEmpty: false, clock: systemClock, log: (line: string) => log.push(line) },
    runtime: { execPath: process.execPath, args: [], environment: {} },
    ...changes,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  engines.push(opened.value);
  return opened.value;
}

async function writeRobot(name: string, change: (text: string) => string = (text) => text): Promise<void> {
  await mkdir(path.join(home, 'robots'), { recursive: true });
  const text = newRobotText({ name, domainId: 171, cloud: 'local' });
  await writeFile(path.join(home, 'robots', `${name}.yaml`), change(text));
}

async function robotsOf(engine: Engine): Promise<readonly RobotStatus[]> {
  return (await engine.statusFrame()).robots;
}

/** Puts logs on disk as the robot's source would. */
async function takeLogs(engine: Engine, robot: string, ...messages: string[]): Promise<void> {
  const session = engine.session(robot);
  if (!session.ok) throw new Error(session.problem.message);
  const { intake } = session.value;
  intake.take({ type: 'channel', channelId: 900, channel: logChannel });
  intake.take({ type: 'messages', messages: messages.map((text) => ({ channelId: 900, ...logMessage(text) })) });
  await intake.drain();
}

function call(engine: Engine, name: string, input: unknown): Promise<unknown> {
  const dispatcher = new CallDispatcher(callHandlers(engine), (line) => log.push(line));
  return dispatcher.call(name, input, { watch: null, signal: new AbortController().signal });
}

const malformed = (text: string): string => text.replace('min_log_verbosity: "DEBUG"', 'min_log_verbosity: "LOUD"');

describe('robot files', () => {
  test('an invalid one is listed with its line, and opened once it is mended from outside', async () => {
    await writeRobot('rover');
    await writeRobot('broken', malformed);
    const line = malformed(newRobotText({ name: 'broken', domainId: 171, cloud: 'local' }))
      .split('\n')
      .findIndex((text) => text.includes('LOUD'));
    const engine = await openEngine();
    const robots = await robotsOf(engine);
    expect(robots.map(({ name }) => name)).toEqual(['broken', 'rover']);
    expect(robots[0]).toMatchObject({
      ...{ connected: false, sourceWords: 'not opened' },
      configProblem: { code: 'bad-config', message: expect.stringContaining(`Line ${line + 1}, column `) as string },
    });
    expect(robots[1]).toMatchObject({ configProblem: null, connected: true });
    expect(engine.session('broken')).toMatchObject({ ok: false, problem: { code: 'bad-config' } });

    await writeRobot('broken');
    await vi.waitFor(async () => {
      expect((await robotsOf(engine))[0]).toMatchObject({ name: 'broken', configProblem: null, connected: true });
    }, patient);
  });

  test('one that cannot be read is listed too', async () => {
    await mkdir(path.join(home, 'robots', 'folder.yaml'), { recursive: true });
    const engine = await openEngine();
    expect(await robotsOf(engine)).toMatchObject([{ name: 'folder', configProblem: { code: 'unreadable' } }]);
    await rm(path.join(home, 'robots', 'folder.yaml'), { recursive: true });
    await vi.waitFor(async () => {
      expect(await robotsOf(engine)).toEqual([]);
    }, patient);
  });

  test("a change of the fleet's file is applied to a robot that runs; an invalid one leaves the last good one in force", async () => {
    const section = 'cloudwatch_logger:\n  ros__parameters:\n';
    const withoutGroup = (text: string): string => text.replace(/^ {4}log_group_name: .*\n/m, '');
    await writeRobot('rover', withoutGroup);
    const engine = await openEngine();
    const group = (): string => {
      const session = engine.session('rover');
      return session.ok ? session.value.config.logs.group : '';
    };
    expect(group()).toBe('ros_log_group');
    const fleet = path.join(home, 'robots', '@fleet.yaml');
    await writeFile(fleet, `${section}    log_group_name: "fleet"\n`);
    await vi.waitFor(() => {
      expect(group()).toBe('fleet');
    }, patient);
    await writeFile(fleet, `${section}    log_group_name: "other"\n    publish_frequency: 5\n`);
    await engine.fileChanged('@fleet');
    expect(group()).toBe('fleet');
    await rm(fleet);
    await vi.waitFor(() => {
      expect(group()).toBe('ros_log_group');
    }, patient);
  });

  test('an edit from outside is applied; an invalid one leaves the last good one in force', async () => {
    await writeRobot('rover');
    const engine = await openEngine();
    const group = (): string => {
      const session = engine.session('rover');
      return session.ok ? session.value.config.logs.group : '';
    };
    expect(group()).toBe('robots');
    await writeRobot('rover', (text) => text.replace('log_group_name: "robots"', 'log_group_name: "field"'));
    await vi.waitFor(() => {
      expect(group()).toBe('field');
    }, patient);
    await writeRobot('rover', malformed);
    await engine.fileChanged('rover');
    expect(group()).toBe('field');
    expect(await robotsOf(engine)).toMatchObject([{ name: 'rover', configProblem: null, connected: true }]);
  });

  test('a text that is written by call is in force when the call is answered', async () => {
    await writeRobot('rover');
    const engine = await openEngine();
    const read = await engine.files.read('rover');
    if (!read.ok) throw new Error(read.problem.message);
    const { text, revision } = read.value;
    const changed = text.replace('log_stream_name: "rover"', 'log_stream_name: "rover-2"');
    const written = await call(engine, 'config.write', { robot: 'rover', text: changed, revision });
    expect(written).toMatchObject({ ok: true, value: { name: 'rover', text: changed } });
    expect(engine.session('rover')).toMatchObject({ value: { config: { logs: { stream: 'rover-2' } } } });
    const stale = await call(engine, 'config.write', { robot: 'rover', text, revision });
    expect(stale).toMatchObject({ ok: false, problem: { code: 'changed-outside' } });
    const invalid = await call(engine, 'config.write', { robot: 'rover', text: malformed(text), revision });
    expect(invalid).toMatchObject({ ok: false, problem: { code: 'bad-yaml' } });
    expect(await readFile(path.join(home, 'robots', 'rover.yaml'), 'utf8')).toBe(changed);
  });

  test('a bug while one robot is opened keeps neither the others nor the end of the engine', async () => {
    await writeRobot('rover');
    const engine = await openEngine();
    vi.spyOn(engine.files, 'read').mockRejectedValueOnce(new Error('a bug'));
    await engine.fileChanged('rover');
    expect(log.join('\n')).toContain('rover could not be opened: Error: a bug');
    expect(await engine.addRobot({ name: 'walker', domainId: 172, cloud: 'local', demo: false })).toMatchObject({
      ok: true,
    });
    expect(await engine.close()).toEqual(succeed(undefined));
  });
});

describe('robots come and go', () => {
  test('without ROS a robot is there, says why it hears nothing, and what to do', async () => {
    const engine = await openEngine();
    const robot = { name: 'rover', domainId: 173, cloud: 'local', demo: false } as const;
    expect(await engine.addRobot(robot)).toEqual(succeed(undefined));
    expect(await engine.addRobot(robot)).toMatchObject({ ok: false, problem: { code: 'changed-outside' } });
    const frame = await engine.statusFrame();
    expect(frame).toMatchObject({ type: 'status', home, rosProblem: { code: 'no-ros' } });
    expect(frame.robots).toMatchObject([{ name: 'rover', sourceWords: 'ROS 2 · domain 173', connected: true }]);
    expect(frame.robots[0]?.ladder[0]).toMatchObject({
      ...{ id: 'robot', state: 'failed', words: 'cannot connect' },
      nextStep: expect.stringContaining('npm run setup') as string,
    });
    await vi.waitFor(async () => {
      const ladder = (await robotsOf(engine))[0]?.ladder ?? [];
      expect(ladder.slice(3)).toMatchObject([{ words: 'local link' }, { words: 'local, not AWS' }]);
    }, patient);
  });

  test('a robot with records on disk is not removed; once they are sent, it is', async () => {
    await writeRobot('rover');
    const engine = await openEngine();
    await call(engine, 'upload.setMode', { robot: 'rover', mode: 'manual' });
    await takeLogs(engine, 'rover', 'one', 'two');
    expect(await engine.removeRobot('rover')).toMatchObject({
      ok: false,
      problem: { code: 'not-empty', message: 'rover still has 2 records on disk.' },
    });
    expect(await robotsOf(engine)).toMatchObject([{ name: 'rover', cachedRecords: 2, connected: true }]);
    const flushed = await call(engine, 'upload.flush', { robot: 'rover', filter: {}, wait: true });
    expect(flushed).toEqual(succeed({ sentLogs: 2, sentMetrics: 0, refused: 0, remaining: 0 }));
    expect(await call(engine, 'robots.remove', { robot: 'rover' })).toEqual(succeed({}));
    expect(await robotsOf(engine)).toEqual([]);
    await expect(stat(path.join(home, 'robots', 'rover.yaml'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(engine.session('rover')).toMatchObject({ problem: { code: 'unknown-robot' } });
  });

  test('what was deleted by a call comes back by another', async () => {
    await writeRobot('rover');
    const engine = await openEngine();
    await call(engine, 'upload.setMode', { robot: 'rover', mode: 'manual' });
    await takeLogs(engine, 'rover', 'one', 'two');
    const filter = { text: 'two' };
    expect(await call(engine, 'cache.delete', { robot: 'rover', filter })).toEqual(succeed({ id: 1, records: 1 }));
    expect(await robotsOf(engine)).toMatchObject([{ cachedRecords: 1 }]);
    expect(await call(engine, 'cache.undelete', { robot: 'rover', id: 1 })).toEqual(succeed({ records: 1 }));
    expect(await robotsOf(engine)).toMatchObject([{ cachedRecords: 2 }]);
    expect(await call(engine, 'cache.undelete', { robot: 'rover', id: 1 })).toEqual(succeed({ records: 0 }));
    expect(await call(engine, 'cache.undelete', { robot: 'rover', id: 0 })).toMatchObject({ ok: false });
  });

  test('nor is one with records whose file is invalid; one without any is', async () => {
    await writeRobot('rover');
    const first = await openEngine({ openRobots: true, localCloudEndpoint: 'http://127.0.0.1:9' });
    await takeLogs(first, 'rover', 'one');
    await first.close();
    await writeRobot('rover', malformed);
    await writeRobot('empty', malformed);
    const engine = await openEngine();
    expect(await engine.removeRobot('rover')).toMatchObject({ problem: { code: 'not-empty' } });
    expect((await robotsOf(engine)).map(({ name }) => name)).toEqual(['empty', 'rover']);
    expect(await engine.removeRobot('empty')).toEqual(succeed(undefined));
    expect((await robotsOf(engine)).map(({ name }) => name)).toEqual(['rover']);
    expect(await engine.removeRobot('nobody')).toMatchObject({ problem: { code: 'no-such-robot' } });
  });

  test('a robot that a person disconnected stays so over a restart', async () => {
    await writeRobot('rover');
    await writeRobot('walker');
    const first = await openEngine();
    expect(await first.setConnected('rover', false)).toEqual(succeed(undefined));
    expect(await first.setConnected('nobody', false)).toMatchObject({ problem: { code: 'unknown-robot' } });
    await first.close();
    const second = await openEngine();
    expect(await robotsOf(second)).toMatchObject([
      { name: 'rover', connected: false },
      { name: 'walker', connected: true },
    ]);
    await second.setConnected('rover', true);
    await second.close();
    expect(await robotsOf(await openEngine())).toMatchObject([{ connected: true }, { connected: true }]);
  });
});

describe('when to upload', () => {
  const statusOf = async (engine: Engine) => (await robotsOf(engine)).map(({ upload }) => upload);
  const modesFile = () => path.join(home, 'settings', 'uploads.json');

  test('a robot that sends only when told to keeps to that over a restart', async () => {
    await writeRobot('rover');
    await writeRobot('walker');
    const first = await openEngine();
    for (const robot of ['rover', 'walker']) {
      expect(await call(first, 'upload.setMode', { robot, mode: 'manual' })).toEqual(succeed({}));
      await takeLogs(first, robot, 'one', 'two');
    }
    expect(await call(first, 'upload.setMode', { robot: 'nobody', mode: 'manual' })).toMatchObject({ ok: false });
    await call(first, 'upload.setMode', { robot: 'walker', mode: 'auto' });
    await call(first, 'upload.setMode', { robot: 'walker', mode: 'manual' });
    await first.close();

    const second = await openEngine();
    await takeLogs(second, 'rover', 'three');
    const manual = { mode: 'manual', state: 'manual', words: 'sends only when you flush', sentLogs: 0 };
    expect(await statusOf(second)).toMatchObject([manual, manual]);
    expect(await call(second, 'upload.status', { robot: 'rover' })).toMatchObject({
      value: { state: 'manual', words: 'sends only when you flush' },
    });
    // By now the uploader of a robot that sends by itself has sent.
    await call(second, 'upload.setMode', { robot: 'walker', mode: 'auto' });
    await vi.waitFor(async () => {
      expect(await statusOf(second)).toMatchObject([manual, { mode: 'auto', sentLogs: 2 }]);
    }, patient);
    await second.close();

    expect(await statusOf(await openEngine())).toMatchObject([{ mode: 'manual', sentLogs: 0 }, { mode: 'auto' }]);
  });

  test('an engine that takes a robot over keeps to what was chosen in the one before, after it started', async () => {
    await writeRobot('rover');
    const first = await openEngine();
    const second = await openEngine();
    await call(first, 'upload.setMode', { robot: 'rover', mode: 'manual' });
    await first.close();
    await vi.waitFor(async () => {
      expect(await robotsOf(second)).toMatchObject([{ connected: true, upload: { mode: 'manual' } }]);
    }, patient);
  });

  test('what cannot be read sends nothing by itself, and says so, until a person chooses', async () => {
    for (const robot of ['rover', 'walker']) await writeRobot(robot);
    const first = await openEngine({ localCloudEndpoint: 'http://127.0.0.1:9' });
    for (const robot of ['rover', 'walker']) await takeLogs(first, robot, 'one');
    await first.close();
    await mkdir(path.join(home, 'settings'), { recursive: true });
    await writeFile(modesFile(), '{"modes":{"rover":"ma');

    const unread = { mode: 'manual', state: 'manual', sentLogs: 0 };
    const second = await openEngine();
    expect(await statusOf(second)).toMatchObject([
      { ...unread, words: expect.stringContaining('could not be read') as string },
      { ...unread, words: expect.stringContaining('Choose “By itself”') as string },
    ]);
    expect(log.join('\n')).toContain('uploads.json cannot be read');
    await call(second, 'upload.setMode', { robot: 'walker', mode: 'auto' });
    await vi.waitFor(async () => {
      expect(await statusOf(second)).toMatchObject([unread, { mode: 'auto', sentLogs: 1 }]);
    }, patient);
    await second.close();
    // The choice for one robot takes nothing from the other.
    expect(await statusOf(await openEngine())).toMatchObject([
      { ...unread, words: expect.stringContaining('could not be read') as string },
      { mode: 'auto' },
    ]);
  });

  test('a choice that cannot be written is in force, and says that it will not last; a robot of an old name is new', async () => {
    await writeRobot('rover');
    const engine = await openEngine();
    await call(engine, 'upload.setMode', { robot: 'rover', mode: 'manual' });
    await engine.removeRobot('rover');
    await engine.addRobot({ name: 'rover', domainId: 171, cloud: 'local', demo: false });
    expect(await statusOf(engine)).toMatchObject([{ mode: 'auto' }]);
    await rm(path.join(home, 'settings'), { recursive: true });
    await writeFile(path.join(home, 'settings'), 'a file where the folder should be');
    expect(await call(engine, 'upload.setMode', { robot: 'rover', mode: 'manual' })).toMatchObject({
      ok: false,
      problem: { code: 'disk', message: expect.stringContaining('until Tether ends') as string },
    });
    expect(await statusOf(engine)).toMatchObject([{ mode: 'manual' }]);
  });
});

test('a second engine shows who has the robot, and takes over when that one goes', async () => {
  await writeRobot('rover');
  // A dead port: what the first one holds stays for the second.
  const first = await openEngine({ owner: 'the first window', localCloudEndpoint: 'http://127.0.0.1:9' });
  await takeLogs(first, 'rover', 'one', 'two', 'three');
  const second = await openEngine({ owner: 'the second window' });
  expect(await robotsOf(second)).toMatchObject([
    {
      ...{ name: 'rover', sourceWords: 'open elsewhere', connected: false },
      configProblem: {
        code: 'owned',
        message: expect.stringContaining(`the first window (process ${process.pid})`) as string,
        nextStep: 'Use the first window, or close it first.',
      },
    },
  ]);
  expect(await second.removeRobot('rover')).toMatchObject({ problem: { code: 'not-empty' } });
  await first.close();
  await vi.waitFor(async () => {
    expect(await robotsOf(second)).toMatchObject([
      { name: 'rover', connected: true, configProblem: null, cachedRecords: 0, acknowledgedLogs: 3 },
    ]);
  }, patient);
});

test('what opening a cache found damaged stands in the status and in the log', async () => {
  await writeRobot('rover');
  await (await openEngine()).close();
  await appendFile(path.join(home, 'cache', 'rover', 'ledger.jsonl'), '{"type":"ack"');
  const found = 'rover: found when the cache was opened: the ledger ended in 13 bytes of an unfinished write';
  expect(log.filter((line) => line.startsWith(found))).toEqual([]);
  const [robot] = await robotsOf(await openEngine());
  expect(robot?.recoveries).toEqual([
    { words: expect.stringContaining('13 bytes') as string, foundMs: expect.any(Number) as number },
  ]);
  expect(log.filter((line) => line.startsWith(found))).toHaveLength(1);
});

test('a home that cannot be used is said, not thrown', async () => {
  const file = path.join(home, 'a-file');
  await writeFile(file, '');
  const opened = await Engine.open({
    ...{ home: file, owner: 'a window', appRoot, toolchainFile: null, localCloudEndpoint: null, openRobots: true },
    ...{ startDemoIfEmpty: false, clock: systemClock, log: () => undefined },
    runtime: { execPath: process.execPath, args: [], environment: {} },
  });
  expect(opened).toMatchObject({ ok: false, problem: { code: 'home' } });
});

test('what is on disk is read in pages, counted, and not looked through with an expression that cannot be read', async () => {
  await writeRobot('rover');
  // A dead port: what is taken stays on disk.
  const engine = await openEngine({ localCloudEndpoint: 'http://127.0.0.1:9' });
  await takeLogs(engine, 'rover', 'one motor', 'two motors', 'three motors', 'no drive');
  const look = { robot: 'rover', filter: { text: 'MOTOR' }, order: 'newest', skip: 0, limit: 2 };
  const first = calls['cache.read'].output.parse(valueOf(await call(engine, 'cache.read', look)));
  expect(first.rows.map(({ text }) => text)).toEqual(['three motors', 'two motors']);
  expect(first.more).toBe(true);
  const after = first.rows.at(-1);
  const next = calls['cache.read'].output.parse(valueOf(await call(engine, 'cache.read', { ...look, after })));
  expect(next).toMatchObject({ rows: [{ text: 'one motor' }], more: false });

  const counted = await call(engine, 'cache.counts', { robot: 'rover', filter: { regex: '^t' } });
  expect(counted).toMatchObject({
    ok: true,
    value: { records: 2, byLabel: [{ records: 2 }] },
  });
  for (const name of ['cache.read', 'cache.counts', 'cache.hold', 'cache.release', 'upload.dryRun']) {
    const refused = await call(engine, name, { ...look, filter: { regex: 'a(b' } });
    expect(refused).toMatchObject({ ok: false, problem: { code: 'bad-regex' } });
  }
});

function valueOf(result: unknown): unknown {
  return z.object({ ok: z.literal(true), value: z.unknown() }).parse(result).value;
}
