import type { RefObject } from 'react';
import type uPlot from 'uplot';
import { formatMetric } from '../format/formatMetric.js';
import { formatClock, formatTimeS } from '../format/formatTime.js';

interface ChartLook {
  readonly style: CSSStyleDeclaration;
  readonly colourToken: string;
  readonly unit: string;
  readonly width: number;
  readonly height: number;
  /** Seconds since the epoch, read at each draw. */
  readonly range: RefObject<[number, number]>;
  readonly point: (plot: uPlot) => void;
}

/** uPlot's options in the theme's tokens: hairline grid, three or four ticks, one line, a cursor shared by all charts. */
export function chartOptions(look: ChartLook): uPlot.Options {
  const token = (name: string): string => look.style.getPropertyValue(name).trim();
  const colour = token(look.colourToken);
  const rootPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const font = `${token('--weight')} ${Math.round(rootPx * 0.85)}px ${token('--font-text')}`;
  const axis = { stroke: token('--muted'), font, ticks: { show: false } };
  const grid = { stroke: token('--line'), width: 1 };
  return {
    width: look.width,
    height: look.height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: true, range: () => look.range.current },
      y: { range: (_plot, low, high) => roomyRange(low, high, look.unit) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: Math.round(rootPx * 1.7),
        gap: 4,
        space: 64,
        incrs: timeSteps,
        values: timeLabels,
      },
      {
        ...axis,
        grid,
        size: (_plot, labels) => axisWidth(labels, rootPx),
        gap: 6,
        space: 30,
        values: (_plot, splits) => axisLabels(splits, look.unit),
      },
    ],
    series: [
      {},
      {
        stroke: colour,
        fill: `${colour}1c`,
        width: Number(token('--stroke')),
        points: { show: false },
        spanGaps: false,
      },
    ],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: 'metrics', setSeries: false },
      points: { size: 7, fill: colour, stroke: token('--panel') },
    },
    hooks: { setCursor: [look.point] },
  };
}

/** Wide enough for the longest label; charts with ordinary labels stand in line. */
function axisWidth(labels: readonly string[] | null, rootPx: number): number {
  const longest = Math.max(0, ...(labels ?? []).map((label) => label.length));
  return Math.round(Math.max(rootPx * 4.2, longest * rootPx * 0.5 + rootPx));
}

const timeSteps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600];

/** A label that would be cut off at the right edge is left out. */
function timeLabels(plot: uPlot, splits: number[]): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  const right = plot.over.clientWidth;
  return splits.map((second) => {
    if (right - plot.valToPos(second, 'x') < labelHalfPx) return '';
    return step % 60 === 0 ? formatClock(second * 1000) : formatTimeS(second * 1000);
  });
}

const labelHalfPx = 26;

/** As few digits as tell the ticks apart. */
function axisLabels(splits: readonly number[], unit: string): string[] {
  for (let digits = 3; digits < axisDigitsMax; digits += 1) {
    const labels = splits.map((value) => axisLabel(value, unit, digits));
    if (new Set(labels).size === labels.length) return labels;
  }
  return splits.map((value) => axisLabel(value, unit, axisDigitsMax));
}

const axisDigitsMax = 7;

function axisLabel(value: number, unit: string, digits: number): string {
  const text = formatMetric(value, unit, digits);
  const trimmed = text.value.includes('.') ? text.value.replace(/\.?0+$/u, '') : text.value;
  return text.unit === '' ? trimmed : `${trimmed} ${text.unit}`;
}

/** A range with room above and below; a flat line stands in the middle; a percentage does not leave 0 to 100 by that. */
function roomyRange(low: number | null, high: number | null, unit: string): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const span = high - low;
  const room = span === 0 ? Math.abs(high) * 0.1 || 1 : span * 0.15;
  const bottom = low >= 0 && low - room < 0 ? 0 : low - room;
  const top = unit === 'Percent' && high <= 100 ? Math.min(100, high + room) : high + room;
  return [bottom, top === bottom ? bottom + 1 : top];
}
