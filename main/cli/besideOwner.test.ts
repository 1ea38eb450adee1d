import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDiskCache } from '../cache/openDiskCache.js';
import { readWithPython } from '../cache/readWithPython.test-support.js';
import { cacheFolder } from '../config/home.js';
import { systemClock } from '../seams/Clock.js';
import { runInProcess } from './TestOutput.test-support.js';

// Every reading command, beside a real process that owns the cache and appends all the time.
const packageRoot = path.resolve(import.meta.dirname, '../..');
let bundle: string;
let home: string;
let owner: ChildProcess;
let durable = 0;

beforeAll(async () => {
  await mkdir(path.join(packageRoot, 'build'), { recursive: true });
  bundle = await mkdtemp(path.join(packageRoot, 'build', 'test-owner-'));
  await build({
    logLevel: 'error',
    build: {
      ssr: path.join(import.meta.dirname, 'recordingOwner.ts'),
      outDir: bundle,
      rolldownOptions: { output: { entryFileNames: 'owner.mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-beside-'));
  owner = spawn(process.execPath, [path.join(bundle, 'owner.mjs'), home, packageRoot], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (owner.stdout === null) throw new Error('the owner has no output');
  createInterface({ input: owner.stdout }).on('line', (line) => {
    ({ durable } = JSON.parse(line) as { durable: number });
  });
}, 120_000);

afterAll(async () => {
  if (owner.exitCode === null && owner.signalCode === null) {
    const ended = once(owner, 'exit');
    owner.kill('SIGKILL');
    await ended;
  }
  await rm(bundle, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

/** The owner goes on while a test reads. */
beforeEach(async () => {
  const before = durable;
  while (durable <= before + 200) {
    if (owner.exitCode !== null) throw new Error('the owner ended');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

async function run(line: string): Promise<{ code: number; lines: readonly string[]; notes: readonly string[] }> {
  const { code, output } = await runInProcess(home, line.split(' '));
  return { code, lines: output.lines, notes: output.notes };
}

/** All records that were durable before the command began are in what it says, in order and without holes. */
function expectWhole(numbers: readonly number[], before: number): void {
  expect(numbers.length).toBeGreaterThanOrEqual(before);
  expect(numbers).toEqual(numbers.map((_, place) => place));
}

describe('while a recording appends', () => {
  test('status counts what is durable, and names the owner', async () => {
    const before = durable;
    const { code, lines } = await run('status --json');
    const { robots } = JSON.parse(lines[0] ?? '') as { robots: { cachedRecords: number }[] };
    expect(code).toBe(0);
    expect(robots[0]?.cachedRecords).toBeGreaterThanOrEqual(before);
    expect((await run('status')).lines.join('\n')).toContain(`tether record (process ${owner.pid ?? 0})`);
  });

  test('cache ls', async () => {
    const before = durable;
    const { lines } = await run('cache ls --json');
    const { robots } = JSON.parse(lines[0] ?? '') as { robots: { groups: { records: number }[] }[] };
    const records = robots[0]?.groups.reduce((sum, group) => sum + group.records, 0);
    expect(records).toBeGreaterThanOrEqual(before);
  });

  test('cache cat reads every record, in order', async () => {
    for (let round = 0; round < 5; round += 1) {
      const before = durable;
      const { code, lines } = await run('cache cat --json');
      expect(code).toBe(0);
      expectWhole(lines.map(numberOf), before);
    }
  });

  test('export writes every record, in order, in each format', async () => {
    for (const format of ['jsonl', 'csv', 'mcap'] as const) {
      const before = durable;
      const file = path.join(home, `walk.${format}`);
      const { code, notes } = await run(`export ${file}`);
      expect({ code, notes }).toEqual({ code: 0, notes: [] });
      expectWhole(await exportedNumbers(file), before);
    }
  });

  test('cache check has nothing to say, and refuses to repair', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { code, lines } = await run('cache check');
      expect({ code, lines }).toMatchObject({
        code: 0,
        lines: [expect.stringContaining('all is well'), expect.stringContaining('tether record (process')],
      });
    }
  });

  test('hold and unhold are done by the owner', async () => {
    const before = durable;
    const held = await run('cache hold --kind logs --severity error --json');
    const { robots } = JSON.parse(held.lines[0] ?? '') as { robots: { records: number; problem: unknown }[] };
    expect(robots).toEqual([{ name: 'rover', records: expect.any(Number) as number, problem: null }]);
    // Of ten records five are INFO, one is a metric.
    expect(robots[0]?.records).toBeGreaterThanOrEqual(before * 0.4);
    const released = await run('cache unhold --json');
    expect(JSON.parse(released.lines[0] ?? '')).toMatchObject({ robots: [{ records: robots[0]?.records }] });
  });

  test('a second owner is refused with a sentence that names the first', async () => {
    const second = await openDiskCache({
      folder: cacheFolder(home, 'rover'),
      robot: 'rover',
      owner: { kind: 'tether record', controlSocket: null },
      limits: { bytesMax: 1e9, segmentBytesMax: 1e6 },
      clock: systemClock,
    });
    expect(second).toMatchObject({
      ok: false,
      problem: {
        code: 'owned',
        message: expect.stringContaining(`tether record (process ${owner.pid ?? 0})`) as string,
      },
    });
  });
});

test('after the recording was killed the check tells of its lock only, and repair takes it over', async () => {
  const ended = once(owner, 'exit');
  owner.kill('SIGKILL');
  await ended;
  const before = durable;
  const { code, lines } = await run('cache check --json');
  expect(code).toBe(1);
  const { robots } = JSON.parse(lines[0] ?? '') as { robots: { findings: { code: string }[]; records: number }[] };
  const harmless = [
    'stale-lock',
    'end-damaged',
    'ledger-torn',
    'left-over',
    'segment-left-over',
    'segment-empty',
    'summary-damaged',
  ];
  for (const finding of robots[0]?.findings ?? []) expect(harmless).toContain(finding.code);
  expect(robots[0]?.findings).toContainEqual(expect.objectContaining({ code: 'stale-lock' }));
  expect(robots[0]?.records).toBeGreaterThanOrEqual(before);
  expect((await run('cache check --repair')).code).toBe(0);
  expect(await run('cache check')).toMatchObject({ code: 0 });
  expectWhole((await run('cache cat --json')).lines.map(numberOf), before);
});

function numberOf(line: string): number {
  const record = JSON.parse(line) as { message?: string; value?: number };
  return record.message === undefined ? (record.value ?? NaN) : Number(record.message.split(' ')[1]);
}

async function exportedNumbers(file: string): Promise<number[]> {
  if (file.endsWith('.mcap')) {
    const { messages } = await readWithPython(file, 'non-seeking');
    return messages.map(({ decoded }) => {
      const { msg, value } = decoded as { msg?: string; value?: number };
      return msg === undefined ? (value ?? NaN) : Number(msg.split(' ')[1]);
    });
  }
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  if (file.endsWith('.jsonl')) return lines.map(numberOf);
  return lines.slice(1).map((line) => {
    const cells = line.split(',');
    return cells[3] === 'log' ? Number(cells[13]?.split(' ')[1]) : Number(cells[18]);
  });
}
