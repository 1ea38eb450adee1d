import { Modal } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '../format/formatCount.js';
import { formatDay, formatTimeMs, formatTimeS, zoneMark } from '../format/formatTime.js';
import { columnMsFor } from '../stores/chartPoints.js';
import { choiceOf, getMetricChoices } from '../stores/metricChoices.js';
import { usePage } from '../stores/pageStore.js';
import type { Series } from '../stores/Series.js';
import { seriesColumns } from '../stores/seriesColumns.js';
import { lateWords } from './leftOutWords.js';
import { openMetricDialog } from './metricDialog.js';
import { useMetricDesk } from './MetricDeskState.js';
import { dimensionWords, shapedText } from './seriesWords.js';

/** What a chart shows, to be read: the time shown, in at most some hundred lines, the newest first. Stands still while it is open. */
export function SamplesDialog({ series }: { readonly series: Series }) {
  const desk = useMetricDesk();
  const zone = usePage((page) => page.timeView.zone);
  const { shape } = choiceOf(getMetricChoices(), desk.robot, series.key);
  const [{ columns, view, columnMs }] = useState(() => {
    const shown = desk.view();
    const width = columnMsFor(shown.untilMs - shown.fromMs, linesMax);
    const history = desk.history.columnsOf(series.key);
    const { fromMs, untilMs } = shown;
    return {
      view: shown,
      columnMs: width,
      columns: seriesColumns(series, { fromMs, untilMs, columnMs: width, shape, history }),
    };
  });
  const indices = Array.from({ length: columns.length }, (_, index) => columns.length - 1 - index).filter(
    (index) => columns.lastMsAt(index) >= view.fromMs && columns.firstMsAt(index) <= view.untilMs,
  );
  const timeWords = columnMs < 1000 ? formatTimeMs : formatTimeS;
  return (
    <Modal
      opened
      onClose={() => {
        openMetricDialog(null);
      }}
      title={`${series.name} as a table`}
      size="44rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className="muted">
        {dimensionWords(series)} · {formatDay(view.fromMs, zone)} {formatTimeS(view.fromMs, zone)} to
        {` ${formatTimeS(view.untilMs, zone)}${zoneMark(zone)}`} · robot time. {lateWords(series.lateCount)}
      </p>
      <div
        className="samples-scroll"
        tabIndex={0}
        role="region"
        aria-label={`Samples of ${series.name}`}
        data-autofocus
      >
        <table className="metric-table" data-testid="samples-table">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Least</th>
              <th scope="col">Mean</th>
              <th scope="col">Greatest</th>
              <th scope="col">Samples</th>
            </tr>
          </thead>
          <tbody>
            {indices.map((index) => (
              <tr key={columns.firstMsAt(index)}>
                <th scope="row">{timeWords(columns.firstMsAt(index), zone)}</th>
                <td>{shapedText(columns.lowAt(index), series.unit, shape)}</td>
                <td>{shapedText(columns.meanAt(index), series.unit, shape)}</td>
                <td>{shapedText(columns.highAt(index), series.unit, shape)}</td>
                <td>{formatCount(columns.countAt(index))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Modal>
  );
}

const linesMax = 200;
