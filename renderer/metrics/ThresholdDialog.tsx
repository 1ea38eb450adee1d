import { Modal, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { Button } from '../components/Button.js';
import { chooseForSeries, choiceOf, getMetricChoices } from '../stores/metricChoices.js';
import type { Series } from '../stores/Series.js';
import { openMetricDialog } from './metricDialog.js';
import { useMetricDesk } from './MetricDeskState.js';
import { dimensionWords } from './seriesWords.js';

/** Sets or takes away the values above and below which a series raises an alarm. */
export function ThresholdDialog({ series }: { readonly series: Series }) {
  const { robot } = useMetricDesk();
  const choice = choiceOf(getMetricChoices(), robot, series.key);
  const [above, setAbove] = useState(choice.above === null ? '' : String(choice.above));
  const [below, setBelow] = useState(choice.below === null ? '' : String(choice.below));
  const close = (): void => {
    openMetricDialog(null);
  };
  const save = (event: SyntheticEvent): void => {
    event.preventDefault();
    const [high, low] = [numberOf(above), numberOf(below)];
    if (high === 'wrong' || low === 'wrong') return;
    chooseForSeries(robot, series.key, { above: high, below: low });
    close();
  };
  const unit = series.unit === 'None' ? '' : ` (${series.unit})`;
  return (
    <Modal
      opened
      onClose={close}
      title={`Alarm for ${series.name}`}
      size="28rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form className="metric-form" onSubmit={save}>
        <p className="muted">
          {dimensionWords(series)}. A banner, a sound and a notification of the desktop when a sample is beyond it; no
          link is needed, and Tether remembers it.
        </p>
        <TextInput
          label={`Above${unit}`}
          data-testid="threshold-above"
          data-autofocus
          value={above}
          error={numberOf(above) === 'wrong' ? 'This is no number.' : null}
          onChange={(event) => {
            setAbove(event.currentTarget.value);
          }}
        />
        <TextInput
          label={`Below${unit}`}
          data-testid="threshold-below"
          value={below}
          error={numberOf(below) === 'wrong' ? 'This is no number.' : null}
          onChange={(event) => {
            setBelow(event.currentTarget.value);
          }}
        />
        <div className="metric-form-end">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" data-testid="threshold-save">
            {above.trim() === '' && below.trim() === '' ? 'No alarm' : 'Watch it'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** An empty box is no threshold. A comma is read as a point. */
function numberOf(text: string): number | null | 'wrong' {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : 'wrong';
}
