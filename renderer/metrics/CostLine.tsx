import { useEffect } from 'react';
import { useRobot } from '../bridge/useSession.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { useCloudPrices } from '../stores/cloudPrices.js';
import { rememberSent, useMetricChoices } from '../stores/metricChoices.js';
import type { Series } from '../stores/Series.js';
import { customMetricsOf } from './customMetrics.js';

/** How many custom metrics these series are, and what the new ones among them would cost: before they are uploaded. */
export function CostLine({ all, robot }: { readonly all: readonly Series[]; readonly robot: string }) {
  const status = useRobot();
  const prices = useCloudPrices();
  const sentKeys = useMetricChoices((choices) => choices.sent[robot]);
  // Nothing of this robot waits, is held or was refused, and something was taken: then all that came was taken.
  const isAllSent =
    status !== null &&
    status.name === robot &&
    status.acknowledgedMetrics > 0 &&
    status.pendingMetrics + status.heldRecords + status.quarantinedRecords + status.expiredRecords === 0;
  useEffect(() => {
    if (!isAllSent) return;
    rememberSent(
      robot,
      all.filter((series) => series.length > 0).map(({ key }) => key),
    );
  }, [isAllSent, all, robot]);
  if (all.length === 0) return null;
  const { count, fresh, usdAMonth, freshUsdAMonth } = customMetricsOf(all, sentKeys ?? [], prices);
  return (
    <p
      className="metrics-cost"
      data-testid="metrics-cost"
      data-new={fresh}
      data-count={count}
      title={`Each name with its own dimensions counts, at $${prices.metricUsdAMonth.toFixed(2)} a month (the flush plan says which prices). The local CloudWatch costs nothing.`}
    >
      {formatQuantity(count, 'custom metric')} in CloudWatch, about {usd(usdAMonth)} a month
      {fresh > 0 && (
        <>
          {' · '}
          <b>
            {fresh === count ? 'all' : formatCount(fresh)} new with the next upload: {usd(freshUsdAMonth)} of that
          </b>
        </>
      )}
    </p>
  );
}

function usd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
