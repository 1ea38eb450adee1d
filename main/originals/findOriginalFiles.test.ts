import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findOriginalFiles } from './findOriginalFiles.js';

const logs = { prefix: 'cwlog', extension: '.log' };
const metrics = { prefix: 'cwmetric', extension: '.log' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-find-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(...names: readonly string[]): Promise<void> {
  for (const name of names) await writeFile(path.join(folder, name), 'x\n');
}

test('files of both kinds by time and number, and what looks alike', async () => {
  await put('cwlog2026-01-02_00-00-00-10.log', 'cwlog2026-01-02_00-00-00-9.log', 'cwlog2026-01-02_00-00-00-123.log');
  await put('cwmetric2026-01-01_23-59-59-0.log', 'cwlog2026-1-1_00-00-00-0.log', 'other.txt', 'token_store.info');
  await mkdir(path.join(folder, 'cwlog2026-01-03_00-00-00-0.log'));
  await symlink('/nowhere', path.join(folder, 'cwlog2026-01-04_00-00-00-0.log'));
  const found = await findOriginalFiles(folder, [logs, metrics]);
  expect(found.ok && found.value.files.map(({ name }) => name)).toEqual([
    'cwmetric2026-01-01_23-59-59-0.log',
    'cwlog2026-01-02_00-00-00-9.log',
    'cwlog2026-01-02_00-00-00-10.log',
    'cwlog2026-01-02_00-00-00-123.log',
  ]);
  expect(found.ok && found.value.leftOut.map(({ file }) => file)).toEqual([
    'cwlog2026-01-03_00-00-00-0.log',
    'cwlog2026-01-04_00-00-00-0.log',
    'cwlog2026-1-1_00-00-00-0.log',
  ]);
});

test('a prefix is a text, whatever a regular expression would make of it', async () => {
  const kind = { prefix: 'a.b(1)+', extension: '' };
  await put('a.b(1)+2026-01-02_00-00-00-0', 'aXb12026-01-02_00-00-00-0');
  const found = await findOriginalFiles(folder, [kind]);
  expect(found.ok && found.value.files.map(({ name }) => name)).toEqual(['a.b(1)+2026-01-02_00-00-00-0']);
});

test('a folder that is none, and one that holds nothing', async () => {
  await put('file');
  const here = (name: string) => findOriginalFiles(path.join(folder, name), [logs, metrics]);
  expect(await here('nothing')).toMatchObject({ problem: { code: 'no-such-folder' } });
  expect(await here('file')).toMatchObject({ problem: { code: 'no-such-folder' } });
  expect(await here('')).toMatchObject({ problem: { code: 'nothing-to-import' } });
});
