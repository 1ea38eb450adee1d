import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rosChildEnvironment } from './rosChildEnvironment.js';
import { readRosEnvironment } from './toolchain.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tether-toolchain-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(content: unknown): string {
  const name = path.join(folder, 'toolchain.json');
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

const ros = { kind: 'embedded', distro: 'jazzy', env: { ROS_DISTRO: 'jazzy' }, python: '/prefix/bin/python3' };
const binaries = { node: '/a.node', electron: '/b.node' };

it('is what set-up wrote down', () => {
  expect(readRosEnvironment(file({ ros, rosProblem: null, rclnodejs: { ok: true, binaries } }), {})).toEqual({
    ok: true,
    value: {
      kind: 'embedded',
      distro: 'jazzy',
      variables: { ROS_DISTRO: 'jazzy' },
      python: '/prefix/bin/python3',
      rclnodejsBinaries: binaries,
    },
  });
});

it('passes on why set-up found none, in its own words', () => {
  const rosProblem = { code: 'no-python', message: 'there is no Python', nextStep: 'install one' };
  expect(readRosEnvironment(file({ ros: null, rosProblem }), {})).toEqual({ ok: false, problem: rosProblem });
  const rclnodejs = { ok: false, problem: 'no compiler' };
  expect(readRosEnvironment(file({ ros, rclnodejs }), {})).toMatchObject({
    ok: false,
    problem: { code: 'no-rclnodejs', message: 'no compiler' },
  });
});

it.each(['', 'nonsense', '[]', '{"ros":{"kind":1}}'])('refuses a file that holds %j', (content) => {
  expect(readRosEnvironment(file(content), {})).toMatchObject({ ok: false, problem: { code: 'bad-toolchain' } });
});

it('is the sourced environment where there is no file', () => {
  const sourced = { AMENT_PREFIX_PATH: '/opt/ros/jazzy', ROS_DISTRO: 'jazzy', LD_LIBRARY_PATH: '/opt/ros/jazzy/lib' };
  for (const absent of [null, path.join(folder, 'absent.json')]) {
    const read = readRosEnvironment(absent, { ...sourced, HOME: '/home/someone' });
    expect(read).toMatchObject({ ok: true, value: { kind: 'sourced', distro: 'jazzy', variables: sourced } });
    expect(readRosEnvironment(absent, { HOME: '/home/someone' })).toMatchObject({
      ok: false,
      problem: { code: 'no-ros' },
    });
  }
});

it('reaches a child without credentials, displays and foreign channels; the robot file has the last word on ROS', () => {
  const value = {
    kind: 'k',
    distro: 'jazzy',
    variables: { LD_LIBRARY_PATH: '/ros' },
    python: 'p',
    rclnodejsBinaries: null,
  };
  expect(
    rosChildEnvironment({
      inherited: {
        HOME: '/home/someone',
        LD_LIBRARY_PATH: '/own',
        AWS_SECRET_ACCESS_KEY: 'secret',
        DISPLAY: ':0',
        NODE_OPTIONS: '--inspect',
        NODE_CHANNEL_FD: '3',
        ROS_DOMAIN_ID: '1',
      },
      ros: value,
      domainId: 7,
      robot: { RMW_IMPLEMENTATION: 'rmw_cyclonedds_cpp' },
      runtime: { ELECTRON_RUN_AS_NODE: '1' },
    }),
  ).toEqual({
    HOME: '/home/someone',
    LD_LIBRARY_PATH: '/ros',
    ROS_DOMAIN_ID: '7',
    RMW_IMPLEMENTATION: 'rmw_cyclonedds_cpp',
    ELECTRON_RUN_AS_NODE: '1',
  });
});
