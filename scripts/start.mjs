// @ts-check
/**
 * `npm start`: set-up, build, then the app's window; with no robot known, the demo robot starts. Arguments go to the app. With `--check` the app is driven without a
 * person instead, by `check.mjs`.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { build } from './build.mjs';
import { Reporter } from './setup/Reporter.mjs';
import { problemText } from './setup/SetupError.mjs';
import { hasDisplay, startDisplay } from './setup/display.mjs';
import { electronLaunch } from './setup/launchElectron.mjs';
import { setup } from './setup.mjs';

/** @typedef {import('./setup/toolchain.mjs').Toolchain} Toolchain */

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function start(args) {
  const isCheck = args.includes('--check');
  // The check's standard output ends with a document for programs; what set-up tells goes beside it.
  const reporter = new Reporter({ stream: isCheck ? process.stderr : process.stdout });
  const toolchain = await setup({ reporter });
  await build({ reporter });
  const rest = args.filter((arg) => arg !== '--check');
  if (isCheck) {
    const { check } = await import('./check.mjs');
    return check({ toolchain, args: rest, reporter });
  }
  return runApp(toolchain, rest, reporter);
}

/**
 * @param {Toolchain} toolchain
 * @param {string[]} appArgs
 * @param {Reporter} reporter
 * @returns {Promise<number>}
 */
async function runApp(toolchain, appArgs, reporter) {
  if (toolchain.electron === null) {
    reporter.line('start', `There is no Electron to open a window with: ${toolchain.electronProblem}`);
    return 1;
  }
  const { command, args, env, sandboxProblem } = electronLaunch(toolchain.electron, [...appArgs, '--demo']);
  if (sandboxProblem) reporter.line('start', `without Chromium's sandbox: ${sandboxProblem}`);
  const virtual = hasDisplay() ? null : await startDisplay();
  if (virtual) reporter.line('start', `no display here: running on a virtual one, ${virtual.display}`);
  const code = await runToEnd(command, args, virtual ? { ...env, DISPLAY: virtual.display } : env);
  virtual?.stop();
  return code;
}

/**
 * Signals are passed on, and only the child's end is ours: it shuts down in order.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function runToEnd(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: 'inherit' });
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => child.kill(signal);
    for (const signal of forwardedSignals) process.off(signal, leave).on(signal, passOn);
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** @type {NodeJS.Signals[]} */
const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** During set-up and build a signal ends everything, with the commands that run. */
function leave() {
  process.exit(1);
}

for (const signal of forwardedSignals) process.on(signal, leave);
try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  // Failed steps have told what failed; anything else is told here.
  process.stderr.write(`\nTether did not start. ${problemText(error)}\n`);
  process.exitCode = 1;
}
process.exit();
