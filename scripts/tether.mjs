// @ts-check
/**
 * `npm run tether -- ARGS`: the command line in a clone. Standard output belongs to the command alone; set-up and build
 * tell on standard error, and only what they have to do.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { Reporter } from './setup/Reporter.mjs';
import { problemText } from './setup/SetupError.mjs';
import { rootDir, toolchainPath } from './setup/paths.mjs';
import { setup } from './setup.mjs';

/** @type {NodeJS.Signals[]} */
const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function tether(args) {
  const reporter = new Reporter({ stream: process.stderr, onlyWork: true });
  await setup({ reporter, retry: false });
  await build({ reporter });
  return runCommandLine(args);
}

/**
 * @param {string[]} args
 * @returns {Promise<number>}
 */
async function runCommandLine(args) {
  const { engineV8Flags } = await import('../build/main/engine/engineV8Flags.js');
  return new Promise((resolve, reject) => {
    const program = path.join(rootDir, 'build', 'main', 'cli', 'tether.js');
    const env = { ...process.env, TETHER_TOOLCHAIN: toolchainPath };
    const child = spawn(process.execPath, [...engineV8Flags, program, ...args], { env, stdio: 'inherit' });
    for (const signal of forwardedSignals) process.off(signal, leave).on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** During set-up and build a signal ends everything, with the commands that run. */
function leave() {
  process.exit(1);
}

for (const signal of forwardedSignals) process.on(signal, leave);
try {
  process.exitCode = await tether(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${problemText(error)}\n`);
  process.exitCode = 1;
}
process.exit();
