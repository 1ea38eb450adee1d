import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newRobotText } from '../config/newRobotText.js';
import type { LogRow } from '../contract/frames.js';
import { ownHostRuntime } from '../ros/HostRuntime.js';
import { compiledHostScript, onThisMachineOnly, realRos, testDomain, until } from '../ros/realRos.test-support.js';
import { systemClock } from '../seams/Clock.js';
import { CallDispatcher } from './CallDispatcher.js';
import { callHandlers } from './callHandlers.js';
import { Engine } from './Engine.js';

/** The real engine with the real demo robot, asked as the page asks it. */
const appRoot = path.join(import.meta.dirname, '..', '..');
const domainId = testDomain(30);
let home: string;
let engine: Engine;

beforeEach(async () => {
  compiledHostScript();
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-demo-'));
  await mkdir(path.join(home, 'robots'));
  const text = newRobotText({ name: 'rover', domainId, cloud: 'local', demo: true });
  const range = `    discovery_range: "${onThisMachineOnly.ROS_AUTOMATIC_DISCOVERY_RANGE}"\n`;
  await writeFile(
    path.join(home, 'robots', 'rover.yaml'),
    text.replace(/^ {4}domain_id:.*\n/m, (line) => line + range),
  );
  const toolchainFile = process.env['TETHER_TOOLCHAIN'] ?? path.join(appRoot, '.cache/toolchain.json');
  realRos();
  const opened = await Engine.open({
    ...{ home, owner: 'a test', appRoot, toolchainFile, localCloudEndpoint: 'http://127.0.0.1:9', openRobots: true },
    ...{ startDemoIfEmpty: false, clock: systemClock, log: () => undefined, runtime: ownHostRuntime() },
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  engine = opened.value;
});

afterEach(async () => {
  await engine.close();
  await rm(home, { recursive: true, force: true });
});

/** What the live window has from a row on. */
function rowsFrom(id: number): readonly LogRow[] {
  const session = engine.session('rover');
  if (!session.ok) return [];
  return session.value.logs.rowsFrom(id, 50_000).flatMap((row) => (row.type === 'log' ? [row] : []));
}

function nextId(): number {
  const session = engine.session('rover');
  return session.ok ? session.value.logs.nextId : 0;
}

async function setLevel(logger: string, severity: string): Promise<unknown> {
  const dispatcher = new CallDispatcher(callHandlers(engine), () => undefined);
  const how = { watch: null, signal: new AbortController().signal };
  return await dispatcher.call('robots.setLoggerLevel', { robot: 'rover', logger, severity }, how);
}

test('a node of the demo robot says less when the page asks it to, and as much as before when asked again', async () => {
  const ekf = (rows: readonly LogRow[]): readonly LogRow[] => rows.filter(({ node }) => node === 'localization.ekf');
  await until(() => ekf(rowsFrom(0)).some(({ severity }) => severity === 'DEBUG'));
  // Its service is discovered by itself, maybe later than its publisher.
  await expect.poll(() => setLevel('localization.ekf', 'ERROR'), { timeout: 40_000 }).toMatchObject({ ok: true });
  // What was said before the level was set may still be on its way: it has a stamp from before.
  const setAtMs = Date.now();
  const setAt = nextId();
  await until(() => rowsFrom(setAt).filter(({ stampMs }) => stampMs > setAtMs).length >= 40);
  const saidSince = ekf(rowsFrom(setAt)).filter(({ stampMs }) => stampMs > setAtMs);
  expect(saidSince.filter(({ severity }) => severity !== 'ERROR' && severity !== 'FATAL')).toEqual([]);
  expect(await setLevel('localization.ekf', 'DEBUG')).toMatchObject({ ok: true });
  const againAt = nextId();
  await until(() => ekf(rowsFrom(againAt)).some(({ severity }) => severity === 'DEBUG'));
  expect(await setLevel('no.such.node', 'INFO')).toMatchObject({ ok: false, problem: { code: 'no-such-node' } });
});
