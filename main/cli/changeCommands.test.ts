import { mkdtemp, readdir, rm } from 'node:fs/promises';
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
    for (const line of ['cache hold', 'cache unhold', 'cache delete --all', 'cache undelete 1']) {
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

  test('undelete asks which robot when there are several', async () => {
    await recorded('rover');
    await recorded('arm');
    expect(await run('cache undelete 1')).toMatchObject({
      code: 1,
      notes: expect.stringContaining('--robot') as string,
    });
  });
});
