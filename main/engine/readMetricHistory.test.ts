import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeMetricList } from '../codec/metricMessage.js';
import { SampleColumns } from '../model/SampleColumns.js';
import { readMetricHistory } from './readMetricHistory.js';
import type { RobotSession } from './RobotSession.js';
import { metricChannel, SessionBench } from './SessionBench.test-support.js';

let bench: SessionBench;
let session: RobotSession;
beforeEach(async () => {
  bench = await SessionBench.make();
  session = await bench.open();
  await session.connect();
});
afterEach(async () => {
  await bench.remove();
});

const startMs = 1_764_000_000_000;
const samples = 600;

/** Ten samples a second of two series, with a peak in one of them: on disk when resolved. */
async function record(): Promise<void> {
  const messages = Array.from({ length: samples }, (_, index) => {
    const stampNs = BigInt(startMs + index * 100) * 1_000_000n;
    const common = { stampNs, name: 'load', unit: 'percent' };
    const metrics = ['left', 'right'].map((side) => ({
      ...common,
      value: side === 'left' && index === 333 ? 99 : index / 100,
      dimensions: [{ name: 'side', value: side }],
    }));
    return { data: encodeMetricList(metrics), receivedNs: stampNs };
  });
  bench.source.giveMany(metricChannel, messages);
  await session.intake.drain();
}

const all = { sinceMs: startMs, untilMs: startMs + 60_000, columnMs: 10_000, recordsMax: 100_000 };

test('thins what is on disk to columns, with every peak and every sample counted', async () => {
  await record();
  const history = await readMetricHistory(session.cache, all);
  expect(history).toMatchObject({ records: samples * 2, reachedMs: null });
  const left = history.series.find(({ dimensions }) => dimensions[0]?.value === 'left');
  expect(left).toMatchObject({ name: 'load', unit: 'Percent' });
  const columns = SampleColumns.of(left?.columns ?? new Float64Array(), 10_000, left?.gapMs ?? 0);
  const counts = Array.from({ length: columns.length }, (_, index) => columns.countAt(index));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(samples);
  expect([columns.length, columns.highAt(3), columns.highMsAt(3)]).toEqual([6, 99, startMs + 33_300]);
});

test('a part of the time is read alone, and a limit says where to go on', async () => {
  await record();
  const part = await readMetricHistory(session.cache, { ...all, sinceMs: startMs + 10_000, untilMs: startMs + 20_000 });
  expect(part.records).toBe(200);
  const first = await readMetricHistory(session.cache, { ...all, recordsMax: 299 });
  expect([first.records, first.reachedMs]).toEqual([300, startMs + 15_000]);
  const rest = await readMetricHistory(session.cache, { ...all, sinceMs: first.reachedMs ?? 0 });
  expect(first.records + rest.records).toBe(samples * 2);
});
