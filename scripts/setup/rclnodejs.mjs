// @ts-check
/**
 * The native part of rclnodejs and the message classes it generates.
 *
 * - It is compiled with the `electron` define, which makes it copy buffers as Electron's memory cage needs; the same binary
 *   runs in plain Node. Where the package brings a binary for exactly this Ubuntu and ROS 2, rclnodejs itself takes that
 *   one first, so it is tried first here too.
 * - rclnodejs must never be imported without a binary that loads: it would start a compilation that first deletes the
 *   binary. So loading is always tried in a child process, by `process.dlopen`, before anything is imported.
 * - Both results are kept in `.cache/rclnodejs`, because `npm ci` deletes them.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Stamp, fingerprint, hashOfTree } from './Stamp.mjs';
import { cacheDir, nodeModulesDir, setupSourceDir } from './paths.mjs';
import { amentPrefixes, prependToPath } from './rosEnvironment.mjs';
import { runLogged } from './runLogged.mjs';

/** @typedef {import('./rosEnvironment.mjs').Ros} Ros */
/** @typedef {import('./electronRuntime.mjs').ElectronRuntime} ElectronRuntime */
/** @typedef {{ node: string, electron: string }} Binaries absolute paths of what rclnodejs loads in each runtime */

const packageDir = path.join(nodeModulesDir, 'rclnodejs');
const builtBinary = path.join(packageDir, 'build', 'Release', 'rclnodejs.node');
const generatedDir = path.join(packageDir, 'generated');
const keptDir = path.join(cacheDir, 'rclnodejs');
const log = 'rclnodejs';
const verifyTimeLimitMs = 30_000;

/**
 * What the native part is made from.
 * @param {Ros} ros
 */
function binaryKey(ros) {
  return fingerprint([
    readFileSync(path.join(packageDir, 'package.json'), 'utf8'),
    hashOfTree(path.join(packageDir, 'src')),
    ros.distro,
    ros.basePrefix,
    hashOfTree(path.join(ros.basePrefix, 'share', 'rcl', 'package.xml')),
    process.versions.modules,
    process.arch,
  ]);
}

/**
 * What the message classes are made from.
 * @param {Ros} ros
 */
function messagesKey(ros) {
  const interfaces = amentPrefixes(ros.env).map((prefix) => {
    const index = path.join(prefix, 'share', 'ament_index', 'resource_index', 'rosidl_interfaces');
    if (!existsSync(index)) return [prefix];
    return [prefix, ...readdirSync(index).map((name) => [name, statSync(path.join(index, name)).mtimeMs])];
  });
  return fingerprint([readFileSync(path.join(packageDir, 'package.json'), 'utf8'), interfaces]);
}

/**
 * That a message was received with exactly these.
 * @param {string} key
 * @param {string} messages
 * @param {ElectronRuntime | null} electron
 * @param {Binaries} binaries
 */
function verifiedStamp(key, messages, electron, binaries) {
  return new Stamp(path.join(generatedDir, '.tether-stamp'), [key, messages, electron, binaries]);
}

/**
 * Whether no compiler is needed.
 * @param {Ros} ros
 */
export function rclnodejsNeedsNoCompiler(ros) {
  if (!existsSync(packageDir)) return false;
  return existsSync(path.join(keptDir, `${binaryKey(ros)}.node`)) || shippedBinaries(ros) !== null;
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @param {Ros} ros
 * @param {ElectronRuntime | null} electron
 * @returns {Promise<Binaries>}
 */
export async function provideRclnodejs(step, ros, electron) {
  const key = binaryKey(ros);
  const messages = messagesKey(ros);
  const shipped = shippedBinaries(ros);
  const built = { node: builtBinary, electron: builtBinary };
  const binaries = shipped ?? built;
  const verified = verifiedStamp(key, messages, electron, binaries);
  if (verified.isCurrent() && existsSync(binaries.node) && existsSync(binaries.electron)) {
    step.found(`rclnodejs for ROS 2 ${ros.distro}`);
    return binaries;
  }
  await provideMessages(step, ros, messages);
  if (shipped && (await shippedBinariesWork(step, ros, electron, shipped))) {
    verified.write();
    return shipped;
  }
  await provideBuiltBinary(step, ros, key);
  await verify(ros, electron, built);
  verifiedStamp(key, messages, electron, built).write();
  step.done(`rclnodejs received a message in ${electron ? 'Node and Electron' : 'Node'}`);
  return built;
}

/**
 * The package's own binaries for this Ubuntu and ROS 2.
 * @param {Ros} ros
 * @returns {Binaries | null}
 */
function shippedBinaries(ros) {
  const release = readFileSync('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1]?.trim();
  const folder = path.join(packageDir, 'prebuilds', `${process.platform}-${process.arch}`);
  /** @param {'node' | 'electron'} runtime */
  const binary = (runtime) => path.join(folder, `${ros.distro}-${codename}-${process.arch}-${runtime}-rclnodejs.node`);
  const shipped = { node: binary('node'), electron: binary('electron') };
  return existsSync(shipped.node) && existsSync(shipped.electron) ? shipped : null;
}

/**
 * Those that do not work are removed, or rclnodejs would go on taking them.
 * @param {import('./Reporter.mjs').Step} step
 * @param {Ros} ros
 * @param {ElectronRuntime | null} electron
 * @param {Binaries} shipped
 */
async function shippedBinariesWork(step, ros, electron, shipped) {
  try {
    await verify(ros, electron, shipped);
    step.done(`rclnodejs's own binary for ROS 2 ${ros.distro} received a message`);
    return true;
  } catch (error) {
    step.doing(`rclnodejs's own binary does not work here (${error instanceof Error ? error.message : error})`);
    rmSync(shipped.node, { force: true });
    rmSync(shipped.electron, { force: true });
    return false;
  }
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @param {Ros} ros
 * @param {string} key
 */
async function provideBuiltBinary(step, ros, key) {
  const kept = path.join(keptDir, `${key}.node`);
  if (!existsSync(kept)) {
    step.doing(`compiling rclnodejs for ROS 2 ${ros.distro}`);
    await compile(ros);
    mkdirSync(keptDir, { recursive: true });
    cpSync(builtBinary, kept);
    step.done('compiled rclnodejs');
  }
  // Leaves the binary without the compiler's intermediate files.
  rmSync(path.join(packageDir, 'build'), { recursive: true, force: true });
  mkdirSync(path.dirname(builtBinary), { recursive: true });
  cpSync(kept, builtBinary);
}

/** @param {Ros} ros */
async function compile(ros) {
  const nodeGyp = path.join(nodeModulesDir, 'node-gyp', 'bin', 'node-gyp.js');
  const headers = findNodeHeaders();
  const commandDirs = [path.join(makeBuildView(ros), 'bin'), path.dirname(process.execPath)];
  const env = {
    ...process.env,
    ...ros.env,
    PATH: prependToPath(commandDirs, process.env['PATH']),
    JOBS: 'max',
    PYTHON: ros.python,
  };
  const where = headers ? [`--nodedir=${headers}`] : [];
  await runLogged(process.execPath, [nodeGyp, 'rebuild', ...where, '--', '-Druntime=electron'], {
    log,
    cwd: packageDir,
    env,
    what: 'Compiling rclnodejs',
    nextStep: headers
      ? 'It needs g++, make and python3. Then run `npm run setup` again.'
      : "Node's headers were not found beside Node and could not be fetched: install them, then run `npm run setup` again.",
  });
}

/**
 * The build asks `which ros2` for ROS's place. Not every installation has that command, and Tether does not need it, so
 * the build sees a folder with the same libraries and headers that has one.
 * @param {Ros} ros
 * @returns {string}
 */
function makeBuildView(ros) {
  const view = path.join(cacheDir, 'ros2', ros.distro, 'build-view');
  rmSync(view, { recursive: true, force: true });
  mkdirSync(path.join(view, 'bin'), { recursive: true });
  symlinkSync(path.join(ros.basePrefix, 'lib'), path.join(view, 'lib'));
  symlinkSync(path.join(ros.basePrefix, 'include'), path.join(view, 'include'));
  writeFileSync(path.join(view, 'bin', 'ros2'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return view;
}

/**
 * @returns {string | null} the folder whose `include/node` holds the headers of this very Node
 */
function findNodeHeaders() {
  const prefixes = [path.resolve(path.dirname(process.execPath), '..'), '/usr', '/usr/local'];
  const [major, minor, patch] = process.versions.node.split('.');
  const versionLines = [`NODE_MAJOR_VERSION ${major}`, `NODE_MINOR_VERSION ${minor}`, `NODE_PATCH_VERSION ${patch}`];
  const found = prefixes.find((prefix) => {
    const folder = path.join(prefix, 'include', 'node');
    if (!existsSync(path.join(folder, 'node.h')) || !existsSync(path.join(folder, 'uv.h'))) return false;
    const text = readFileSync(path.join(folder, 'node_version.h'), 'utf8');
    return versionLines.every((line) => text.includes(`#define ${line}`));
  });
  return found ?? null;
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @param {Ros} ros
 * @param {string} key
 */
async function provideMessages(step, ros, key) {
  const kept = path.join(keptDir, `messages-${key}`);
  const complete = new Stamp(path.join(kept, '.tether-complete'), key);
  if (!complete.isCurrent()) {
    step.doing('generating message classes');
    const program =
      "require('./rosidl_gen/index.cjs').generateAll(true).catch((e) => { console.error(e); process.exit(1); })";
    await runLogged(process.execPath, ['-e', program], {
      log,
      cwd: packageDir,
      env: { ...process.env, ...ros.env },
      what: "Generating rclnodejs's message classes",
    });
    rmSync(kept, { recursive: true, force: true });
    cpSync(generatedDir, kept, { recursive: true });
    complete.write();
    return;
  }
  rmSync(generatedDir, { recursive: true, force: true });
  cpSync(kept, generatedDir, { recursive: true });
}

/**
 * Receives one real message in Node and in Electron's Node.
 * @param {Ros} ros
 * @param {ElectronRuntime | null} electron
 * @param {Binaries} binaries
 */
async function verify(ros, electron, binaries) {
  await verifyIn(process.execPath, 'Node', ros, binaries.node, {});
  if (electron) await verifyIn(electron.path, 'Electron', ros, binaries.electron, { ELECTRON_RUN_AS_NODE: '1' });
}

/**
 * @param {string} runtime
 * @param {string} runtimeName
 * @param {Ros} ros
 * @param {string} binary
 * @param {Record<string, string>} extraEnv
 */
async function verifyIn(runtime, runtimeName, ros, binary, extraEnv) {
  const script = path.join(setupSourceDir, 'receiveOneMessage.mjs');
  await runLogged(runtime, ['--experimental-require-module', script, binary], {
    log,
    env: { ...process.env, ...ros.env, ...extraEnv, NODE_NO_WARNINGS: '1' },
    timeLimitMs: verifyTimeLimitMs,
    what: `Receiving a ROS 2 message in ${runtimeName}`,
    nextStep: 'Without it robots that speak ROS 2 cannot be watched; the rest of Tether works.',
  });
}
