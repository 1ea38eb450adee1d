import { type OpenFile, readAt } from './FileSystem.js';

/** What is read at once from the end of a segment: footer, summary section, and mostly the indexes of its attachments. */
const tailBytes = 16 * 1024;

/** A file whose last bytes are in memory, so that what is found step by step from the end costs one read. */
export async function withTailInMemory(file: OpenFile, size: number): Promise<Pick<OpenFile, 'read'>> {
  const start = Math.max(0, size - tailBytes);
  const tail = await readAt(file, start, size - start);
  return {
    read: (into, position) => {
      const offset = position - start;
      if (offset < 0 || offset + into.byteLength > tail.byteLength) return file.read(into, position);
      into.set(tail.subarray(offset, offset + into.byteLength));
      return Promise.resolve(into.byteLength);
    },
  };
}
