import { useNow } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { formatCount } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { statisticsOf } from '../stores/chartPoints.js';
import { choiceOf, useMetricChoices } from '../stores/metricChoices.js';
import type { Series } from '../stores/Series.js';
import { useTimeCursor } from '../stores/timeCursor.js';
import { ageOf, cardWords } from './cardWords.js';
import type { SeriesGroup } from './groupSeries.js';
import { useMetricDesk } from './MetricDeskState.js';
import { dimensionWords, shapedText, shapeSigns } from './seriesWords.js';
import type { TimeView } from './timeView.js';

/** Width in pixels that a chart of the same time would have: what the columns are as fine as. */
const chartWidth = 400;

/** All series as a table, for those who read rather than look; anew each second. */
export function MetricsTable({
  groups,
  current,
}: {
  readonly groups: readonly SeriesGroup[];
  readonly current: string | null;
}) {
  const desk = useMetricDesk();
  useNow(1000);
  useTimeCursor((cursor) => cursor.range);
  const view = desk.view();
  return (
    <table className="metric-table metric-table-all" data-testid="metrics-table">
      <caption className="visually-hidden">Metrics of the time shown</caption>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col">Dimensions</th>
          <th scope="col" className="number">
            Now
          </th>
          <th scope="col" className="number">
            Least
          </th>
          <th scope="col" className="number">
            Mean
          </th>
          <th scope="col" className="number">
            Greatest
          </th>
          <th scope="col" className="number">
            Samples
          </th>
          <th scope="col">Age</th>
          <th scope="col">Unit in CloudWatch</th>
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.heading}>
          {group.heading !== '' && (
            <tr className="metric-table-group">
              <th scope="rowgroup" colSpan={9}>
                {group.heading} <span className="muted">{group.note}</span>
              </th>
            </tr>
          )}
          {group.series.map((series) => (
            <TableRow key={series.key} series={series} view={view} isCurrent={series.key === current} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

interface TableRowProps {
  readonly series: Series;
  readonly view: TimeView;
  readonly isCurrent: boolean;
}

function TableRow({ series, view, isCurrent }: TableRowProps) {
  const desk = useMetricDesk();
  const choice = useMetricChoices((choices) => choiceOf(choices, desk.robot, series.key));
  const columns = desk.columns(series, view, chartWidth);
  const statistics = statisticsOf(columns, view.fromMs, view.untilMs);
  const said = cardWords(series, desk.live, columns, choice.shape, null, choice);
  const { silentMs, stale } = ageOf(series, desk.live);
  const text = (value: number | undefined): string =>
    value === undefined ? '–' : shapedText(value, series.unit, choice.shape);
  return (
    <tr
      data-key={series.key}
      data-testid="metric-row"
      tabIndex={isCurrent ? 0 : -1}
      data-breached={said.breached ? '' : undefined}
      data-stale={stale ? '' : undefined}
    >
      <th scope="row">
        {choice.pinned && <Glyph name="pin" className="metric-sign" />}
        {(choice.above !== null || choice.below !== null) && <Glyph name="bell" className="metric-sign" />}
        {series.name}
        {choice.shape !== 'value' && <span className="metric-shape">{shapeSigns[choice.shape]}</span>}
      </th>
      <td className="muted">{dimensionWords(series)}</td>
      <td className="number strong metric-table-now">{said.unit === '' ? said.value : `${said.value} ${said.unit}`}</td>
      <td className="number">{text(statistics?.least)}</td>
      <td className="number">{text(statistics?.mean)}</td>
      <td className="number">{text(statistics?.greatest)}</td>
      <td className="number">{formatCount(statistics?.samples ?? 0)}</td>
      <td className="metric-table-age">
        {silentMs === null
          ? 'on disk only'
          : stale
            ? `stale · ${formatDuration(silentMs / 1000)}`
            : `${(silentMs / 1000).toFixed(0)} s`}
      </td>
      <td className="muted">{series.unit}</td>
    </tr>
  );
}
