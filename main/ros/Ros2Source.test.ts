import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { encodeLog } from '../codec/logMessage.js';
import { parseNumericRule } from '../model/parseNumericRule.js';
import { succeed } from '../model/Problem.js';
import { type Clock, systemClock } from '../seams/Clock.js';
import {
  foundRos,
  onThisMachineOnly,
  overLoopback,
  Publisher,
  realRos,
  testDomain,
  until,
} from './realRos.test-support.js';
import { realSource } from './realSource.test-support.js';
import { robotSourceContract } from './robotSourceContract.test-support.js';
import type { Ros2Source, Ros2SourceOptions } from './Ros2Source.js';
import { SourceRecorder } from './SourceRecorder.test-support.js';
import type { RosEnvironment } from './toolchain.js';

const domainId = testDomain(80);

function sourceOf(change: Partial<Ros2SourceOptions> = {}): Ros2Source {
  return realSource(
    { domainId, environment: onThisMachineOnly },
    { robot: 'rover-1.test', metricTopics: ['metrics'], ...change },
  );
}

/** For a host that is killed. */
const profileFolder = mkdtempSync(path.join(tmpdir(), 'tether-from-afar-'));
const fromAfar = { config: { domainId, environment: overLoopback(path.join(profileFolder, 'loopback.xml')) } };
afterAll(() => {
  rmSync(profileFolder, { recursive: true });
});

const publishers: Publisher[] = [];
const sources: Ros2Source[] = [];

function publish(...args: readonly string[]): Publisher {
  const publisher = new Publisher(domainId, ['--wait-for-subscribers', '1', ...args]);
  publishers.push(publisher);
  return publisher;
}

async function run(source: Ros2Source, heard: SourceRecorder): Promise<Ros2Source> {
  sources.push(source);
  await source.start(heard.listen);
  return source;
}

afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.stop()));
  await Promise.all(publishers.splice(0).map((publisher) => publisher.stop()));
});

robotSourceContract('ROS 2', () => {
  // One publisher a call, which leaves when it has sent: a test of restarts must not meet its history.
  const send = async (...args: readonly string[]): Promise<void> => {
    const publisher = publish(...args, '--leave');
    await publisher.reached('done');
  };
  return {
    source: sourceOf(),
    log: (first, count) =>
      send('--first', String(first), '--count', String(count), '--text', 'message {number}', '--rate', '1000'),
    sendMetrics: (count) => send('--count', '0', '--no-logs', '--metrics', String(count), '--metric-lists', '1'),
    end: () => Promise.resolve(),
  };
});

describe('a real publisher', () => {
  test('is received completely at 2,000 messages a second, with its metrics', async () => {
    const heard = new SourceRecorder();
    await run(sourceOf(), heard);
    const count = 6_000;
    // It keeps all, so that DDS has to hand over each, however late this machine is.
    publish(
      '--count',
      String(count),
      '--rate',
      '2000',
      '--depth',
      String(count),
      '--metrics',
      '3',
      '--metric-lists',
      '20',
    );
    await until(() => heard.logs.length >= count && heard.metrics.length >= 60);
    expect(heard.texts).toEqual(Array.from({ length: count }, (_, number) => `message ${number} of the test`));
    expect(heard.metrics).toHaveLength(60);
    expect(heard.losses).toEqual([]);
  });

  test('that keeps nothing, or gives no guarantee, is heard all the same', async () => {
    const heard = new SourceRecorder();
    await run(sourceOf(), heard);
    publish('--count', '0', '--rate', '50', '--volatile', '--node', 'volatile');
    publish(
      '--count',
      '0',
      '--rate',
      '50',
      '--best-effort',
      '--node',
      'best_effort',
      '--metrics',
      '1',
      '--metric-lists',
      '1000',
    );
    await until(() => new Set(heard.logs.map(({ node }) => node)).size === 2 && heard.metrics.length > 0);
    const texts = heard.logs.map(({ node, message }) => `${node}: ${message}`);
    expect(texts).toEqual([...new Set(texts)]);
  });
});

test("topics of plain numbers and diagnostics come as metrics, by the robot file's rules", async () => {
  const heard = new SourceRecorder();
  const rules = ['/speed std_msgs/Float64 data speed none 2', '/diagnostics diagnostic_msgs/DiagnosticArray'];
  const numericRules = rules.flatMap((text) => {
    const rule = parseNumericRule(text);
    return rule.ok ? [rule.value] : [];
  });
  await run(sourceOf({ logTopics: [], metricTopics: [], numericRules }), heard);
  publish('--no-logs', '--numbers', '5', '--metric-rate', '50');
  await until(() => heard.metrics.length >= 15);
  const valuesOf = (name: string): readonly number[] =>
    heard.metrics.filter((metric) => metric.name === name).map(({ value }) => value);
  expect(valuesOf('speed')).toEqual([0, 1, 2, 3, 4]);
  expect(valuesOf('temperature')).toEqual([60, 61, 62, 63, 64]);
  expect(valuesOf('diagnostic_level')).toEqual([1, 1, 1, 1, 1]);
  expect(heard.metrics.find(({ name }) => name === 'temperature')).toMatchObject({
    topic: '/diagnostics',
    dimensions: [
      { name: 'status', value: 'left motor' },
      { name: 'hardware_id', value: 'm-1' },
    ],
  });
});

test('the level of a node is set through its service, and without one it is said how to get it', async () => {
  const source = await run(sourceOf(), new SourceRecorder());
  expect(await source.setLoggerLevel('serving', 'DEBUG')).toMatchObject({ ok: false });
  const serving = publish('--count', '0', '--rate', '20', '--node', 'serving', '--logger-service');
  publish('--count', '0', '--rate', '20', '--node', 'silent');
  await until(() => source.status().topics.some(({ publishers: count }) => count === 2));
  // Its service is discovered by itself, maybe later than its publisher.
  await expect
    .poll(() => source.setLoggerLevel('serving', 'DEBUG'), { timeout: 30_000 })
    .toEqual({ ok: true, value: undefined });
  await serving.reached('level 10');
  expect(await source.setLoggerLevel('serving', 'ERROR')).toEqual({ ok: true, value: undefined });
  await serving.reached('level 40');
  // So is its name: a publisher may be known before the node that it belongs to.
  await expect
    .poll(() => source.setLoggerLevel('silent.costmap', 'DEBUG'), { timeout: 30_000 })
    .toMatchObject({
      ok: false,
      problem: { code: 'level-service-off', nextStep: expect.stringContaining('enable_logger_service') as string },
    });
  await source.stop();
  expect(await source.setLoggerLevel('serving', 'INFO')).toMatchObject({
    ok: false,
    problem: { code: 'not-connected' },
  });
});

describe('the host', () => {
  test('is started again after kill -9, and what publishers send again is left out', async () => {
    const heard = new SourceRecorder();
    const source = await run(sourceOf(fromAfar), heard);
    const first = publish('--count', '500', '--rate', '1000', '--node', 'first');
    await until(() => heard.logs.length === 500);
    await first.reached('started');
    const pid = source.status().hostPid;
    if (pid === null) throw new Error('no host');
    process.kill(pid, 'SIGKILL');
    await until(() => source.replayDuplicates === 500);
    expect(source.status()).toMatchObject({ restarts: 1 });
    expect(source.status().hostPid).not.toBe(pid);
    publish('--count', '100', '--rate', '1000', '--node', 'second');
    await until(() => heard.logs.length >= 600);
    expect(heard.logs.map(({ node }) => node)).toEqual([
      ...Array.from({ length: 500 }, () => 'first'),
      ...Array.from({ length: 100 }, () => 'second'),
    ]);
    expect(heard.statuses.some(({ reason }) => /ended by SIGKILL.*; starting it again$/.test(reason))).toBe(true);
  });

  test.each(['SIGABRT', 'SIGSEGV'] as const)(
    'whose DDS crashes (%s) is started again, and the crash is named',
    async (signal) => {
      const heard = new SourceRecorder();
      const source = await run(sourceOf(fromAfar), heard);
      publish('--count', '300', '--rate', '1000');
      await until(() => heard.logs.length === 300);
      process.kill(source.status().hostPid ?? 0, signal);
      await until(() => source.replayDuplicates === 300 && source.status().state === 'receiving');
      expect(source.status().restarts).toBe(1);
      expect(heard.logs).toHaveLength(300);
      expect(heard.losses).toEqual([]);
      const said = heard.statuses.find(({ reason }) => reason.includes(signal));
      // With the last words of the libraries between.
      expect(said?.reason).toMatch(
        new RegExp(`^the robot host crashed in its ROS libraries \\(${signal}\\).*; starting it again$`),
      );
      expect(said?.nextStep).toContain('tether doctor');
    },
  );

  test('that hangs is killed and started again', async () => {
    // Four times as impatient as in the field, and still twice as patient as the host's heartbeat is long.
    const impatient: Clock = { ...systemClock, after: (delayMs, callback) => systemClock.after(delayMs / 4, callback) };
    const heard = new SourceRecorder();
    const source = await run(sourceOf({ ...fromAfar, clock: impatient }), heard);
    await until(() => source.status().state === 'waiting');
    const pid = source.status().hostPid;
    if (pid === null) throw new Error('no host');
    process.kill(pid, 'SIGSTOP');
    await until(() => source.status().state === 'waiting' && source.status().hostPid !== pid);
    expect(heard.statuses.some(({ reason }) => reason.includes('said nothing for'))).toBe(true);
  });

  test('is gone when the source has stopped', async () => {
    const source = await run(sourceOf(), new SourceRecorder());
    await until(() => source.status().state === 'waiting');
    const pid = source.status().hostPid;
    if (pid === null) throw new Error('no host');
    await source.stop();
    expect(() => process.kill(pid, 0)).toThrow();
  });
});

describe('received and lost together are all that was published', () => {
  /** Numbers of the messages that came, and what was said to be missing before each. */
  function holes({ order }: SourceRecorder): { heard: number; missing: number; atTheirPlace: boolean } {
    let heard = 0;
    let missing = 0;
    let expected = 0;
    let atTheirPlace = true;
    for (const event of order) {
      if (event.type === 'loss') {
        missing += event.count;
        expected += event.count;
      } else {
        heard += 1;
        atTheirPlace &&= event.text === `message ${expected} of the test`;
        expected += 1;
      }
    }
    return { heard, missing, atTheirPlace };
  }

  test('when the host stands still for longer than publishers remember', async () => {
    const heard = new SourceRecorder();
    const source = await run(sourceOf(), heard);
    const publisher = publish('--count', '12000', '--rate', '8000', '--pause-after', '100');
    await publisher.reached('paused');
    await until(() => heard.logs.length === 100);
    const pid = source.status().hostPid ?? 0;
    process.kill(pid, 'SIGSTOP');
    publisher.goOn();
    await publisher.reached('sent');
    process.kill(pid, 'SIGCONT');
    await until(() => heard.texts.at(-1) === 'message 11999 of the test');
    const { heard: received, missing, atTheirPlace } = holes(heard);
    expect(received + missing).toBe(12_000);
    expect(missing).toBeGreaterThan(0);
    expect(atTheirPlace).toBe(true);
    expect(new Set(heard.losses.map(({ stage, reason }) => `${stage}: ${reason}`))).toEqual(
      new Set(['dds: DDS history (/rosout)']),
    );
    expect(source.status().topics[0]).toMatchObject({ topic: '/rosout', lost: missing });
  });

  test('when the host is killed and publishers keep nothing', async () => {
    const heard = new SourceRecorder();
    const source = await run(sourceOf(fromAfar), heard);
    // For those that listen it keeps enough that a busy machine loses nothing in DDS.
    publish('--count', '0', '--rate', '1000', '--volatile', '--depth', '20000');
    // The host has by then asked for what volatile publishers offer.
    await until(() => heard.logs.length > 100);
    process.kill(source.status().hostPid ?? 0, 'SIGKILL');
    await until(() => heard.losses.length > 0);
    const before = heard.logs.length;
    await until(() => heard.logs.length > before + 100);
    expect(new Set(heard.losses.map(({ stage }) => stage))).toEqual(new Set(['host']));
    const numbers = heard.texts.map((text) => Number(text.split(' ')[1]));
    const sent = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1;
    expect(heard.logs.length + heard.losses.reduce((sum, { count }) => sum + count, 0)).toBe(sent);
  });

  test('and what a publisher kept from before is told apart from what is live', async () => {
    const early = publish('--wait-for-subscribers', '0', '--count', '40', '--rate', '1000', '--node', 'early');
    await early.reached('done');
    const heard = new SourceRecorder();
    await run(sourceOf(), heard);
    publish('--count', '30', '--rate', '100', '--node', 'live');
    await until(() => heard.logs.length === 70);
    const marks = heard.logs.map(({ node }, place) => `${node} ${String(heard.replayed[place])}`);
    expect(new Set(marks)).toEqual(new Set(['early true', 'live false']));
  });
});

test('a robot that went to another domain is said to be silent, and is heard there', async () => {
  const heard = new SourceRecorder();
  const source = await run(sourceOf(), heard);
  const before = publish('--count', '20', '--rate', '500', '--text', 'before {number}', '--leave');
  await before.reached('done');
  await until(() => heard.logs.length === 20 && source.status().state === 'waiting');
  expect(source.status().reason).toBe(`nothing publishes logs or metrics on ROS domain ${domainId}`);
  expect(source.status().nextStep).toContain('on this domain');
  // As RobotSession does it for a robot file whose domain was changed: a source of its own, after the old one.
  await source.stop();
  const there = domainId + 3;
  const heardThere = new SourceRecorder();
  const anew = await run(sourceOf({ config: { domainId: there, environment: onThisMachineOnly } }), heardThere);
  publishers.push(new Publisher(there, ['--wait-for-subscribers', '1', '--count', '20', '--text', 'after {number}']));
  publish('--wait-for-subscribers', '0', '--count', '20', '--text', 'elsewhere {number}');
  await until(() => heardThere.logs.length === 20);
  expect(heardThere.texts).toEqual(Array.from({ length: 20 }, (_, number) => `after ${number}`));
  // Publishers are counted only now and then.
  await expect.poll(() => anew.status().reason).toBe(`1 publisher on ROS domain ${there}`);
});

describe('an environment', () => {
  test('without ROS fails with the next step, and no process is started', async () => {
    const rosProblem = { code: 'no-ros', message: 'no ROS 2 was found', nextStep: 'Run `npm run setup`.' };
    const source = await run(
      sourceOf({ ros: () => Promise.resolve({ ok: false, problem: rosProblem }) }),
      new SourceRecorder(),
    );
    await until(() => source.status().state === 'failed');
    expect(source.status()).toMatchObject({
      state: 'failed',
      reason: rosProblem.message,
      nextStep: rosProblem.nextStep,
      hostPid: null,
    });
  });

  test('whose network interface is not up yet is asked for again, and the reason is on the screen meanwhile', async () => {
    const impatient: Clock = {
      ...systemClock,
      after: (delayMs, callback) => systemClock.after(delayMs / 20, callback),
    };
    const problem = { code: 'no-interface', message: 'the network interface eth9 is not up', nextStep: 'Plug it in.' };
    let asked = 0;
    const ros = (): ReturnType<typeof foundRos> => {
      asked += 1;
      return asked < 3 ? Promise.resolve({ ok: false, problem }) : foundRos();
    };
    const heard = new SourceRecorder();
    const source = await run(sourceOf({ ros, clock: impatient }), heard);
    await until(() => asked === 2);
    expect(source.status()).toMatchObject({ state: 'starting', reason: problem.message, nextStep: 'Plug it in.' });
    await until(() => source.status().hostPid !== null);
    expect(asked).toBe(3);
    expect(source.status().restarts).toBe(0);
    await source.stop();
    // A stop while it is asked for starts nothing afterwards.
    asked = 0;
    await source.start(heard.listen);
    await source.stop();
    expect(source.status()).toMatchObject({ state: 'stopped', hostPid: null });
  });

  test('whose rclnodejs does not load fails with the next step, and is not tried again', async () => {
    const binary = path.join(tmpdir(), 'no-such-file.node');
    const ros: RosEnvironment = { ...realRos(), rclnodejsBinaries: { node: binary, electron: binary } };
    const source = await run(sourceOf({ ros: () => Promise.resolve(succeed(ros)) }), new SourceRecorder());
    await until(() => source.status().state === 'failed' && source.status().hostPid === null);
    expect(source.status().reason).toContain('does not load');
    expect(source.status().nextStep).toContain('npm run setup');
    expect(source.status().restarts).toBe(0);
  });

  test('without ros_monitoring_msgs says so, and the logs go on', async () => {
    const ros = realRos();
    const libraries = ros.variables['LD_LIBRARY_PATH'] ?? '';
    const withoutOverlay = libraries.split(':').filter((folder) => !folder.includes('overlay'));
    const bare = { ...ros, variables: { ...ros.variables, LD_LIBRARY_PATH: withoutOverlay.join(':') } };
    const heard = new SourceRecorder();
    const source = await run(sourceOf({ ros: () => Promise.resolve(succeed(bare)) }), heard);
    publish('--count', '50', '--rate', '500');
    await until(() => heard.logs.length >= 50 && source.status().state === 'receiving');
    expect(source.status().reason).toContain('ros_monitoring_msgs');
    expect(source.status().nextStep).toContain('npm run setup');
  });
});

describe('what comes over the channel', () => {
  const folders: string[] = [];
  afterEach(async () => {
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  });

  /** A process that speaks like a host, but not only. */
  async function hostThatSays(lines: string): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'tether-host-'));
    folders.push(folder);
    const script = path.join(folder, 'host.mjs');
    writeFileSync(
      script,
      `process.on('message', (message) => { if (message.type === 'stop') process.exit(0); });\n${lines}`,
    );
    return script;
  }

  test('and is no host message is ignored and counted; the rest is taken', async () => {
    const log = encodeLog({ stampNs: 7n, severity: 'INFO', node: 'n', message: 'm' });
    const hostScript = await hostThatSays(`
      const bytes = Uint8Array.from(${JSON.stringify([...log])});
      const batch = { type: 'batch', sequence: 1, index: 0, bytes, ends: Uint32Array.of(bytes.length), receivedNs: BigInt64Array.of(9n), publishers: Uint32Array.of(0), sequences: Float64Array.of(0), losses: [], replayed: null };
      process.send('nonsense');
      process.send({ type: 'nonsense' });
      process.send({ ...batch, ends: Uint32Array.of(bytes.length + 1) });
      process.send({ ...batch, receivedNs: BigInt64Array.of(9n, 9n) });
      process.send({ ...batch, index: 99 });
      process.send({ type: 'loss', stage: 'host', count: -1 });
      process.send({ type: 'loss', stage: 'host', count: 41 });
      process.send(batch);
    `);
    const heard = new SourceRecorder();
    const source = await run(sourceOf({ hostScript }), heard);
    await until(() => heard.logs.length === 1);
    expect(heard.logs[0]).toMatchObject({ message: 'm', stampNs: 7n, receivedNs: 9n });
    expect(heard.losses).toMatchObject([{ stage: 'host', count: 41, reason: 'robot host' }]);
    expect(source.garbageFromHost).toBe(6);
    expect(heard.gaps).toEqual(['the robot host said something that could not be understood']);
  });

  test('is acknowledged batch by batch', async () => {
    const log = encodeLog({ stampNs: 7n, severity: 'INFO', node: 'n', message: 'm' });
    const hostScript = await hostThatSays(`
      const bytes = Uint8Array.from(${JSON.stringify([...log])});
      const send = (sequence) => process.send({ type: 'batch', sequence, index: 0, bytes, ends: Uint32Array.of(bytes.length), receivedNs: BigInt64Array.of(BigInt(sequence)), publishers: Uint32Array.of(0), sequences: Float64Array.of(0), losses: [], replayed: null });
      process.on('message', (message) => { if (message.type === 'ack' && message.sequence < 5) send(message.sequence + 1); });
      send(1);
    `);
    const heard = new SourceRecorder();
    await run(sourceOf({ hostScript }), heard);
    await until(() => heard.logs.length === 5);
    expect(heard.logs.map(({ receivedNs }) => receivedNs)).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  test('from a host that cannot stay alive makes the source wait longer and longer, and say why', async () => {
    const hostScript = await hostThatSays(`process.stderr.write('no route to the robot\\n'); process.exit(3);`);
    const heard = new SourceRecorder();
    const source = await run(sourceOf({ hostScript }), heard);
    await until(() => source.status().restarts >= 3);
    expect(source.status().state).toBe('starting');
    expect(heard.statuses.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([
        'the robot host ended with code 3: no route to the robot; starting it again',
        'the robot host ended with code 3: no route to the robot; starting it again in 0.5 s',
        'the robot host ended with code 3: no route to the robot; starting it again in 1 s',
      ]),
    );
  });
});
