import { type KeyboardEvent, memo, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useSession } from '../bridge/useSession.js';
import { useElementSize } from '../components/useElementSize.js';
import { formatCount } from '../format/formatCount.js';
import { formatTimeS } from '../format/formatTime.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { usePage } from '../stores/pageStore.js';
import { secondsMax } from '../stores/SecondBins.js';
import { pointAt, showRange, type TimeRange, useTimeCursor } from '../stores/timeCursor.js';
import { type BarSpan, drawBars, planBars } from './histogramBars.js';

const redrawMs = 250;
/** A drag shorter than this is a click. */
const dragPxMin = 6;

/** Columns that are pointed at or being brushed: from where it began to where it is. */
interface Brush {
  readonly span: BarSpan;
  readonly from: number;
  readonly to: number;
}

/**
 * What the list holds over time, by severity. Columns are the laptop's time. A click goes to that moment, a drag (or Shift and the
 * arrows, then Enter) keeps the list to that time.
 */
export const LogHistogram = memo(function LogHistogram({ goTo }: { readonly goTo: (timeMs: number) => void }) {
  const { live } = useSession();
  const theme = usePage((page) => page.theme);
  const range = useTimeCursor((cursor) => cursor.range);
  const pointed = useTimeCursor((cursor) => cursor.pointed);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useElementSize(box);
  const [brush, setBrush] = useState<Brush | null>(null);
  const [dragFromX, setDragFromX] = useState<number | null>(null);

  useEffect(() => {
    const draw = (): void => {
      if (canvas.current !== null && width > 0)
        drawBars(canvas.current, live.rows.bins, spanOf(live, width), width, height);
    };
    draw();
    const timer = setInterval(draw, redrawMs);
    return () => {
      clearInterval(timer);
    };
  }, [live, width, height, theme]);

  const point = (next: Brush | null): void => {
    setBrush(next);
    pointAt(next === null ? null : robotTimeMs(live, startMs(next.span, next.to)), 'logs');
  };
  const choose = ({ span, from, to }: Brush, dragged: boolean): void => {
    const first = Math.min(from, to);
    const untilMs = startMs(span, Math.max(from, to) + 1);
    if (dragged) showRange({ fromMs: robotTimeMs(live, startMs(span, first)), untilMs: robotTimeMs(live, untilMs) });
    else goTo(startMs(span, first));
  };

  const move = (event: PointerEvent): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    // While a drag lasts the columns stay what they were when it began.
    const span = dragFromX === null || brush === null ? spanOf(live, width) : brush.span;
    const to = columnOf(span, x);
    point({ span, from: dragFromX === null ? to : columnOf(span, dragFromX), to });
  };
  const down = (event: PointerEvent): void => {
    setDragFromX(event.clientX - event.currentTarget.getBoundingClientRect().left);
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const up = (event: PointerEvent): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    if (brush !== null && dragFromX !== null) choose(brush, Math.abs(x - dragFromX) >= dragPxMin);
    setDragFromX(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    const span = brush?.span ?? spanOf(live, width);
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (by !== 0) {
      const to = Math.max(0, Math.min(span.columns - 1, (brush?.to ?? span.columns) + by));
      point({ span, to, from: event.shiftKey ? (brush?.from ?? to) : to });
    } else if (event.key === 'Enter' && brush !== null) choose(brush, brush.from !== brush.to);
    else if (event.key === 'Escape') {
      point(null);
      showRange(null);
    } else return;
    event.preventDefault();
  };

  const words = brush === null ? null : brushWords(live, brush);
  return (
    <div
      ref={box}
      className="log-histogram"
      data-testid="log-histogram"
      role="slider"
      tabIndex={0}
      aria-label="Lines over time. Arrows move, Shift and arrows choose a time, Enter goes there, Escape shows all."
      aria-valuenow={brush?.to ?? 0}
      aria-valuetext={words ?? (range === null ? 'all times' : 'a range of time is chosen')}
      onPointerMove={move}
      onPointerDown={down}
      onPointerUp={up}
      onPointerLeave={() => {
        if (dragFromX === null) point(null);
      }}
      onBlur={() => {
        point(null);
      }}
      onKeyDown={onKey}
    >
      <canvas ref={canvas} />
      {range !== null && <RangeShade live={live} range={range} width={width} />}
      {pointed?.by === 'metrics' && <PointedLine live={live} timeMs={pointed.timeMs} width={width} />}
      {brush !== null && (
        <>
          <span
            className="histogram-column"
            style={{
              left: brush.span.left + Math.min(brush.from, brush.to) * brush.span.pitch,
              width: (Math.abs(brush.to - brush.from) + 1) * brush.span.pitch - 1,
            }}
          />
          <span className="histogram-tip" style={tipPlace(brush, width)}>
            {words}
          </span>
        </>
      )}
    </div>
  );
});

/** What the list keeps to, in its place over the columns. */
function RangeShade(props: { readonly live: LiveRobot; readonly range: TimeRange; readonly width: number }) {
  const { live, range, width } = props;
  const span = spanOf(live, width);
  const skewMs = skewOf(live);
  const left = placeOf(span, range.fromMs + skewMs, width);
  return (
    <span
      className="histogram-range"
      style={{ left, width: Math.max(2, placeOf(span, range.untilMs + skewMs, width) - left) }}
    />
  );
}

function PointedLine(props: { readonly live: LiveRobot; readonly timeMs: number; readonly width: number }) {
  const { live, timeMs, width } = props;
  return (
    <span className="histogram-pointed" style={{ left: placeOf(spanOf(live, width), timeMs + skewOf(live), width) }} />
  );
}

function tipPlace({ span, to }: Brush, width: number): React.CSSProperties {
  const x = span.left + to * span.pitch;
  return x > width / 2 ? { right: width - x + 12 } : { left: x + span.pitch + 12 };
}

function spanOf(live: LiveRobot, width: number): BarSpan {
  const { ring, rows } = live;
  const newestS = Math.max(
    rows.bins.newestSecond,
    ring.length > 0 ? Math.floor(ring.receivedMsAt(ring.end - 1) / 1000) : 0,
  );
  const oldestS = ring.length > 0 ? Math.floor(ring.receivedMsAt(ring.first) / 1000) : newestS;
  return planBars(Math.max(oldestS, newestS - secondsMax + 1), newestS, width);
}

function columnOf(span: BarSpan, x: number): number {
  return Math.max(0, Math.min(span.columns - 1, Math.floor((x - span.left) / span.pitch)));
}

function placeOf(span: BarSpan, laptopMs: number, width: number): number {
  const column = (laptopMs / 1000 - span.firstS) / span.bucketS;
  return Math.max(0, Math.min(width, span.left + column * span.pitch));
}

/** Laptop time at which a column begins. */
function startMs(span: BarSpan, column: number): number {
  return (span.firstS + column * span.bucketS) * 1000;
}

function robotTimeMs(live: LiveRobot, laptopMs: number): number {
  return laptopMs - skewOf(live);
}

/** Laptop time less robot time, by the newest line: columns are in the one, ranges in the other. */
function skewOf({ ring }: LiveRobot): number {
  for (let position = ring.end - 1; position >= Math.max(ring.first, ring.end - linesLookedAt); position -= 1) {
    const skewMs = ring.receivedMsAt(position) - ring.stampMsAt(position);
    if (skewMs !== 0) return skewMs;
  }
  return 0;
}

const linesLookedAt = 20;

function brushWords(live: LiveRobot, { span, from, to }: Brush): string {
  const firstMs = startMs(span, Math.min(from, to));
  const untilMs = startMs(span, Math.max(from, to) + 1);
  const sums = new Uint32Array(6);
  live.rows.bins.sum(firstMs / 1000, untilMs / 1000, sums);
  const [debug = 0, info = 0, warn = 0, error = 0, fatal = 0, gaps = 0] = sums;
  return [
    formatTimeS(firstMs),
    `${formatCount(debug + info + warn + error + fatal)} lines in ${(untilMs - firstMs) / 1000} s`,
    ...(warn > 0 ? [`${formatCount(warn)} WARN`] : []),
    ...(error + fatal > 0 ? [`${formatCount(error + fatal)} ERROR and worse`] : []),
    ...(gaps > 0 ? ['a loss'] : []),
  ].join(' · ');
}
