// @ts-check
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { peersFolder } from './folder.mjs';
import { run } from './run.mjs';

/**
 * Installs packages of the npm registry in a folder of their own beside the other peers, unless exactly these are there already.
 * @param {string} name of the folder
 * @param {Readonly<Record<string, string>>} versions
 * @param {readonly string[]} options more of npm's
 * @returns {Promise<string>} the folder
 * @throws {import('./folder.mjs').PeerMissing} without a network, say
 */
export async function installPackages(name, versions, options = []) {
  const folder = path.join(peersFolder, name);
  const manifest = `${JSON.stringify({ name: `bench-${name}-peers`, private: true, dependencies: versions }, null, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  const installed = path.join(folder, 'installed.json');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === manifest) return folder;
  writeFileSync(path.join(folder, 'package.json'), manifest);
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await run('npm', ['install', ...quietly, ...options], { cwd: folder });
  writeFileSync(installed, manifest);
  return folder;
}
