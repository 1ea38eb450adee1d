import { describe, expect, it, vi } from 'vitest';
import type { LogRow } from '../../main/contract/frames.js';
import type { CallOutput } from '../../main/contract/calls.js';
import { fail, succeed } from '../../main/model/Problem.js';
import { SampleColumns } from '../../main/model/SampleColumns.js';
import { columnMsFor, countGaps, pointsOf, statisticsOf } from './chartPoints.js';
import { ErrorHistory } from './ErrorHistory.js';
import { ErrorMarks } from './ErrorMarks.js';
import { LiveRobot } from './LiveRobot.js';
import { MetricHistory } from './MetricHistory.js';
import { Series } from './Series.js';
import { seriesColumns } from './seriesColumns.js';

const description = { key: 'k', name: 'cpu', unit: 'Percent', dimensions: [] };

function seriesOf(samples: readonly (readonly [timeMs: number, value: number])[], samplesMax?: number): Series {
  const series = new Series(description, samplesMax);
  for (const [stampMs, value] of samples) series.append({ stampMs, value });
  return series;
}

function ramp(seconds: number, stepS = 1): (readonly [number, number])[] {
  return Array.from({ length: seconds / stepS }, (_, index) => [index * stepS * 1000, index * stepS] as const);
}

describe('a series over a long time', () => {
  it('keeps the peaks that its samples no longer hold', () => {
    const samples = ramp(20_000).map(([timeMs]) => [timeMs, timeMs === 3_333_000 ? 99 : Math.sin(timeMs)] as const);
    const series = seriesOf(samples, 1000);
    expect(series.firstMs).toBe(19_000_000);
    const columns = seriesColumns(series, { fromMs: 0, untilMs: 2e7, columnMs: 60_000 });
    expect(columns.length).toBeLessThan(340);
    expect(statisticsOf(columns, 0, 2e7)).toMatchObject({ greatest: 99, samples: 20_000 });
    expect(pointsOf(columns).y).toContain(99);
  });
  it('is taken from samples where there are any, and from the long memory before', () => {
    const series = seriesOf(ramp(5000), 1000);
    const columns = seriesColumns(series, { fromMs: 3_900_000, untilMs: 4_100_000, columnMs: 100 });
    expect(statisticsOf(columns, 3_900_000, 4_100_000)).toMatchObject({ least: 3900, greatest: 4100, samples: 201 });
    const starts = Array.from({ length: columns.length }, (_, index) => columns.firstMsAt(index));
    expect([...starts].sort((left, right) => left - right)).toEqual(starts);
    expect(new Set(starts).size).toBe(starts.length);
  });
  it('takes what was read back from disk where that is finer', () => {
    const series = seriesOf(ramp(5000), 1000);
    const history = new SampleColumns(100, 5000);
    for (const [timeMs, value] of ramp(100)) history.add(1_000_000 + timeMs, 1000 + value);
    const wanted = { fromMs: 1_000_000, untilMs: 1_050_000, columnMs: 100 };
    expect(seriesColumns(series, wanted).length).toBeLessThan(12);
    const fine = seriesColumns(series, { ...wanted, history });
    expect(fine.length).toBeGreaterThanOrEqual(50);
    expect(statisticsOf(fine, 1_000_000, 1_050_000)).toMatchObject({ least: 1000, greatest: 1050, samples: 51 });
  });
  it('has the gaps of a series that is on disk only', () => {
    const history = new SampleColumns(1000, 3500);
    for (const [timeMs, value] of [...ramp(10), ...ramp(10).map(([timeMs]) => [timeMs + 20_000, 1] as const)])
      history.add(timeMs, value);
    const columns = seriesColumns(seriesOf([]), { fromMs: 0, untilMs: 30_000, columnMs: 2000, history });
    expect(countGaps(columns, 0, 30_000)).toBe(1);
    expect(pointsOf(columns).y.filter((value) => value === null)).toHaveLength(1);
    expect(countGaps(columns, 0, 5000)).toBe(0);
  });
  it('has columns that stand still while the time moves', () => {
    const series = seriesOf(ramp(600, 0.1));
    const columnMs = columnMsFor(60_000, 60);
    const at = (fromMs: number): number[] => {
      const columns = seriesColumns(series, { fromMs, untilMs: fromMs + 60_000, columnMs });
      return Array.from({ length: columns.length }, (_, index) => columns.lowMsAt(index)).slice(2, -2);
    };
    const before = at(100_000);
    const after = at(103_300);
    expect(after.filter((timeMs) => timeMs < 155_000)).toEqual(
      before.filter((timeMs) => timeMs >= (after[0] ?? 0) && timeMs < 155_000),
    );
  });
});

describe('shapes', () => {
  const between = { fromMs: 0, untilMs: 1e9, columnMs: 10 };
  const valuesOf = (columns: SampleColumns): number[] =>
    Array.from({ length: columns.length }, (_, index) => columns.meanAt(index));

  it('rate is the increase a second, and a counter that begins anew counts from zero', () => {
    const counter = seriesOf([
      [0, 10],
      [1000, 12],
      [3000, 16],
      [4000, 1],
    ]);
    expect(valuesOf(seriesColumns(counter, { ...between, shape: 'rate' }))).toEqual([2, 2, 1]);
  });
  it('change may be negative, and does not reach over a gap', () => {
    const level = seriesOf([
      [0, 10],
      [1000, 12],
      [2000, 9],
      [3000, 9],
      [60_000, 20],
      [61_000, 21],
    ]);
    expect(valuesOf(seriesColumns(level, { ...between, shape: 'change' }))).toEqual([2, -3, 0, 1]);
  });
  it('smooth is the mean of the last ten', () => {
    const noisy = seriesOf(ramp(30).map(([timeMs, value]) => [timeMs, value % 2] as const));
    expect(valuesOf(seriesColumns(noisy, { ...between, shape: 'smooth' })).slice(12)).toEqual(Array(18).fill(0.5));
  });
});

function row(stampMs: number, severity: LogRow['severity']): LogRow {
  return {
    ...{ type: 'log', id: 1, receivedMs: 0, node: '', message: '', file: '', function: '', line: 0, topic: '' },
    ...{ state: 'cached', stampMs, severity },
  };
}

describe('ErrorMarks', () => {
  it('keeps errors and worse in the order of robot time', () => {
    const marks = new ErrorMarks();
    for (const [stampMs, severity] of [
      [30, 'ERROR'],
      [10, 'FATAL'],
      [20, 'WARN'],
      [20, 'ERROR'],
    ] as const)
      marks.take(row(stampMs, severity));
    expect(marks.between(0, 100)).toEqual([10, 20, 30]);
    expect([marks.nearest(20, 1), marks.nearest(20, -1), marks.nearest(30, 1)]).toEqual([30, 10, null]);
  });
});

describe('ErrorHistory', () => {
  it('reads back as far as is looked at, each stretch once, and waits after a failure', async () => {
    const marks = new ErrorMarks();
    marks.take(row(9000, 'ERROR'));
    const asked: (readonly [number, number])[] = [];
    let isBroken = false;
    let told = 0;
    const history = new ErrorHistory(
      marks,
      ({ sinceMs, untilMs }) => {
        asked.push([sinceMs, untilMs]);
        if (isBroken) return Promise.resolve(fail('x', 'The disk is gone.', 'Look.'));
        return Promise.resolve(succeed({ timesMs: sinceMs === 5000 ? [6000, 9000] : [1500], complete: true }));
      },
      () => (told += 1),
    );
    history.need(5000);
    history.need(4000);
    await expect.poll(() => told).toBe(1);
    expect(marks.between(0, 10_000)).toEqual([6000, 9000]);
    history.need(5000);
    history.need(7000);
    history.need(1000);
    await expect.poll(() => told).toBe(2);
    expect(asked.map(([sinceMs]) => sinceMs)).toEqual([5000, 1000]);
    expect(asked[1]?.[1]).toBe(5000);
    expect(marks.between(0, 10_000)).toEqual([1500, 6000, 9000]);
    isBroken = true;
    history.need(500);
    await Promise.resolve();
    history.need(500);
    expect(asked).toHaveLength(3);
    expect(marks.knownFromMs).toBe(1000);
  });

  it('leaves out what it asked for another robot', async () => {
    const marks = new ErrorMarks();
    let answer: (times: readonly number[]) => void = () => undefined;
    let told = 0;
    const history = new ErrorHistory(
      marks,
      () =>
        new Promise((resolve) => {
          answer = (timesMs) => {
            resolve(succeed({ timesMs: [...timesMs], complete: true }));
          };
        }),
      () => (told += 1),
    );
    history.need(1000);
    marks.clear();
    answer([2000]);
    await Promise.resolve();
    await Promise.resolve();
    expect(marks.between(0, 10_000)).toEqual([]);
    history.need(1000);
    answer([3000]);
    await expect.poll(() => told).toBe(1);
    expect(marks.between(0, 10_000)).toEqual([3000]);
  });
});

describe('MetricHistory', () => {
  it('reads a long stretch in parts, as one, and does not read again what it has', async () => {
    const asked: number[] = [];
    const history = new MetricHistory(
      ({ sinceMs, columnMs }) => {
        asked.push(sinceMs);
        const columns = new SampleColumns(columnMs, 5000);
        for (let second = 0; second < 10; second += 1) columns.add(sinceMs + second * 1000, second);
        const series = [{ ...description, columnMs, gapMs: 5000, columns: columns.data.slice() }];
        const answer: CallOutput<'metrics.history'> = {
          series,
          records: 10,
          reachedMs: asked.length < 3 ? sinceMs + 10_000 : null,
        };
        return Promise.resolve(succeed(answer));
      },
      () => undefined,
    );
    const stretch = { fromMs: 1000, untilMs: 60_000, columnMs: 1000 };
    history.need(stretch);
    await expect.poll(() => history.isReading).toBe(false);
    expect(asked).toEqual([1000, 11_000, 21_000]);
    expect([history.columnsOf('k')?.length, history.oldestMs, history.newestMs]).toEqual([30, 1000, 30_000]);
    history.need({ ...stretch, fromMs: 5000 });
    expect(asked).toHaveLength(3);
    history.need({ ...stretch, columnMs: 100 });
    await expect.poll(() => asked.length).toBe(4);
  });
});

describe('the robot’s clock', () => {
  it('goes on from when the robot was last heard, also on a page that was opened later', () => {
    vi.stubGlobal('requestAnimationFrame', () => 0);
    const live = new LiveRobot(() => Promise.reject(new Error('charts read no lines')));
    live.robot = 'rover';
    const stampMs = 5_000_000;
    live.take({
      ...{
        type: 'robot',
        robot: 'rover',
        sequence: 1,
        fresh: false,
        rows: [],
        rowsLeftOut: 0,
        firstKeptId: 0,
        states: [],
      },
      series: [{ ...description, samples: [{ stampMs, value: 1 }] }],
    });
    expect(live.robotNowMs() - stampMs).toBeLessThan(60_000);
    live.heardAt(Date.now() - 600_000);
    expect(live.robotNowMs() - stampMs).toBeGreaterThanOrEqual(600_000);
    vi.unstubAllGlobals();
  });
});
