// @ts-check
/**
 * The Python that virtual environments are made from. The system's own comes first: a Python in somebody's home folder
 * (pyenv, conda) may not be executable by other users, and then neither is an environment made from it.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';

/** Versions that the ROS 2 wheels exist for. */
const minorMin = 10;
const minorMax = 14;

/**
 * @typedef {object} Python
 * @property {string} path absolute
 * @property {string} version `3.11`
 * @property {boolean} hasVenv whether `python -m venv` can make an environment with pip in it
 * @property {string} includeDir where `Python.h` would be
 */

const probe = `
import json, sys, sysconfig, importlib.util
print(json.dumps({
  "version": "%d.%d" % sys.version_info[:2],
  "hasVenv": bool(importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")),
  "includeDir": sysconfig.get_paths()["include"],
}))`;

/**
 * The best Python on this machine: one with venv before one without, a system one before one on PATH.
 * @returns {Python | null}
 */
export function findPython() {
  const names = ['python3'];
  for (let minor = minorMax; minor >= minorMin; minor--) names.push(`python3.${minor}`);
  const folders = ['/usr/bin', '/usr/local/bin', ...(process.env['PATH'] ?? '').split(path.delimiter)];
  const seen = new Set();
  /** @type {Python | null} */
  let withoutVenv = null;
  for (const folder of folders) {
    for (const name of names) {
      const python = probePython(path.join(folder, name), seen);
      if (python?.hasVenv) return python;
      withoutVenv ??= python;
    }
  }
  return withoutVenv;
}

/**
 * @param {string} candidatePath
 * @param {Set<string>} seen real paths tried before
 * @returns {Python | null} null when it is none, or a version without wheels
 */
function probePython(candidatePath, seen) {
  try {
    accessSync(candidatePath, constants.X_OK);
    const realPath = realpathSync(candidatePath);
    if (seen.has(realPath)) return null;
    seen.add(realPath);
    const found = JSON.parse(
      execFileSync(candidatePath, ['-c', probe], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const [major, minor] = found.version.split('.').map(Number);
    if (major !== 3 || minor < minorMin || minor > minorMax) return null;
    return { path: candidatePath, ...found };
  } catch {
    return null;
  }
}
