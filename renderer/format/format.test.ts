import { describe, expect, it } from 'vitest';
import { formatBytes } from './formatBytes.js';
import { formatCount, formatCountShort, formatQuantity, formatRate } from './formatCount.js';
import { formatDuration, formatOffset } from './formatDuration.js';
import { formatMetricText, formatValue } from './formatMetric.js';
import { formatSince, formatTimeMs } from './formatTime.js';

describe('counts', () => {
  it('groups digits', () => {
    expect(formatCount(48_211)).toBe('48,211');
    expect(formatQuantity(1, 'record')).toBe('1 record');
    expect(formatQuantity(35_932, 'record')).toBe('35,932 records');
  });
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.0k'],
    [1999, '1.9k'],
    [12_449, '12.4k'],
    [311_999, '311k'],
    [999_999, '999k'],
    [1_234_567, '1.2M'],
  ])('shortens %i to %s without overstating it', (count, text) => {
    expect(formatCountShort(count)).toBe(text);
  });
  it('tells slow rates apart from none', () => {
    expect(formatRate(0)).toBe('0/s');
    expect(formatRate(0.44)).toBe('0.4/s');
    expect(formatRate(2000.4)).toBe('2,000/s');
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 kB'],
    [31 * 1024, '31 kB'],
    [9.8 * 1024 * 1024, '9.8 MB'],
    [212 * 1024 * 1024, '212 MB'],
    [1024 * 1024 * 1024 - 1, '1 GB'],
    [1024 * 1024 * 1024, '1 GB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [43 * 60, '43 min'],
    [12_000, '3 h 20'],
    [7200, '2 h'],
    [86_400, '1 d'],
    [187_200, '2 d 4 h'],
    [-4, '0 s'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
  it('shows which clock is ahead', () => {
    expect(formatOffset(31)).toBe('+0.031 s');
    expect(formatOffset(-2400)).toBe('-2.4 s');
    expect(formatOffset(720_000)).toBe('+12 min');
  });
});

describe('metric values', () => {
  it.each([
    [74.93, 'Percent', '74.9 %'],
    [812.5, 'Megabytes', '812.5 MB'],
    [4210, 'Megabytes', '4.21 GB'],
    [0.25, 'Megabytes', '250 kB'],
    [12, 'Count', '12'],
    [3.5, 'Count/Second', '3.50 /s'],
    [1500, 'Kilobytes/Second', '1.50 MB/s'],
    [0.0182, 'None', '0.0182'],
    [12_031, 'Seconds', '3.34 h'],
    [0.018, 'Seconds', '18 ms'],
    [-3, 'Megabytes', '-3 MB'],
    [0, 'Megabytes', '0 MB'],
    [24.98, 'None', '25.0'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(formatMetricText(value, unit)).toBe(text);
  });
  it('never shows NaN', () => {
    expect(formatValue(Number.NaN)).toBe('–');
    expect(formatMetricText(Number.NaN, 'Percent')).toBe('– %');
  });
});

describe('times', () => {
  it('keeps milliseconds and pads', () => {
    expect(formatTimeMs(new Date(2026, 10, 21, 9, 5, 3, 7).getTime())).toBe('09:05:03.007');
  });
  it('says the day when it was another one', () => {
    const now = new Date(2026, 10, 22, 8, 0).getTime();
    expect(formatSince(new Date(2026, 10, 22, 7, 58).getTime(), now)).toBe('07:58');
    expect(formatSince(new Date(2026, 10, 21, 9, 58).getTime(), now)).toBe('11-21 09:58');
  });
});
