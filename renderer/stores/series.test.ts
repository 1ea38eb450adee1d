import { describe, expect, it } from 'vitest';
import { chartPoints } from './chartPoints.js';
import { Series } from './Series.js';

const description = { key: 'k', name: 'cpu', unit: 'Percent', dimensions: [] };

function series(samplesMax?: number): Series {
  return new Series(description, samplesMax);
}

it('lets the oldest samples go when it may keep fewer, and goes on', () => {
  const short = series(1000);
  const say = (fromS: number, untilS: number): void => {
    for (let second = fromS; second < untilS; second += 1) short.append({ stampMs: second * 1000, value: second });
  };
  say(0, 1000);
  short.keepAtMost(300);
  expect([short.length, short.firstMs, short.last?.value]).toEqual([300, 700_000, 999]);
  say(1000, 2000);
  expect([short.length, short.firstMs, short.last?.value]).toEqual([300, 1_700_000, 1999]);
});

describe('Series', () => {
  it('keeps the newest samples within its limit', () => {
    const cpu = series(1000);
    for (let index = 0; index < 5000; index += 1) cpu.append({ stampMs: index * 100, value: index });
    expect(cpu.length).toBe(1000);
    expect(cpu.last).toEqual({ stampMs: 499_900, value: 4999 });
    expect(cpu.between(0, 1e9).values[0]).toBe(4000);
  });
  it('puts a late sample in its place and counts a hopeless one', () => {
    const cpu = series();
    for (let index = 0; index < 100; index += 1) cpu.append({ stampMs: 1000 + index * 10, value: index });
    cpu.append({ stampMs: 1985, value: -1 });
    expect([...cpu.between(1970, 1990).times]).toEqual([1960, 1970, 1980, 1985, 1990]);
    cpu.append({ stampMs: 5, value: -2 });
    expect([cpu.length, cpu.lateCount]).toEqual([101, 1]);
  });
  it('knows the value in force at a moment', () => {
    const cpu = series();
    cpu.append({ stampMs: 1000, value: 1 });
    cpu.append({ stampMs: 2000, value: 2 });
    expect([cpu.valueAt(999), cpu.valueAt(1000), cpu.valueAt(1999), cpu.valueAt(5000)]).toEqual([null, 1, 1, 2]);
  });
});

describe('chartPoints', () => {
  it('draws silence as a gap', () => {
    const cpu = series();
    for (let second = 0; second < 10; second += 1) cpu.append({ stampMs: second * 1000, value: 1 });
    for (let second = 60; second < 70; second += 1) cpu.append({ stampMs: second * 1000, value: 2 });
    const { x, y } = chartPoints(cpu, 0, 100_000, 1000);
    expect(y.filter((value) => value === null)).toHaveLength(1);
    expect(x[y.indexOf(null)]).toBe(34.5);
  });
  it('thins without losing a peak or the order of time', () => {
    const cpu = series();
    for (let index = 0; index < 30_000; index += 1) {
      cpu.append({ stampMs: index * 100, value: index === 17_123 ? 99 : index === 17_126 ? -99 : Math.sin(index) });
    }
    const { x, y } = chartPoints(cpu, 0, 1e9, 600);
    expect(x.length).toBeLessThanOrEqual(602);
    expect(y).toContain(99);
    expect(y).toContain(-99);
    expect([...x].sort((left, right) => left - right)).toEqual(x);
  });
  it('draws eight hours at 10 Hz in a few hundred points, with the least and the greatest of all', () => {
    const cpu = series();
    const samples = 8 * 3600 * 10;
    for (let index = 0; index < samples; index += 1) {
      cpu.append({ stampMs: index * 100, value: index === 1234 ? 99 : index === 150_000 ? -99 : Math.sin(index) });
    }
    const { x, y } = chartPoints(cpu, 0, samples * 100, 600);
    expect(x.length).toBeGreaterThan(200);
    expect(x.length).toBeLessThanOrEqual(604);
    expect([x[y.indexOf(99)], x[y.indexOf(-99)]]).toEqual([123.4, 15_000]);
    // To within a column at both ends.
    expect(x[0]).toBeLessThan(100);
    expect(x.at(-1)).toBeGreaterThan(8 * 3600 - 100);
    expect(y).not.toContain(null);
  });
  it('shows a value that is no number as a gap', () => {
    const cpu = series();
    cpu.append({ stampMs: 1000, value: 1 });
    cpu.append({ stampMs: 2000, value: Number.NaN });
    expect(chartPoints(cpu, 0, 3000, 100).y).toEqual([1, null]);
  });
});
