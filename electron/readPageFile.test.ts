import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageFilePath, readPageFile } from './readPageFile.js';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tether-page-'));
  root = path.join(folder, 'renderer');
  await mkdir(path.join(root, 'assets'), { recursive: true });
  await writeFile(path.join(root, 'index.html'), '<!doctype html>');
  await writeFile(path.join(root, 'assets', 'a b.js'), 'export {}');
  await writeFile(path.join(root, 'assets', 'notes.txt'), 'not part of the page');
  await writeFile(path.join(folder, 'secret.js'), 'outside');
  await mkdir(path.join(folder, 'renderer-old'));
  await writeFile(path.join(folder, 'renderer-old', 'secret.js'), 'outside');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('a file of the page', () => {
  it('is served with its own type', async () => {
    expect(await readPageFile(root, 'tether://app/')).toMatchObject({
      status: 200,
      mimeType: 'text/html; charset=utf-8',
    });
    const script = await readPageFile(root, 'tether://app/assets/a%20b.js?v=1#top');
    expect(script).toMatchObject({ status: 200, mimeType: 'text/javascript; charset=utf-8' });
    expect(script.status === 200 && Buffer.from(script.body).toString()).toBe('export {}');
  });

  it('is not found when it is absent, a folder, or of a kind the page does not consist of', async () => {
    for (const name of ['none.js', 'assets', 'assets/notes.txt']) {
      expect(await readPageFile(root, `tether://app/${name}`)).toEqual({ status: 404 });
    }
  });
});

describe('what is not the page', () => {
  // The URL parser removes plain dot segments itself: these stay under the root. The encoded ones reach us.
  it.each([
    'tether://app/..%2fsecret.js',
    'tether://app/assets/..%2f..%2fsecret.js',
    'tether://app/%2e%2e%2fsecret.js',
    'tether://app/..%2frenderer-old%2fsecret.js',
    'tether://app/..%5csecret.js',
    'tether://app/index.html%00.js',
    'tether://app/%',
    'tether://other/index.html',
    'file:///etc/passwd',
    'https://app/index.html',
    'no url',
  ])('is refused: %s', async (url) => {
    expect(pageFilePath(root, url)).toBeNull();
    expect(await readPageFile(root, url)).toEqual({ status: 400 });
  });

  it('never leads out of the root', () => {
    expect(pageFilePath(root, 'tether://app/../../secret.js')).toBe(path.join(root, 'secret.js'));
    expect(pageFilePath(root, 'tether://app//etc/passwd.js')).toBe(path.join(root, 'etc', 'passwd.js'));
  });
});
