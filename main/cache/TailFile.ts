import { type OpenFile, readInto } from './FileSystem.js';

/** What is read at once from the end of a segment: footer, summary section, and mostly the indexes of its attachments. */
export const tailReadBytes = 16 * 1024;

/**
 * A file whose last bytes are in memory, so that what is found step by step from the end costs one read. `memory` holds them, as
 * many as there is room for.
 */
export async function withTailInMemory(
  file: OpenFile,
  size: number,
  memory: Uint8Array,
): Promise<Pick<OpenFile, 'read'>> {
  const start = Math.max(0, size - memory.byteLength);
  const tail = memory.subarray(0, await readInto(file, memory.subarray(0, size - start), start));
  return {
    read: (into, position) => {
      const offset = position - start;
      if (offset < 0 || offset + into.byteLength > tail.byteLength) return file.read(into, position);
      into.set(tail.subarray(offset, offset + into.byteLength));
      return Promise.resolve(into.byteLength);
    },
  };
}
