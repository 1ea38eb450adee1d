// @ts-check
/**
 * Where set-up reads and writes. Everything it makes lies in `node_modules/`, `build/` or `.cache/` of this clone, so
 * that deleting the clone deletes all of it.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root. */
export const rootDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

export const cacheDir = path.join(rootDir, '.cache');
export const logsDir = path.join(cacheDir, 'logs');
export const nodeModulesDir = path.join(rootDir, 'node_modules');
export const setupSourceDir = path.join(rootDir, 'scripts', 'setup');
export const toolchainPath = path.join(cacheDir, 'toolchain.json');

/**
 * A path as a person in the clone would write it.
 * @param {string} absolutePath
 */
export function relativeToRoot(absolutePath) {
  const relative = path.relative(rootDir, absolutePath);
  return relative === '' || relative.startsWith('..') ? absolutePath : relative;
}
