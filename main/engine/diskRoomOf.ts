import { statfs } from 'node:fs/promises';
import { keptFreeBytesOf } from '../cache/DiskGuard.js';

/** Bytes that may still be written on the folder's disk, as its guard reckons; null when the disk does not say. */
export async function diskRoomOf(folder: string, keptBytes: number | null): Promise<number | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return Math.max(0, bavail * bsize - keptFreeBytesOf(blocks * bsize, keptBytes));
  } catch {
    return null;
  }
}
