import type { SampleColumns } from '../../main/model/SampleColumns.js';
import type { SeriesChoice } from '../../main/contract/bridge.js';
import type { Series } from '../stores/Series.js';
import { pointAt, goToLines } from '../stores/timeCursor.js';
import { roomyRange } from './chartOptions.js';
import type { MetricDeskState } from './MetricDeskState.js';
import { seriesColourToken } from './seriesColour.js';
import type { TimeView } from './timeView.js';
import type { Painting } from './useCard.js';

interface SparklinePlace {
  readonly desk: MetricDeskState;
  readonly series: Series;
  readonly choice: SeriesChoice;
  readonly size: { readonly width: number; readonly height: number };
  readonly openLines: () => void;
}

/** A line without axes on a canvas of its own: cheap enough for hundreds. Errors are ticks at its foot, gaps are left open. */
export function sparklinePainting(
  box: HTMLElement,
  { desk, series, choice, size, openLines }: SparklinePlace,
): Painting {
  const { width, height } = size;
  const canvas = document.createElement('canvas');
  const cursor = document.createElement('span');
  cursor.className = 'spark-cursor';
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  box.append(canvas, cursor);
  const style = getComputedStyle(box);
  const colour = style.getPropertyValue(seriesColourToken(series)).trim();
  const warn = style.getPropertyValue('--warn').trim();
  const error = style.getPropertyValue('--error').trim();
  const stroke = Number(style.getPropertyValue('--stroke'));
  const thresholds = [choice.above, choice.below].filter((one) => one !== null);
  let shown: TimeView = { fromMs: 0, untilMs: 1, live: true };
  const timeAt = (event: MouseEvent): number => {
    const x = event.clientX - canvas.getBoundingClientRect().left;
    return shown.fromMs + (x / width) * (shown.untilMs - shown.fromMs);
  };
  canvas.addEventListener('mousemove', (event) => {
    pointAt(timeAt(event), 'metrics');
  });
  canvas.addEventListener('mouseleave', () => {
    pointAt(null, 'metrics');
  });
  canvas.addEventListener('click', (event) => {
    goToLines(timeAt(event));
    openLines();
  });
  return {
    paint: (columns, view) => {
      shown = view;
      const context = canvas.getContext('2d');
      if (context === null) return;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, width, height);
      drawErrorTicks(context, desk, view, width, height, error);
      drawLine(context, columns, view, { width, height, colour, warn, stroke, unit: series.unit, thresholds });
    },
    point: (timeMs) => {
      const part = timeMs === null ? -1 : (timeMs - shown.fromMs) / (shown.untilMs - shown.fromMs);
      cursor.style.display = part < 0 || part > 1 ? 'none' : 'block';
      cursor.style.transform = `translateX(${(part * width).toFixed(1)}px)`;
    },
    destroy: () => {
      canvas.remove();
      cursor.remove();
    },
  };
}

function drawErrorTicks(
  context: CanvasRenderingContext2D,
  desk: MetricDeskState,
  view: TimeView,
  width: number,
  height: number,
  colour: string,
): void {
  context.fillStyle = colour;
  let lastX = -Infinity;
  for (const timeMs of desk.live.errors.between(view.fromMs, view.untilMs)) {
    const x = Math.round(((timeMs - view.fromMs) / (view.untilMs - view.fromMs)) * width);
    if (x - lastX < 2) continue;
    lastX = x;
    context.fillRect(x, height - tickPx, 1, tickPx);
  }
}

const tickPx = 4;

interface LineLook {
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  readonly warn: string;
  readonly stroke: number;
  readonly unit: string;
  readonly thresholds: readonly number[];
}

function drawLine(context: CanvasRenderingContext2D, columns: SampleColumns, view: TimeView, look: LineLook): void {
  let low = Infinity;
  let high = -Infinity;
  for (let index = 0; index < columns.length; index += 1) {
    if (!Number.isFinite(columns.lowAt(index))) continue;
    low = Math.min(low, columns.lowAt(index));
    high = Math.max(high, columns.highAt(index));
  }
  if (low > high) return;
  const [bottom, top] = roomyRange(low, high, look.unit, look.thresholds);
  const xOf = (timeMs: number): number => ((timeMs - view.fromMs) / (view.untilMs - view.fromMs)) * look.width;
  const yOf = (value: number): number => look.height - ((value - bottom) / (top - bottom)) * look.height;
  context.lineWidth = look.stroke;
  context.strokeStyle = look.colour;
  context.beginPath();
  let isDown = false;
  for (let index = 0; index < columns.length; index += 1) {
    const isNumber = Number.isFinite(columns.lowAt(index));
    const isAfterGap = index > 0 && columns.firstMsAt(index) - columns.lastMsAt(index - 1) > columns.gapMs;
    if (!isNumber || isAfterGap) isDown = false;
    if (!isNumber) continue;
    const lowFirst = columns.lowMsAt(index) <= columns.highMsAt(index);
    const lowPoint = [xOf(columns.lowMsAt(index)), yOf(columns.lowAt(index))] as const;
    const highPoint = [xOf(columns.highMsAt(index)), yOf(columns.highAt(index))] as const;
    const [first, second] = lowFirst ? [lowPoint, highPoint] : [highPoint, lowPoint];
    if (isDown) context.lineTo(...first);
    else {
      context.moveTo(...first);
      // A sample between two gaps is a dot.
      context.lineTo(first[0] + 0.5, first[1]);
    }
    context.lineTo(...second);
    isDown = true;
  }
  context.stroke();
  context.lineWidth = 1;
  context.strokeStyle = look.warn;
  context.setLineDash([4, 3]);
  for (const threshold of look.thresholds) {
    if (threshold < bottom || threshold > top) continue;
    context.beginPath();
    context.moveTo(0, yOf(threshold));
    context.lineTo(look.width, yOf(threshold));
    context.stroke();
  }
  context.setLineDash([]);
}
