// @ts-check
/**
 * ROS 2 that is on the machine already: the sourced one, else the newest in /opt/ros. Neither is ever changed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from './paths.mjs';
import { amentPrefixes, findBasePrefix, pickRosVariables } from './rosEnvironment.mjs';

/** @typedef {import('./rosEnvironment.mjs').Ros} Ros */

const optRosDir = '/opt/ros';
const sourceTimeLimitMs = 20_000;

/** @returns {Ros | null} */
export function findInstalledRos() {
  return findSourcedRos() ?? findOptRos();
}

/**
 * The environment of a process that Tether itself started is not taken for a sourced ROS.
 * @returns {Ros | null}
 */
function findSourcedRos() {
  if (!process.env['ROS_DISTRO'] || !process.env['AMENT_PREFIX_PATH']) return null;
  const env = pickRosVariables(process.env);
  if (amentPrefixes(env).some((prefix) => prefix.startsWith(cacheDir + path.sep))) return null;
  return describeRos('sourced', env);
}

/**
 * Names of distributions are in alphabetical order of their age. ROS 1's folders have no librcl.
 * @returns {Ros | null}
 */
function findOptRos() {
  if (!existsSync(optRosDir)) return null;
  const distros = readdirSync(optRosDir)
    .filter((name) => existsSync(path.join(optRosDir, name, 'lib', 'librcl.so')))
    .filter((name) => existsSync(path.join(optRosDir, name, 'setup.bash')))
    .sort()
    .reverse();
  for (const distro of distros) {
    const env = sourceSetupFile(path.join(optRosDir, distro, 'setup.bash'));
    const ros = env ? describeRos('opt', env) : null;
    if (ros) return ros;
  }
  return null;
}

/**
 * @param {string} setupFile
 * @returns {Record<string, string> | null}
 */
function sourceSetupFile(setupFile) {
  try {
    const output = execFileSync('bash', ['-c', '. "$1" >/dev/null && env -0', 'bash', setupFile], {
      encoding: 'utf8',
      timeout: sourceTimeLimitMs,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const entries = output.split('\0').filter((entry) => entry.includes('='));
    return pickRosVariables(
      Object.fromEntries(
        entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
      ),
    );
  } catch {
    return null;
  }
}

/**
 * @param {'sourced' | 'opt'} kind
 * @param {Record<string, string>} env
 * @returns {Ros | null}
 */
function describeRos(kind, env) {
  const basePrefix = findBasePrefix(env);
  const distro = env['ROS_DISTRO'];
  if (basePrefix === null || distro === undefined) return null;
  return { kind, distro, env, basePrefix, python: findRosPython(env) };
}

/**
 * The first Python in which rclpy's package can be found; `python3` when there is none (a robot can be watched without).
 * @param {Record<string, string>} env
 */
function findRosPython(env) {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(path.delimiter)];
  for (const folder of folders) {
    const candidate = path.join(folder, 'python3');
    if (existsSync(candidate) && findsRclpy(candidate, env)) return candidate;
  }
  return 'python3';
}

/**
 * @param {string} python
 * @param {Record<string, string>} env
 */
function findsRclpy(python, env) {
  try {
    const program = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("rclpy") is None)';
    execFileSync(python, ['-c', program], { env: { ...process.env, ...env }, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
