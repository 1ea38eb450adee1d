import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  errorCode,
  type FileSystem,
  readWhole,
  removeIfThere,
  withFile,
  writeAll,
  writeNewFile,
} from './FileSystem.js';

/** A file system under test, with an empty folder on it. */
export interface FileSystemUnderTest {
  readonly files: FileSystem;
  readonly folder: string;
  readonly dispose: () => Promise<void>;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the cache relies on, whichever file system it is given: see main/cache/FileSystem.ts. */
export function fileSystemContract(name: string, make: () => Promise<FileSystemUnderTest>): void {
  describe(`the file system contract: ${name}`, () => {
    let bench: FileSystemUnderTest;
    const at = (file: string): string => `${bench.folder}/${file}`;
    const textOf = async (file: string): Promise<string | null> => {
      const bytes = await readWhole(bench.files, at(file));
      return bytes && new TextDecoder().decode(bytes);
    };
    const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
      try {
        await attempt;
        return 'done';
      } catch (error) {
        return errorCode(error);
      }
    };

    beforeEach(async () => {
      bench = await make();
    });
    afterEach(() => bench.dispose());

    it('does nothing with a file that is closed, and closes it after what is under way', async () => {
      const { files } = bench;
      const file = await files.open(at('a'), 'wx');
      const writing = file.write(bytesOf('hello'), 0);
      const closing = file.close();
      expect(await codeOf(file.write(bytesOf('J'), 0))).toBe('EBADF');
      await closing;
      expect(await writing).toBe(5);
      expect(await codeOf(file.datasync())).toBe('EBADF');
      expect(await textOf('a')).toBe('hello');
    });

    it('reads what was written, at once and by another descriptor', async () => {
      const { files } = bench;
      const file = await files.open(at('a'), 'wx');
      await writeAll(file, bytesOf('hello'), 0);
      await writeAll(file, bytesOf('p!'), 3);
      expect(await textOf('a')).toBe('help!');
      expect([await file.size(), await files.size(at('a'))]).toEqual([5, 5]);
      await file.datasync();
      // A new file's descriptor is for writing only.
      expect(await codeOf(file.read(new Uint8Array(1), 0))).toBe('EBADF');
      await file.close();
      await withFile(files, at('a'), 'r', async (again) => {
        expect(await again.read(new Uint8Array(10), 3)).toBe(2);
        expect(await again.read(new Uint8Array(10), 5)).toBe(0);
      });
    });

    it('fills with zeros what a write or a longer length leaves out', async () => {
      await writeNewFile(bench.files, at('a'), bytesOf('abc'));
      await withFile(bench.files, at('a'), 'r+', async (file) => {
        await file.truncate(1);
        await file.truncate(3);
        await writeAll(file, bytesOf('z'), 1030);
      });
      const bytes = await readWhole(bench.files, at('a'));
      expect(bytes?.byteLength).toBe(1031);
      expect(bytes?.subarray(0, 4)).toEqual(new Uint8Array([97, 0, 0, 0]));
      expect(bytes?.at(-1)).toBe(122);
    });

    it('says by its errno name what is not there, and what is there already', async () => {
      const { files } = bench;
      await writeNewFile(files, at('a'), bytesOf('a'));
      await files.makeFolder(at('sub'), false);
      expect(await codeOf(files.open(at('b'), 'r'))).toBe('ENOENT');
      expect(await codeOf(files.open(at('b'), 'r+'))).toBe('ENOENT');
      expect(await codeOf(files.open(at('none/b'), 'wx'))).toBe('ENOENT');
      expect(await codeOf(files.open(at('a'), 'wx'))).toBe('EEXIST');
      expect(await codeOf(files.open(at('a/b'), 'r'))).toBe('ENOTDIR');
      expect(await codeOf(files.size(at('b')))).toBe('ENOENT');
      expect(await codeOf(files.list(at('b')))).toBe('ENOENT');
      expect(await codeOf(files.remove(at('b')))).toBe('ENOENT');
      expect(await codeOf(files.rename(at('b'), at('c')))).toBe('ENOENT');
      expect(await codeOf(files.link(at('a'), at('sub')))).toBe('EEXIST');
      expect(await codeOf(files.syncFolder(at('none')))).toBe('ENOENT');
      expect(await codeOf(files.makeFolder(at('sub'), false))).toBe('EEXIST');
      expect(await codeOf(files.makeFolder(at('none/sub'), false))).toBe('ENOENT');
      expect(await codeOf(files.makeFolder(at('sub'), true))).toBe('done');
      await files.makeFolder(at('deep/er/still'), true);
      expect(await files.list(at('deep/er'))).toEqual(['still']);
    });

    it('does not write through a descriptor for reading, nor use a closed one', async () => {
      await writeNewFile(bench.files, at('a'), bytesOf('a'));
      const file = await bench.files.open(at('a'), 'r');
      expect(await codeOf(file.write(bytesOf('b'), 0))).toBe('EBADF');
      await file.close();
      expect(await codeOf(file.read(new Uint8Array(1), 0))).toBe('EBADF');
      expect(await textOf('a')).toBe('a');
    });

    it('renames over another file in one step; the replaced one lives on for who has it open', async () => {
      const { files } = bench;
      await writeNewFile(files, at('old'), bytesOf('old'));
      await writeNewFile(files, at('new'), bytesOf('new'));
      const file = await files.open(at('old'), 'r');
      await files.rename(at('new'), at('old'));
      await files.syncFolder(bench.folder);
      expect([...(await files.list(bench.folder))]).toEqual(['old']);
      expect(await textOf('old')).toBe('new');
      const into = new Uint8Array(3);
      expect([await file.read(into, 0), new TextDecoder().decode(into)]).toEqual([3, 'old']);
      expect(await file.linkCount()).toBe(0);
      await file.close();
    });

    it('gives one file two names, counts them, and takes them away', async () => {
      const { files } = bench;
      await writeNewFile(files, at('a'), bytesOf('one'));
      await files.link(at('a'), at('b'));
      const file = await files.open(at('b'), 'r+');
      expect(await file.linkCount()).toBe(2);
      await writeAll(file, bytesOf('two'), 0);
      expect(await textOf('a')).toBe('two');
      await files.remove(at('a'));
      expect(await file.linkCount()).toBe(1);
      await files.remove(at('b'));
      expect(await file.linkCount()).toBe(0);
      await file.close();
      await removeIfThere(files, at('b'));
      expect(await textOf('b')).toBeNull();
    });
  });
}
