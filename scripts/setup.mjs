// @ts-check
/**
 * One-command set-up: `npm run setup`, and the first thing that `npm start`, `npm test` and `npm run tether` do. Finds or
 * makes all that Tether runs on and writes `.cache/toolchain.json` (its fields: setup/toolchain.mjs). Plain Node without
 * dependencies, because the first thing it does is to install those. It may be run at any time: what stands is left alone.
 *
 * Steps wait for each other only where they must: after the system packages, ROS 2 with its messages is made beside the npm
 * packages, Electron and the test peers; rclnodejs comes last, because it needs both.
 */
import { Reporter } from './setup/Reporter.mjs';
import { problemText } from './setup/SetupError.mjs';
import { withSetupLock } from './setup/SetupLock.mjs';
import { provideElectron } from './setup/electronRuntime.mjs';
import { findEmbeddedRos, provideEmbeddedRos } from './setup/embeddedRos.mjs';
import { findInstalledRos } from './setup/findInstalledRos.mjs';
import { isMainModule } from './setup/isMainModule.mjs';
import { monitoringMessagesAreReady, provideMonitoringMessages } from './setup/monitoringMessages.mjs';
import { provideNpmPackages } from './setup/npmPackages.mjs';
import { provideRclnodejs, rclnodejsNeedsNoCompiler } from './setup/rclnodejs.mjs';
import { provideSourcePeers, sourcePeersAreReady } from './setup/sourcePeers.mjs';
import { provideSystemPackages } from './setup/systemPackages.mjs';
import { findTestPeers, provideTestPeers } from './setup/testPeers.mjs';
import { readToolchain, writeToolchain } from './setup/toolchain.mjs';

/** @typedef {import('./setup/rosEnvironment.mjs').Ros} Ros */
/** @typedef {import('./setup/toolchain.mjs').Toolchain} Toolchain */

/**
 * A part that Tether can do without.
 * @template T
 * @typedef {{ value: T, problem: null } | { value: null, problem: string }} Attempt
 */

/**
 * @param {{ tests?: boolean, retry?: boolean, reporter?: Reporter }} [options] `tests`: also what only the tests need;
 *   `retry: false`: what an earlier set-up could not have is not tried again, which may take minutes without a network
 * @returns {Promise<Toolchain>}
 * @throws when the npm packages cannot be had; every other failure is told and becomes a problem in the toolchain
 */
export async function setup({ tests = false, retry = true, reporter = new Reporter() } = {}) {
  const toolchain = await withSetupLock(reporter, () => provideAll(reporter, tests, retry ? null : readToolchain()));
  reporter.printTimes();
  return toolchain;
}

/**
 * @param {Reporter} reporter
 * @param {boolean} tests
 * @param {Toolchain | null} earlier whose problems are kept
 * @returns {Promise<Toolchain>}
 */
async function provideAll(reporter, tests, earlier) {
  const installedRos = findInstalledRos();
  if (earlier === null) {
    await reporter.step('system', (step) => provideSystemPackages(step, systemWants(installedRos, tests)));
  }
  const rosWork =
    earlier?.ros === null && installedRos === null
      ? Promise.resolve({ ros: null, rosProblem: earlier.rosProblem })
      : provideRos(reporter, installedRos);
  await reporter.step('npm', (step) => provideNpmPackages(step));
  const electron = await (earlier?.electronProblem
    ? { value: null, problem: earlier.electronProblem }
    : attempt(reporter.step('electron', (step) => provideElectron(step))));
  const peersWork = tests ? attempt(reporter.step('peers', (step) => provideTestPeers(step))) : null;
  const sourcesWork = tests ? attempt(reporter.step('sources', (step) => provideSourcePeers(step))) : null;
  const { ros, rosProblem } = await rosWork;
  const rclnodejs = await provideBinding(reporter, ros, electron.value, earlier);
  const peers = await peersWork;
  await sourcesWork;

  /** @type {Toolchain} */
  const toolchain = {
    version: 1,
    ros: ros === null ? null : { kind: ros.kind, distro: ros.distro, env: ros.env, python: ros.python },
    rosProblem,
    electron: electron.value,
    electronProblem: electron.problem,
    rclnodejs,
    peers: peers === null ? findTestPeers() : peers.value,
  };
  writeToolchain(toolchain);
  return toolchain;
}

/**
 * @param {Ros | null} installedRos
 * @param {boolean} tests
 * @returns {import('./setup/systemPackages.mjs').Wants}
 */
function systemWants(installedRos, tests) {
  const ros = installedRos ?? findEmbeddedRos();
  return {
    pythonEnvironment: ros === null || (tests && (findTestPeers() === null || !sourcePeersAreReady())),
    messageBuild: ros === null || !monitoringMessagesAreReady(ros),
    compiler: ros === null || !rclnodejsNeedsNoCompiler(ros),
    ros1: tests,
  };
}

/**
 * ROS 2, with the metric messages where they can be had.
 * @param {Reporter} reporter
 * @param {Ros | null} installedRos
 * @returns {Promise<{ ros: Ros | null, rosProblem: string | null }>}
 */
async function provideRos(reporter, installedRos) {
  const ros = await attempt(
    reporter.step('ros2', async (step) => {
      if (installedRos === null) return provideEmbeddedRos(step);
      step.found(`ROS 2 ${installedRos.distro} in ${installedRos.basePrefix} (${installedRos.kind})`);
      return installedRos;
    }),
  );
  if (ros.value === null) return { ros: null, rosProblem: ros.problem };
  const base = ros.value;
  const complete = await attempt(reporter.step('messages', (step) => provideMonitoringMessages(step, base)));
  return { ros: complete.value ?? base, rosProblem: complete.problem };
}

/**
 * @param {Reporter} reporter
 * @param {Ros | null} ros
 * @param {import('./setup/electronRuntime.mjs').ElectronRuntime | null} electron
 * @param {Toolchain | null} earlier
 * @returns {Promise<Toolchain['rclnodejs']>}
 */
async function provideBinding(reporter, ros, electron, earlier) {
  if (ros === null) return { ok: false, problem: 'There is no ROS 2 to build it for.' };
  if (earlier?.ros && !earlier.rclnodejs.ok) return earlier.rclnodejs;
  const binding = await attempt(reporter.step('rclnodejs', (step) => provideRclnodejs(step, ros, electron)));
  return binding.value ? { ok: true, binaries: binding.value } : { ok: false, problem: binding.problem };
}

/**
 * @template T
 * @param {Promise<T>} work whose failure has been told
 * @returns {Promise<Attempt<T>>}
 */
async function attempt(work) {
  try {
    return { value: await work, problem: null };
  } catch (error) {
    return { value: null, problem: problemText(error) };
  }
}

if (isMainModule(import.meta.url)) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  try {
    await setup({ tests: process.argv.includes('--tests') });
  } catch {
    process.exit(1);
  }
}
