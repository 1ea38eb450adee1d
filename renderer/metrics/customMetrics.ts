import { type CloudPrices, listPrices } from '../../main/model/cloudPrices.js';
import { metricIdentity } from '../../main/model/metricIdentity.js';
import type { Series } from '../stores/Series.js';

/**
 * What CloudWatch would bill for these series. Each name with its own set of dimensions is a custom metric; the unit makes none.
 * Prices: model/cloudPrices.ts, or a person's own; by the number of custom metrics in a month.
 */
export interface CustomMetrics {
  readonly count: number;
  /** Those that this laptop has not sent of late. */
  readonly fresh: number;
  readonly usdAMonth: number;
  readonly freshUsdAMonth: number;
}

export function customMetricsOf(
  all: readonly Series[],
  sentKeys: readonly string[],
  prices: CloudPrices = listPrices,
): CustomMetrics {
  const sent = new Set(sentKeys);
  const known = new Set<string>();
  const every = new Set<string>();
  for (const series of all) {
    const identity = metricIdentity(series.name, series.dimensions);
    every.add(identity);
    if (sent.has(series.key)) known.add(identity);
  }
  const usdAMonth = monthlyUsd(every.size, prices);
  return {
    count: every.size,
    fresh: every.size - known.size,
    usdAMonth,
    freshUsdAMonth: usdAMonth - monthlyUsd(known.size, prices),
  };
}

/** After the first 10,000 the next 240,000 cost a third: as many as a page can hold are all in the first tier. */
function monthlyUsd(metrics: number, { metricUsdAMonth }: CloudPrices): number {
  const [first, rest] = [Math.min(metrics, firstTierMetrics), Math.max(0, metrics - firstTierMetrics)];
  return (first + rest * secondTierPart) * metricUsdAMonth;
}

const firstTierMetrics = 10_000;
const secondTierPart = 1 / 3;
