import { afterEach, expect, test } from 'vitest';
import { DemoRobot } from './DemoRobot.js';
import { demoScript, onThisMachineOnly, realRos, testDomain, until } from './realRos.test-support.js';
import { realSource } from './realSource.test-support.js';
import { SourceRecorder } from './SourceRecorder.test-support.js';

const domainId = testDomain(85);
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

function startDemo(log: string[]): DemoRobot {
  const robot = DemoRobot.start({
    rosEnvironment: realRos(),
    script: demoScript,
    domainId,
    log: (line) => log.push(line),
  });
  stops.push(() => robot.stop());
  return robot;
}

test('it is heard with logs and metrics by a source that was not told to stay on this machine', async () => {
  startDemo([]);
  for (const environment of [{}, onThisMachineOnly]) {
    const source = realSource({ domainId, environment }, { robot: 'demo-rover' });
    stops.push(() => source.stop());
    const heard = new SourceRecorder();
    await source.start(heard.listen);
    await until(() => new Set(heard.logs.map(({ node }) => node)).size > 1 && heard.metrics.length > 3);
    await source.stop();
  }
});

test('it is started again when it dies, and is gone when stopped', async () => {
  const log: string[] = [];
  const robot = startDemo(log);
  const first = robot.pid;
  if (first === null) throw new Error('no process');
  process.kill(first, 'SIGKILL');
  await until(() => robot.pid !== null && robot.pid !== first);
  expect(robot.restarts).toBe(1);
  expect(log.some((line) => line.includes('SIGKILL'))).toBe(true);
  const second = robot.pid;
  if (second === null) throw new Error('no process');
  await robot.stop();
  expect(() => process.kill(second, 0)).toThrow();
  expect(robot.pid).toBeNull();
});

test('without ROS there is none, which is said', async () => {
  const log: string[] = [];
  const options = { rosEnvironment: null, script: demoScript, domainId, log: (line: string) => log.push(line) };
  const robot = DemoRobot.start(options);
  expect(robot.pid).toBeNull();
  expect(log).toEqual(['no demo robot: ROS 2 is not set up here']);
  await robot.stop();
});
