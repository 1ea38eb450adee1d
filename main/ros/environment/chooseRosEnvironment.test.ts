import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fail, type Result, succeed } from '../../model/Problem.js';
import { realRos, until } from '../realRos.test-support.js';
import type { RosEnvironment } from '../toolchain.js';
import { chooseRosEnvironment } from './chooseRosEnvironment.js';
import { findDistributions } from './findDistributions.js';
import { sourceScripts } from './sourceScripts.js';

/** A laptop's `/opt/ros` and workspaces, as scripts that set what real ones set; the ROS behind them is set-up's. */
let folder: string;
let root: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tether-ros-'));
  root = path.join(folder, 'opt/ros');
  const exports = Object.entries(realRos().variables).map(([name, value]) => `export ${name}='${value}'`);
  script('opt/ros/jazzy/setup.bash', exports.join('\n'));
  script('opt/ros/noetic/setup.bash', 'export ROS_DISTRO=noetic ROS_VERSION=1');
  script('opt/ros/foxy/setup.sh', 'export ROS_DISTRO=foxy ROS_VERSION=2 AMENT_PREFIX_PATH=/opt/ros/foxy');
  script('opt/ros/broken/setup.bash', 'echo chatter\necho "no such file: local_setup.bash" >&2\nreturn 3');
  script('opt/ros/asking/setup.bash', 'read answer\nexport ROS_DISTRO=asking ROS_VERSION=2');
  mkdirSync(path.join(root, 'empty'));
  script('ws/install/setup.bash', `export AMENT_PREFIX_PATH="${folder}/ws/install:$AMENT_PREFIX_PATH" MY_OWN=1`);
  script('humble_ws/install/setup.bash', 'export ROS_DISTRO=humble');
  mkdirSync(path.join(folder, 'unbuilt/src'), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function script(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}

function choose(
  distribution: string,
  workspaces: readonly string[] = [],
  found: Result<RosEnvironment> = succeed(realRos()),
): Promise<Result<RosEnvironment>> {
  const inherited = { PATH: process.env['PATH'], HOME: folder, AMENT_PREFIX_PATH: '/a/shell/of/its/own' };
  const placed = workspaces.map((workspace) => path.join(folder, workspace));
  return chooseRosEnvironment({ distribution, workspaces: placed }, { found, inherited, root });
}

async function problemOf(chosen: Promise<Result<RosEnvironment>>): Promise<string> {
  const result = await chosen;
  return result.ok ? 'none' : `${result.problem.code}: ${result.problem.message}. ${result.problem.nextStep}`;
}

test('distributions are those that have a setup script', () => {
  expect(findDistributions(root)).toEqual(['asking', 'broken', 'foxy', 'jazzy', 'noetic']);
  expect(findDistributions(path.join(folder, 'nowhere'))).toEqual([]);
});

test('nothing chosen is what set-up found, or why it found nothing', async () => {
  expect(await choose('')).toEqual(succeed(realRos()));
  const none = fail('no-ros', 'there is none', 'Install one.');
  expect(await choose('', [], none)).toEqual(none);
  expect(await choose('', ['ws'], none)).toEqual(none);
});

test('a distribution is sourced in a shell without the ROS of our own, and workspaces are laid over it', async () => {
  const chosen = await choose('jazzy', ['ws']);
  if (!chosen.ok) throw new Error(chosen.problem.message);
  const { kind, distro, variables, rclnodejsBinaries } = chosen.value;
  expect([kind, distro]).toEqual(['chosen', 'jazzy']);
  expect(rclnodejsBinaries).toEqual(realRos().rclnodejsBinaries);
  const prefixes = `${folder}/ws/install:${realRos().variables['AMENT_PREFIX_PATH'] ?? ''}`;
  expect(variables).toEqual({ ...realRos().variables, AMENT_PREFIX_PATH: prefixes });
});

test('workspaces alone are laid over what set-up found', async () => {
  const chosen = await choose('', ['ws']);
  const prefixes = `${folder}/ws/install:${realRos().variables['AMENT_PREFIX_PATH'] ?? ''}`;
  expect(chosen).toMatchObject({ ok: true, value: { distro: 'jazzy', variables: { AMENT_PREFIX_PATH: prefixes } } });
});

test('the message package that set-up built serves where the chosen distribution lacks it', async () => {
  const { variables } = realRos();
  const [overlay = '', ...base] = (variables['AMENT_PREFIX_PATH'] ?? '').split(':');
  expect(overlay).toContain('overlay');
  script('opt/ros/bare/setup.bash', `export ROS_DISTRO=jazzy ROS_VERSION=2 AMENT_PREFIX_PATH=${base.join(':')}`);
  const chosen = await choose(path.join(root, 'bare'));
  expect(chosen).toMatchObject({
    ok: true,
    value: { variables: { AMENT_PREFIX_PATH: [...base, overlay].join(':'), LD_LIBRARY_PATH: `${overlay}/lib` } },
  });
});

test('what is missing, fails or does not fit is said in words, with what to do', async () => {
  expect(await problemOf(choose('humble'))).toMatch(
    /^no-distribution: ROS 2 humble is not on this laptop: .*Install it, or choose one that is there: asking, (bare, )?broken/,
  );
  expect(await problemOf(choose('jazzy', ['unbuilt']))).toMatch(/^no-setup-script: .*unbuilt has no .*colcon build/);
  expect(await problemOf(choose('jazzy', ['absent']))).toMatch(/^no-setup-script: .*There is no such folder/);
  expect(await problemOf(choose('broken'))).toMatch(
    /^setup-failed: .*broken\/setup\.bash could not be sourced: no such file: local_setup\.bash\. Source it in a terminal/,
  );
  expect(await problemOf(choose('noetic'))).toMatch(/^not-ros2: .* is ROS 1 \(noetic\)\. .*`source: ros1`/);
  expect(await problemOf(choose('jazzy', ['humble_ws']))).toMatch(/^other-distribution: .* built for humble/);
  expect(await problemOf(choose('foxy'))).toMatch(/^no-rclnodejs: rclnodejs is not built for foxy, only for jazzy/);
});

test('a script that asks or hangs does not hold anything up', async () => {
  // Its question is answered with nothing.
  expect(await problemOf(choose('asking'))).toMatch(/^(setup-failed|no-rclnodejs)/);
  const started = path.join(folder, 'started');
  script('hanging.bash', `sleep 1000 &\necho $! > ${started}\nwait`);
  const environment = { PATH: process.env['PATH'] ?? '' };
  const scripts = [path.join(folder, 'hanging.bash')];
  expect(await sourceScripts(scripts, environment, { timeoutMs: 1_000 })).toMatchObject({
    ok: false,
    problem: { code: 'setup-hung' },
  });
  // What it had started is gone as well.
  const sleeper = existsSync(started) ? Number(readFileSync(started, 'utf8')) : null;
  if (sleeper !== null) await until(() => hasEnded(sleeper));
  const leaving = new AbortController();
  const left = sourceScripts(scripts, environment, { signal: leaving.signal });
  leaving.abort();
  expect(await left).toMatchObject({ ok: false });
});

/** Gone, or a zombie that its new parent has not waited for yet. */
function hasEnded(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}
