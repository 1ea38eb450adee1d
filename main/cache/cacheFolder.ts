import { dirname } from 'node:path';
import { errorCode, type FileSystem, removeIfThere, writeNewFile } from './FileSystem.js';
import { ownerFile } from './OwnerLock.js';
import { parseSegmentName } from './SegmentName.js';

/** The parts of a cache folder, beside `owner.json` and `ledger.jsonl`. */
export const segmentsFolder = 'segments';
/** Bytes that could not be read after a crash. Nothing here is ever deleted by Tether. */
export const asideFolder = 'aside';

/** A few bytes that are given up when the disk is full, so that acknowledgements, which free space, can be written. */
const ballastFile = 'ballast';
const ballastBytes = 256 * 1024;

/**
 * `recursive` makes the parents too; without it a parent that is not there is the caller's failure. The folders' own
 * names are durable afterwards: a file in a folder whose name is lost with the power is lost with it.
 */
export async function makeCacheFolders(files: FileSystem, folder: string, recursive: boolean): Promise<void> {
  for (const path of [folder, `${folder}/${segmentsFolder}`, `${folder}/${asideFolder}`]) {
    await makeFolder(files, path, recursive);
  }
  // Also when they were there: whoever made them may have been killed before this.
  for (const path of [`${folder}/${segmentsFolder}`, folder]) await files.syncFolder(path);
  await syncOwnName(files, folder);
}

async function makeFolder(files: FileSystem, path: string, recursive: boolean): Promise<void> {
  try {
    await files.makeFolder(path, false);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || !recursive || dirname(path) === path) throw error;
    await makeFolder(files, dirname(path), true);
    await makeFolder(files, path, false);
    await syncOwnName(files, dirname(path));
  }
}

/** The parent may be one that may not be read, and so not synced by us: then this is all that can be done. */
async function syncOwnName(files: FileSystem, path: string): Promise<void> {
  try {
    await files.syncFolder(dirname(path));
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(errorCode(error))) throw error;
  }
}

export interface SegmentFile {
  readonly path: string;
  readonly file: string;
  readonly sequence: number;
  readonly generation: number;
}

/** The segments' files, in ascending order of their numbers and generations. */
export async function listSegments(files: FileSystem, folder: string): Promise<SegmentFile[]> {
  const found: SegmentFile[] = [];
  for (const file of await listIfThere(files, `${folder}/${segmentsFolder}`)) {
    const name = parseSegmentName(file);
    if (name === null) continue;
    const { sequence, generation } = name;
    found.push({ path: `${folder}/${segmentsFolder}/${file}`, file, sequence, generation });
  }
  return found.sort((a, b) => a.sequence - b.sequence || a.generation - b.generation);
}

/** Bytes of what is neither a segment nor the ledger. */
export async function otherBytesOf(files: FileSystem, folder: string): Promise<number> {
  let bytes = 0;
  for (const file of [ownerFile, ballastFile]) bytes += await sizeIfThere(files, `${folder}/${file}`);
  for (const file of await listIfThere(files, `${folder}/${asideFolder}`)) {
    bytes += await sizeIfThere(files, `${folder}/${asideFolder}/${file}`);
  }
  return bytes;
}

/**
 * Best effort: a disk that is full already has no room for it, and no record should have to go for it when it takes more
 * than the room that the disk limit leaves.
 */
export async function placeBallast(files: FileSystem, folder: string, roomBytes: number): Promise<void> {
  if ((await sizeIfThere(files, `${folder}/${ballastFile}`)) === ballastBytes) return;
  try {
    await removeIfThere(files, `${folder}/${ballastFile}`);
    if (roomBytes < ballastBytes) return;
    await writeNewFile(files, `${folder}/${ballastFile}`, new Uint8Array(ballastBytes).fill(0xba));
  } catch {
    await removeIfThere(files, `${folder}/${ballastFile}`).catch(() => undefined);
  }
}

/** True when there was ballast to give up. */
export async function spendBallast(files: FileSystem, folder: string): Promise<boolean> {
  try {
    await files.remove(`${folder}/${ballastFile}`);
    return true;
  } catch {
    return false;
  }
}

export async function sizeIfThere(files: FileSystem, path: string): Promise<number> {
  try {
    return await files.size(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function listIfThere(files: FileSystem, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
