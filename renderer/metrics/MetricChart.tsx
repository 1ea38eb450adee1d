import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useNow, useSession } from '../bridge/useSession.js';
import { useElementSize } from '../components/useElementSize.js';
import { formatDuration } from '../format/formatDuration.js';
import { formatMetric } from '../format/formatMetric.js';
import { formatTimeS } from '../format/formatTime.js';
import { usePage } from '../stores/pageStore.js';
import { chartPoints, gapPeriods } from '../stores/chartPoints.js';
import type { Series } from '../stores/Series.js';
import { chartOptions } from './chartOptions.js';
import { seriesColour, seriesColourToken } from './seriesColour.js';

const chartHeight = 118;
const redrawMs = 200;
/** Silence of a series of unknown or fast period before it is called stale. */
const staleMsMin = 5000;
/** A narrower window would make noise look like news. */
const windowMsMin = 30_000;

interface Pointed {
  readonly timeMs: number;
  readonly value: number | null;
}

/** One series over time, with its value now, or where the shared cursor is. */
export function MetricChart({ series, windowS }: { readonly series: Series; readonly windowS: number }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(box);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  useChart(box, series, windowS, width, setPointed);
  return (
    <article className="metric-card" data-testid="metric-chart" data-key={series.key} aria-label={series.name}>
      <ChartHead series={series} pointed={pointed} />
      <div ref={box} className="metric-plot" style={{ height: chartHeight }} />
    </article>
  );
}

function ChartHead({ series, pointed }: { readonly series: Series; readonly pointed: Pointed | null }) {
  const { live } = useSession();
  useNow(1000);
  const last = series.last;
  const value = pointed === null ? (last?.value ?? null) : pointed.value;
  const text = value === null ? { value: '–', unit: '' } : formatMetric(value, series.unit);
  const silentMs = last === null ? 0 : live.robotNowMs() - last.stampMs;
  const stale = silentMs > Math.max(staleMsMin, (series.periodMs ?? 0) * gapPeriods);
  const dimensions = series.dimensions.map((dimension) => `${dimension.name} ${dimension.value}`).join(' · ');
  return (
    <div className="metric-head">
      <div className="metric-title">
        <h3 title={series.name}>{series.name}</h3>
        <p className="muted" title={dimensions}>
          {series.dimensions.map(dimensionWords).join(' · ') || 'no dimensions'}
        </p>
      </div>
      <div className="metric-value" data-stale={stale ? '' : undefined}>
        <p data-testid="metric-value" style={{ color: stale ? undefined : seriesColour(series) }}>
          {text.value}
          {text.unit !== '' && <span> {text.unit}</span>}
        </p>
        {pointed !== null ? (
          <p className="muted">{formatTimeS(pointed.timeMs)}</p>
        ) : (
          stale && <p className="metric-stale">last {formatDuration(silentMs / 1000)} ago</p>
        )}
      </div>
    </div>
  );
}

/** A value that says nothing alone (`0`) has its name before it. */
function dimensionWords({ name, value }: Series['dimensions'][number]): string {
  return /[a-z]{2}/iu.test(value) ? value : `${name} ${value}`;
}

/**
 * Milliseconds. A robot that was met a moment ago has not filled the window: all charts then begin with its first sample, in
 * step with one another.
 */
function startOfWindow(all: readonly Series[], untilMs: number, windowS: number): number {
  const firstMs = all.reduce((first, { firstMs: own }) => Math.min(first, own ?? first), untilMs - windowMsMin);
  return Math.max(untilMs - windowS * 1000, firstMs);
}

/** Makes the plot anew when its place or the theme changes; between that only its data is changed, while it can be seen. */
function useChart(
  box: React.RefObject<HTMLDivElement | null>,
  series: Series,
  windowS: number,
  width: number,
  setPointed: (pointed: Pointed | null) => void,
): void {
  const { live } = useSession();
  const theme = usePage((page) => page.theme);
  const range = useRef<[number, number]>([0, 1]);
  const visible = useRef(true);

  const point = useCallback(
    (plot: uPlot) => {
      const left = plot.cursor.left ?? -1;
      if (left < 0) setPointed(null);
      else {
        const timeMs = plot.posToVal(left, 'x') * 1000;
        setPointed({ timeMs, value: series.valueAt(timeMs) });
      }
    },
    [series, setPointed],
  );

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => {
      visible.current = entry?.isIntersecting ?? true;
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [box]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || width === 0) return;
    const data = (): uPlot.AlignedData => {
      const until = live.robotNowMs();
      const from = startOfWindow(live.orderedSeries, until, windowS);
      range.current = [from / 1000, until / 1000];
      const { x, y } = chartPoints(series, from, until, width * 2);
      return [x as number[], y as (number | null)[]];
    };
    const options = chartOptions({
      style: getComputedStyle(element),
      colourToken: seriesColourToken(series),
      unit: series.unit,
      width,
      height: chartHeight,
      range,
      point,
    });
    const plot = new uPlot(options, data(), element);
    const timer = setInterval(() => {
      if (visible.current) plot.setData(data());
    }, redrawMs);
    return () => {
      clearInterval(timer);
      plot.destroy();
    };
  }, [box, live, series, windowS, width, theme, point]);
}
