import { useMemo } from 'react';
import { usePolledCall } from '../bridge/usePolledCall.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { priceUsd } from '../format/formatUsd.js';
import { useCloudPrices } from '../stores/cloudPrices.js';
import type { Series } from '../stores/Series.js';
import { customMetricsOf } from './customMetrics.js';

/** How many custom metrics these series are, and what the new ones among them would cost: before they are uploaded. */
export function CostLine({ all, robot }: { readonly all: readonly Series[]; readonly robot: string }) {
  const prices = useCloudPrices();
  const metrics = useMemo(() => all.map(({ name, dimensions }) => ({ name, dimensions: [...dimensions] })), [all]);
  const answer = usePolledCall('metrics.sent', { robot, metrics }, askAgainMs);
  if (all.length === 0 || answer?.ok !== true) return null;
  const sentKeys = all.filter((_, index) => answer.value.sent[index] === true).map(({ key }) => key);
  const { count, fresh, usdAMonth, freshUsdAMonth } = customMetricsOf(all, sentKeys, prices);
  return (
    <p
      className="metrics-cost"
      data-testid="metrics-cost"
      data-new={fresh}
      data-count={count}
      title={`Each name with its own dimensions counts, at ${priceUsd(prices.metricUsdAMonth)} a month (the flush plan says which prices); new is what was not sent from here within two weeks. The local CloudWatch costs nothing.`}
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

const askAgainMs = 5000;
