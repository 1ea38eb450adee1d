// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PeerMissing } from './cache/peers/folder.mjs';
import { installPackages } from './cache/peers/installPackages.mjs';

/**
 * Electron has brought Node 24 since its version 40 (its release notes: 24.11.1), and Tether is packaged with Electron 45: this is
 * what engine and cache run on at a user's, while the fallback runtime of development is at Node 20.
 */
const version = '24.18.1';

/** The benchmarks of what runs in Node alone; the others measure the Electron that set-up found. */
export const onShippedNode = ['cache', 'upload'];

/**
 * @returns {Promise<string>} the path of a Node as Electron 45 brings one, out of the npm registry's own package of Node's binary
 * @throws {PeerMissing} without a network, or where there is no such package for this system
 */
export async function provideShippedNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  const folder = await installPackages('shipped-node', { [name]: version });
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = path.join(folder, 'node_modules', name, 'bin', file);
  if (!existsSync(node)) throw new PeerMissing(`${name} ${version} holds no ${file}`);
  return node;
}
