import { constants } from 'node:fs';
import { link, mkdir, open, readdir, rename, stat, statfs, unlink } from 'node:fs/promises';
import { openDescriptor, openedFile } from './openedFile.js';
import type { OpenFile } from './OpenFile.js';

export type { OpenFile } from './OpenFile.js';

/**
 * The part of the file system that the cache needs, handed in so that a test can tear, fill and break it. Failures are
 * thrown as Node does, with an errno name in `code`; the cache turns those into problems.
 */
export interface FileSystem {
  /** `r` to read, `r+` to change, `wx` to make a file that must not be there yet. */
  open(path: string, flags: 'r' | 'r+' | 'wx'): Promise<OpenFile>;
  /**
   * As with `wx`. What is written may be durable before `datasync` is called, which must be called all the same: one way
   * through the system instead of two where it can be had.
   */
  createSynced(path: string): Promise<OpenFile>;
  list(folder: string): Promise<readonly string[]>;
  size(path: string): Promise<number>;
  makeFolder(path: string, recursive: boolean): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes new, renamed and removed names in the folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Bytes that we may still write on the disk that holds the folder, and bytes of the whole disk. */
  freeBytes(folder: string): Promise<{ readonly free: number; readonly total: number }>;
}

export const nodeFileSystem: FileSystem = {
  open: async (path, flags) => openedFile(await openDescriptor(path, flags), flags === 'r'),
  createSynced: async (path) => {
    // 0 where the system does not know it (Windows).
    const synced = (constants as { readonly O_DSYNC?: number }).O_DSYNC ?? 0;
    const file = openedFile(
      await openDescriptor(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | synced),
    );
    return synced === 0 ? file : { ...file, datasync: () => Promise.resolve() };
  },
  list: (folder) => readdir(folder),
  size: async (path) => (await stat(path)).size,
  makeFolder: async (path, recursive) => {
    await mkdir(path, { recursive });
  },
  rename: (from, to) => rename(from, to),
  link: (from, to) => link(from, to),
  remove: (path) => unlink(path),
  syncFolder: async (path) => {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  freeBytes: async (folder) => {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  },
};

/** The errno name of a failure (`ENOSPC`, `ENOENT`, ...), or `unknown`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

/** Writes all of it: a disk that fills up takes a part first and says so only on the next write. */
export async function writeAll(file: OpenFile, data: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < data.byteLength) {
    const taken = await file.write(data.subarray(written), position + written);
    if (taken === 0) throw Object.assign(new Error('the disk took no more bytes'), { code: 'ENOSPC' });
    written += taken;
  }
}

/** Reads up to `length` bytes; fewer only at the end of the file. */
export async function readAt(file: Pick<OpenFile, 'read'>, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, await readInto(file, bytes, position));
}

/** Fills `into`, and says how much of it: less than all only at the end of the file. */
export async function readInto(file: Pick<OpenFile, 'read'>, into: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < into.byteLength) {
    const got = await file.read(into.subarray(filled), position + filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
}

/** The whole file, or null when there is none. */
export async function readWhole(files: FileSystem, path: string): Promise<Uint8Array | null> {
  try {
    return await withFile(files, path, 'r', async (file) => readAt(file, 0, await file.size()));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

export async function withFile<T>(
  files: FileSystem,
  path: string,
  flags: 'r' | 'r+' | 'wx',
  use: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const file = await files.open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** A new file with these bytes, durable, under a name that must be free. The folder is left to the caller to sync. */
export async function writeNewFile(files: FileSystem, path: string, data: Uint8Array): Promise<void> {
  await withFile(files, path, 'wx', async (file) => {
    await writeAll(file, data, 0);
    await file.datasync();
  });
}

/** Removes a file; it is well when it was not there. */
export async function removeIfThere(files: FileSystem, path: string): Promise<void> {
  try {
    await files.remove(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
