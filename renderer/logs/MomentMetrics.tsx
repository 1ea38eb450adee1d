import { useLiveSeries } from '../bridge/useSession.js';
import { formatMetricText } from '../format/formatMetric.js';
import { seriesColour } from '../metrics/seriesColour.js';
import { chartPoints } from '../stores/chartPoints.js';
import type { Series } from '../stores/Series.js';

const aroundMs = 60_000;
const shownMax = 2;
const width = 280;
const height = 40;

/** What the metrics did when a line was written: those that share words with its node first. */
export function MomentMetrics({ timeMs, node }: { readonly timeMs: number; readonly node: string }) {
  const { live } = useLiveSeries();
  const near = rankSeries(live.orderedSeries, node)
    .filter((series, index, all) => all.findIndex((other) => other.name === series.name) === index)
    .filter((series) => series.valueAt(timeMs) !== null)
    .slice(0, shownMax);
  if (near.length === 0) return null;
  return (
    <section aria-label="Metrics at this moment">
      <h3 className="log-detail-subtitle">At this moment</h3>
      {near.map((series) => (
        <MomentCard key={series.key} series={series} timeMs={timeMs} />
      ))}
    </section>
  );
}

function MomentCard({ series, timeMs }: { readonly series: Series; readonly timeMs: number }) {
  const { x, y } = chartPoints(series, timeMs - aroundMs, timeMs + aroundMs, 240);
  const known = y.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const fromS = (timeMs - aroundMs) / 1000;
  const path = y
    .map((value, index) => {
      if (value === null) return '';
      const across = (((x[index] ?? 0) - fromS) / (aroundMs / 500)) * width;
      const down = height - 4 - ((value - low) / span) * (height - 8);
      const move = index === 0 || y[index - 1] === null ? 'M' : 'L';
      return `${move}${across.toFixed(1)} ${down.toFixed(1)}`;
    })
    .join('');
  const colour = seriesColour(series);
  const value = series.valueAt(timeMs);
  return (
    <div className="moment">
      <div className="moment-head">
        <span className="strong">{series.name}</span>
        <span className="muted moment-dimensions">
          {series.dimensions.map((dimension) => dimension.value).join(' · ')}
        </span>
        <b style={{ color: colour }}>{value === null ? '–' : formatMetricText(value, series.unit)}</b>
      </div>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <line
          x1={width / 2}
          x2={width / 2}
          y1="0"
          y2={height}
          className="moment-now"
          vectorEffect="non-scaling-stroke"
        />
        <path d={path} fill="none" style={{ stroke: colour }} vectorEffect="non-scaling-stroke" />
      </svg>
    </div>
  );
}

/** Series by how many words their name and dimensions share with a node's name. */
function rankSeries(all: readonly Series[], node: string): readonly Series[] {
  const words = wordsOf(node);
  const score = (series: Series): number => {
    const own = wordsOf([series.name, ...series.dimensions.map((dimension) => dimension.value)].join(' '));
    return own.filter((word) => words.includes(word)).length;
  };
  return all
    .map((series) => ({ series, score: score(series) }))
    .sort((left, right) => right.score - left.score)
    .map((ranked) => ranked.series);
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter((word) => word.length > 2);
}
