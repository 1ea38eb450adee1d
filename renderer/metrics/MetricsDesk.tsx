import { SegmentedControl, TextInput } from '@mantine/core';
import { useLiveSeries } from '../bridge/useSession.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { metricsWindowsS, setPage, usePage } from '../stores/pageStore.js';
import type { Series } from '../stores/Series.js';
import { MetricChart } from './MetricChart.js';
import './metrics.css';

export function MetricsDesk() {
  const { live } = useLiveSeries();
  const filter = usePage((page) => page.metricsFilter);
  const windowS = usePage((page) => page.metricsWindowS);
  const shown = live.orderedSeries.filter((series) => matches(series, filter));
  const { singles, groups } = groupByName(shown);
  return (
    <div className="metrics">
      <div className="metrics-toolbar">
        <TextInput
          className="metrics-filter"
          placeholder="metric or dimension…"
          aria-label="Filter metrics"
          data-testid="metrics-filter"
          value={filter}
          onChange={(event) => {
            setPage({ metricsFilter: event.currentTarget.value });
          }}
        />
        <span className="muted" data-testid="metrics-count" data-value={shown.length}>
          {shown.length === live.orderedSeries.length
            ? formatQuantity(shown.length, 'series', 'series')
            : `${formatCount(shown.length)} of ${formatQuantity(live.orderedSeries.length, 'series', 'series')}`}
        </span>
        <SegmentedControl
          className="metrics-window"
          aria-label="Time shown"
          data-testid="metrics-window"
          value={String(windowS)}
          onChange={(value) => {
            setPage({ metricsWindowS: Number(value) });
          }}
          data={metricsWindowsS.map((seconds) => ({ value: String(seconds), label: windowWords(seconds) }))}
        />
      </div>
      <div className="metrics-scroll" role="region" aria-label="Charts" tabIndex={0}>
        {live.orderedSeries.length === 0 && (
          <div className="empty">
            <h2>No metric has come yet</h2>
            <p>
              A chart appears here for each metric that the robot publishes as ros_monitoring_msgs/MetricList, on the
              topics named in its file (/metrics if none is).
            </p>
          </div>
        )}
        {live.orderedSeries.length > 0 && shown.length === 0 && (
          <div className="empty">
            <h2>No metric has that in its name</h2>
          </div>
        )}
        <h2 className="visually-hidden">Charts</h2>
        {singles.length > 0 && <ChartGrid series={singles} windowS={windowS} />}
        {groups.map((group) => (
          <section key={group.name} className="metrics-group" aria-label={group.name}>
            <h2>
              {group.name} <span className="muted">{formatQuantity(group.series.length, 'series', 'series')}</span>
            </h2>
            <ChartGrid series={group.series} windowS={windowS} />
          </section>
        ))}
      </div>
    </div>
  );
}

function ChartGrid({ series, windowS }: { readonly series: readonly Series[]; readonly windowS: number }) {
  return (
    <div className="metrics-grid">
      {series.map((one) => (
        <MetricChart key={one.key} series={one} windowS={windowS} />
      ))}
    </div>
  );
}

function windowWords(seconds: number): string {
  return seconds < 3600 ? `${seconds / 60} m` : `${seconds / 3600} h`;
}

function matches(series: Series, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/);
  const place = [series.name, ...series.dimensions.map((dimension) => `${dimension.name}:${dimension.value}`)]
    .join(' ')
    .toLowerCase();
  return words.every((word) => place.includes(word));
}

/** Metrics with one dimension set stand together; those with several have a heading of their own. */
function groupByName(all: readonly Series[]) {
  const byName = new Map<string, Series[]>();
  for (const series of all) {
    const group = byName.get(series.name);
    if (group === undefined) byName.set(series.name, [series]);
    else group.push(series);
  }
  const lists = [...byName].map(([name, series]) => ({ name, series }));
  return {
    singles: lists.filter((group) => group.series.length === 1).flatMap((group) => group.series),
    groups: lists.filter((group) => group.series.length > 1),
  };
}
