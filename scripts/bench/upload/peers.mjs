// @ts-check
/** The other ways from a program to CloudWatch, from the npm registry at pinned versions, in a folder of their own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PeerMissing, peersFolder } from '../cache/peers/folder.mjs';
import { run } from '../cache/peers/run.mjs';

export const versions = {
  '@aws-sdk/client-cloudwatch-logs': '3.1169.0',
  '@logtape/cloudwatch-logs': '2.3.7',
  '@logtape/logtape': '2.3.7',
  winston: '3.19.0',
  'winston-cloudwatch': '6.3.0',
};

const folder = path.join(peersFolder, 'upload');
const manifest = `${JSON.stringify({ name: 'bench-upload-peers', private: true, dependencies: versions }, null, 2)}\n`;

/** Installs what is missing. @throws {PeerMissing} */
export async function setUpPeers() {
  mkdirSync(folder, { recursive: true });
  const installed = path.join(folder, 'installed.json');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === manifest) return;
  writeFileSync(path.join(folder, 'package.json'), manifest);
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder });
  writeFileSync(installed, manifest);
}

/**
 * @param {keyof typeof versions} name
 * @returns {Promise<any>} what the package exports
 */
export async function loadPeer(name) {
  try {
    const resolved = createRequire(path.join(folder, 'package.json')).resolve(name);
    return await import(pathToFileURL(resolved).href);
  } catch (error) {
    const words = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new PeerMissing(`${name} ${versions[name]} does not load: ${words}`);
  }
}
