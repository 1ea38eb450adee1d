import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDiskCache } from '../cache/openDiskCache.js';
import { type PythonMessage, readWithPython } from '../cache/readWithPython.test-support.js';
import { testLog, testMetric } from '../cache/testRecords.js';
import { cacheFolder } from '../config/home.js';
import type { Cache, RecordToCache } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import { runInProcess, TestOutput } from './TestOutput.test-support.js';

let home: string;
const opened: Cache[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-export-'));
});

afterEach(async () => {
  for (const cache of opened.splice(0)) await cache.close();
  await rm(home, { recursive: true });
});

async function recorded(robot: string, records: readonly RecordToCache[]): Promise<Cache> {
  const cache = await openDiskCache({
    folder: cacheFolder(home, robot),
    robot,
    owner: { kind: 'a test', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 64 * 1024 },
    clock: systemClock,
  });
  if (!cache.ok) throw new Error(cache.problem.message);
  opened.push(cache.value);
  // In parts, so that there are several segments.
  for (let from = 0; from < records.length; from += 100) await cache.value.append(records.slice(from, from + 100));
  return cache.value;
}

const startNs = systemClock.nowNs() - 60_000_000_000n;

function walk(count: number): RecordToCache[] {
  return Array.from({ length: count }, (_, number) => {
    const stampNs = startNs + BigInt(number) * 1_000_003n;
    if (number % 7 === 0) return testMetric('battery', number / 8, stampNs);
    const severity = number % 2 === 0 ? 'ERROR' : 'DEBUG';
    return testLog({
      message: `Überlast ⚡ ${'x'.repeat(number % 90)} ${number}`,
      severity,
      node: `n${number % 3}`,
      stampNs,
    });
  });
}

function place(name: string): string {
  return path.join(home, name);
}

/** What the Python reader must have found of a record. */
function expected(robot: string, record: RecordToCache, state: string): object {
  const stamp = { sec: Number(record.stampNs / 1_000_000_000n), nanosec: Number(record.stampNs % 1_000_000_000n) };
  return {
    topic: record.channel.topic,
    messageEncoding: 'cdr',
    schemaName: record.channel.schemaName,
    schemaEncoding: 'ros2msg',
    logTime: String(record.receivedNs),
    publishTime: String(record.stampNs),
    data: Buffer.from(record.data).toString('hex'),
    metadata: {
      'tether.robot': robot,
      'tether.destination': JSON.stringify(record.destination),
      'tether.kind': record.kind,
      'tether.state': state,
      ...(record.severity === null ? {} : { 'tether.severity': record.severity }),
    },
    decoded:
      record.kind === 'log'
        ? { stamp, name: record.label }
        : { metric_name: record.label, unit: 'percent', time_stamp: stamp },
  };
}

describe('to MCAP', () => {
  test('the Python readers find every record of every robot as the robot wrote it, while the owners have the caches', async () => {
    const records = walk(700);
    const cache = await recorded('rover', records);
    await cache.hold({ kind: 'log', severityMin: 'ERROR' });
    const arm = [testLog({ message: 'Arm ready', stampNs: startNs })];
    await recorded('arm', arm);
    expect((await cache.segments()).length).toBeGreaterThan(1);
    const file = place('walk.mcap');
    const { code, output } = await runInProcess(home, ['export', file]);
    expect({ code, notes: output.notes }).toEqual({ code: 0, notes: [] });
    expect(output.lines[0]).toMatch(/walk\.mcap: 701 records, /);
    expect(output.lines.slice(1)).toEqual(['  arm: 1 record', '  rover: 700 records']);

    const wanted = [
      ...arm.map((record) => expected('arm', record, 'pending')),
      ...records.map((record) => expected('rover', record, record.severity === 'ERROR' ? 'held' : 'pending')),
    ];
    const bySequence = (message: PythonMessage): number => message.sequence;
    for (const how of ['seeking', 'non-seeking'] as const) {
      const reading = await readWithPython(file, how);
      expect(reading.messages).toMatchObject(wanted);
      expect(reading.statistics).toBe(701);
      expect(reading.chunkIndexes).toBeGreaterThan(0);
      // Sequences begin again with each segment, and count up in it.
      expect(reading.messages.map(bySequence).slice(0, 3)).toEqual([0, 0, 1]);
    }
    const first = (await readWithPython(file, 'seeking')).messages[2];
    expect(first?.decoded).toEqual({
      stamp: {
        sec: Number((startNs + 1_000_003n) / 1_000_000_000n),
        nanosec: Number((startNs + 1_000_003n) % 1_000_000_000n),
      },
      level: 10,
      name: 'n1',
      msg: 'Überlast ⚡ x 1',
      file: '',
      function: '',
      line: 0,
    });
    const bytes = (await readFile(file)).byteLength;
    const raw = records.reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(bytes).toBeLessThan(raw);
  });

  test('what is refused is kept apart, with its reason', async () => {
    const cache = await recorded('rover', walk(3));
    const batch = await cache.take({
      kind: 'log',
      recordsMax: 1,
      bytesMax: 10_000,
      oldestStampNs: 0n,
      newestStampNs: startNs * 2n,
    });
    const [record] = batch?.records ?? [];
    if (batch === null || record === undefined) throw new Error('nothing was taken');
    await cache.acknowledge(batch, [{ address: record.address, reason: 'too large' }]);
    await runInProcess(home, ['export', place('a.mcap')]);
    const { messages } = await readWithPython(place('a.mcap'), 'seeking');
    const told = messages.map(({ metadata }) => [metadata['tether.state'], metadata['tether.reason']]);
    expect(told).toEqual([
      ['pending', undefined],
      ['quarantined', 'too large'],
      ['pending', undefined],
    ]);
  });

  test('a filter without a hit makes an empty, valid file and says what is left out', async () => {
    await recorded('rover', walk(10));
    const { output } = await runInProcess(home, ['export', place('none.mcap'), '--grep', 'nowhere', '--json']);
    const robots = [{ name: 'rover', records: 0, leftOut: 10, problem: null }];
    expect(JSON.parse(output.lines[0] ?? '')).toMatchObject({ records: 0, robots });
    expect(await readWithPython(place('none.mcap'), 'seeking')).toEqual({
      messages: [],
      statistics: 0,
      chunkIndexes: 0,
    });
  });
});

test('to JSON lines: one object a record, with all that is known of it', async () => {
  const cache = await recorded('rover', walk(9));
  await cache.hold({ kind: 'metric' });
  const { code, output } = await runInProcess(home, [
    'export',
    place('a.jsonl'),
    '--robot',
    'rover',
    '--kind',
    'metrics',
  ]);
  expect(code).toBe(0);
  expect(output.lines[1]).toBe('  rover: 2 records; 7 left out by the filter');
  const lines = (await readFile(place('a.jsonl'), 'utf8')).split('\n');
  const [, second] = lines;
  expect(lines).toHaveLength(3);
  const stampNs = startNs + 7n * 1_000_003n;
  expect(JSON.parse(second ?? '')).toEqual({
    robot: 'rover',
    segment: 1,
    ordinal: 7,
    kind: 'metric',
    state: 'held',
    reason: '',
    origin: '',
    stamp: `${new Date(Number(stampNs / 1_000_000n)).toISOString().slice(0, 19)}.${String(stampNs % 1_000_000_000n).padStart(9, '0')}Z`,
    stampNs: String(stampNs),
    received: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/) as string,
    receivedNs: String(stampNs + 1_000_000n),
    topic: '/battery',
    name: 'battery',
    value: 0.875,
    unit: 'percent',
    dimensions: [],
    destination: testMetric('battery', 0).destination,
  });
});

test('to CSV: a header, quoted texts, and nothing that a spreadsheet would run', async () => {
  const stampNs = 1_700_000_000_000_000_001n;
  await recorded('rover', [
    testLog({ message: '=HYPERLINK("http://x";"y")', node: '@sum', stampNs }),
    testLog({ message: 'two\nlines, "quoted"', stampNs }),
    testMetric('-cold', -1.5, stampNs),
  ]);
  await runInProcess(home, ['export', place('a.csv')]);
  const text = await readFile(place('a.csv'), 'utf8');
  const [header, first, ...rest] = text.split('\r\n');
  expect(header?.startsWith('\ufeffrobot,segment,ordinal,kind,state,reason,stamp,stamp_ns,')).toBe(true);
  expect(first).toContain(',2023-11-14T22:13:20.000000001Z,1700000000000000001,');
  expect(first).toContain(`,INFO,'@sum,"'=HYPERLINK(""http://x"";""y"")",`);
  expect(rest[0]).toContain(',"two\nlines, ""quoted""",');
  expect(rest[1]).toContain(",'-cold,-1.5,percent,");
});

test('of an import: each format says which file a record came from', async () => {
  const cache = await recorded('rover', [testLog({ message: 'live', stampNs: startNs })]);
  const progress = { origin: 'import:7', fromBytes: 0, lines: 1, bytes: 10, digest: 'ab' };
  const line = { ...testLog({ message: 'from a file', stampNs: startNs }), origin: progress.origin };
  expect((await cache.appendImported(progress, [line])).ok).toBe(true);
  for (const format of ['mcap', 'jsonl', 'csv']) {
    expect((await runInProcess(home, ['export', place(`a.${format}`)])).code).toBe(0);
  }
  const { messages } = await readWithPython(place('a.mcap'), 'seeking');
  expect(messages.map(({ metadata }) => metadata['tether.origin'])).toEqual([undefined, 'import:7']);
  const objects = (await readFile(place('a.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(objects.map((text) => (JSON.parse(text) as { origin: string }).origin)).toEqual(['', 'import:7']);
  const rows = (await readFile(place('a.csv'), 'utf8')).trimEnd().split('\r\n');
  expect(rows.map((row) => row.split(',').at(-1))).toEqual(['origin', '', 'import:7']);
});

describe('the file', () => {
  test('that is there already is left alone, unless it is to be replaced', async () => {
    await recorded('rover', walk(3));
    const file = place('a.jsonl');
    await writeFile(file, 'mine');
    const refused = await runInProcess(home, ['export', file]);
    expect(refused.code).toBe(1);
    expect(refused.output.notes).toEqual([
      `tether: ${file} is there already.`,
      expect.stringContaining('--force') as string,
    ]);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await runInProcess(home, ['export', file, '--force'])).code).toBe(0);
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(4);
  });

  test('has its name only when it is whole: an interrupt leaves nothing', async () => {
    await recorded('rover', walk(2000));
    const interrupt = new AbortController();
    const output = new TestOutput();
    output.errorIsTerminal = true;
    let nowMs = 0;
    const clock = { ...systemClock, monotonicMs: () => (nowMs += 1) };
    output.progress = (text) => {
      output.shown.push(text);
      interrupt.abort();
    };
    const { code } = await runInProcess(home, ['export', place('a.mcap')], { interrupt, output, clock });
    expect(code).toBe(3);
    expect(output.shown).toEqual([expect.stringMatching(/^\d+ records, /) as string]);
    expect((await readdir(home)).filter((name) => name.startsWith('a.'))).toEqual([]);
  });

  test('of another export that is under way, or was killed, is not written to', async () => {
    await recorded('rover', walk(3));
    await writeFile(place('a.csv.partial'), 'half');
    const { code, output } = await runInProcess(home, ['export', place('a.csv')]);
    expect({ code, words: output.notes.join(' ') }).toMatchObject({
      code: 1,
      words: expect.stringContaining('cut short') as string,
    });
    expect(await readFile(place('a.csv.partial'), 'utf8')).toBe('half');
    expect((await runInProcess(home, ['export', place('a.csv'), '--force'])).code).toBe(0);
    expect((await readdir(home)).filter((name) => name.startsWith('a.'))).toEqual(['a.csv']);
  });

  test('in a folder that is not there: said, and nothing else happens', async () => {
    await recorded('rover', walk(3));
    const { code, output } = await runInProcess(home, ['export', place('no/a.csv')]);
    expect(code).toBe(1);
    expect(output.notes[0]).toMatch(/no\/a\.csv cannot be written: ENOENT/);
  });
});
