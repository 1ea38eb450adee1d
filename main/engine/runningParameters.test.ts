import { expect, test } from 'vitest';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { fleetName } from '../model/fleetFile.js';
import type { ParameterSetting } from '../model/NodeParameter.js';
import { succeed } from '../model/Problem.js';
import type { RobotSource } from '../seams/RobotSource.js';
import type { RobotSession } from './RobotSession.js';
import { readRunning, setRunning } from './runningParameters.js';

// What the nodes do is tried with real ones in main/ros/nodeParameters.test.ts; here is what of the files is put to them.
const logger = (...lines: string[]): string =>
  ['cloudwatch_logger:', '  ros__parameters:', ...lines.map((line) => `    ${line}`), ''].join('\n');
const text = logger('publish_frequency: 2.0', 'topics: ["/a"]', 'file_prefix: "new"');
const fleetText = logger('log_group_name: "all"', 'publish_frequency: 9.0');
const checked = {
  ...parseRobotFile('rover', text, parseRobotFile(fleetName, fleetText)),
  fleet: { path: '@fleet.yaml', text: fleetText, issues: [] },
};

function sessionWith(source: Partial<RobotSource>): RobotSession {
  const askNodes: RobotSession['askNodes'] = async (ask) => {
    const asked = ask(source as RobotSource);
    if (asked === undefined) throw new Error('not to be asked here');
    return await asked;
  };
  return { askNodes } as Partial<RobotSession> as RobotSession;
}

test('running values stand beside those of both files together', async () => {
  const session = sessionWith({
    readParameters: (names) => {
      expect(names).toEqual(['cloudwatch_logger', 'cloudwatch_metrics_collector', 'health_metric_collector']);
      const parameters = [
        { name: 'publish_frequency', value: 5 },
        { name: 'topics', value: ['/a'] },
        { name: 'log_group_name', value: 'old' },
        { name: 'use_sim_time', value: false },
      ];
      const problem = { code: 'parameters-off', message: 'off', nextStep: '' };
      return Promise.resolve(
        succeed([
          { node: '/r/cloudwatch_logger', problem: null, parameters },
          { node: '/health_metric_collector', problem, parameters: [] },
        ]),
      );
    },
  });
  const read = await readRunning(session, { robot: 'rover', text }, checked);
  expect(read).toEqual({
    ok: true,
    value: {
      nodes: [
        {
          node: '/r/cloudwatch_logger',
          problem: null,
          parameters: [
            { key: 'log_group_name', running: 'old', file: 'all', isDeclared: true, isSame: false },
            { key: 'publish_frequency', running: 5, file: 2, isDeclared: true, isSame: false },
            { key: 'topics', running: ['/a'], file: ['/a'], isDeclared: true, isSame: true },
            { key: 'file_prefix', running: null, file: 'new', isDeclared: false, isSame: false },
          ],
        },
        {
          node: '/health_metric_collector',
          problem: { code: 'parameters-off', message: 'off', nextStep: '' },
          parameters: [],
        },
      ],
    },
  });
});

test("what is set are the files' values, in the types that the nodes declare", async () => {
  const told: (readonly [string, readonly ParameterSetting[]])[] = [];
  const session = sessionWith({
    setParameters: (node, settings) => {
      told.push([node, settings]);
      return Promise.resolve(succeed(settings.map(({ name }) => ({ name, isSet: false, reason: 'no' }))));
    },
  });
  const asked = { robot: 'rover', text, node: '/r/cloudwatch_logger' };
  const set = await setRunning(
    session,
    { ...asked, keys: ['log_group_name', 'publish_frequency', 'sub_to_rosout'] },
    checked,
  );
  expect(told).toEqual([
    [
      '/r/cloudwatch_logger',
      [
        { name: 'log_group_name', kind: 'string', value: 'all' },
        { name: 'publish_frequency', kind: 'double', value: 2 },
      ],
    ],
  ]);
  expect(set).toMatchObject({ ok: true, value: { answers: [{ reason: 'no' }, { reason: 'no' }] } });
  expect(await setRunning(session, { ...asked, node: '/other', keys: ['topics'] }, checked)).toMatchObject({
    ok: false,
    problem: { code: 'nothing-to-set' },
  });
  expect(told).toHaveLength(1);
});
