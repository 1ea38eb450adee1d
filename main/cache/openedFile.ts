import { close, closeSync, fdatasync, fstat, ftruncate, open, read, type Stats, write } from 'node:fs';
import { promisify } from 'node:util';
import type { OpenFile } from './OpenFile.js';

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

export const openDescriptor: (path: string, flags: string | number) => Promise<number> = promisify(open);
const closeDescriptor = promisify(close);

/**
 * A file by its descriptor, whose number this takes over. Node's own `FileHandle` does the same and takes half as long again; a
 * search goes through a thousand of them.
 *
 * Invariant: as with a `FileHandle`, the number is not used any more once `close` was called, since it may be another file's by
 * then; and closing waits for the calls that are under way.
 *
 * With `isReadOnly` it is closed where it stands: there is nothing to be written then, and it takes less than handing it to another
 * thread does.
 */
export function openedFile(descriptor: number, isReadOnly = false): OpenFile {
  let underWay = 0;
  let closing: Promise<void> | null = null;
  let wake: (() => void) | null = null;

  const call = <T>(start: (done: Done<T>) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      if (closing !== null) {
        reject(Object.assign(new Error('EBADF: the file is closed'), { code: 'EBADF' }));
        return;
      }
      underWay += 1;
      const settle = (): void => {
        underWay -= 1;
        if (underWay === 0) wake?.();
      };
      try {
        start((error, value) => {
          settle();
          if (error === null) resolve(value);
          else reject(error);
        });
      } catch (error) {
        settle();
        throw error;
      }
    });

  const closeWhenIdle = async (): Promise<void> => {
    if (underWay > 0) await new Promise<void>((resolve) => (wake = resolve));
    if (isReadOnly) closeSync(descriptor);
    else await closeDescriptor(descriptor);
  };

  const status = (): Promise<Stats> =>
    call((done) => {
      fstat(descriptor, done);
    });
  return {
    write: (data, position) =>
      call((done) => {
        write(descriptor, data, 0, data.byteLength, position, done);
      }),
    read: (into, position) =>
      call((done) => {
        read(descriptor, into, 0, into.byteLength, position, done);
      }),
    datasync: () =>
      call((done: Done<void>) => {
        fdatasync(descriptor, (error) => {
          done(error, undefined);
        });
      }),
    truncate: (length) =>
      call((done: Done<void>) => {
        ftruncate(descriptor, length, (error) => {
          done(error, undefined);
        });
      }),
    size: async () => (await status()).size,
    linkCount: async () => (await status()).nlink,
    close: () => (closing ??= closeWhenIdle()),
  };
}
