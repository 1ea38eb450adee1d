// @ts-check
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { rootDir } from '../setup/paths.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a JavaScript file of a package in the clone's root; what it prints is seen as it comes.
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
export function runTool(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: rootDir, stdio: ['ignore', 'inherit', 'inherit'] });
    running.add(child);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/** Passes a signal on to what runs, by its process id. */
export function endTools() {
  for (const child of running) child.kill('SIGTERM');
}
