import { type FileHandle, open } from 'node:fs/promises';
import type { BagFile } from './BagPart.js';

/** Read at once and kept, because what a bag's index points at lies close together. */
const blockBytes = 256 * 1024;
const blocksKeptMax = 8;

/** Opens a file for reading from any place of it, with little memory whatever its size. Throws what `fs` throws. */
export async function openBagFile(file: string): Promise<BagFile> {
  const handle = await open(file, 'r');
  const { size: bytes, mtimeMs } = await handle.stat();
  const blocks = new Map<number, Buffer>();
  const block = async (index: number): Promise<Buffer> => {
    const kept = blocks.get(index);
    blocks.delete(index);
    const read =
      kept ?? (await readExactly(handle, index * blockBytes, Math.min(blockBytes, bytes - index * blockBytes)));
    blocks.set(index, read);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= blocksKeptMax) break;
      blocks.delete(oldest);
    }
    return read;
  };
  return {
    ...{ file, bytes, facts: [bytes, mtimeMs] },
    read: async (position, length) => {
      if (position + length > bytes) throw new Error(`the file ends at byte ${bytes}`);
      const index = Math.floor(position / blockBytes);
      const start = position - index * blockBytes;
      if (start + length > blockBytes) return await readExactly(handle, position, length);
      return (await block(index)).subarray(start, start + length);
    },
    close: () => handle.close(),
  };
}

async function readExactly(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, position + done);
    if (bytesRead === 0) throw new Error(`the file ends at byte ${position + done}`);
    done += bytesRead;
  }
  return buffer;
}
