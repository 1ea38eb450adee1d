import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode, RefObject } from 'react';
import { metricViews, type MetricView } from '../../main/contract/bridge.js';
import { setMetricChoices, useMetricChoices } from '../stores/metricChoices.js';
import { setPage, usePage } from '../stores/pageStore.js';
import { showRange, useTimeCursor } from '../stores/timeCursor.js';

const windowsS = [10, 60, 300, 900, 3600, 28_800] as const;

interface MetricsToolbarProps {
  readonly filterBox: RefObject<HTMLInputElement | null>;
  readonly countWords: string;
  readonly count: number;
  readonly dimensions: readonly string[];
  readonly children: ReactNode;
}

/** What is shown, how, and for how long; `children` stand at its end. */
export function MetricsToolbar({ filterBox, countWords, count, dimensions, children }: MetricsToolbarProps) {
  const filter = usePage((page) => page.metricsFilter);
  const { view, windowS, groupBy } = useMetricChoices();
  const isZoomed = useTimeCursor((cursor) => cursor.range !== null);
  return (
    <div className="metrics-toolbar">
      <TextInput
        ref={filterBox}
        className="metrics-filter"
        placeholder="metric or dimension…"
        aria-label="Filter metrics"
        data-testid="metrics-filter"
        value={filter}
        onChange={(event) => {
          setPage({ metricsFilter: event.currentTarget.value });
        }}
      />
      <span className="muted metrics-count" data-testid="metrics-count" data-value={count}>
        {countWords}
      </span>
      <NativeSelect
        className="metrics-group-by"
        aria-label="Group by"
        data-testid="metrics-group-by"
        value={groupBy}
        onChange={(event) => {
          setMetricChoices({ groupBy: event.currentTarget.value });
        }}
        data={[
          { value: '', label: 'by name' },
          ...dimensions.map((name) => ({ value: name, label: `by ${name}` })),
          ...(groupBy === '' || dimensions.includes(groupBy) ? [] : [{ value: groupBy, label: `by ${groupBy}` }]),
        ]}
      />
      <SegmentedControl
        className="metrics-view"
        aria-label="View"
        data-testid="metrics-view"
        value={view}
        onChange={(value) => {
          setMetricChoices({ view: metricViews.find((one) => one === value) ?? 'charts' });
        }}
        data={metricViews.map((value) => ({ value, label: viewNames[value] }))}
      />
      <SegmentedControl
        className="metrics-window"
        aria-label="Time shown"
        data-testid="metrics-window"
        data-zoomed={isZoomed ? '' : undefined}
        value={isZoomed ? '' : String(windowS)}
        onChange={(value) => {
          showRange(null);
          setMetricChoices({ windowS: Number(value) });
        }}
        data={windowsS.map((seconds) => ({ value: String(seconds), label: windowWords(seconds) }))}
      />
      {children}
    </div>
  );
}

const viewNames: Readonly<Record<MetricView, string>> = { charts: 'Charts', sparklines: 'Sparklines', table: 'Table' };

function windowWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${seconds / 60} m` : `${seconds / 3600} h`;
}
