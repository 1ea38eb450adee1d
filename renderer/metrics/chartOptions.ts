import type uPlot from 'uplot';
import type { MetricText } from '../format/formatMetric.js';
import { formatClock, formatSince, formatTimeMs, formatTimeS, type Zone } from '../format/formatTime.js';
import { UtcDate } from './UtcDate.js';

interface ChartLook {
  readonly style: CSSStyleDeclaration;
  readonly colourToken: string;
  readonly unit: string;
  readonly zone: Zone;
  readonly width: number;
  readonly height: number;
  readonly format: (value: number, digits: number) => MetricText;
  /** Seconds since the epoch, read at each draw. */
  readonly range: () => readonly [number, number];
  /** Values that raise an alarm: drawn as lines, and always within the scale when a value is near. */
  readonly thresholds: readonly number[];
  readonly onPoint: (timeMs: number | null) => void;
  readonly onZoom: (fromMs: number, untilMs: number) => void;
  /** Stamps of errors between two times, milliseconds. */
  readonly errorsBetween: (fromMs: number, untilMs: number) => readonly number[];
}

/** uPlot's options in the theme's tokens: hairline grid, three or four ticks, one line, marks for errors, lines for thresholds. */
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
    ...(look.zone === 'utc' ? { tzDate: (second: number) => new UtcDate(second * 1000) } : {}),
    scales: {
      x: { time: true, range: () => [...look.range()] as [number, number] },
      y: { range: (_plot, low, high) => roomyRange(low, high, look.unit, look.thresholds) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: Math.round(rootPx * 1.7),
        gap: 4,
        space: rootPx * 5.6,
        incrs: timeSteps,
        values: (plot, splits) => timeLabels(plot, splits, look.zone),
      },
      {
        ...axis,
        grid,
        size: (_plot, labels) => axisWidth(labels, rootPx),
        gap: 6,
        space: 24,
        incrs: valueSteps,
        values: (_plot, splits) => axisLabels(splits, look.format),
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
      drag: { x: true, y: false, setScale: false, dist: dragPxMin },
      points: { size: 7, fill: colour, stroke: token('--panel') },
    },
    hooks: {
      setCursor: [
        (plot) => {
          // Also called when the cursor is set from outside: only a pointer over this chart speaks.
          if (!plot.over.matches(':hover')) return;
          const left = plot.cursor.left ?? -1;
          look.onPoint(left < 0 ? null : plot.posToVal(left, 'x') * 1000);
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < dragPxMin) return;
          look.onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      drawClear: [
        (plot) => {
          drawErrors(plot, look, token('--error'));
        },
      ],
      draw: [
        (plot) => {
          drawThresholds(plot, look.thresholds, token('--warn'));
        },
      ],
    },
  };
}

/** A drag shorter than this is a click. */
export const dragPxMin = 5;

/** A hairline through the chart and a mark at its foot for each pixel in which there was an error: behind the line. */
function drawErrors(plot: uPlot, look: ChartLook, colour: string): void {
  const [from, until] = look.range();
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colour;
  let lastX = -Infinity;
  const markPx = Math.round(3.5 * devicePixelRatio);
  for (const timeMs of look.errorsBetween(from * 1000, until * 1000)) {
    const x = Math.round(plot.valToPos(timeMs / 1000, 'x', true));
    if (x - lastX < markPx) continue;
    lastX = x;
    ctx.globalAlpha = errorLineAlpha;
    ctx.fillRect(x, bbox.top, Math.max(1, Math.round(devicePixelRatio)), bbox.height);
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.moveTo(x - markPx, bbox.top);
    ctx.lineTo(x + markPx, bbox.top);
    ctx.lineTo(x, bbox.top + markPx * 1.4);
    ctx.fill();
  }
  ctx.restore();
}

const errorLineAlpha = 0.13;

function drawThresholds(plot: uPlot, thresholds: readonly number[], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const threshold of thresholds) {
    const y = Math.round(plot.valToPos(threshold, 'y', true)) + 0.5;
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** Wide enough for the longest label; charts with ordinary labels stand in line. */
function axisWidth(labels: readonly string[] | null, rootPx: number): number {
  const longest = Math.max(0, ...(labels ?? []).map((label) => label.length));
  return Math.round(Math.max(rootPx * 4.2, longest * rootPx * 0.5 + rootPx));
}

const timeSteps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600,
];

/** No quarters: their labels, with as few digits as tell them apart, would be rounded. */
const valueSteps = Array.from({ length: 31 }, (_, place) => place - 12).flatMap((exponent) =>
  [1, 2, 5].map((step) => Number(`${step}e${exponent}`)),
);

/** A label that would be cut off at the right edge is left out. */
function timeLabels(plot: uPlot, splits: number[], zone: Zone): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  const right = plot.over.clientWidth;
  return splits.map((second) => {
    if (right - plot.valToPos(second, 'x') < labelHalfPx) return '';
    if (step < 1) return formatTimeMs(second * 1000, zone).slice(3, -2);
    if (step >= 3600) return formatSince(second * 1000, Date.now(), zone);
    return step % 60 === 0 ? formatClock(second * 1000, zone) : formatTimeS(second * 1000, zone);
  });
}

const labelHalfPx = 26;

/** As few digits as tell the ticks apart. */
function axisLabels(splits: readonly number[], format: ChartLook['format']): string[] {
  for (let digits = 3; digits < axisDigitsMax; digits += 1) {
    const labels = splits.map((value) => axisLabel(format(value, digits)));
    if (new Set(labels).size === labels.length) return labels;
  }
  return splits.map((value) => axisLabel(format(value, axisDigitsMax)));
}

const axisDigitsMax = 7;

function axisLabel(text: MetricText): string {
  const trimmed = text.value.includes('.') ? text.value.replace(/\.?0+$/u, '') : text.value;
  return text.unit === '' ? trimmed : `${trimmed} ${text.unit}`;
}

/**
 * A range with room above and below; a flat line stands in the middle; a percentage does not leave 0 to 100 by that, and its hundredths do
 * not fill a chart. A threshold that
 * is not far off is taken in, so that one sees how near it is.
 */
export function roomyRange(
  low: number | null,
  high: number | null,
  unit: string,
  thresholds: readonly number[] = [],
): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const spanOfValues = high - low || Math.abs(high) || 1;
  const near = thresholds.filter((one) => one > low - spanOfValues && one < high + spanOfValues);
  const lowest = Math.min(low, ...near);
  const highest = Math.max(high, ...near);
  const span = highest - lowest;
  const wide = unit === 'Percent' ? (percentSpanMin - span) / 2 : 0;
  const room = span === 0 ? Math.abs(highest) * 0.1 || 1 : Math.max(span * 0.15, wide);
  const bottom = lowest >= 0 && lowest - room < 0 ? 0 : lowest - room;
  const top = unit === 'Percent' && highest <= 100 ? Math.min(100, highest + room) : highest + room;
  return [bottom, top === bottom ? bottom + 1 : top];
}

/** A disk that is 19.45 and then 19.46 % full has not changed for a person who glances at it. */
const percentSpanMin = 2;
