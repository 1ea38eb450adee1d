// @ts-check
/** The Python environment of the tests' peers: moto (CloudWatch's APIs) and mcap (an independent reader of segments). */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Stamp } from './Stamp.mjs';
import { SetupError } from './SetupError.mjs';
import { findPython } from './findPython.mjs';
import { cacheDir, setupSourceDir } from './paths.mjs';
import { makeVirtualEnvironment, pipInstall } from './virtualEnvironment.mjs';

const folder = path.join(cacheDir, 'moto');
const requirementsPath = path.join(setupSourceDir, 'test-requirements.txt');

function stamp() {
  return new Stamp(path.join(folder, '.tether-stamp'), [folder, readFileSync(requirementsPath, 'utf8')]);
}

/** @returns {{ python: string } | null} */
export function findTestPeers() {
  return stamp().isCurrent() ? { python: path.join(folder, 'bin', 'python3') } : null;
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @returns {Promise<{ python: string }>}
 */
export async function provideTestPeers(step) {
  const ready = findTestPeers();
  if (ready) {
    step.found('moto and mcap');
    return ready;
  }
  const python = findPython();
  if (!python?.hasVenv) {
    throw new SetupError('There is no Python 3.10 to 3.14 with venv for moto.', {
      nextStep: 'Install python3 and python3-venv, then run `npm test` again.',
    });
  }
  step.doing('installing moto and mcap (170 MB on disk)');
  rmSync(folder, { recursive: true, force: true });
  await makeVirtualEnvironment(python, folder, 'peers');
  await pipInstall(folder, requirementsPath, 'peers');
  stamp().write();
  step.done('installed moto and mcap');
  return { python: path.join(folder, 'bin', 'python3') };
}
