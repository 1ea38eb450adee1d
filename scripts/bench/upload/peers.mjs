// @ts-check
/** The other ways from a program to CloudWatch, from the npm registry at pinned versions, in a folder of their own. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PeerMissing, peersFolder } from '../cache/peers/folder.mjs';
import { installPackages } from '../cache/peers/installPackages.mjs';

export const versions = {
  '@aws-sdk/client-cloudwatch-logs': '3.1169.0',
  '@logtape/cloudwatch-logs': '2.3.7',
  '@logtape/logtape': '2.3.7',
  winston: '3.19.0',
  'winston-cloudwatch': '6.3.0',
};

const folderName = 'upload';

/** Installs what is missing. @throws {PeerMissing} */
export async function setUpPeers() {
  await installPackages(folderName, versions);
}

/**
 * @param {keyof typeof versions} name
 * @returns {Promise<any>} what the package exports
 */
export async function loadPeer(name) {
  try {
    const resolved = createRequire(path.join(peersFolder, folderName, 'package.json')).resolve(name);
    return await import(pathToFileURL(resolved).href);
  } catch (error) {
    const words = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new PeerMissing(`${name} ${versions[name]} does not load: ${words}`);
  }
}
