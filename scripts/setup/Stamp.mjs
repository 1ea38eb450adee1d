// @ts-check
/**
 * A stamp is a small file that tells what a folder was made from. Set-up makes a thing again only when the stamp's
 * content differs from what would be made now. A stamp is written last, so that an interrupted step is done again.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export class Stamp {
  /**
   * @param {string} stampPath
   * @param {unknown} ingredients all that the thing is made from: anything JSON can write
   */
  constructor(stampPath, ingredients) {
    this.path = stampPath;
    this.content = `${fingerprint(ingredients)}\n`;
  }

  /** Whether the thing stands and was made from the same ingredients. */
  isCurrent() {
    try {
      return readFileSync(this.path, 'utf8') === this.content;
    } catch {
      return false;
    }
  }

  write() {
    mkdirSync(path.dirname(this.path), { recursive: true });
    const partPath = `${this.path}.${process.pid}.part`;
    writeFileSync(partPath, this.content);
    renameSync(partPath, this.path);
  }

  remove() {
    rmSync(this.path, { force: true });
  }
}

/**
 * A short name for what something is made from.
 * @param {unknown} ingredients anything JSON can write
 * @returns {string} 16 hexadecimal digits
 */
export function fingerprint(ingredients) {
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 16);
}

/**
 * SHA-256 of a file, or of a folder's files with their names; that of nothing when there is neither.
 * @param {string} fileOrFolder
 * @returns {string}
 */
export function hashOfTree(fileOrFolder) {
  const hash = createHash('sha256');
  for (const file of filesUnder(fileOrFolder)) {
    hash.update(`${path.relative(fileOrFolder, file)}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} fileOrFolder
 * @returns {string[]}
 */
function filesUnder(fileOrFolder) {
  let entries;
  try {
    entries = readdirSync(fileOrFolder, { withFileTypes: true });
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === 'ENOTDIR') return [fileOrFolder];
    if (code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const entryPath = path.join(fileOrFolder, entry.name);
      if (entry.isDirectory()) return filesUnder(entryPath);
      return entry.isFile() ? [entryPath] : [];
    });
}
