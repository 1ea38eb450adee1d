/**
 * The limits of the CloudWatch Logs API. Every number is AWS's own; the page it stands on is named beside it.
 */

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** AWS PutLogEvents API reference: "The maximum number of log events in a batch is 10,000." */
export const LOG_BATCH_EVENTS_MAX = 10_000;
/** AWS PutLogEvents API reference: "The maximum batch size is 1,048,576 bytes" (messages in UTF-8 plus 26 bytes each). */
export const LOG_BATCH_BYTES_MAX = 1_048_576;
/** AWS PutLogEvents API reference: "plus 26 bytes for each log event". */
export const LOG_EVENT_OVERHEAD_BYTES = 26;
/** AWS PutLogEvents API reference: "Each log event can be no larger than 1 MB." Counted with its 26 bytes. */
export const LOG_EVENT_BYTES_MAX = 1_048_576;
/** AWS InputLogEvent API reference: message has a minimum length of 1. */
export const LOG_MESSAGE_LENGTH_MIN = 1;
/** AWS PutLogEvents API reference: valid events cannot span more than 24 hours in one batch. */
export const LOG_BATCH_SPAN_MS_MAX = DAY_MS;
/** AWS PutLogEvents API reference: events more than 2 hours in the future are rejected. */
export const LOG_EVENT_FUTURE_MS_MAX = 2 * HOUR_MS;
/** AWS PutLogEvents API reference: events older than 14 days are rejected. */
export const LOG_EVENT_AGE_MS_MAX = 14 * DAY_MS;
/** One day of a retention policy. */
export const RETENTION_DAY_MS = DAY_MS;

/** AWS CreateLogGroup and CreateLogStream API references: length 1 to 512. */
export const LOG_NAME_LENGTH_MAX = 512;
/** AWS CreateLogGroup API reference: `[\.\-_/#A-Za-z0-9]+`. */
export const LOG_GROUP_NAME_PATTERN = /^[.\-_/#A-Za-z0-9]+$/;
/** AWS CreateLogStream API reference: `[^:*]*`. */
export const LOG_STREAM_NAME_PATTERN = /^[^:*]*$/;
/** AWS TagResource (CloudWatch Logs) API reference: 1 to 50 tags a request, key 1 to 128, value up to 256. */
export const LOG_TAGS_MAX = 50;
export const LOG_TAG_KEY_LENGTH_MAX = 128;
export const LOG_TAG_VALUE_LENGTH_MAX = 256;

/** AWS PutRetentionPolicy API reference: the possible values of retentionInDays. */
export const RETENTION_DAYS_ALLOWED: ReadonlySet<number> = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

/** AWS DescribeLogGroups and DescribeLogStreams API references: limit 1 to 50, 50 when not given. */
export const DESCRIBE_ITEMS_MAX = 50;
/** AWS GetLogEvents and FilterLogEvents API references: limit 1 to 10,000. */
export const READ_EVENTS_MAX = 10_000;
/** AWS GetLogEvents API reference: "as many log events as can fit in a response size of 1 MB". */
export const READ_BYTES_MAX = 1_048_576;
/** AWS FilterLogEvents API reference: logStreamNames holds 1 to 100 names. */
export const FILTER_STREAM_NAMES_MAX = 100;
/** AWS FilterLogEvents API reference: filterPattern is at most 1,024 characters. */
export const FILTER_PATTERN_LENGTH_MAX = 1024;
