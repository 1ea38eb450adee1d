import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testLog } from '../cache/testRecords.js';
import { patient } from '../model/patient.test-support.js';
import { FakeSink } from '../upload/FakeSink.test-support.js';
import { logLine, metricLine, OriginalsBench, sumOf } from './OriginalsBench.test-support.js';

/**
 * The eight ways in which the original nodes lose or double what is in their cache, each replayed against the import and
 * our cache: files as the originals leave them, the real cache, the real uploader, a CloudWatch API on loopback.
 */
const hourMs = 3_600_000;
let bench: OriginalsBench;

beforeEach(async () => {
  bench = await OriginalsBench.make();
});

afterEach(() => bench.stop());

function wordsOf(lines: readonly string[]): string[] {
  return lines.map((line) => (JSON.parse(line) as { message: string }).message);
}

function fiveLogs(): string[] {
  return Array.from({ length: 5 }, (_, index) => logLine(bench.startMs + index * 1000, `line ${index}`));
}

async function saveOffset(position: number, file: string): Promise<void> {
  const offset = { position, eof: false, file_path: file };
  await writeFile(path.join(bench.folder, 'token_store.info'), `${JSON.stringify(offset)}\n`);
}

describe('what the originals lose', () => {
  test('A: five lines whose upload fails and is tried again: all five arrive, none of four is lost', async () => {
    const lines = fiveLogs();
    await bench.write('cwlog2026-11-24_09-00-00-0.log', lines);
    await bench.import();
    bench.cloud.faults.add({ kind: 'status', status: 503, operation: 'PutLogEvents' });
    await bench.flush();
    expect(bench.cloud.faults.waiting).toBe(0);
    expect(bench.sentWords()).toEqual(wordsOf(lines));
    expect(await (await bench.cache()).usage()).toMatchObject({ acknowledgedLogs: 5, cachedRecords: 0, lost: {} });
  });

  test('A: the offset that such a failure leaves, that of the newest line, is not believed: five lines arrive', async () => {
    const lines = fiveLogs();
    await bench.write('cwlog2026-11-24_09-00-00-0.log', lines);
    const newest = lines.slice(0, 4).reduce((bytes, line) => bytes + line.length + 1, 0);
    await saveOffset(newest, '~/.ros/cwlogs/cwlog2026-11-24_09-00-00-0.log');
    const end = await bench.import();
    expect(sumOf(end)).toMatchObject({ lines: 5, imported: 5 });
    expect(end.report.notes.join()).toContain('4 lines before a saved offset were imported');
    await bench.flush();
    expect(bench.sentWords()).toEqual(wordsOf(lines));
  });

  test('B: a line more than a day older than others of its file goes in a request of its own', async () => {
    const old = logLine(bench.startMs - 30 * hourMs, 'long ago');
    const lines = [old, ...fiveLogs()];
    await bench.write('cwlog2026-11-24_09-00-00-0.log', lines);
    expect(sumOf(await bench.import())).toMatchObject({ imported: 6, reported: 0 });
    await bench.flush();
    expect(bench.sentWords().toSorted()).toEqual(wordsOf(lines).toSorted());
    const sizes = bench.requests.map((request) => (request.kind === 'log' ? request.events.length : 0));
    expect(sizes.toSorted()).toEqual([1, 5]);
  });

  test('C: five metrics of one millisecond: all five arrive', async () => {
    const lines = Array.from({ length: 5 }, (_, index) => metricLine(bench.startMs, index + 0.5));
    await bench.write('cwmetric2026-11-24_09-00-00-0.log', lines);
    expect(sumOf(await bench.import())).toMatchObject({ imported: 5 });
    await bench.flush();
    expect(bench.cloud.metricData(bench.config.metrics.namespace)).toHaveLength(5);
    const values = bench.requests.flatMap((request) => (request.kind === 'metric' ? request.data : []));
    expect(values.map(({ value }) => value).toSorted()).toEqual([0.5, 1.5, 2.5, 3.5, 4.5]);
    expect(new Set(values.map(({ unit }) => unit))).toEqual(new Set(['Megabytes']));
  });

  test('C: before a saved offset, only the first of equal times counts as sent', async () => {
    const lines = [0, 1, 2].map((value) => metricLine(bench.startMs, value)).concat(metricLine(bench.startMs + 9, 3));
    await bench.write('cwmetric2026-11-24_09-00-00-0.log', [...lines, metricLine(bench.startMs + 10, 4)]);
    await saveOffset(lines.join('\n').length + 1, '/home/robot/.ros/cwmetrics/cwmetric2026-11-24_09-00-00-0.log');
    expect(sumOf(await bench.import())).toMatchObject({ lines: 5, imported: 3, uploadedBefore: 2 });
    expect(await bench.cached()).toEqual([1, 2, 4]);
  });

  test('D: a clean end in the middle of a file: nothing is sent twice, and nothing is imported twice', async () => {
    const lines = fiveLogs();
    await bench.write('cwlog2026-11-24_09-00-00-0.log', lines);
    // What the original leaves then names no file.
    await saveOffset(0, '');
    const end = await bench.import();
    expect(end.report.notes.join()).toContain('names no file');
    await bench.flush({ untilNs: BigInt(bench.startMs + 2000) * 1_000_000n });
    expect(bench.sentWords()).toEqual(wordsOf(lines).slice(0, 2));
    await bench.closeCache();
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 5 });
    await bench.flush();
    expect(bench.sentWords()).toEqual(wordsOf(lines));
  });

  test('E: a line that CloudWatch calls invalid is put aside alone; its neighbours and older files go on', async () => {
    const older = fiveLogs();
    const newer = fiveLogs().map((line) => line.replace('line', 'newer line'));
    await bench.write('cwlog2026-11-24_09-00-00-0.log', older);
    await bench.write('cwlog2026-11-24_10-00-00-0.log', newer);
    await bench.import();
    const sink = new FakeSink(() => Date.now());
    sink.isPoison = (item) => 'message' in item && item.message.includes('newer line 3');
    await bench.flush({}, sink);
    const good = wordsOf([...older, ...newer]).filter((words) => !words.includes('newer line 3'));
    expect(sink.events.map(({ message }) => message).toSorted()).toEqual(good.toSorted());
    const usage = await (await bench.cache()).usage();
    expect(usage).toMatchObject({ acknowledgedLogs: 9, quarantinedRecords: 1, pendingRecords: 0 });
    expect(await bench.cached()).toEqual(['newer line 3']);
  });

  test('F: a torn last line: the good ones come in once, it is reported, and a second run adds nothing', async () => {
    const lines = fiveLogs();
    await bench.write('cwlog2026-11-24_09-00-00-0.log', [...lines, lines[0]?.slice(0, 40) ?? ''], '');
    const first = await bench.import();
    expect(sumOf(first)).toEqual({ lines: 6, imported: 5, importedBefore: 0, uploadedBefore: 0, reported: 1 });
    const { byte, line, reason } = first.report.problems[0] ?? { byte: 0, line: 0, reason: '' };
    expect([line, byte]).toEqual([6, lines.join('\n').length + 1]);
    expect(reason).toContain('ends in the middle of it, after 40 bytes');
    const second = await bench.import();
    expect(sumOf(second)).toEqual({ lines: 6, imported: 0, importedBefore: 5, uploadedBefore: 0, reported: 1 });
    await bench.flush();
    await bench.closeCache();
    expect(sumOf(await bench.import())).toMatchObject({ imported: 0, importedBefore: 5 });
    await bench.flush();
    expect(bench.sentWords()).toEqual(wordsOf(lines));
  });

  test('G: a folder that cannot be written is said, what came live waits in memory, and it heals', async () => {
    const lines = fiveLogs();
    await bench.write('cwlog2026-11-24_09-00-00-0.log', lines);
    const cache = await bench.cache();
    bench.files.fault = { what: 'write', code: 'EROFS', path: '.mcap' };
    const live = cache.append([testLog({ message: 'live', stampNs: BigInt(bench.startMs) * 1_000_000n })]);
    await vi.waitFor(async () => {
      expect(await cache.usage()).toMatchObject({ problem: { code: 'disk-read-only' }, waitingInMemory: 1 });
    }, patient);
    const refused = await bench.import();
    expect(refused.problem).toMatchObject({ code: 'disk-read-only' });
    expect(sumOf(refused)).toEqual({ lines: 0, imported: 0, importedBefore: 0, uploadedBefore: 0, reported: 0 });
    bench.files.fault = null;
    expect(await live).toEqual([expect.objectContaining({ ordinal: 0 })]);
    const healed = await bench.import();
    expect(healed.problem).toBeNull();
    expect(sumOf(healed)).toMatchObject({ lines: 5, imported: 5 });
    expect((await bench.cached()).toSorted()).toEqual(['live', ...lines.map((_, index) => `line ${index}`)].toSorted());
    expect((await cache.usage()).lost).toEqual({});
  });

  test('H: files numbered 10 and more are found, in the order of their numbers', async () => {
    for (let number = 0; number < 13; number += 1) {
      const line = logLine(bench.startMs + number, `of file ${number}`);
      await bench.write(`cwlog2026-11-24_09-00-00-${number}.log`, [line]);
    }
    expect(sumOf(await bench.import())).toMatchObject({ lines: 13, imported: 13 });
    expect(await bench.cached()).toEqual(Array.from({ length: 13 }, (_, number) => `of file ${number}`));
    await bench.flush();
    expect(bench.sentWords()).toHaveLength(13);
  });
});
