// @ts-check
/**
 * The message package `ros_monitoring_msgs` as an overlay, where the ROS 2 in use lacks it: its metrics could be neither
 * published by the demo robot nor read from a real one.
 */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Stamp, hashOfTree } from './Stamp.mjs';
import { cacheDir, rootDir } from './paths.mjs';
import { hasInterfaces, prependToPath } from './rosEnvironment.mjs';
import { runLogged } from './runLogged.mjs';

/** @typedef {import('./rosEnvironment.mjs').Ros} Ros */

const packageName = 'ros_monitoring_msgs';
const sourceDir = path.join(rootDir, 'assets', packageName);

/**
 * @param {Ros} ros
 */
function overlayOf(ros) {
  const overlay = path.join(cacheDir, 'ros2', ros.distro, `overlay-${ros.kind}`);
  const stamp = new Stamp(path.join(overlay, '.tether-stamp'), [
    overlay,
    ros.basePrefix,
    ros.python,
    hashOfTree(sourceDir),
  ]);
  return { overlay, stamp };
}

/**
 * Whether the messages are there without building them.
 * @param {Ros} ros
 */
export function monitoringMessagesAreReady(ros) {
  return hasInterfaces(ros.env, packageName) || overlayOf(ros).stamp.isCurrent();
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @param {Ros} ros
 * @returns {Promise<Ros>} the same ROS with the messages in its environment
 */
export async function provideMonitoringMessages(step, ros) {
  if (hasInterfaces(ros.env, packageName)) {
    step.found(`${packageName} in ROS 2 ${ros.distro}`);
    return ros;
  }
  const { overlay, stamp } = overlayOf(ros);
  if (stamp.isCurrent()) {
    step.found(`${packageName} built for ROS 2 ${ros.distro}`);
    return withOverlay(ros, overlay);
  }
  step.doing(`building ${packageName} for ROS 2 ${ros.distro}`);
  const buildDir = path.join(cacheDir, 'ros2', ros.distro, `build-${ros.kind}`);
  rmSync(overlay, { recursive: true, force: true });
  rmSync(buildDir, { recursive: true, force: true });
  await buildOverlay(ros, buildDir, overlay);
  rmSync(buildDir, { recursive: true, force: true });
  stamp.write();
  step.done(`built ${packageName}`);
  return withOverlay(ros, overlay);
}

/**
 * @param {Ros} ros
 * @param {string} buildDir
 * @param {string} overlay
 */
async function buildOverlay(ros, buildDir, overlay) {
  const options = {
    log: packageName,
    env: { ...process.env, ...ros.env },
    what: `Building ${packageName}`,
    nextStep: 'Metrics stay away until it builds; logs do not need it. Then run `npm run setup` again.',
  };
  const definitions = {
    CMAKE_BUILD_TYPE: 'Release',
    // Set-up needs no more of the code than that it loads; optimising generated code doubles the time.
    CMAKE_CXX_FLAGS_RELEASE: '-O1',
    CMAKE_C_FLAGS_RELEASE: '-O1',
    CMAKE_INSTALL_PREFIX: overlay,
    CMAKE_PREFIX_PATH: ros.env['AMENT_PREFIX_PATH']?.replaceAll(path.delimiter, ';') ?? '',
    Python3_EXECUTABLE: ros.python,
    PYTHON_EXECUTABLE: ros.python,
    BUILD_TESTING: 'OFF',
  };
  const defined = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
  await runLogged('cmake', ['-S', sourceDir, '-B', buildDir, '-G', 'Ninja', ...defined], options);
  await runLogged('cmake', ['--build', buildDir, '--target', 'install'], options);
}

/**
 * @param {Ros} ros
 * @param {string} overlay
 * @returns {Ros}
 */
function withOverlay(ros, overlay) {
  const packagesDirs = pythonPackagesDirs(overlay);
  return {
    ...ros,
    env: {
      ...ros.env,
      AMENT_PREFIX_PATH: prependToPath([overlay], ros.env['AMENT_PREFIX_PATH']),
      LD_LIBRARY_PATH: prependToPath([path.join(overlay, 'lib')], ros.env['LD_LIBRARY_PATH']),
      PYTHONPATH: prependToPath(packagesDirs, ros.env['PYTHONPATH']),
    },
  };
}

/**
 * Debian's Python installs into `local/lib/python3.x/dist-packages`, others into `lib/python3.x/site-packages`.
 * @param {string} overlay
 */
function pythonPackagesDirs(overlay) {
  return ['lib', path.join('local', 'lib')].flatMap((lib) => {
    const libDir = path.join(overlay, lib);
    return listOrNothing(libDir)
      .filter((name) => /^python3(\.\d+)?$/.test(name))
      .flatMap((python) => ['site-packages', 'dist-packages'].map((name) => path.join(libDir, python, name)))
      .filter((directory) => listOrNothing(directory).includes(packageName));
  });
}

/**
 * @param {string} directory
 * @returns {string[]}
 */
function listOrNothing(directory) {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
