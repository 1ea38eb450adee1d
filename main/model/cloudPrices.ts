/** What CloudWatch charges for what a flush sends, in USD. Storage, queries and alarms are not in it. */
export interface CloudPrices {
  /** For each GB (10^9 bytes) of log events, as PutLogEvents counts them: UTF-8 and 26 bytes an event, before compression. */
  readonly logsUsdPerGb: number;
  /** For each custom metric, a month; by the hour in which it is sent. */
  readonly metricUsdAMonth: number;
  readonly requestsUsdPerThousand: number;
}

/**
 * Standard log class, first tier of custom metrics. https://aws.amazon.com/cloudwatch/pricing/ Prices differ between regions, and
 * what a free tier or an agreement makes of them nobody can know here: so they are named with region and date, and can be changed.
 */
export const listPrices: CloudPrices = { logsUsdPerGb: 0.5, metricUsdAMonth: 0.3, requestsUsdPerThousand: 0.01 };
export const listPricesOf = 'us-east-1, November 2026';

/** What of an upload is paid for. */
export interface BilledUpload {
  readonly logBytes: number;
  readonly metricRequests: number;
  /** Custom metrics that were not there before. */
  readonly newMetrics: number;
}

/** Paid once, for sending it. */
export function sendingUsd({ logBytes, metricRequests }: BilledUpload, prices: CloudPrices): number {
  return (logBytes / 1e9) * prices.logsUsdPerGb + (metricRequests / 1000) * prices.requestsUsdPerThousand;
}

/** Paid for every month in which the new metrics are sent all the time. */
export function newMetricsUsdAMonth({ newMetrics }: BilledUpload, prices: CloudPrices): number {
  return newMetrics * prices.metricUsdAMonth;
}
