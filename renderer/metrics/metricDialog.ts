import { create } from 'zustand';
import type { Series } from '../stores/Series.js';

/** The dialog of the metric desk that is open. */
export interface MetricDialog {
  readonly kind: 'threshold' | 'samples';
  readonly series: Series;
}

export const useMetricDialog = create<{ readonly open: MetricDialog | null }>()(() => ({ open: null }));

export function openMetricDialog(open: MetricDialog | null): void {
  useMetricDialog.setState({ open });
}
