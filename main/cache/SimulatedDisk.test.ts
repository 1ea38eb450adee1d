import { beforeEach, describe, expect, it } from 'vitest';
import { errorCode, type OpenFile, readWhole, withFile, writeAll, writeNewFile } from './FileSystem.js';
import { randomFrom } from './randomFrom.test-support.js';
import { SimulatedDisk } from './SimulatedDisk.test-support.js';

/** The means of the proofs must themselves be proved: each promise that is withheld is seen to be withheld. */
let disk = new SimulatedDisk();
const statesSeen = 200;

beforeEach(async () => {
  disk = new SimulatedDisk();
  await disk.makeFolder('/a', false);
  await disk.syncFolder('/');
});

/** What a file may hold after a power cut; `gone` where it is not there. */
function possible(path: string): string[] {
  const random = randomFrom(1);
  const seen = new Set<string>();
  for (let state = 0; state < statesSeen; state += 1) {
    const cut = disk.afterPowerCut(random);
    const slash = path.lastIndexOf('/');
    const there = cut.namesIn(path.slice(0, slash)).includes(path.slice(slash + 1));
    seen.add(there ? new TextDecoder().decode(cut.contentOf(path)).replaceAll('\0', '.') : 'gone');
  }
  return [...seen].sort();
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function durable(path: string, text: string): Promise<void> {
  await writeNewFile(disk, path, bytesOf(text));
  await disk.syncFolder('/a');
}

describe('a power cut', () => {
  it('may take a file whose folder was not synced, and folders likewise', async () => {
    await writeNewFile(disk, '/a/x', bytesOf('x'));
    expect(possible('/a/x')).toEqual(['gone', 'x']);
    await disk.syncFolder('/a');
    expect(possible('/a/x')).toEqual(['x']);
    await disk.makeFolder('/b', false);
    await writeNewFile(disk, '/b/x', bytesOf('x'));
    await disk.syncFolder('/b');
    expect(possible('/b/x')).toEqual(['gone', 'x']);
  });

  it('may bring a removed file back until the folder is synced', async () => {
    await durable('/a/x', 'x');
    await disk.remove('/a/x');
    expect(possible('/a/x')).toEqual(['gone', 'x']);
    await disk.syncFolder('/a');
    expect(possible('/a/x')).toEqual(['gone']);
  });

  it('leaves any of the contents that an unsynced sector had, and any of the sizes', async () => {
    await durable('/a/x', 'one');
    await withFile(disk, '/a/x', 'r+', async (file) => {
      await writeAll(file, bytesOf('two'), 0);
      expect(possible('/a/x')).toEqual(['one', 'two']);
      await writeAll(file, bytesOf('three'), 0);
      expect(possible('/a/x')).toEqual(['one', 'one..', 'thr', 'three', 'two', 'two..']);
      await file.datasync();
      expect(possible('/a/x')).toEqual(['three']);
      await file.truncate(1);
      expect(possible('/a/x')).toEqual(['t', 'three', 't....'].sort());
    });
  });

  it('tears a write between sectors, in any order', async () => {
    await durable('/a/x', 'a'.repeat(1024));
    await withFile(disk, '/a/x', 'r+', (file) => writeAll(file, bytesOf('b'.repeat(1024)), 0));
    const halves = possible('/a/x').map((text) => `${text[0] ?? ''}${text[1023] ?? ''}`);
    expect(halves).toEqual(['aa', 'ab', 'ba', 'bb']);
    expect(possible('/a/x').every((text) => new Set(text.slice(0, 512)).size === 1)).toBe(true);
  });

  it('leaves a renamed file under its old name or its new one, never neither', async () => {
    await durable('/a/old', 'new content');
    await durable('/a/x', 'old content');
    await disk.rename('/a/old', '/a/x');
    const random = randomFrom(1);
    for (let state = 0; state < statesSeen; state += 1) {
      const cut = disk.afterPowerCut(random);
      const texts = cut.namesIn('/a').map((name) => new TextDecoder().decode(cut.contentOf(`/a/${name}`)));
      expect(texts).toContain('new content');
    }
    expect(possible('/a/x')).toEqual(['new content', 'old content']);
    await disk.syncFolder('/a');
    expect(possible('/a/x')).toEqual(['new content']);
  });

  it('does not bring back what a failed datasync lost, even when the next one succeeds', async () => {
    await durable('/a/x', 'one');
    await withFile(disk, '/a/x', 'r+', async (file) => {
      await writeAll(file, bytesOf('two'), 0);
      disk.failWith = ({ kind }) => (kind === 'datasync' ? 'EIO' : null);
      await expect(file.datasync()).rejects.toThrow('EIO');
      disk.failWith = () => null;
      await file.datasync();
      expect(possible('/a/x')).toEqual(['one', 'two']);
      await writeAll(file, bytesOf('six'), 0);
      await file.datasync();
      expect(possible('/a/x')).toEqual(['six']);
    });
  });

  it('leaves the disk itself as it is, and a killed process loses nothing', async () => {
    await writeNewFile(disk, '/a/x', bytesOf('x'));
    disk.afterPowerCut(randomFrom(1)).discard('/a');
    const after = disk.afterProcessCrash();
    await withFile(after, '/a/x', 'r+', (file) => writeAll(file, bytesOf('yz'), 0));
    expect(possible('/a/x')).toEqual(['gone', 'x']);
    expect(new TextDecoder().decode((await readWhole(after, '/a/x')) ?? new Uint8Array())).toBe('yz');
    disk = after;
    expect(possible('/a/x')).toEqual(['gone', 'x', 'x.', 'y', 'yz']);
  });
});

describe('a full disk', () => {
  it('takes a part of a write, then none, and has room again after a removal', async () => {
    await durable('/a/x', 'x'.repeat(600));
    disk.bytesMax = 1000;
    const file: OpenFile = await disk.open('/a/y', 'wx');
    expect(await file.write(new Uint8Array(500), 0)).toBe(400);
    expect(await file.write(new Uint8Array(5), 0)).toBe(5);
    const code = await file.write(new Uint8Array(5), 400).then(() => 'done', errorCode);
    expect(code).toBe('ENOSPC');
    await disk.remove('/a/x');
    expect(await file.write(new Uint8Array(500), 400)).toBe(500);
    expect(disk.bytes('/a')).toBe(900);
    await file.close();
  });
});
