// @ts-check
/** Python virtual environments inside the clone, filled from files with pinned versions. */
import path from 'node:path';
import { runLogged } from './runLogged.mjs';

const installTimeLimitMs = 15 * 60_000;
const retryText = 'Check the network connection (and PIP_INDEX_URL, if it is set), then run `npm run setup` again.';

/**
 * @param {import('./findPython.mjs').Python} python one that has venv
 * @param {string} folder
 * @param {string} log
 */
export async function makeVirtualEnvironment(python, folder, log) {
  await runLogged(python.path, ['-m', 'venv', folder], {
    log,
    env: environmentForPython(),
    what: 'Making a Python environment',
    nextStep: 'Install the package python3-venv, then run `npm run setup` again.',
  });
}

/**
 * @param {string} folder of the environment
 * @param {string} requirementsPath
 * @param {string} log
 */
export async function pipInstall(folder, requirementsPath, log) {
  const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check'];
  await runLogged(path.join(folder, 'bin', 'python3'), [...pip, '-r', requirementsPath], {
    log,
    env: environmentForPython(),
    timeLimitMs: installTimeLimitMs,
    what: `Installing the Python packages of ${path.basename(requirementsPath)}`,
    nextStep: retryText,
  });
}

/**
 * Without the variables that would make a Python look for another one's packages (a sourced ROS sets PYTHONPATH).
 * @returns {NodeJS.ProcessEnv}
 */
function environmentForPython() {
  const { PYTHONPATH: _packages, PYTHONHOME: _home, ...rest } = process.env;
  return rest;
}
