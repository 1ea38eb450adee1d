/**
 * The limits of the CloudWatch metrics API. Every number is AWS's own; the page it stands on is named beside it.
 */

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** AWS PutMetricData API reference: "no more than 1000 different metrics" over MetricData and EntityMetricData. */
export const METRIC_DATA_MAX = 1000;
/**
 * AWS PutMetricData API reference: "limited to 1 MB in size for HTTP POST requests. You can send a payload compressed by
 * gzip." The page does not say which size counts. Here the size **after** gunzip does: the stricter reading, and that of
 * AWS's own CloudWatch agent, which packs by uncompressed bytes. 1 MB is read as 1,048,576 bytes, because the limit before
 * it, "40 KB", was answered by the service as "exceeded 40960 bytes".
 */
export const METRIC_REQUEST_BYTES_MAX = 1_048_576;
/** AWS MetricDatum API reference: at most 30 dimensions. */
export const METRIC_DIMENSIONS_MAX = 30;
/** AWS MetricDatum, Dimension and PutMetricData API references: names and namespaces are 1 to 255 characters. */
export const METRIC_NAME_LENGTH_MAX = 255;
/** AWS Dimension API reference: Value is 1 to 1,024 characters. */
export const DIMENSION_VALUE_LENGTH_MAX = 1024;
/** AWS MetricDatum API reference: up to 150 unique values. */
export const METRIC_VALUES_MAX = 150;
/** AWS PutMetricData API reference: values must be in the range of -2^360 to 2^360. */
export const METRIC_VALUE_MAGNITUDE_MAX = 2 ** 360;
/** AWS PutMetricData API reference: time stamps up to two weeks before the current date. */
export const METRIC_AGE_MS_MAX = 14 * DAY_MS;
/** AWS PutMetricData API reference: and up to 2 hours after the current day and time. */
export const METRIC_FUTURE_MS_MAX = 2 * HOUR_MS;
/** AWS PutMetricData API reference: "You can include up to two EntityMetricData objects". */
export const ENTITY_METRIC_DATA_MAX = 2;
/** AWS MetricDatum API reference: valid values of StorageResolution, in seconds. */
export const STORAGE_RESOLUTION_SECONDS_ALLOWED: ReadonlySet<number> = new Set([1, 60]);

/** AWS ListMetrics API reference: up to 500 results a call. */
export const LIST_METRICS_MAX = 500;
/** AWS ListMetrics API reference: RecentlyActive=PT3H. */
export const RECENTLY_ACTIVE_MS = 3 * HOUR_MS;
/** AWS GetMetricStatistics API reference: at most 1,440 data points a request. */
export const STATISTICS_DATAPOINTS_MAX = 1440;
/** AWS GetMetricStatistics API reference: up to ten percentile statistics. */
export const EXTENDED_STATISTICS_MAX = 10;
/** AWS GetMetricData API reference: up to 500 queries a call. */
export const METRIC_QUERIES_MAX = 500;
/** AWS GetMetricData API reference: 100,800 data points where MaxDatapoints is not given. */
export const METRIC_DATAPOINTS_MAX = 100_800;
/** AWS GetMetricStatistics API reference: periods below a minute answer only for starts up to 3 hours ago. */
export const SUB_MINUTE_AGE_MS_MAX = 3 * HOUR_MS;
/** AWS MetricStat API reference: 1, 5, 10, 20, 30 or a multiple of 60 seconds. */
export const SUB_MINUTE_PERIOD_SECONDS_ALLOWED: ReadonlySet<number> = new Set([1, 5, 10, 20, 30]);

/** AWS MetricDatum API reference: valid values of Unit. */
export const METRIC_UNITS_ALLOWED: ReadonlySet<string> = new Set([
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
  'Percent',
  'Count',
  'Bytes/Second',
  'Kilobytes/Second',
  'Megabytes/Second',
  'Gigabytes/Second',
  'Terabytes/Second',
  'Bits/Second',
  'Kilobits/Second',
  'Megabits/Second',
  'Gigabits/Second',
  'Terabits/Second',
  'Count/Second',
  'None',
]);
