import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testJsonLog, testLog, testMetric } from '../cache/testRecords.js';
import { cacheFolder, robotsFolder } from '../config/home.js';
import { destinationsOf } from '../model/destinationsOf.js';
import type { RecordToCache } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import { runInProcess } from './TestOutput.test-support.js';
import { roverConfig, roverText, takeCache, withOwner } from './withOwner.test-support.js';

// redact, reaim, edits, confirm and undo, with and without somebody who owns the cache.
let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-edit-'));
});

afterEach(() => rm(home, { recursive: true }));

const secrets = 25;

async function recorded(...more: readonly RecordToCache[]): Promise<void> {
  await mkdir(robotsFolder(home), { recursive: true });
  await writeFile(path.join(robotsFolder(home), 'rover.yaml'), roverText);
  const cache = await takeCache(home);
  const stampNs = systemClock.nowNs() - 60_000_000_000n;
  await cache.append([
    ...Array.from({ length: secrets }, (_, number) =>
      testLog({ message: `wifi key hunter${number} used`, node: 'net', stampNs: stampNs + BigInt(number) }),
    ),
    testLog({ message: 'Plan found', node: 'nav', stampNs }),
    testMetric('battery', 81, stampNs),
    ...more,
  ]);
  await cache.close();
}

async function run(...words: string[]): Promise<{ code: number; out: string; notes: string }> {
  const { code, output } = await runInProcess(home, words);
  return { code, out: output.lines.join('\n'), notes: output.notes.join('\n') };
}

interface CatLine {
  readonly kind: string;
  readonly message?: string;
  readonly destination: unknown;
}

async function onDisk(): Promise<CatLine[]> {
  const { out } = await run('cache', 'cat', '--json');
  return out.split('\n').map((line) => JSON.parse(line) as CatLine);
}

async function messages(): Promise<string[]> {
  return (await onDisk()).flatMap(({ message }) => message ?? []);
}

async function filesInCache(): Promise<string[]> {
  return (await readdir(path.join(cacheFolder(home, 'rover'), 'segments'))).sort();
}

const original = Array.from({ length: secrets }, (_, number) => `wifi key hunter${number} used`);
const redacted = Array.from({ length: secrets }, () => 'wifi key … used');
const rule = ['--find', String.raw`hunter\d+`, '--replace', '…', '--node', 'net'];

async function redactsAndUndoes(): Promise<void> {
  const made = await run('cache', 'redact', ...rule, '--json');
  const { dryRun, robots } = JSON.parse(made.out) as { dryRun: boolean; robots: { id: number }[] };
  expect({ code: made.code, dryRun, robots }).toMatchObject({
    code: 0,
    dryRun: false,
    robots: [{ name: 'rover', records: secrets, segments: 1, underWay: 0, problem: null }],
  });
  expect(await messages()).toEqual([...redacted, 'Plan found']);
  const id = robots[0]?.id ?? 0;
  expect((await run('cache', 'edits')).out).toMatch(new RegExp(`\n  ${id}  ${secrets} records redacted, \\d{4}-`));
  // The originals are kept beside what replaces them.
  expect(await filesInCache()).toHaveLength(2);
  const again = await run('cache', 'redact', ...rule.with(1, 'wifi'));
  expect(again).toMatchObject({ code: 1, notes: expect.stringContaining('neither confirmed nor undone') as string });

  expect(await run('cache', 'undo', String(id))).toMatchObject({ code: 0, out: `rover: change ${id} is undone` });
  expect(await messages()).toEqual([...original, 'Plan found']);
  expect((await run('cache', 'edits')).out).toBe('rover: no change waits');
  expect(await run('cache', 'undo', String(id))).toMatchObject({
    code: 1,
    notes: expect.stringContaining(`There is no change ${id}`) as string,
  });
}

async function redactsForGood(): Promise<void> {
  const made = await run('cache', 'redact', ...rule);
  expect(made.out).toContain(`rover: ${secrets} records redacted; the originals are kept on disk`);
  const id = /tether cache confirm (\d+) --robot rover/.exec(made.out)?.[1] ?? '';
  expect(await run('cache', 'confirm', id, '--json')).toMatchObject({
    code: 0,
    out: JSON.stringify({ name: 'rover', id: Number(id), ended: 'confirmed' }),
  });
  expect(await filesInCache()).toHaveLength(1);
  expect(await messages()).toEqual([...redacted, 'Plan found']);
  expect((await run('cache', 'undo', id)).code).toBe(1);
}

async function reaims(): Promise<void> {
  const { log, metric } = destinationsOf(roverConfig());
  const before = await onDisk();
  expect(before.filter(({ destination }) => same(destination, log) || same(destination, metric))).toEqual([]);
  const made = await run('cache', 'reaim', '--kind', 'metric', '--all');
  expect(made.out).toContain('rover: 1 record redirected; the originals are kept on disk');
  const after = await onDisk();
  expect(after.map(({ destination }, number) => (same(destination, before[number]?.destination) ? 0 : 1))).toEqual(
    before.map(({ kind }) => (kind === 'metric' ? 1 : 0)),
  );
  expect(after.find(({ kind }) => kind === 'metric')?.destination).toEqual(metric);
  const id = /tether cache undo (\d+)/.exec(made.out)?.[1] ?? '';
  expect((await run('cache', 'undo', id)).code).toBe(0);
  expect(await onDisk()).toEqual(before);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Nothing changes, so nothing waits to be confirmed. */
async function changesNothing(): Promise<void> {
  const made = await run('cache', 'redact', '--find', 'nowhere', '--replace', '', '--all');
  expect(made).toMatchObject({ code: 0, out: 'rover: nothing to change' });
  expect((await run('cache', 'edits', '--json')).out).toBe('{"robots":[{"name":"rover","edits":[],"problem":null}]}');
  const wrong = await run('cache', 'redact', '--find', 'Plan', '--replace', '$1', '--all');
  expect(wrong).toMatchObject({ code: 1, notes: expect.stringContaining('group 1') as string });
  expect(await messages()).toEqual([...original, 'Plan found']);
}

describe.each([
  ['nobody has the cache: the command takes it, and gives it up', (use: () => Promise<void>) => use()],
  ['somebody has the cache: they do it', (use: () => Promise<void>) => withOwner(home, use)],
])('%s', (_, around) => {
  test('a redaction is made and undone', async () => {
    await recorded();
    await around(redactsAndUndoes);
    expect(await messages()).toEqual([...original, 'Plan found']);
  });

  test('a redaction is made and confirmed', async () => {
    await recorded();
    await around(redactsForGood);
    expect(await messages()).toEqual([...redacted, 'Plan found']);
  });

  test('records get the destination of the robot’s file, and their own again', async () => {
    await recorded();
    await around(reaims);
  });

  test('what changes nothing leaves nothing to confirm', async () => {
    await recorded();
    await around(changesNothing);
  });

  test('lines that cannot be written anew are no all-clear: the dry run and the change say how many they are', async () => {
    await recorded(testJsonLog({ message: 'wifi key hunter99 used', node: 'net' }));
    const words = '  as they were, though meant: 1 record; lines of ROS 1 and of JSON cannot be written anew';
    await around(async () => {
      expect((await run('cache', 'redact', ...rule, '--dry-run')).out).toContain(words);
      const only = ['--find', 'hunter99', '--replace', '…', '--node', 'net'];
      expect((await run('cache', 'redact', ...only)).out.split('\n')).toEqual([
        ...['rover: nothing to change', words],
        expect.stringContaining('name it under "redact" in the robot file'),
      ]);
      const made = JSON.parse((await run('cache', 'redact', ...rule, '--json')).out) as unknown;
      expect(made).toMatchObject({ robots: [{ records: secrets, unwritable: 1 }] });
    });
  });

  test('a dry run shows some and counts all, and changes nothing', async () => {
    await recorded();
    await around(async () => {
      const files = await filesInCache();
      const { code, out } = await run('cache', 'redact', ...rule, '--dry-run');
      expect(code).toBe(0);
      const lines = out.split('\n');
      expect(lines[0]).toBe(`rover: would redact ${secrets} records`);
      expect(lines.slice(1, 3)).toEqual(['  - wifi key hunter0 used', '  + wifi key … used']);
      expect(lines.filter((line) => line.startsWith('  - '))).toHaveLength(20);
      expect(lines.at(-1)).toBe('  and 5 more');
      const report = JSON.parse((await run('cache', 'redact', ...rule, '--dry-run', '--json')).out) as unknown;
      expect(report).toMatchObject({
        dryRun: true,
        robots: [{ name: 'rover', records: secrets, examples: { length: 20 } }],
      });
      expect(await messages()).toEqual([...original, 'Plan found']);
      expect(await filesInCache()).toEqual(files);
    });
  });
});

describe('what cannot be', () => {
  test('an owner that cannot be asked: not possible now, with its name', async () => {
    await recorded();
    const cache = await takeCache(home);
    for (const line of [
      'redact --find a --replace b --all',
      'reaim --kind logs --all',
      'edits',
      'confirm 1',
      'undo 1',
    ]) {
      const { code, notes } = await run('cache', ...line.split(' '));
      expect({ line, code, notes }).toMatchObject({
        line,
        code: 3,
        notes: expect.stringContaining('a test (process') as string,
      });
    }
    await cache.close();
  });

  test('a robot without a valid file has no destination to give', async () => {
    await recorded();
    const file = path.join(robotsFolder(home), 'rover.yaml');
    await writeFile(file, 'logs: [');
    expect(await run('cache', 'reaim', '--kind', 'logs', '--all')).toMatchObject({
      code: 1,
      notes: expect.stringContaining('rover.yaml is not valid') as string,
    });
    expect(await readFile(file, 'utf8')).toBe('logs: [');
    await rm(file);
    expect((await run('cache', 'reaim', '--kind', 'logs', '--all')).code).toBe(1);
    expect((await run('cache', 'edits')).out).toBe('rover: no change waits');
  });
});

describe('cache shift', () => {
  async function stamps(): Promise<number[]> {
    const { out } = await run('cache', 'cat', '--grep', 'Plan', '--json');
    return out.split('\n').map((line) => Date.parse((JSON.parse(line) as { stamp: string }).stamp));
  }

  async function movesTimes(): Promise<void> {
    const [before = 0] = await stamps();
    const { code, out } = await run('cache', 'shift', '--by', '-1h30m', '--grep', 'Plan', '--json');
    const { robots } = JSON.parse(out) as { robots: { id: number }[] };
    expect({ code, robots }).toMatchObject({ code: 0, robots: [{ name: 'rover', records: 1, problem: null }] });
    expect(await stamps()).toEqual([before - 5_400_000]);
    expect((await run('cache', 'edits')).out).toContain('1 record time-shifted');
    await run('cache', 'undo', String(robots[0]?.id));
    expect(await stamps()).toEqual([before]);
    expect((await run('cache', 'shift', '--by', '1s', '--grep', 'Plan')).out).toMatch(
      /^rover: 1 record time-shifted; /,
    );
  }

  test('moves times, and undo brings them back', async () => {
    await recorded();
    await movesTimes();
  });

  test('through the owner', async () => {
    await recorded();
    await withOwner(home, movesTimes);
  });
});
