import { expect, test } from 'vitest';
import { newRobotText } from './newRobotText.js';
import { parseRobotFile } from './text/parseRobotFile.js';

test('a new robot file is valid, says what was asked for, and keeps the comments of the template', () => {
  const text = newRobotText({ name: 'rover-1', domainId: 42, cloud: 'local', demo: true });
  const { issues, config } = parseRobotFile('rover-1', text);
  expect(issues).toEqual([]);
  expect(config).toMatchObject({
    source: { kind: 'ros2', domainId: 42, demo: true },
    account: { cloud: 'local' },
    logs: { stream: 'rover-1', severityMin: 'DEBUG' },
  });
  expect(text).toMatch(/domain_id: 42 # /);
  const plain = parseRobotFile('r', newRobotText({ name: 'r', domainId: 0, cloud: 'aws' })).config;
  expect(plain).toMatchObject({ source: { demo: false }, account: { cloud: 'aws' } });
});

test('what the template has commented out is valid too', () => {
  const text = newRobotText({ name: 'r', domainId: 0, cloud: 'aws' }).replace(/^ {4}# (?=[ a-z])/gm, '    ');
  const { issues, config } = parseRobotFile('r', text);
  expect(issues).toEqual([]);
  expect(config).toMatchObject({
    account: { region: 'us-west-2', profile: 'field' },
    logs: { ignoreNodes: ['noisy_node'] },
  });
});

test('a robot that is not reached by ROS 2 has its source and its address in place of the domain', () => {
  const address = 'ws://192.168.1.10:8765';
  const text = newRobotText({ name: 'r', domainId: 0, cloud: 'aws', reached: { by: 'foxglove', address } });
  const { issues, config } = parseRobotFile('r', text);
  expect(issues).toEqual([]);
  expect(config?.source).toMatchObject({ kind: 'foxglove', environment: { FOXGLOVE_URL: address } });
  expect(text).not.toContain('domain_id');
});

test('a recording has the speed that it is replayed at, as a number that ROS reads', () => {
  const address = '/media/usb/rover-7.mcap';
  const sourceAt = (speed?: number) => {
    const text = newRobotText({ name: 'r', domainId: 0, cloud: 'aws', reached: { by: 'replay', address, speed } });
    const { issues, config } = parseRobotFile('r', text);
    expect(issues).toEqual([]);
    return config?.source;
  };
  expect(sourceAt(0)).toMatchObject({ kind: 'replay', replay: { path: address, speed: 0 } });
  expect(sourceAt(2.5)).toMatchObject({ replay: { speed: 2.5 } });
  expect(sourceAt()).toMatchObject({ replay: { speed: 1 } });
});
