// @ts-check
/**
 * `.cache/toolchain.json`: what set-up found or made, for the app, the command line, the tests and `start`. All paths are
 * absolute. A part that could not be had is null (or not ok), and its problem says so in words that may be shown to a
 * person; Tether works without it as far as possible. Readers refuse a `version` that they do not know.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toolchainPath } from './paths.mjs';

/**
 * @typedef {object} Toolchain
 * @property {1} version
 * @property {ToolchainRos | null} ros
 * @property {string | null} rosProblem why `ros` is null, or what it lacks
 * @property {import('./electronRuntime.mjs').ElectronRuntime | null} electron
 * @property {string | null} electronProblem
 * @property {{ ok: true, binaries: import('./rclnodejs.mjs').Binaries } | { ok: false, problem: string }} rclnodejs
 *   `binaries` are the files that rclnodejs loads in Node and in Electron: to try with `process.dlopen` before importing it
 * @property {{ python: string } | null} peers the Python that has moto and mcap; only tests need it
 */

/**
 * @typedef {object} ToolchainRos
 * @property {'sourced' | 'opt' | 'embedded'} kind
 * @property {string} distro `jazzy`
 * @property {Record<string, string>} env lay it over a process's environment when the process is started. It never holds
 *   ROS_DOMAIN_ID, which belongs to a robot
 * @property {string} python an executable that can import rclpy with `env`
 */

/** @param {Toolchain} toolchain */
export function writeToolchain(toolchain) {
  mkdirSync(path.dirname(toolchainPath), { recursive: true });
  const text = `${JSON.stringify(toolchain, null, 2)}\n`;
  if (text === readOrNull()) return;
  const partPath = `${toolchainPath}.${process.pid}.part`;
  writeFileSync(partPath, text);
  renameSync(partPath, toolchainPath);
}

/** @returns {Toolchain | null} what the last set-up wrote */
export function readToolchain() {
  const text = readOrNull();
  return text === null ? null : JSON.parse(text);
}

function readOrNull() {
  try {
    return readFileSync(toolchainPath, 'utf8');
  } catch {
    return null;
  }
}
