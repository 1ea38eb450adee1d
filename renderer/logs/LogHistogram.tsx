import { type MouseEvent, useEffect, useRef, useState } from 'react';
import { useSession } from '../bridge/useSession.js';
import { useElementSize } from '../components/useElementSize.js';
import { formatCount } from '../format/formatCount.js';
import { formatTimeS } from '../format/formatTime.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { usePage } from '../stores/pageStore.js';
import { secondsMax } from '../stores/SecondBins.js';
import { type BarSpan, drawBars, planBars } from './histogramBars.js';

const redrawMs = 250;

/** What the list holds over time, by severity. Times are the laptop's; a click goes to that moment. */
export function LogHistogram({ goTo }: { readonly goTo: (timeMs: number) => void }) {
  const { live } = useSession();
  const theme = usePage((page) => page.theme);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useElementSize(box);
  const [pointer, setPointer] = useState<{ readonly x: number; readonly span: BarSpan } | null>(null);

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

  const point = (event: MouseEvent): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setPointer({ x, span: spanOf(live, width) });
  };
  const column = pointer === null ? null : columnAt(live, pointer.span, pointer.x);
  return (
    <div
      ref={box}
      className="log-histogram"
      data-testid="log-histogram"
      role="img"
      aria-label="Lines over time by severity"
      onMouseMove={point}
      onMouseLeave={() => {
        setPointer(null);
      }}
      onClick={() => {
        if (column !== null) goTo(column.fromS * 1000);
      }}
    >
      <canvas ref={canvas} />
      {column !== null && pointer !== null && (
        <>
          <span className="histogram-column" style={{ left: column.left, width: column.width }} />
          <span
            className="histogram-tip"
            style={pointer.x > width / 2 ? { right: width - pointer.x + 12 } : { left: pointer.x + 12 }}
          >
            {formatTimeS(column.fromS * 1000)} · {column.words}
          </span>
        </>
      )}
    </div>
  );
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

function columnAt(live: LiveRobot, span: BarSpan, x: number) {
  const index = Math.floor((x - span.left) / span.pitch);
  if (index < 0 || index >= span.columns) return null;
  const fromS = span.firstS + index * span.bucketS;
  const sums = new Uint32Array(6);
  live.rows.bins.sum(fromS, fromS + span.bucketS, sums);
  const [debug = 0, info = 0, warn = 0, error = 0, fatal = 0, gaps = 0] = sums;
  const words = [
    `${formatCount(debug + info + warn + error + fatal)} lines in ${span.bucketS} s`,
    ...(warn > 0 ? [`${formatCount(warn)} WARN`] : []),
    ...(error + fatal > 0 ? [`${formatCount(error + fatal)} ERROR and worse`] : []),
    ...(gaps > 0 ? ['a loss'] : []),
  ].join(' · ');
  return { fromS, left: span.left + index * span.pitch, width: span.pitch - 1, words };
}
