// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from '../../../setup/paths.mjs';

/** Where the peers are installed, so that only the first run fetches and builds them. */
export const peersFolder = path.join(cacheDir, 'bench-peers');

/** A peer cannot be had on this machine: its figures are "not measured", with this reason. */
export class PeerMissing extends Error {}

/** @param {string} command */
export function isOnPath(command) {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, command)));
}
