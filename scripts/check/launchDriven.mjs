// @ts-check
import path from 'node:path';
import { _electron } from 'playwright';
import { electronLaunch } from '../setup/launchElectron.mjs';
import { rootDir } from '../setup/paths.mjs';

const heldMain = path.join(rootDir, 'scripts', 'check', 'heldMain.mjs');

/**
 * Starts the app for Playwright to drive: as `npm start` starts it, but through `heldMain.mjs`.
 * @param {{ electron: import('../setup/electronRuntime.mjs').ElectronRuntime, appArgs: readonly string[],
 *   environment: Readonly<Record<string, string>>, wrapper?: string | null }} options `wrapper`: a program that runs the
 *   command in TETHER_DRIVEN_COMMAND with its own arguments, as a user for whom Chromium has a sandbox
 * @returns {Promise<import('playwright').ElectronApplication>}
 */
export async function launchDriven({ electron, appArgs, environment, wrapper = null }) {
  const launch = electronLaunch(electron, [...appArgs]);
  const args = launch.args
    .map((arg) => (arg === rootDir ? heldMain : arg))
    .filter((arg) => wrapper === null || arg !== '--no-sandbox');
  const env = { ...launch.env, TETHER_APP_MAIN: heldMain, TETHER_DRIVEN_COMMAND: launch.command, ...environment };
  return await _electron.launch({
    executablePath: wrapper ?? launch.command,
    args,
    env: /** @type {Record<string, string>} */ (env),
    // `electronLaunch` knows whether the sandbox can be had; without this Playwright would turn it off.
    chromiumSandbox: true,
  });
}
