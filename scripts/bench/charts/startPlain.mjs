// @ts-check
import path from 'node:path';
import { _electron } from 'playwright';
import { electronLaunch } from '../../setup/launchElectron.mjs';
import { rootDir } from '../../setup/paths.mjs';

const plainMain = path.join(rootDir, 'scripts', 'check', 'plainMain.mjs');

/**
 * The same Electron as ours, with the plain page in place of the app.
 * @param {import('../../setup/electronRuntime.mjs').ElectronRuntime} electron
 * @param {Readonly<Record<string, string>>} environment
 */
export async function startPlain(electron, environment) {
  const launch = electronLaunch(electron, []);
  return await _electron.launch({
    executablePath: launch.command,
    args: launch.args.map((arg) => (arg === rootDir ? plainMain : arg)),
    env: /** @type {Record<string, string>} */ ({ ...launch.env, TETHER_APP_MAIN: plainMain, ...environment }),
    chromiumSandbox: true,
  });
}
