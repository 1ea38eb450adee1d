// @vitest-environment happy-dom
import type uPlot from 'uplot';
import { describe, expect, it } from 'vitest';
import type { LogRow } from '../../main/contract/frames.js';
import { formatClock, type Zone } from '../format/formatTime.js';
import { ErrorMarks } from '../stores/ErrorMarks.js';
import { chartOptions } from './chartOptions.js';
import { formatShaped } from './seriesWords.js';

const startS = Date.UTC(2026, 10, 21, 10, 41, 0) / 1000;

function errorAt(timeMs: number): LogRow {
  return {
    ...{ type: 'log', id: timeMs, stampMs: timeMs, receivedMs: timeMs, severity: 'ERROR', node: 'drive' },
    ...{ message: 'stalled', file: '', function: '', line: 0, topic: '/rosout', state: 'cached' },
  };
}

/** A chart of 100 s on 1000 pixels, of a metric with that unit. */
function optionsOf(unit: string, errors = new ErrorMarks(), zone: Zone = 'local'): uPlot.Options {
  document.documentElement.style.setProperty('--error', '#ff0000');
  document.documentElement.style.fontSize = '16px';
  return chartOptions({
    style: getComputedStyle(document.documentElement),
    ...{ colourToken: '--series-1', unit, zone, width: 1000, height: 200 },
    format: (value, digits) => formatShaped(value, unit, 'value', digits),
    range: () => [startS, startS + 100],
    thresholds: [],
    onPoint: () => undefined,
    onZoom: () => undefined,
    errorsBetween: (fromMs, untilMs) => errors.between(fromMs, untilMs),
  });
}

interface Drawn {
  readonly lines: { readonly x: number; readonly top: number; readonly height: number; readonly colour: string }[];
  readonly marks: number[];
}

/** What the hooks that run before the line draw, on a canvas that remembers it. */
function drawnBy(options: uPlot.Options): Drawn {
  const drawn: Drawn = { lines: [], marks: [] };
  const ctx = {
    ...{ fillStyle: '', globalAlpha: 1, save: () => undefined, restore: () => undefined, beginPath: () => undefined },
    fillRect: (x: number, top: number, _width: number, height: number) => {
      drawn.lines.push({ x, top, height, colour: ctx.fillStyle });
    },
    moveTo: () => undefined,
    lineTo: (x: number) => {
      drawn.marks.push(x);
    },
    fill: () => undefined,
  };
  const plot = {
    ctx,
    bbox: { left: 0, top: 8, width: 1000, height: 150 },
    valToPos: (second: number) => (second - startS) * 10,
  };
  for (const draw of options.hooks?.drawClear ?? []) draw?.(plot as unknown as uPlot);
  return drawn;
}

describe('errors on a chart', () => {
  it('are a line over its whole height and a mark, at their moment, in the colour of errors', () => {
    const errors = new ErrorMarks();
    // Before, within and after what is shown; two within one pixel are one.
    for (const second of [-5, 20, 20.01, 70, 120]) errors.take(errorAt((startS + second) * 1000));
    const { lines, marks } = drawnBy(optionsOf('Percent', errors));
    expect(lines).toEqual([
      { x: 200, top: 8, height: 150, colour: '#ff0000' },
      { x: 700, top: 8, height: 150, colour: '#ff0000' },
    ]);
    expect(marks).toEqual(expect.arrayContaining([200, 700]));
  });
  it('are not there without any', () => {
    expect(drawnBy(optionsOf('Percent')).lines).toEqual([]);
  });
});

describe('units on the axes', () => {
  const labels = (unit: string, splits: number[]): string[] => {
    const values = optionsOf(unit).axes?.[1]?.values;
    if (typeof values !== 'function') throw new Error('the axis has no words of its own');
    return values({} as unknown as uPlot, splits, 1, 1, splits[1] ?? 1) as string[];
  };
  it.each([
    ['Percent', [0, 50, 100], ['0 %', '50 %', '100 %']],
    ['Megabytes', [100, 200], ['100 MB', '200 MB']],
    ['None', [1, 2], ['1', '2']],
  ])('%s', (unit, splits, words) => {
    expect(labels(unit, splits)).toEqual(words);
  });
  it('tell ticks apart that differ late', () => {
    expect(labels('Percent', [50.001, 50.002])).toEqual(['50.001 %', '50.002 %']);
  });
});

describe('times on the axes', () => {
  const hourS = Date.UTC(2026, 10, 21, 10) / 1000;
  const labels = (zone: Zone): string[] => {
    const values = optionsOf('Percent', new ErrorMarks(), zone).axes?.[0]?.values;
    if (typeof values !== 'function') throw new Error('the axis has no words of its own');
    const plot = { over: { clientWidth: 1000 }, valToPos: () => 100 };
    return values(plot as unknown as uPlot, [hourS, hourS + 60], 0, 1, 60) as string[];
  };
  it('are the laptop’s, or UTC as the log list has them', () => {
    expect(labels('utc')).toEqual(['10:00', '10:01']);
    expect(labels('local')).toEqual([formatClock(hourS * 1000), formatClock((hourS + 60) * 1000)]);
    expect(optionsOf('Percent', new ErrorMarks(), 'utc').tzDate?.(hourS).getHours()).toBe(10);
  });
});
