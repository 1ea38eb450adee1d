import { type KeyboardEvent, memo, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../bridge/useSession.js';
import { useElementSize } from '../components/useElementSize.js';
import { formatCount } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { formatDay, formatTimeS, type Zone, zoneMark } from '../format/formatTime.js';
import { usePage } from '../stores/pageStore.js';
import { pointAt, showRange, type TimeRange, useTimeCursor } from '../stores/timeCursor.js';
import { type BarSpan, drawBars } from './histogramBars.js';
import { columnOf, type HistogramTimes, placeOf, startMs, timesOfDisk, timesOfList } from './histogramTimes.js';
import { useHourBins } from './useHourBins.js';

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
  const zone = usePage((page) => page.timeView.zone);
  const range = useTimeCursor((cursor) => cursor.range);
  const pointed = useTimeCursor((cursor) => cursor.pointed);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useElementSize(box);
  const [brush, setBrush] = useState<Brush | null>(null);
  const [dragFromX, setDragFromX] = useState<number | null>(null);
  const [isWide, setWide] = useState(false);
  const hours = useHourBins(isWide);
  const ofDisk = isWide && hours !== null && !hours.isEmpty ? hours : null;
  // Looked at anew each time: the list's counts are others when it begins anew.
  const timesNow = useCallback(() => (ofDisk === null ? timesOfList(live) : timesOfDisk(ofDisk)), [live, ofDisk]);
  const times = timesNow();

  useEffect(() => {
    const draw = (): void => {
      if (canvas.current === null || width === 0) return;
      const shown = timesNow();
      drawBars(canvas.current, shown.counts, shown.span(width), width, height);
    };
    draw();
    const timer = setInterval(draw, redrawMs);
    return () => {
      clearInterval(timer);
    };
  }, [timesNow, width, height, theme]);

  const point = (next: Brush | null): void => {
    setBrush(next);
    pointAt(next === null ? null : times.robotMs(startMs(next.span, next.to)), 'logs');
  };
  const choose = ({ span, from, to }: Brush, dragged: boolean): void => {
    const first = Math.min(from, to);
    const untilMs = startMs(span, Math.max(from, to) + 1);
    // The list may not reach back to an hour on disk: it is read when the list keeps to it.
    if (dragged || ofDisk !== null)
      showRange({ fromMs: times.robotMs(startMs(span, first)), untilMs: times.robotMs(untilMs) });
    else goTo(startMs(span, first));
  };

  const move = (event: PointerEvent): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    // While a drag lasts the columns stay what they were when it began.
    const span = dragFromX === null || brush === null ? times.span(width) : brush.span;
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
  const widen = (wide: boolean): void => {
    point(null);
    setWide(wide);
  };
  const onKey = (event: KeyboardEvent): void => {
    const span = brush?.span ?? times.span(width);
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (by !== 0) {
      const to = Math.max(0, Math.min(span.columns - 1, (brush?.to ?? span.columns) + by));
      point({ span, to, from: event.shiftKey ? (brush?.from ?? to) : to });
    } else if (event.key === '-') widen(true);
    else if (event.key === '+' || event.key === '=') widen(false);
    else if (event.key === 'Enter' && brush !== null) choose(brush, brush.from !== brush.to);
    else if (event.key === 'Escape') {
      point(null);
      showRange(null);
    } else return;
    event.preventDefault();
  };

  const words = brush === null ? null : brushWords(times, brush, zone);
  return (
    <div className="log-histogram-area">
      <div
        ref={box}
        className="log-histogram"
        data-wide={ofDisk === null ? undefined : ''}
        data-testid="log-histogram"
        role="slider"
        tabIndex={0}
        aria-label="Lines over time. Arrows move, Shift and arrows choose a time, Enter goes there, Escape shows all, minus shows all hours on disk, plus those of the list."
        aria-valuenow={brush?.to ?? 0}
        aria-valuetext={words ?? (range === null ? 'all times' : 'a range of time is chosen')}
        onPointerMove={move}
        onPointerDown={down}
        onPointerUp={up}
        onPointerLeave={() => {
          if (dragFromX === null) point(null);
        }}
        onBlur={() => {
          // The other desk still stands at what was pointed at: Escape, or a line that is chosen, forgets it.
          setBrush(null);
        }}
        onKeyDown={onKey}
      >
        <canvas ref={canvas} />
        {range !== null && <RangeShade times={times} range={range} width={width} />}
        {pointed?.by === 'metrics' && <PointedLine times={times} timeMs={pointed.timeMs} width={width} />}
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
      <button
        type="button"
        className="histogram-wide"
        data-testid="histogram-wide"
        aria-pressed={isWide}
        title={isWide ? 'Only what the list holds (+)' : 'All hours on disk (-)'}
        onClick={() => {
          widen(!isWide);
        }}
      >
        {isWide ? 'Only this list' : 'All hours on disk'}
      </button>
    </div>
  );
});

/** What the list keeps to, in its place over the columns. */
function RangeShade(props: { readonly times: HistogramTimes; readonly range: TimeRange; readonly width: number }) {
  const { times, range, width } = props;
  const span = times.span(width);
  const left = placeOf(span, times.ownMs(range.fromMs), width);
  return (
    <span
      className="histogram-range"
      style={{ left, width: Math.max(2, placeOf(span, times.ownMs(range.untilMs), width) - left) }}
    />
  );
}

function PointedLine(props: { readonly times: HistogramTimes; readonly timeMs: number; readonly width: number }) {
  const { times, timeMs, width } = props;
  return (
    <span className="histogram-pointed" style={{ left: placeOf(times.span(width), times.ownMs(timeMs), width) }} />
  );
}

function tipPlace({ span, to }: Brush, width: number): React.CSSProperties {
  const x = span.left + to * span.pitch;
  return x > width / 2 ? { right: width - x + 12 } : { left: x + span.pitch + 12 };
}

function brushWords({ counts, words }: HistogramTimes, { span, from, to }: Brush, zone: Zone): string {
  const firstMs = startMs(span, Math.min(from, to));
  const untilMs = startMs(span, Math.max(from, to) + 1);
  const sums = new Uint32Array(6);
  counts.sum(firstMs / 1000, untilMs / 1000, sums);
  const [debug = 0, info = 0, warn = 0, error = 0, fatal = 0, gaps = 0] = sums;
  const lastsS = (untilMs - firstMs) / 1000;
  return [
    `${lastsS < 3600 ? '' : `${formatDay(firstMs, zone)} `}${formatTimeS(firstMs, zone)}${zoneMark(zone)}`,
    `${formatCount(debug + info + warn + error + fatal)} lines in ${lastsS < 600 ? `${lastsS} s` : formatDuration(lastsS)}`,
    ...(warn > 0 ? [`${formatCount(warn)} WARN`] : []),
    ...(error + fatal > 0 ? [`${formatCount(error + fatal)} ERROR and worse`] : []),
    ...(gaps > 0 ? ['a loss'] : []),
    ...(words === '' ? [] : [words]),
  ].join(' · ');
}
