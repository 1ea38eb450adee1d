import { randomBytes } from 'node:crypto';
import { appendFile, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lineBytesMax } from '../originals/readLines.js';
import { formatLogEvent } from '../upload/formatLogEvent.js';
import { logLine, metricLine, OriginalsBench, originalsConfig, sumOf } from './OriginalsBench.test-support.js';

const file = 'cwlog2026-11-24_09-00-00-0.log';
const metricFile = 'cwmetric2026-11-24_09-00-00-0.log';
let bench: OriginalsBench;

beforeEach(async () => {
  bench = await OriginalsBench.make();
});

afterEach(() => bench.stop());

function logs(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => logLine(bench.startMs + from + index, `line ${from + index}`));
}

function metrics(count: number): string[] {
  return Array.from({ length: count }, (_, index) => metricLine(bench.startMs + index, index));
}

function words(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index}`);
}

async function saveOffset(name: string, lines: readonly string[]): Promise<void> {
  const position = Buffer.byteLength(lines.map((line) => `${line}\n`).join(''));
  const offset = { position, eof: false, file_path: `/elsewhere/${name}` };
  await writeFile(path.join(bench.folder, 'token_store.info'), `${JSON.stringify(offset)}\n`);
}

/** The ledger as a crash leaves it that came before its last so many lines about imports. */
async function forgetImports(lines: number): Promise<void> {
  await bench.closeCache();
  const place = path.join(bench.cacheFolder, 'ledger.jsonl');
  const kept = (await readFile(place, 'utf8')).split('\n');
  for (let left = lines; left > 0; left -= 1)
    kept.splice(
      kept.findLastIndex((line) => line.includes('"imported"')),
      1,
    );
  await writeFile(place, kept.join('\n'));
}

describe('what a line becomes', () => {
  test('a line of ROS 1 is uploaded with the same words, at its own time', async () => {
    const text = '1795500000.120000001 ERROR [node name: /nav] [topics: /rosout, /odom] Grüße, 🤖\nsecond line\n';
    await bench.write(file, [JSON.stringify({ timestamp: 1_795_500_003_000, message: text })]);
    await bench.import();
    const cache = await bench.cache();
    for await (const { record, destination } of cache.read({}, 'oldest')) {
      expect(record).toMatchObject({ kind: 'log', severity: 'ERROR', node: '/nav', topic: '/rosout' });
      expect(record.stampNs).toBe(1_795_500_000_120_000_001n);
      expect(record.receivedNs).toBe(1_795_500_003_000_000_000n);
      expect(record.kind === 'log' && formatLogEvent(record, true)).toBe(text);
      const { group, stream } = bench.config.logs;
      expect(destination).toEqual({ kind: 'log', account: bench.config.account, group, stream });
    }
    expect((await cache.usage()).cachedRecords).toBe(1);
  });

  test('a metric keeps its time, unit, value and dimensions', async () => {
    await bench.write(metricFile, [
      metricLine(bench.startMs, 812.5),
      metricLine(bench.startMs, 3).replace('resolution":60', 'resolution":1'),
    ]);
    const { report } = await bench.import();
    expect(report.notes).toEqual([expect.stringContaining('1 metrics were kept for another storage resolution')]);
    const found = [];
    for await (const { record, destination } of (await bench.cache()).read({}, 'oldest'))
      found.push([record, destination]);
    expect(found[0]).toMatchObject([
      { name: 'free_ram', unit: 'Megabytes', value: 812.5, dimensions: [{ name: 'robot_id', value: 'r1' }] },
      { kind: 'metric', namespace: bench.config.metrics.namespace },
    ]);
    expect(found[0]).toMatchObject([{ stampNs: BigInt(bench.startMs) * 1_000_000n }, {}]);
  });

  test('lines older than CloudWatch takes are kept, as expired', async () => {
    const old = Date.UTC(2024, 0, 1);
    await bench.write(file, [logLine(old, 'old'), logLine(bench.startMs, 'young')]);
    await bench.import();
    expect(await (await bench.cache()).usage()).toMatchObject({ expiredRecords: 1, pendingRecords: 1 });
  });

  test('every kind of bad line is reported with its place, and those around it come in', async () => {
    const bad = ['{"timestamp":1', '', '[1]', '{"timestamp":1}', '{"timestamp":-1,"message":"x"}'];
    const good = logs(bad.length + 4);
    const lines = [...bad.flatMap((line, index) => [good[index] ?? '', line]), ...good.slice(bad.length)];
    const start = Buffer.from(lines.join('\n') + '\n');
    const zeros = Buffer.concat([Buffer.alloc(4096), Buffer.from('\n')]);
    const latin = Buffer.from('{"timestamp":1,"message":"gr\xfc\xdfe"}\n', 'latin1');
    const long = Buffer.from(`{"timestamp":1,"message":"${'x'.repeat(lineBytesMax)}"}\n`);
    const last = Buffer.from(`${logLine(bench.startMs + 99, 'after it all')}\n`);
    await writeFile(path.join(bench.folder, file), Buffer.concat([start, zeros, latin, long, last]));
    const end = await bench.import();
    const after = lines.length + 1;
    expect(end.report.problems.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'it is not whole JSON'],
      [4, 'it is empty'],
      [6, 'it is no JSON object'],
      [8, 'it has neither a message nor a metric_name'],
      [10, expect.stringContaining('timestamp: ')],
      [after, '4096 of its 4096 bytes are zero, as a crash or a full disk leaves them'],
      [after + 1, 'it is not UTF-8'],
      [after + 2, expect.stringContaining(`more than the ${lineBytesMax} that are looked at`)],
    ]);
    expect(end.report.problems[5]).toMatchObject({ file, byte: start.length });
    expect(sumOf(end)).toMatchObject({ lines: after + 3, imported: good.length + 1, reported: 8 });
    expect(await bench.cached()).toEqual([...words(good.length), 'after it all']);
  });
});

describe('a second run', () => {
  test('of the same files, of a copy elsewhere, or with more lines adds only what is new', async () => {
    await bench.write(file, logs(2500));
    await bench.write(metricFile, metrics(3));
    expect(sumOf(await bench.import())).toMatchObject({ lines: 2503, imported: 2503 });
    expect(sumOf(await bench.import())).toMatchObject({ lines: 2503, imported: 0, importedBefore: 2503 });
    await appendFile(path.join(bench.folder, file), `${logs(10, 2500).join('\n')}\n`);
    const copy = path.join(bench.root, 'copy');
    await cp(bench.folder, copy, { recursive: true });
    await bench.closeCache();
    expect(sumOf(await bench.import(false, copy))).toMatchObject({ imported: 10, importedBefore: 2503 });
    expect(sumOf(await bench.import(true))).toMatchObject({ imported: 0, importedBefore: 2513 });
    const found = (await bench.cached()).filter((word) => typeof word === 'string');
    expect(found).toEqual(words(2510));
  });

  test('after all was sent and its segments are gone adds nothing', async () => {
    await bench.write(file, logs(300));
    await bench.import();
    await bench.flush();
    await bench.closeCache();
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 300 });
    expect(await bench.cached()).toEqual([]);
  });

  test('a last line that was torn comes in when the file has grown', async () => {
    const lines = logs(3);
    await bench.write(file, [lines[0] ?? '', lines[1]?.slice(0, -5) ?? ''], '');
    expect(sumOf(await bench.import())).toMatchObject({ imported: 1, reported: 1 });
    await bench.write(file, lines);
    expect(sumOf(await bench.import())).toMatchObject({ imported: 2, importedBefore: 1, reported: 0 });
    // A whole line without its newline is one, and stays the same line when the newline comes.
    await bench.write(file, logs(4), '');
    expect(sumOf(await bench.import())).toMatchObject({ imported: 1, importedBefore: 3, reported: 0 });
    await bench.write(file, logs(5));
    expect(sumOf(await bench.import())).toMatchObject({ imported: 1, importedBefore: 4, reported: 0 });
    expect(await bench.cached()).toEqual(words(5));
  });

  test('a file whose beginning has changed is reported, not taken for the one that was imported', async () => {
    await bench.write(file, logs(10));
    await bench.import();
    const changed = logs(20);
    changed[4] = logLine(bench.startMs, 'another');
    await bench.write(file, changed);
    const end = await bench.import();
    expect(end.report.problems).toMatchObject([{ line: 10, reason: expect.stringContaining('not those') as string }]);
    await bench.write(file, logs(4));
    expect((await bench.import()).report.problems).toMatchObject([
      { reason: expect.stringContaining('longer') as string },
    ]);
    expect(await bench.cached()).toEqual(words(10));
  });

  test.each([1, 2, 3, 4])('after a crash that came before the last %i lines of the ledger', async (lost) => {
    const lines = logs(2500).flatMap((line, index) => (index % 7 === 0 ? ['bad', line] : [line]));
    await bench.write(file, lines);
    expect(sumOf(await bench.import())).toMatchObject({ imported: 2500 });
    await forgetImports(lost);
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 2500 });
    await appendFile(path.join(bench.folder, file), `${logs(5, 2500).join('\n')}\n`);
    // The second run has written down where it was, though it stored nothing.
    await bench.closeCache();
    expect(sumOf(await bench.import())).toMatchObject({ imported: 5, importedBefore: 2500 });
    expect(await bench.cached()).toEqual(words(2505));
  });

  test('after a crash between a record and its line, then an upload of all that was stored', async () => {
    await bench.write(file, logs(1500));
    await bench.import();
    await forgetImports(1);
    await bench.flush();
    await bench.closeCache();
    expect(await readdir(path.join(bench.cacheFolder, 'segments'))).toEqual([]);
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 1500 });
    await bench.closeCache();
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 1500 });
  });

  test.each(['write', 'datasync'] as const)('after a disk that failed (%s) and a restart', async (what) => {
    await bench.write(file, logs(1500));
    bench.files.fault = { what, code: 'EIO', path: '.mcap', bytes: 60_000 };
    expect((await bench.import()).problem).toMatchObject({ code: 'disk-failing' });
    await bench.closeCache();
    bench.files.fault = null;
    const end = sumOf(await bench.import());
    expect(end.imported + end.importedBefore).toBe(1500);
    expect(await bench.cached()).toEqual(words(1500));
    // In the same process too.
    await bench.write(metricFile, metrics(1500));
    bench.files.fault = { what, code: 'EIO', path: '.mcap', bytes: 60_000 };
    expect((await bench.import()).problem).toMatchObject({ code: 'disk-failing' });
    bench.files.fault = null;
    await bench.import();
    expect((await bench.cached()).slice(1500)).toEqual([...metrics(1500).keys()]);
  });

  test('the ledger keeps it through a compaction', async () => {
    await bench.write(file, logs(10));
    await bench.import();
    await bench.flush();
    await bench.closeCache();
    // A torn end makes the next start write the ledger anew.
    await appendFile(path.join(bench.cacheFolder, 'ledger.jsonl'), '{"type":"no');
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 10 });
    await bench.closeCache();
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 10 });
  });
});

describe('saved offsets', () => {
  test('metrics before one are left out, counted, and imported by --all, once', async () => {
    const lines = metrics(10);
    await bench.write(metricFile, lines);
    await saveOffset(metricFile, lines.slice(0, 6));
    expect(sumOf(await bench.import())).toMatchObject({ imported: 4, uploadedBefore: 6 });
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 4, uploadedBefore: 6 });
    await bench.closeCache();
    expect(sumOf(await bench.import(true))).toMatchObject({ imported: 6, importedBefore: 4, uploadedBefore: 0 });
    expect(sumOf(await bench.import(true))).toMatchObject({ imported: 0, importedBefore: 10 });
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 10 });
    expect(await bench.cached()).toEqual([6, 7, 8, 9, 0, 1, 2, 3, 4, 5]);
  });

  test('all first, then without: the same lines, once', async () => {
    const lines = metrics(10);
    await bench.write(metricFile, lines);
    await saveOffset(metricFile, lines.slice(0, 6));
    expect(sumOf(await bench.import(true))).toMatchObject({ imported: 10 });
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 10 });
    expect(await bench.cached()).toHaveLength(10);
  });

  test.each([
    ['in the middle of a line', { position: 10, eof: false, file_path: metricFile }, 'not the beginning of a line'],
    ['beyond the end', { position: 1e9, eof: true, file_path: metricFile }, 'not the beginning of a line'],
    ['of no known form', { position: 'a', file_path: metricFile }, 'is no saved offset'],
  ])('one %s is not believed', async (_, offset, note) => {
    await bench.write(metricFile, metrics(3));
    await writeFile(path.join(bench.folder, 'token_store.info'), JSON.stringify(offset));
    const end = await bench.import();
    expect(sumOf(end)).toMatchObject({ imported: 3, uploadedBefore: 0 });
    expect(end.report.notes.join()).toContain(note);
  });
});

/** What packing cannot make smaller. */
function noise(): string {
  return randomBytes(300).toString('base64');
}

describe('the cache', () => {
  test('is filled to nine tenths of its limit, nothing goes for it, and the import goes on when there is room', async () => {
    bench.bytesMax = 2 * 1024 * 1024;
    const lines = Array.from({ length: 9000 }, (_, index) =>
      logLine(bench.startMs + index, `line ${index} ${noise()}`),
    );
    await bench.write(file, lines);
    const first = await bench.import();
    expect(first.problem).toMatchObject({ code: 'cache-full' });
    const { imported, lines: read } = sumOf(first);
    expect(read).toBe(imported);
    expect(imported).toBeGreaterThan(1000);
    let total = imported;
    for (let round = 0; round < 5; round += 1) {
      await bench.flush();
      total += sumOf(await bench.import()).imported;
    }
    await bench.flush();
    expect(total).toBe(9000);
    expect((await (await bench.cache()).usage()).lost).toEqual({});
    expect(new Set(bench.sentWords()).size).toBe(9000);
    expect(bench.sentWords()).toHaveLength(9000);
  });

  test('what is imported under a changed robot file goes there, what is on disk stays where it was to go', async () => {
    await bench.write(file, logs(2));
    await bench.import();
    bench.config = { ...originalsConfig(), logs: { ...bench.config.logs, group: 'another' } };
    await appendFile(path.join(bench.folder, file), `${logs(1, 2).join('\n')}\n`);
    await bench.import();
    const groups = [];
    for await (const { destination } of (await bench.cache()).read({}, 'oldest')) {
      groups.push(destination.kind === 'log' ? destination.group : '');
    }
    expect(groups).toEqual([originalsConfig().logs.group, originalsConfig().logs.group, 'another']);
  });
});
