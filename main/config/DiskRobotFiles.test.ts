import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import { corpus } from './corpus.test-support.js';
import { DiskRobotFiles, readRobotFileAt } from './DiskRobotFiles.js';
import { newRobotText } from './newRobotText.js';

let home: string;
let folder: string;
let files: DiskRobotFiles;
const text = newRobotText({ name: 'rover', domainId: 1, cloud: 'aws' });

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-robots-'));
  folder = path.join(home, 'robots');
  files = new DiskRobotFiles(folder);
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function put(name: string, content: string | Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

async function readGood(name: string) {
  const read = await files.read(name);
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}

describe('list and read', () => {
  test('no folder: no robots', async () => {
    expect(await files.list()).toEqual([]);
    expect(await files.read('rover')).toMatchObject({ ok: false, problem: { code: 'no-such-robot' } });
  });

  test('only names that are robot names', async () => {
    for (const name of ['b.yaml', 'a.yaml', '.c.yaml', 'd.yml', 'e e.yaml', 'note.txt', '.b.yaml.0011.tmp'])
      await put(name, text);
    expect(await files.list()).toEqual(['a', 'b']);
  });

  test('a name never leaves the folder', async () => {
    await put('rover.yaml', text);
    for (const name of ['../robots/rover', '..', '', 'a/b']) {
      expect(await files.read(name)).toMatchObject({ ok: false, problem: { code: 'bad-name' } });
      expect(await files.write(name, text, null)).toMatchObject({ ok: false, problem: { code: 'bad-name' } });
      expect(await files.remove(name)).toMatchObject({ ok: false, problem: { code: 'bad-name' } });
    }
  });

  test('other encodings give an issue at the place, and no configuration', async () => {
    await put('latin.yaml', Buffer.concat([Buffer.from('# a\ufffdb\n# K'), Buffer.from([0xf6]), Buffer.from('ln\n')]));
    await put('utf16.yaml', Buffer.from('\ufefftether: {}\n', 'utf16le'));
    expect(await readGood('latin')).toMatchObject({
      config: null,
      issues: [{ line: 2, column: 4, severity: 'error' }],
    });
    const utf16 = await readGood('utf16');
    expect(utf16).toMatchObject({ config: null, issues: [{ line: 1, column: 1 }] });
    expect(utf16.issues[0]?.message).toContain('UTF-16');
  });

  test('100 MB, a pipe and a folder are refused', async () => {
    await truncate(await put('big.yaml', ''), 100_000_000);
    await mkdir(path.join(folder, 'folder.yaml'));
    execFileSync('mkfifo', [path.join(folder, 'pipe.yaml')]);
    expect(await files.read('big')).toMatchObject({ ok: false, problem: { code: 'too-large' } });
    expect(await files.read('pipe')).toMatchObject({ ok: false, problem: { code: 'unreadable' } });
    expect(await files.read('folder')).toMatchObject({ ok: false, problem: { code: 'unreadable' } });
  });

  test('a file anywhere', async () => {
    const file = await put('arm-2.yaml', text);
    expect(await readRobotFileAt(file)).toMatchObject({
      ok: true,
      value: { name: 'arm-2', config: { name: 'arm-2' } },
    });
  });
});

describe('write', () => {
  test('reading and writing back changes no byte', async () => {
    const odd = `\ufeff# Ünïcode \r\n"tether" :\r\n  ros__parameters: { 'domain_id':   7,   "demo": yes }   # x\r\n\r\n\r\n`;
    for (const content of [odd, text, '', '# only a comment', text.trimEnd()]) {
      const file = await put('rover.yaml', content);
      const { text: read, revision } = await readGood('rover');
      expect(await files.write('rover', read, revision)).toMatchObject({ ok: true, value: { revision } });
      expect(await readFile(file)).toEqual(Buffer.from(content));
    }
  });

  test('reading and writing back changes no byte of any file of the corpus', async () => {
    const texts = corpus();
    expect(texts.length).toBeGreaterThanOrEqual(200);
    for (const { name, text: content } of texts) {
      const file = await put('rover.yaml', content);
      const { text: read, revision } = await readGood('rover');
      expect(await files.write('rover', read, revision), name).toMatchObject({ ok: true, value: { revision } });
      expect(await readFile(file), name).toEqual(Buffer.from(content));
    }
  }, 120_000);

  test('a new file; then only for one who has read it', async () => {
    const first = await files.write('rover', text, null);
    expect(first.ok).toBe(true);
    expect(await files.write('rover', text, null)).toMatchObject({ ok: false, problem: { code: 'changed-outside' } });
    const { revision } = await readGood('rover');
    await put('rover.yaml', `${text}# by hand\n`);
    expect(await files.write('rover', text, revision)).toMatchObject({
      ok: false,
      problem: { code: 'changed-outside' },
    });
    expect(await readFile(path.join(folder, 'rover.yaml'), 'utf8')).toBe(`${text}# by hand\n`);
    expect(await files.write('gone', text, revision)).toMatchObject({
      ok: false,
      problem: { code: 'changed-outside' },
    });
    expect(await readdir(folder)).toEqual(['.history', 'rover.yaml']);
  });

  test('of two writers with the same revision one is refused', async () => {
    await put('rover.yaml', text);
    const { revision } = await readGood('rover');
    const both = await Promise.all([
      files.write('rover', `${text}# a\n`, revision),
      files.write('rover', `${text}# b\n`, revision),
    ]);
    expect(both.map(({ ok }) => ok)).toEqual([true, false]);
    expect(await readFile(path.join(folder, 'rover.yaml'), 'utf8')).toBe(`${text}# a\n`);
  });

  test('an invalid text is refused with the place', async () => {
    const file = await put('rover.yaml', text);
    const { revision } = await readGood('rover');
    const written = await files.write('rover', 'tether:\n  ros__parameters:\n    domain_id: 999\n', revision);
    expect(written).toMatchObject({ ok: false, problem: { code: 'bad-yaml' } });
    expect(written.ok ? '' : written.problem.message).toContain('Line 3, column 16');
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('a link stays a link, the mode stays, and a second name keeps the old text', async () => {
    const elsewhere = path.join(home, 'kept.yaml');
    await writeFile(elsewhere, text);
    await chmod(elsewhere, 0o600);
    await link(elsewhere, path.join(home, 'second.yaml'));
    await mkdir(folder);
    await symlink(elsewhere, path.join(folder, 'rover.yaml'));
    const { revision } = await readGood('rover');
    expect(await files.write('rover', `${text}# more\n`, revision)).toMatchObject({ ok: true });
    expect(await readlink(path.join(folder, 'rover.yaml'))).toBe(elsewhere);
    expect(await readFile(elsewhere, 'utf8')).toBe(`${text}# more\n`);
    expect((await stat(elsewhere)).mode & 0o777).toBe(0o600);
    // Replaced, not written into: a reader never sees half a file.
    expect(await readFile(path.join(home, 'second.yaml'), 'utf8')).toBe(text);
  });

  test('remove', async () => {
    await files.write('rover', text, null);
    expect(await files.remove('rover')).toEqual({ ok: true, value: undefined });
    expect(await files.remove('rover')).toMatchObject({ ok: false, problem: { code: 'no-such-robot' } });
    expect(await files.list()).toEqual([]);
  });
});

describe('watch', () => {
  test('tells what appears, changes and goes, by whoever; nothing after it ended', async () => {
    await put('old.yaml', text);
    let told: string[] = [];
    const stop = files.watch((name) => told.push(name));
    const expectTold = async (name: string, action: () => Promise<unknown>): Promise<void> => {
      told = [];
      await action();
      await vi.waitFor(() => {
        expect(told).toContain(name);
      }, patient);
      expect(new Set(told)).toEqual(new Set([name]));
    };
    await expectTold('rover', () => files.write('rover', text, null));
    await expectTold('old', () => rm(path.join(folder, 'old.yaml')));
    await expectTold('rover', () => writeFile(path.join(folder, 'rover.yaml'), `${text}# more\n`));
    stop();
    told = [];
    const other: string[] = [];
    const stopOther = files.watch((name) => other.push(name));
    await put('late.yaml', text);
    await vi.waitFor(() => {
      expect(other).toContain('late');
    }, patient);
    stopOther();
    expect(told).toEqual([]);
  });

  test('a folder that is replaced is watched again', async () => {
    const told: string[] = [];
    const stop = files.watch((name) => told.push(name));
    await rm(folder, { recursive: true });
    await put('rover.yaml', text);
    await vi.waitFor(() => {
      expect(told).toContain('rover');
    }, patient);
    stop();
  });
});
