import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useSession } from '../bridge/useSession.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { choiceOf, useMetricChoices } from '../stores/metricChoices.js';
import { usePage } from '../stores/pageStore.js';
import { getTimeCursor, lookedAtMs, useTimeCursor } from '../stores/timeCursor.js';
import { CostLine } from './CostLine.js';
import { dimensionNames, groupSeries, matchesFilter, type SeriesGroup } from './groupSeries.js';
import { LeftOutLine, NotHereLine } from './LeftOutLine.js';
import { MetricCard } from './MetricCard.js';
import { MetricDeskContext, MetricDeskState } from './MetricDeskState.js';
import { useMetricDialog } from './metricDialog.js';
import './metrics.css';
import { MetricsTable } from './MetricsTable.js';
import { MetricsToolbar } from './MetricsToolbar.js';
import { SamplesDialog } from './SamplesDialog.js';
import { SaveMenu } from './SaveMenu.js';
import { ThresholdDialog } from './ThresholdDialog.js';
import { TimeStrip } from './TimeStrip.js';
import { useMetricKeys } from './useMetricKeys.js';

export function MetricsDesk({ robot }: { readonly robot: string }) {
  const session = useSession();
  const desk = useMemo(() => new MetricDeskState(session, robot), [session, robot]);
  useDeskLoop(desk);
  return (
    <MetricDeskContext value={desk}>
      <DeskBody desk={desk} />
    </MetricDeskContext>
  );
}

function DeskBody({ desk }: { readonly desk: MetricDeskState }) {
  const { live } = desk;
  // The list of series, not their samples: those are drawn without React.
  const all = useSyncExternalStore(live.seriesSignal.subscribe, () => live.orderedSeries);
  const filter = usePage((page) => page.metricsFilter);
  const choices = useMetricChoices();
  const { view } = choices;
  const [current, setCurrent] = useState<string | null>(null);
  const filterBox = useRef<HTMLInputElement>(null);
  const { onKeyDown, spoken } = useMetricKeys(desk, () => filterBox.current?.focus());
  const dialog = useMetricDialog((state) => state.open);

  const shown = useMemo(() => all.filter((series) => matchesFilter(series, filter)), [all, filter]);
  const dimensions = useMemo(() => dimensionNames(all), [all]);
  const isPinned = (key: string): boolean => choiceOf(choices, desk.robot, key).pinned;
  const pinned = shown.filter(({ key }) => isPinned(key));
  const groups: readonly SeriesGroup[] = [
    ...(pinned.length === 0 ? [] : [{ heading: pinnedHeading, note: '', series: pinned }]),
    ...groupSeries(
      shown.filter(({ key }) => !isPinned(key)),
      choices.groupBy,
    ),
  ];
  const ordered = groups.flatMap(({ series }) => series);
  const tabStop = ordered.find(({ key }) => key === current)?.key ?? ordered[0]?.key ?? null;
  return (
    <div
      className="metrics"
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const key = event.target.dataset['key'];
        if (key !== undefined) setCurrent(key);
      }}
    >
      <MetricsToolbar
        filterBox={filterBox}
        count={shown.length}
        countWords={
          shown.length === all.length
            ? formatQuantity(shown.length, 'series', 'series')
            : `${formatCount(shown.length)} of ${formatQuantity(all.length, 'series', 'series')}`
        }
        dimensions={dimensions}
      >
        <SaveMenu series={ordered} />
      </MetricsToolbar>
      <TimeStrip />
      <div className="metrics-scroll" role="region" aria-label="Metrics" tabIndex={-1}>
        {all.length === 0 && (
          <div className="empty">
            <h2>No metric has come yet</h2>
            <p>
              A chart appears here for each metric that the robot publishes as ros_monitoring_msgs/MetricList, on the
              topics named in its file (/metrics if none is).
            </p>
          </div>
        )}
        {all.length > 0 && shown.length === 0 && (
          <div className="empty">
            <h2>No metric has that in its name</h2>
          </div>
        )}
        <h2 className="visually-hidden">Metrics</h2>
        {view === 'table'
          ? shown.length > 0 && <MetricsTable groups={groups} current={tabStop} />
          : groups.length > 0 && (
              <div className="metrics-groups" data-look={view === 'charts' ? 'chart' : 'sparkline'}>
                {groups.map((group) => (
                  <CardGroup key={group.heading} group={group} view={view} tabStop={tabStop} />
                ))}
              </div>
            )}
        <LeftOutLine live={live} />
        <NotHereLine />
      </div>
      <CostLine all={all} robot={desk.robot} />
      <p className="visually-hidden" role="status" data-testid="metrics-spoken">
        {spoken}
      </p>
      {dialog?.kind === 'threshold' && <ThresholdDialog series={dialog.series} />}
      {dialog?.kind === 'samples' && <SamplesDialog series={dialog.series} />}
    </div>
  );
}

const pinnedHeading = 'Pinned';

interface CardGroupProps {
  readonly group: SeriesGroup;
  readonly view: 'charts' | 'sparklines';
  readonly tabStop: string | null;
}

function CardGroup({ group, view, tabStop }: CardGroupProps) {
  const look = view === 'charts' || group.heading === pinnedHeading ? 'chart' : 'sparkline';
  return (
    <section
      className="metrics-group"
      data-small={group.heading !== '' && group.heading !== pinnedHeading ? group.series.length : undefined}
      aria-label={group.heading === '' ? 'Metrics with one series' : group.heading}
    >
      {group.heading !== '' && (
        <h2>
          {group.heading} <span className="muted">{group.note}</span>
        </h2>
      )}
      <div className="metrics-grid" data-look={look} data-pinned={group.heading === pinnedHeading ? '' : undefined}>
        {group.series.map((series) => (
          <MetricCard key={series.key} series={series} look={look} isCurrent={series.key === tabStop} />
        ))}
      </div>
    </section>
  );
}

/** Runs the loop while the desk is open, and tells it what a person did. */
function useDeskLoop(desk: MetricDeskState): void {
  useEffect(() => {
    const stop = [
      desk.loop.start(),
      useTimeCursor.subscribe((now, before) => {
        if (now.range !== before.range) desk.loop.touch();
        if (lookedAtMs(now) !== lookedAtMs(before)) desk.loop.pointAll();
      }),
      useMetricChoices.subscribe(() => {
        desk.loop.touch();
      }),
      desk.history.signal.subscribe(() => {
        desk.loop.touch();
      }),
    ];
    const timer = setInterval(() => {
      desk.readBack();
      // A wide window moves too slowly, and a chosen one not at all, for what is new to be seen by that.
      const { range } = getTimeCursor();
      if (range !== null && range.untilMs > desk.live.robotNowMs() - liveEdgeMs) desk.loop.touch();
      else desk.loop.pointAll();
    }, tickMs);
    return () => {
      clearInterval(timer);
      for (const end of stop) end();
      desk.history.forget();
      if (getTimeCursor().pointed?.by === 'metrics') useTimeCursor.setState({ pointed: null });
    };
  }, [desk]);
}

/** Also keeps a person who zooms step by step from being followed to the disk at each step. */
const tickMs = 250;
/** Samples come a little late: a time that ended so recently may still get some. */
const liveEdgeMs = 5000;
