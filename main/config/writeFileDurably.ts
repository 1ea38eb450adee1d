import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

export interface DurableWrite {
  /** Fails with EEXIST instead of replacing a file that is already there. */
  readonly exclusive: boolean;
  readonly mode: number;
}

/**
 * The file is either the old one or the whole new one, also over a power cut: a new file beside it is written and synced,
 * takes the name in one step, and the folder is synced. Its name begins with a dot, so that nothing takes it for a robot.
 */
export async function writeFileDurably(file: string, bytes: Uint8Array, how: DurableWrite): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', how.mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (how.exclusive) await link(temporary, file);
    else await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
}

/** Makes a change of names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
