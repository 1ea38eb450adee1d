// @ts-check
/**
 * System libraries and tools. What is missing is found by what is really needed (a library's name, a command, a header),
 * and named by the distribution's packages. They are installed only where nobody has to be asked: as root, or with sudo
 * that wants no password. Otherwise the exact command is printed, and set-up goes on with what it has.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './SetupError.mjs';
import { findPython } from './findPython.mjs';
import { runLogged } from './runLogged.mjs';

/**
 * @typedef {object} Need
 * @property {string[]} packages names that the package may have, the newest distribution's first
 * @property {() => boolean} isMissing
 */

/**
 * @typedef {object} Wants
 * @property {boolean} compiler whether something native will be compiled
 * @property {boolean} messageBuild whether a message package will be built
 * @property {boolean} pythonEnvironment whether a Python environment will be made
 * @property {boolean} ros1 whether the tests' ROS 1 robot will be run
 */

/** Shared libraries that Electron is linked to or opens, and their packages. */
const electronLibraries = [
  ['libgtk-3.so.0', 'libgtk-3-0t64', 'libgtk-3-0'],
  ['libnss3.so', 'libnss3'],
  ['libasound.so.2', 'libasound2t64', 'libasound2'],
  ['libgbm.so.1', 'libgbm1'],
  ['libatk-bridge-2.0.so.0', 'libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  ['libXss.so.1', 'libxss1'],
  ['libXtst.so.6', 'libxtst6'],
  ['libnotify.so.4', 'libnotify4'],
];
const installTimeLimitMs = 15 * 60_000;
const log = 'system';

/**
 * @param {import('./Reporter.mjs').Step} step
 * @param {Wants} wants
 */
export async function provideSystemPackages(step, wants) {
  if (process.platform !== 'linux') {
    step.found('not Linux: no system packages are looked for');
    return;
  }
  const missing = needs(wants).filter((need) => need.isMissing());
  if (missing.length === 0) {
    step.found('system libraries and tools');
    return;
  }
  if (findCommand('apt-get') === null) {
    step.needsPerson(
      `install what these Debian packages hold: ${missing.map((need) => need.packages.at(-1)).join(' ')}`,
    );
    return;
  }
  const administrator = administratorCommand();
  if (administrator === null) {
    step.needsPerson(`sudo apt-get update && sudo apt-get install -y ${chooseNames(missing).join(' ')}`);
    return;
  }
  await install(step, missing, administrator);
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @param {Need[]} missing
 * @param {string[]} administrator
 */
async function install(step, missing, administrator) {
  step.doing(`missing: ${missing.map((need) => need.packages.at(-1)).join(' ')}; installing`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await runAs(administrator, ['apt-get', 'update'], {
      log,
      env,
      what: '`apt-get update`',
      timeLimitMs: installTimeLimitMs,
    });
    const names = chooseNames(missing);
    const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...names];
    await runAs(administrator, command, { log, env, what: '`apt-get install`', timeLimitMs: installTimeLimitMs });
    step.done(`installed ${names.join(' ')}`);
  } catch (error) {
    // Later steps may do without; the one that cannot says so itself.
    if (!(error instanceof SetupError)) throw error;
    step.failed(error);
    step.needsPerson(`sudo apt-get update && sudo apt-get install -y ${chooseNames(missing).join(' ')}`);
  }
}

/**
 * @param {string[]} administrator
 * @param {string[]} command
 * @param {import('./runLogged.mjs').RunOptions} options
 */
async function runAs(administrator, command, options) {
  const [program, ...args] = [...administrator, ...command];
  await runLogged(/** @type {string} */ (program), args, options);
}

/**
 * @param {Wants} wants
 * @returns {Need[]}
 */
function needs(wants) {
  const libraries = loadableLibraries();
  /** @type {Need[]} */
  const list = electronLibraries.map(([library, ...packages]) => ({
    packages,
    isMissing: () => !libraries.includes(/** @type {string} */ (library)),
  }));
  list.push(needCommand('Xvfb', 'xvfb'), needCommand('xauth', 'xauth'));
  const python = wants.pythonEnvironment || wants.compiler ? findPython() : null;
  if (wants.pythonEnvironment) list.push({ packages: ['python3-venv'], isMissing: () => !python?.hasVenv });
  if (wants.compiler)
    list.push(needCommand('g++', 'g++'), needCommand('make', 'make'), needCommand('python3', 'python3'));
  if (wants.messageBuild) {
    list.push(needCommand('cmake', 'cmake'), needCommand('ninja', 'ninja-build'), needCommand('g++', 'g++'));
    list.push({ packages: ['python3-dev'], isMissing: () => !hasPythonHeaders(python) });
  }
  if (wants.ros1) list.push(...ros1Needs());
  return list;
}

/**
 * A ROS 1 master and rospy, from the distribution's own packages (26 MB): Python's wheels do not have them.
 * @returns {Need[]}
 */
function ros1Needs() {
  return [
    needCommand('roscore', 'python3-roslaunch'),
    needCommand('rosmaster', 'python3-rosmaster'),
    { packages: ['rosout'], isMissing: () => !existsSync('/usr/lib/rosout/rosout') },
    { packages: ['python3-rospy'], isMissing: () => !existsSync('/usr/lib/python3/dist-packages/rospy') },
  ];
}

/** @param {import('./findPython.mjs').Python | null} python */
function hasPythonHeaders(python) {
  return python !== null && existsSync(path.join(python.includeDir, 'Python.h'));
}

/**
 * @param {string} command
 * @param {string} packageName
 * @returns {Need}
 */
function needCommand(command, packageName) {
  return { packages: [packageName], isMissing: () => findCommand(command) === null };
}

/** @returns {string} the loader's cache as text */
function loadableLibraries() {
  const ldconfig = findCommand('ldconfig') ?? '/sbin/ldconfig';
  try {
    return execFileSync(ldconfig, ['-p'], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/**
 * For each need the first name that the distribution knows.
 * @param {Need[]} missing
 * @returns {string[]}
 */
function chooseNames(missing) {
  const names = missing.map(
    (need) => need.packages.find(isInstallable) ?? /** @type {string} */ (need.packages.at(-1)),
  );
  return [...new Set(names)];
}

/** @param {string} packageName */
function isInstallable(packageName) {
  try {
    const policy = execFileSync('apt-cache', ['policy', packageName], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /^\s*Candidate: (?!\(none\))\S/m.test(policy);
  } catch {
    return false;
  }
}

/** @returns {string[] | null} what to put before a command to run it as root; null when somebody would have to be asked */
function administratorCommand() {
  if (process.getuid?.() === 0) return [];
  if (findCommand('sudo') === null) return null;
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'];
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @returns {string | null}
 */
function findCommand(name) {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    const candidate = path.join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
