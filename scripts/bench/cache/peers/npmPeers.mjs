// @ts-check
/**
 * The databases from the npm registry, at pinned versions, in a folder of their own. lmdb and classic-level bring binaries;
 * better-sqlite3 is compiled against the headers of the Node that runs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { nodeModulesDir } from '../../../setup/paths.mjs';
import { PeerMissing, peersFolder } from './folder.mjs';
import { run } from './run.mjs';

export const versions = { 'better-sqlite3': '12.11.1', 'classic-level': '3.0.0', lmdb: '3.5.6' };

const folder = path.join(peersFolder, 'npm');
const manifest = `${JSON.stringify({ name: 'bench-peers', private: true, dependencies: versions }, null, 2)}\n`;

/** Installs what is missing; a database that cannot be had is noticed when it is loaded. */
export async function setUpNpmPeers() {
  mkdirSync(folder, { recursive: true });
  const installed = path.join(folder, 'installed.json');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== manifest) {
    writeFileSync(path.join(folder, 'package.json'), manifest);
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder });
    writeFileSync(installed, manifest);
  }
  await compileSqlite();
}

async function compileSqlite() {
  const cwd = path.join(folder, 'node_modules', 'better-sqlite3');
  const stamp = path.join(cwd, 'build', `compiled-for-${process.versions.modules}`);
  if (existsSync(stamp)) return;
  const nodeGyp = path.join(nodeModulesDir, 'node-gyp', 'bin', 'node-gyp.js');
  const prefix = nodePrefix();
  const headers = prefix === null ? [] : [`--nodedir=${prefix}`];
  await run(process.execPath, [nodeGyp, 'rebuild', '--release', ...headers], { cwd });
  writeFileSync(stamp, '');
}

/** The folder above `include/node` whose headers are those of the running Node; null when there is none. */
function nodePrefix() {
  const prefixes = [path.resolve(process.execPath, '..', '..'), '/usr', '/usr/local'];
  const wanted = `#define NODE_MODULE_VERSION ${process.versions.modules}\n`;
  const holds = (/** @type {string} */ prefix) => {
    const file = path.join(prefix, 'include', 'node', 'node_version.h');
    return existsSync(file) && readFileSync(file, 'utf8').includes(wanted);
  };
  return prefixes.find(holds) ?? null;
}

/**
 * @param {keyof typeof versions} name
 * @returns {any} what the package exports
 */
export function loadNpmPeer(name) {
  try {
    return createRequire(path.join(folder, 'package.json'))(name);
  } catch (error) {
    throw new PeerMissing(
      `${name} ${versions[name]} does not load: ${error instanceof Error ? error.message.split('\n')[0] : ''}`,
    );
  }
}
