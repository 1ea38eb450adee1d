import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskRobotFiles } from './DiskRobotFiles.js';
import { RobotFileHistory, versionBytesMax, versionsMax } from './RobotFileHistory.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-history-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('newest first, the same text once, never more than the limit', async () => {
  const history = new RobotFileHistory(folder);
  for (let turn = 1; turn <= versionsMax + 5; turn += 1) {
    await history.remember('rover', Buffer.from(`# ${turn}\n`), turn);
    await history.remember('rover', Buffer.from(`# ${turn}\n`), turn);
  }
  const versions = await history.list('rover');
  expect(versions).toHaveLength(versionsMax);
  expect(versions[0]).toEqual({ id: versionsMax + 5, atMs: versionsMax + 5 });
  expect(await history.read('rover', versionsMax)).toBe(`# ${versionsMax}\n`);
  expect(await history.read('rover', 1)).toBeNull();
  expect(await history.list('another')).toEqual([]);
});

test('large texts make the oldest go, never the newest', async () => {
  const history = new RobotFileHistory(folder);
  for (let turn = 1; turn <= 6; turn += 1) {
    await history.remember('rover', Buffer.alloc(versionBytesMax / 4, String(turn)), turn);
  }
  expect((await history.list('rover')).map(({ id }) => id)).toEqual([6, 5, 4, 3]);
});

test('a write keeps what was there, also from another hand; the way back is a write like any other', async () => {
  const files = new DiskRobotFiles(folder);
  const first = await files.write('rover', '# one\n', null);
  if (!first.ok) throw new Error(first.problem.message);
  const second = await files.write('rover', '# two\n', first.value.revision);
  if (!second.ok) throw new Error(second.problem.message);
  const [now, before] = await files.history('rover');
  expect(await files.version('rover', now?.id ?? 0)).toMatchObject({ value: '# two\n' });
  expect(await files.version('rover', before?.id ?? 0)).toMatchObject({ value: '# one\n' });
  expect(await files.version('rover', 99)).toMatchObject({ problem: { code: 'no-such-version' } });
  await files.write('rover', '# one\n', second.value.revision);
  expect(await files.history('rover')).toHaveLength(3);
  expect(await files.list()).toEqual(['rover']);
  expect(await readdir(folder)).toEqual(['.history', 'rover.yaml']);
});
