import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testLog, testMetric } from '../cache/testRecords.js';
import type { RecordToCache } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import { runInProcess } from './TestOutput.test-support.js';
import { takeCache, withOwner } from './withOwner.test-support.js';

// hold, unhold, delete and undelete, with and without somebody who owns the cache.
let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-change-'));
});

afterEach(() => rm(home, { recursive: true }));

async function recorded(robot: string): Promise<void> {
  const cache = await takeCache(home, robot);
  await cache.append(someRecords());
  await cache.close();
}

function someRecords(): RecordToCache[] {
  const stampNs = systemClock.nowNs() - 60_000_000_000n;
  return [
    testLog({ message: 'Motor hot', severity: 'ERROR', stampNs }),
    testLog({ message: 'Plan found', stampNs }),
    testMetric('battery', 81, stampNs),
  ];
}

async function run(line: string): Promise<{ code: number; out: string; notes: string }> {
  const { code, output } = await runInProcess(home, line.split(' '));
  return { code, out: output.lines.join('\n'), notes: output.notes.join('\n') };
}

async function statesOf(): Promise<Record<string, number>> {
  const { out } = await run('cache cat --json');
  const states: Record<string, number> = {};
  for (const line of out.split('\n').filter((text) => text !== '')) {
    const { state } = JSON.parse(line) as { state: string };
    states[state] = (states[state] ?? 0) + 1;
  }
  return states;
}

async function changesAll(): Promise<void> {
  expect(await run('cache hold --severity error')).toMatchObject({
    code: 0,
    out: expect.stringContaining('rover: 1 record held') as string,
  });
  // Metrics have no severity: they are not among those of at least ERROR.
  expect(await statesOf()).toEqual({ held: 1, pending: 2 });
  expect(await run('cache hold --severity error --kind metrics')).toMatchObject({
    code: 2,
    notes: expect.stringContaining('metrics have no severity') as string,
  });
  expect(await run('cache hold --kind metrics')).toMatchObject({ code: 0 });
  expect(await statesOf()).toEqual({ held: 2, pending: 1 });
  expect(await run('cache unhold --kind metrics --json')).toMatchObject({
    code: 0,
    out: '{"robots":[{"name":"rover","records":1,"problem":null}]}',
  });
  expect(await statesOf()).toEqual({ held: 1, pending: 2 });
  const deleted = await run('cache delete --grep motor --json');
  const { robots } = JSON.parse(deleted.out) as { robots: { records: number; id: number }[] };
  expect(robots).toEqual([{ name: 'rover', records: 1, id: expect.any(Number) as number, problem: null }]);
  expect(await statesOf()).toEqual({ pending: 2 });
  const id = robots[0]?.id ?? 0;
  expect(await run(`cache undelete ${id}`)).toMatchObject({
    code: 0,
    out: 'rover: 1 record is back, as before the delete',
  });
  expect(await statesOf()).toEqual({ held: 1, pending: 2 });
  expect(await run(`cache undelete ${id}`)).toMatchObject({
    code: 1,
    notes: expect.stringContaining(`There is no delete ${id}`) as string,
  });
  expect((await run('cache delete --all')).out).toMatch(
    /^rover: 3 records deleted\n.*"tether cache undelete \d+ --robot rover"/,
  );
  expect(await statesOf()).toEqual({});
}

describe('changing what is on disk', () => {
  test('nobody has the cache: the command takes it, and gives it up', async () => {
    await recorded('rover');
    await changesAll();
    await (await takeCache(home)).close();
  });

  test('somebody has the cache: they do it', async () => {
    await recorded('rover');
    await withOwner(home, async () => {
      await changesAll();
      expect((await run('status')).out).toContain('a window (process');
    });
  });

  test('an owner that cannot be asked: not possible now, with its name', async () => {
    await recorded('rover');
    const cache = await takeCache(home);
    for (const line of [
      'cache hold',
      'cache unhold',
      'retry',
      'mode rover auto',
      'cache delete --all',
      'cache undelete 1',
    ]) {
      const { code, notes } = await run(line);
      expect({ line, code, notes }).toMatchObject({
        line,
        code: 3,
        notes: expect.stringContaining('a test (process') as string,
      });
    }
    await cache.close();
  });

  test('a robot without records gets no cache by this', async () => {
    await recorded('rover');
    expect(await run('cache hold --robot arm')).toMatchObject({
      code: 1,
      notes: expect.stringContaining('no robot "arm"') as string,
    });
    expect(await readdir(path.join(home, 'cache'))).toEqual(['rover']);
  });

  test('an interrupt leaves the robots alone whose turn has not come', async () => {
    await recorded('rover');
    const interrupt = new AbortController();
    interrupt.abort();
    const { code, output } = await runInProcess(home, ['cache', 'delete', '--all', '--json'], { interrupt });
    expect({ code, lines: output.lines }).toEqual({ code: 3, lines: ['{"robots":[]}'] });
    expect(await statesOf()).toEqual({ pending: 3 });
  });

  test('undelete asks which robot when there are several', async () => {
    await recorded('rover');
    await recorded('arm');
    expect(await run('cache undelete 1')).toMatchObject({
      code: 1,
      notes: expect.stringContaining('--robot') as string,
    });
  });
});

describe('what CloudWatch refused', () => {
  /** Two logs are in quarantine, for reasons of their own. */
  async function refused(): Promise<void> {
    await recorded('rover');
    const cache = await takeCache(home);
    const taken = { kind: 'log', recordsMax: 10, bytesMax: 1e6, oldestStampNs: 0n } as const;
    const batch = await cache.take({ ...taken, newestStampNs: systemClock.nowNs() });
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(
      batch,
      batch.records.map(({ address }) => ({ address, reason: 'too large' })),
    );
    await cache.close();
  }

  async function isTriedAgain(): Promise<void> {
    expect(await statesOf()).toEqual({ quarantined: 2, pending: 1 });
    expect(await run('retry --severity error')).toMatchObject({
      ...{ code: 0, out: 'rover: 1 record out of quarantine, to be sent again; "tether flush" sends them now' },
    });
    expect(await statesOf()).toEqual({ quarantined: 1, pending: 2 });
    expect(await run('retry --json')).toMatchObject({
      ...{ code: 0, out: '{"robots":[{"name":"rover","records":1,"problem":null}]}' },
    });
    expect(await statesOf()).toEqual({ pending: 3 });
  }

  test('is tried again', async () => {
    await refused();
    await isTriedAgain();
  });

  test('is tried again through the owner', async () => {
    await refused();
    await withOwner(home, isTriedAgain);
  });
});

describe('when records are sent', () => {
  test('by themselves or not is set in the window that has the robot open', async () => {
    await recorded('rover');
    await withOwner(home, async (engine) => {
      const mode = async () => (await engine.statusFrame()).robots[0]?.upload.mode;
      expect(await mode()).toBe('manual');
      expect(await run('mode rover auto')).toMatchObject({
        ...{ code: 0, out: 'rover: records are sent by themselves from now on' },
      });
      expect(await mode()).toBe('auto');
      expect(await run('mode rover manual --json')).toMatchObject({
        ...{ code: 0, out: '{"name":"rover","mode":"manual"}' },
      });
      expect(await mode()).toBe('manual');
    });
    // With nobody who has it open it is for the next window.
    const saved = () => readFile(path.join(home, 'settings', 'uploads.json'), 'utf8');
    expect(await saved()).toContain('"rover":"manual"');
    expect(await run('mode rover auto')).toMatchObject({ code: 0 });
    expect(await saved()).toContain('"rover":"auto"');
    expect(await run('mode arm auto')).toMatchObject({ code: 1 });
  });

  test('the link’s choice and limit hold in the window at once, and in the next', async () => {
    await recorded('rover');
    await withOwner(home, async (engine) => {
      const link = async () => (await engine.statusFrame()).link;
      expect((await run('link --metered metered --limit 50')).out).toBe(
        'the link counts as metered: only a flush sends (as you chose); at most 50 kB/s of all robots together',
      );
      expect(await link()).toMatchObject({ choice: 'metered', metered: true, limitBytesPerS: 50_000 });
      // A question changes nothing.
      expect(JSON.parse((await run('link --json')).out)).toMatchObject({ choice: 'metered', limitBytesPerS: 50_000 });
    });
    expect((await run('link --limit none --json')).out).toContain('"limitBytesPerS":null');
    await withOwner(home, async (engine) => {
      expect((await engine.statusFrame()).link).toMatchObject({ choice: 'metered', limitBytesPerS: null });
    });
  });
});

describe('counts, and a part of the records', () => {
  test('by node, by severity and by hour of the robot’s time', async () => {
    const cache = await takeCache(home);
    const hourNs = 3_600_000_000_000n;
    const beginsNs = (systemClock.nowNs() / hourNs - 5n) * hourNs;
    await cache.append([
      testLog({ message: 'a', node: 'nav', stampNs: beginsNs }),
      testLog({ message: 'b', node: 'arm', severity: 'ERROR', stampNs: beginsNs + 1n }),
      testLog({ message: 'c', node: 'nav', stampNs: beginsNs + hourNs }),
      testMetric('battery', 1, beginsNs + hourNs),
    ]);
    await cache.close();
    const words = (await run('cache ls --by node')).out.split('\n').map((line) => line.split(/ {2,}/));
    expect(words).toEqual([
      ['ROBOT', 'NODE OR METRIC', 'RECORDS'],
      ['rover', 'nav', '2'],
      ['rover', 'arm', '1'],
      ['rover', 'battery', '1'],
    ]);
    const bySeverity = (await run('cache ls --by severity')).out.split('\n').map((line) => line.split(/ {2,}/));
    expect(bySeverity).toEqual([
      ['ROBOT', 'SEVERITY', 'RECORDS'],
      ['rover', 'ERROR', '1'],
      ['rover', 'INFO', '2'],
      ['rover', 'metric', '1'],
    ]);
    expect(JSON.parse((await run('cache ls --by severity --json')).out)).toMatchObject({
      robots: [{ severities: [{ severity: 'ERROR', records: 1 }, { severity: 'INFO' }, { severity: 'metric' }] }],
    });
    const iso = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString();
    expect(JSON.parse((await run('cache ls --by hour --kind logs --json')).out)).toEqual({
      robots: [
        {
          ...{ name: 'rover', records: 3 },
          hours: [
            { hour: expect.stringContaining(iso(beginsNs).slice(0, 13)) as string, records: 2 },
            { hour: expect.stringContaining(iso(beginsNs + hourNs).slice(0, 13)) as string, records: 1 },
          ],
        },
      ],
    });
    const messages = async (line: string): Promise<unknown[]> =>
      (await run(`${line} --json`)).out.split('\n').map((text) => (JSON.parse(text) as { message?: string }).message);
    expect(await messages('cache cat --kind logs --newest --limit 2')).toEqual(['c', 'b']);
    expect(await messages('cache cat --kind logs --limit 1')).toEqual(['a']);
  });
});

describe('what opening a cache found damaged', () => {
  async function damaged(): Promise<void> {
    await recorded('rover');
    await appendFile(path.join(home, 'cache', 'rover', 'ledger.jsonl'), '{"type":"ack"');
    await (await takeCache(home)).close();
  }

  async function isToldUntilDismissed(): Promise<void> {
    const { out } = await run('status');
    expect(out).toMatch(/found when rover was opened, 20\S+Z: the ledger ended in 13 bytes/);
    expect(out).toContain('"tether cache check --robot rover" looks through all files');
    const { robots } = JSON.parse((await run('status --json')).out) as { robots: { recoveries: unknown[] }[] };
    expect(robots[0]?.recoveries).toEqual([
      { words: expect.stringContaining('13 bytes') as string, found: expect.stringMatching(/Z$/) as string },
    ]);
    expect(await run('cache dismiss')).toMatchObject({ code: 0, out: 'rover: 1 finding dismissed' });
    expect((await run('status')).out).not.toContain('found when');
    expect(await run('cache dismiss --json')).toMatchObject({
      ...{ code: 0, out: '{"robots":[{"name":"rover","dismissed":0,"problem":null}]}' },
    });
  }

  test('is told by status until it is dismissed', async () => {
    await damaged();
    await isToldUntilDismissed();
  });

  test('is told on the ladder too, and dismissed through the owner', async () => {
    await damaged();
    await withOwner(home, async (engine) => {
      const [robot] = (await engine.statusFrame()).robots;
      expect(robot?.recoveries).toHaveLength(1);
      expect(robot?.ladder.find(({ id }) => id === 'disk')).toMatchObject({
        ...{ state: 'warning', words: 'damage was mended', command: 'tether cache check --robot rover' },
      });
      await isToldUntilDismissed();
      expect((await engine.statusFrame()).robots[0]?.ladder.find(({ id }) => id === 'disk')).toMatchObject({
        state: 'ok',
      });
    });
  });
});
