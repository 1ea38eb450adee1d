// @ts-check
/**
 * How this clone's app is started in Electron: the one place that knows the command line and the environment for it.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { rootDir, toolchainPath } from './paths.mjs';

/** @typedef {import('./electronRuntime.mjs').ElectronRuntime} ElectronRuntime */

/**
 * @param {ElectronRuntime} electron
 * @param {string[]} appArgs what the app itself is given
 * @returns {{ command: string, args: string[], env: NodeJS.ProcessEnv, sandboxProblem: string | null }} `env` is complete
 *   but for DISPLAY; `sandboxProblem` says why `--no-sandbox` is among the arguments
 */
export function electronLaunch(electron, appArgs) {
  const sandboxProblem = findSandboxProblem(electron);
  const { ELECTRON_RUN_AS_NODE: _runAsNode, ...env } = process.env;
  return {
    command: electron.path,
    args: [...electron.args, ...(sandboxProblem ? ['--no-sandbox'] : []), ...appArgs],
    env: {
      ...env,
      TETHER_TOOLCHAIN: toolchainPath,
      TETHER_APP_MAIN: path.join(rootDir, 'build', 'electron', 'main.js'),
    },
    sandboxProblem,
  };
}

/**
 * Chromium's sandbox needs a user who is not root, and either user namespaces or a helper that belongs to root.
 * @param {ElectronRuntime} electron
 * @returns {string | null}
 */
function findSandboxProblem(electron) {
  if (process.platform !== 'linux') return null;
  if (process.getuid?.() === 0) return 'you are root, and Chromium does not sandbox for root';
  if (userNamespacesAreAllowed()) return null;
  const helper = path.join(path.dirname(electron.path), 'chrome-sandbox');
  const helperStatus = statSync(helper, { throwIfNoEntry: false });
  if (helperStatus?.uid === 0 && helperStatus.mode & 0o4000) return null;
  return `this system keeps user namespaces from programs; to have the sandbox: sudo chown root ${helper} && sudo chmod 4755 ${helper}`;
}

function userNamespacesAreAllowed() {
  return (
    readSwitch('/proc/sys/kernel/unprivileged_userns_clone') !== '0' &&
    readSwitch('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') !== '1' &&
    readSwitch('/proc/sys/user/max_user_namespaces') !== '0'
  );
}

/** @param {string} file */
function readSwitch(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}
