import { describe, expect, it } from 'vitest';
import { SampleColumns } from '../../main/model/SampleColumns.js';

function columnsOf(
  samples: readonly (readonly [timeMs: number, value: number])[],
  columnMs = 1000,
  columnsMax?: number,
) {
  const columns = new SampleColumns(columnMs, 5000, columnsMax);
  for (const [timeMs, value] of samples) columns.add(timeMs, value);
  return columns;
}

describe('SampleColumns', () => {
  it('keeps the least and greatest value of each column with their moments, and the mean', () => {
    const columns = columnsOf([
      [10_000, 4],
      [10_250, -3],
      [10_500, 9],
      [10_990, 2],
      [11_000, 5],
    ]);
    expect(columns.length).toBe(2);
    expect([columns.lowAt(0), columns.lowMsAt(0)]).toEqual([-3, 10_250]);
    expect([columns.highAt(0), columns.highMsAt(0)]).toEqual([9, 10_500]);
    expect([columns.meanAt(0), columns.countAt(0)]).toEqual([3, 4]);
    expect([columns.firstMsAt(1), columns.lastMsAt(1)]).toEqual([11_000, 11_000]);
  });
  it('ends a column at a silence, even within its time', () => {
    const columns = columnsOf(
      [
        [0, 1],
        [100, 1],
        [9000, 1],
        [9100, 1],
      ],
      10_000,
    );
    expect([columns.length, columns.lastMsAt(0), columns.firstMsAt(1)]).toEqual([2, 100, 9000]);
  });
  it('puts a late sample into the column of its time', () => {
    const columns = columnsOf([
      [1000, 1],
      [2000, 1],
      [3000, 1],
      [1500, 7],
    ]);
    expect([columns.length, columns.highAt(0), columns.countAt(0)]).toEqual([3, 7, 2]);
  });
  it('gives what is no number a column of its own', () => {
    const columns = columnsOf([
      [1000, 1],
      [1100, Number.NaN],
      [1200, 2],
    ]);
    expect([columns.lowAt(0), columns.lowAt(1), columns.lowAt(2)]).toEqual([1, Number.NaN, 2]);
  });
  it('lets the oldest go at its limit', () => {
    const columns = columnsOf(
      Array.from({ length: 500 }, (_, second) => [second * 1000, second] as const),
      1000,
      100,
    );
    expect([columns.length, columns.firstMsAt(0), columns.highAt(99)]).toEqual([100, 400_000, 499]);
    expect(columns.indexAt(450_000)).toBe(50);
  });
  it('adds up columns of another list as if their samples had come one by one', () => {
    const samples = Array.from({ length: 4000 }, (_, index) => [index * 100, Math.sin(index) * index] as const);
    const fine = columnsOf(samples, 1000);
    const coarse = new SampleColumns(60_000, 5000);
    for (let index = 0; index < fine.length; index += 1) coarse.addColumn(fine, index);
    const direct = columnsOf(samples, 60_000);
    expect(coarse.length).toBe(direct.length);
    for (let index = 0; index < direct.length; index += 1) {
      expect([coarse.lowAt(index), coarse.highAt(index), coarse.countAt(index)]).toEqual([
        direct.lowAt(index),
        direct.highAt(index),
        direct.countAt(index),
      ]);
      expect(coarse.meanAt(index)).toBeCloseTo(direct.meanAt(index), 9);
    }
  });
});
