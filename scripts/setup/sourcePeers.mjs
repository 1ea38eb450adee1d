// @ts-check
/**
 * The Python environment of the robots in tests that do not speak ROS 2: foxglove-sdk (a Foxglove WebSocket server) and rosbags
 * (ROS 1's and ROS 2's serialisation, and bags). An environment of its own, so that a change of one does not remake the other.
 */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Stamp } from './Stamp.mjs';
import { SetupError } from './SetupError.mjs';
import { findPython } from './findPython.mjs';
import { cacheDir, setupSourceDir } from './paths.mjs';
import { makeVirtualEnvironment, pipInstall } from './virtualEnvironment.mjs';

/** Tests find it by this name: see main/ros/sourcePeers.test-support.ts. */
const folder = path.join(cacheDir, 'source-peers');
const requirementsPath = path.join(setupSourceDir, 'source-requirements.txt');

function stamp() {
  // Not the folder's path: an environment is used where it was made, whichever clone looks at it.
  return new Stamp(path.join(folder, '.tether-stamp'), [readFileSync(requirementsPath, 'utf8')]);
}

export function sourcePeersAreReady() {
  return stamp().isCurrent();
}

/** @param {import('./Reporter.mjs').Step} step */
export async function provideSourcePeers(step) {
  if (sourcePeersAreReady()) {
    step.found('foxglove-sdk and rosbags');
    return;
  }
  const python = findPython();
  if (!python?.hasVenv) {
    throw new SetupError('There is no Python 3.10 to 3.14 with venv for foxglove-sdk and rosbags.', {
      nextStep: 'Install python3 and python3-venv, then run `npm test` again.',
    });
  }
  step.doing('installing foxglove-sdk and rosbags (200 MB on disk)');
  rmSync(folder, { recursive: true, force: true });
  await makeVirtualEnvironment(python, folder, 'sources');
  await pipInstall(folder, requirementsPath, 'sources');
  stamp().write();
  step.done('installed foxglove-sdk and rosbags');
}
