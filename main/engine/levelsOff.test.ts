import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SourceConfig } from '../model/RobotConfig.js';
import { robotConfig, SessionBench } from './SessionBench.test-support.js';

let bench: SessionBench;

beforeEach(async () => {
  bench = await SessionBench.make();
});

afterEach(async () => {
  await bench.remove();
});

test.each<[SourceConfig['kind'], RegExp, RegExp]>([
  ['ros1', /ROS 1 nodes/u, /rosservice call/u],
  ['foxglove', /Foxglove bridge/u, /on the robot/u],
  ['replay', /recording/u, /hide it/u],
])('levels of nodes are said to be off, and why, where they cannot be set: %s', async (kind, message, nextStep) => {
  const config = robotConfig();
  const session = await bench.open({ ...config, source: { ...config.source, kind } });
  await session.connect();
  const problem = { code: 'no-levels', message: expect.stringMatching(message) as string };
  const told = { ...problem, nextStep: expect.stringMatching(nextStep) as string };
  expect((await session.status()).levelsOff).toMatchObject(told);
  // Whoever asks all the same, as another window may, is told the same.
  expect(await session.setLoggerLevel('nav', 'DEBUG')).toMatchObject({ ok: false, problem: told });
});

test('of a ROS 2 robot nothing is off', async () => {
  expect((await (await bench.open()).status()).levelsOff).toBeNull();
});
