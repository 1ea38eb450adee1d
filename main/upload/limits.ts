/**
 * The limits of CloudWatch's two calls, as the packers keep them.
 *
 * Sources: the PutLogEvents and PutMetricData pages of the CloudWatch API references.
 */

/** PutLogEvents: events in one request. */
export const logRequestEventsMax = 10_000;
/** PutLogEvents: sum over the events of UTF-8 bytes and `logEventOverheadBytes`. */
export const logRequestBytesMax = 1_048_576;
/** PutLogEvents: what each event counts beyond its text. */
export const logEventOverheadBytes = 26;
/** PutLogEvents: UTF-8 bytes of one event's text (1 MB with its overhead). */
export const logEventTextBytesMax = logRequestBytesMax - logEventOverheadBytes;
/** PutLogEvents: from the first to the last event of one request. */
export const logRequestSpanMsMax = 24 * 3_600_000;

/** PutMetricData: data in one request. */
export const metricRequestDataMax = 1_000;
/** PutMetricData: the request's body. Ours is estimated before compression and never under the truth. */
export const metricRequestBytesMax = 1_000_000;
export const dimensionsMax = 30;
export const dimensionNameCharactersMax = 255;
export const dimensionValueCharactersMax = 1_024;
export const metricNameCharactersMax = 255;
/** PutMetricData: values reach from -2^360 to 2^360. */
export const metricValueMax = 2 ** 360;

const dayNs = 86_400_000_000_000n;

/** Both calls refuse what is older than two weeks; a little less, so that nothing crosses the line on its way. */
export const acceptedAgeNsMax = 14n * dayNs - 300_000_000_000n;
/** Both calls refuse what lies more than two hours ahead; a little less, for the same reason. */
export const acceptedAheadNsMax = 7_200_000_000_000n - 300_000_000_000n;
