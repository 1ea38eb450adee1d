import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCacheReader } from '../cache/openCacheReader.js';
import { openDiskCache } from '../cache/openDiskCache.js';
import { cacheFolder, robotsFolder } from '../config/home.js';
import { newRobotText } from '../config/newRobotText.js';
import { logLine, metricLine } from '../engine/OriginalsBench.test-support.js';
import { patient } from '../model/patient.test-support.js';
import { systemClock } from '../seams/Clock.js';
import { withOwner } from './withOwner.test-support.js';

// The command as it ships, in plain Node, that is killed where it stands: vite bundles it below build/, where it finds its
// packages.
const packageRoot = path.resolve(import.meta.dirname, '../..');
/** Real processes that import until they are killed with SIGKILL. */
const killsMax = Number(process.env['TETHER_IMPORT_KILLS'] ?? 8);
const startMs = Date.now() - 3_600_000;
let bundle: string;
let home: string;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  await mkdir(path.join(packageRoot, 'build'), { recursive: true });
  bundle = await mkdtemp(path.join(packageRoot, 'build', 'test-import-'));
  await build({
    logLevel: 'error',
    build: {
      ssr: path.join(import.meta.dirname, 'tether.ts'),
      outDir: bundle,
      rolldownOptions: { output: { entryFileNames: 'tether.mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
}, 120_000);

afterAll(() => rm(bundle, { recursive: true, force: true }));

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-import-'));
  folder = path.join(home, 'cw');
  await mkdir(folder);
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await rm(home, { recursive: true, force: true });
});

function start(words: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: home, TETHER_HOME: home, TETHER_TOOLCHAIN: '/nowhere' };
  const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, [path.join(bundle, 'tether.mjs'), 'import', ...words], { env, stdio });
  children.push(child);
  return child;
}

async function ended(child: ReturnType<typeof start>): Promise<{ code: number | null; out: string; err: string }> {
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
}

function importInto(robotFile: string, ...words: string[]): ReturnType<typeof ended> {
  return ended(start([folder, '--robot', robotFile, ...words]));
}

async function writeRobot(robot: string): Promise<string> {
  await mkdir(robotsFolder(home), { recursive: true });
  const file = path.join(robotsFolder(home), `${robot}.yaml`);
  await writeFile(file, newRobotText({ name: robot, domainId: 199, cloud: 'local' }));
  return file;
}

/** Two files of logs with bad lines in between, and one of metrics. Returns what is in them, in order. */
async function writeOriginals(lines: number): Promise<(string | number)[]> {
  const all: (string | number)[] = [];
  for (const hour of ['08', '09']) {
    const texts: string[] = [];
    for (let index = 0; index < lines; index += 1) {
      if (index % 11 === 0) texts.push('{"timestamp":');
      texts.push(logLine(startMs + index, `line ${hour} ${index}`));
      all.push(`line ${hour} ${index}`);
    }
    await writeFile(path.join(folder, `cwlog2026-11-24_${hour}-00-00-0.log`), `${texts.join('\n')}\n`);
  }
  const metrics = Array.from({ length: lines }, (_, index) => metricLine(startMs, index));
  await writeFile(path.join(folder, 'cwmetric2026-11-24_10-00-00-11.log'), `${metrics.join('\n')}\n{"times`);
  return [...all, ...metrics.keys()];
}

async function cached(robot: string): Promise<(string | number)[]> {
  const reader = await openCacheReader({ folder: cacheFolder(home, robot), robot });
  if (!reader.ok) throw new Error(reader.problem.message);
  const found: (string | number)[] = [];
  for await (const { record } of reader.value.read({}, 'oldest')) {
    found.push(record.kind === 'log' ? record.message : record.value);
  }
  return found;
}

/** Lines about imports in the robot's ledger. */
async function ledgerLines(robot: string): Promise<number> {
  const ledger = await readFile(path.join(cacheFolder(home, robot), 'ledger.jsonl'), 'utf8').catch(() => '');
  return ledger.split('"type":"imported"').length - 1;
}

async function facts(): Promise<unknown[]> {
  const names = (await readdir(folder)).sort();
  return await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs, ctimeMs, mode } = await stat(path.join(folder, name));
      return [name, size, mtimeMs, ctimeMs, mode, (await readFile(path.join(folder, name))).toString('base64')];
    }),
  );
}

describe('tether import', () => {
  test('takes a folder in, leaves it as it is, and reports each line', async () => {
    const robot = await writeRobot('rover');
    const all = await writeOriginals(1500);
    await writeFile(path.join(folder, 'token_store.info'), '{"position":0,"eof":false,"file_path":""}\n');
    await writeFile(path.join(folder, 'cwlog-old.log'), 'x');
    const before = await facts();
    const first = await importInto(robot);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('rover: imported 4,500 of 4,775 lines from 3 files\n  275 not usable\n');
    expect(first.out).toContain('cwlog2026-11-24_08-00-00-0.log:1 (byte 0): it is not whole JSON');
    expect(first.out).toContain('and 255 more such lines');
    expect(first.out).toContain('cwlog-old.log was not read: its name is not one that the originals give');
    expect(await cached('rover')).toEqual(all);
    const second = await importInto('rover', '--json');
    const report = JSON.parse(second.out) as { files: unknown[]; problems: unknown[]; problem: unknown };
    expect(report).toMatchObject({ robot: 'rover', folder, problem: null, problemsNotListed: 0 });
    expect(report.files).toContainEqual({
      file: 'cwmetric2026-11-24_10-00-00-11.log',
      ...{ lines: 1501, imported: 0, importedBefore: 1500, uploadedBefore: 0, reported: 1 },
    });
    expect(report.problems).toHaveLength(275);
    expect(await cached('rover')).toEqual(all);
    expect(await facts()).toEqual(before);
  });

  test('what cannot be imported is said with a next step, and makes no cache', async () => {
    const robot = await writeRobot('rover');
    expect(await importInto(robot)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/holds no cache files.*\n.*file_prefix/) as string,
    });
    await mkdir(path.join(folder, 'cwlogs'));
    await writeFile(path.join(folder, 'cwlogs', 'cwlog2026-11-24_10-00-00-0.log'), '');
    expect((await importInto(robot)).err).toContain(`There are some in ${path.join(folder, 'cwlogs')}`);
    expect(await ended(start(['/nowhere/at/all', '--robot', robot]))).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no folder /nowhere/at/all.') as string,
    });
    await writeFile(robot, 'cloudwatch_logger:\n  ros__parameters:\n    publish_frequency: 5\n');
    const wrong = await importInto(robot);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('rover.yaml:3:') as string });
    expect((await ended(start([folder]))).code).toBe(2);
    expect(await readdir(path.join(home, 'cache')).catch(() => [])).toEqual([]);
  });

  test('killed at any moment and run again adds nothing twice and leaves nothing out', async () => {
    const robot = await writeRobot('rover');
    const all = await writeOriginals(15_000);
    let midway = 0;
    for (let round = 0; round < killsMax; round += 1) {
      const child = start([folder, '--robot', robot]);
      const closed = once(child, 'close');
      const enough = (await ledgerLines('rover')) + 1 + (round % 4);
      while (child.exitCode === null && (await ledgerLines('rover')) < enough) await sleep(1);
      await sleep(Math.random() * 8);
      child.kill('SIGKILL');
      await closed;
      const found = await cached('rover');
      expect(found).toEqual(all.slice(0, found.length));
      if (found.length > 0 && found.length < all.length) midway += 1;
    }
    expect(midway).toBeGreaterThan(0);
    expect((await importInto(robot)).code).toBe(0);
    const once1 = await cached('rover');
    expect(once1).toEqual(all);
    // The same as a run that nobody disturbed.
    await importInto(await writeRobot('still'));
    expect(once1).toEqual(await cached('still'));
  }, 300_000);

  test('Ctrl+C ends it in order, and it goes on where it stopped', async () => {
    const robot = await writeRobot('rover');
    const all = await writeOriginals(20_000);
    const child = start([folder, '--robot', robot]);
    const done = ended(child);
    while ((await ledgerLines('rover')) < 3) await sleep(1);
    child.kill('SIGINT');
    expect(await done).toMatchObject({ code: 3, err: expect.stringContaining('goes on where it stopped') as string });
    const found = await cached('rover');
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(all.slice(0, found.length));
    expect((await importInto(robot)).code).toBe(0);
    expect(await cached('rover')).toEqual(all);
  });
});

describe('while somebody else has the cache', () => {
  test('they import, keep it, and stop when the caller goes', async () => {
    const robot = await writeRobot('rover');
    const all = await writeOriginals(20_000);
    await withOwner(home, async (engine) => {
      const child = start([folder, '--robot', robot]);
      const done = ended(child);
      while ((await ledgerLines('rover')) < 2) await sleep(1);
      child.kill('SIGINT');
      expect(await done).toMatchObject({ code: 3, err: expect.stringContaining('it goes on there') as string });
      const session = engine.session('rover');
      if (!session.ok) throw new Error(session.problem.message);
      // The owner notices a moment after.
      await vi.waitFor(async () => {
        expect(await importInto(robot, '--json')).toMatchObject({ code: 0, err: '' });
      }, patient);
      expect(await cached('rover')).toEqual(all);
      expect((await session.value.usage()).pendingRecords).toBe(all.length);
    });
  });

  test('an owner that cannot be asked: not possible now', async () => {
    const robot = await writeRobot('rover');
    await writeOriginals(1);
    const limits = { bytesMax: 100_000_000, segmentBytesMax: 1_000_000 };
    const owner = { kind: 'a test', controlSocket: null };
    const cache = await openDiskCache({
      ...{ folder: cacheFolder(home, 'rover'), robot: 'rover', owner, limits, clock: systemClock },
    });
    if (!cache.ok) throw new Error(cache.problem.message);
    expect(await importInto(robot)).toMatchObject({
      code: 3,
      err: expect.stringContaining('a test (process') as string,
    });
    await cache.value.close();
  });
});
