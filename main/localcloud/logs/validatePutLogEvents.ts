/**
 * The rules of one PutLogEvents batch (AWS PutLogEvents API reference).
 *
 * Two kinds: rules whose breach fails the whole call (count, bytes, order, span), and rules that reject single events
 * while the rest is taken (too old, expired, too new). Because a batch must be in time order, the rejected ones are
 * always a head and a tail, and what is taken is one range: that is why AWS can report them as three indices.
 */
import { serializationError } from '../wire/ApiError.js';
import { constraintViolation, invalidParameter, missingMember } from './logErrors.js';
import {
  LOG_BATCH_BYTES_MAX,
  LOG_BATCH_EVENTS_MAX,
  LOG_BATCH_SPAN_MS_MAX,
  LOG_EVENT_AGE_MS_MAX,
  LOG_EVENT_BYTES_MAX,
  LOG_EVENT_FUTURE_MS_MAX,
  LOG_EVENT_OVERHEAD_BYTES,
  LOG_MESSAGE_LENGTH_MIN,
  RETENTION_DAY_MS,
} from './logLimits.js';

export interface InputLogEvent {
  readonly timestamp: number;
  readonly message: string;
}

export interface CheckedBatch {
  readonly events: readonly InputLogEvent[];
  /** Messages in UTF-8, without the 26 bytes each. */
  readonly messageBytes: number;
}

/** AWS RejectedLogEventsInfo API reference. Start inclusive, both ends exclusive. */
export interface RejectedLogEventsInfo {
  tooNewLogEventStartIndex?: number;
  tooOldLogEventEndIndex?: number;
  expiredLogEventEndIndex?: number;
}

export interface AcceptedRange {
  /** First accepted index. */
  readonly from: number;
  /** One past the last accepted index. */
  readonly to: number;
  readonly tooOld: number;
  readonly expired: number;
  readonly tooNew: number;
  readonly rejected: RejectedLogEventsInfo | undefined;
}

/** Types, count, emptiness and bytes: what AWS checks before it looks at the stream. Throws ApiError. */
export function checkLogEventShapes(logEvents: readonly unknown[] | null | undefined): CheckedBatch {
  if (logEvents === null || logEvents === undefined) throw missingMember('logEvents');
  if (logEvents.length === 0) {
    throw constraintViolation('logEvents', '[]', 'have length greater than or equal to 1');
  }
  if (logEvents.length > LOG_BATCH_EVENTS_MAX) {
    throw constraintViolation(
      'logEvents',
      '[...]',
      `have length less than or equal to ${String(LOG_BATCH_EVENTS_MAX)}`,
    );
  }
  let messageBytes = 0;
  const events: InputLogEvent[] = [];
  for (const [index, value] of logEvents.entries()) {
    const event = checkLogEvent(value, index);
    const bytes = Buffer.byteLength(event.message, 'utf8');
    if (bytes + LOG_EVENT_OVERHEAD_BYTES > LOG_EVENT_BYTES_MAX) {
      throw invalidParameter(
        `Log event too large: ${String(bytes + LOG_EVENT_OVERHEAD_BYTES)} bytes exceeds limit of ${String(LOG_EVENT_BYTES_MAX)}`,
      );
    }
    messageBytes += bytes;
    events.push(event);
  }
  const batchBytes = messageBytes + events.length * LOG_EVENT_OVERHEAD_BYTES;
  if (batchBytes > LOG_BATCH_BYTES_MAX) {
    throw invalidParameter(
      `Upload too large: ${String(batchBytes)} bytes exceeds limit of ${String(LOG_BATCH_BYTES_MAX)}`,
    );
  }
  return { events, messageBytes };
}

/**
 * Order, span and age. Throws InvalidParameterException for the rules that fail the whole call; gives the accepted range
 * and AWS's three indices otherwise. `nowMs` and the result's times are milliseconds since 1970.
 */
export function acceptLogEvents(
  events: readonly InputLogEvent[],
  nowMs: number,
  retentionDays: number | undefined,
): AcceptedRange {
  const oldestMs = nowMs - LOG_EVENT_AGE_MS_MAX;
  const newestMs = nowMs + LOG_EVENT_FUTURE_MS_MAX;
  const unexpiredMs = retentionDays === undefined ? oldestMs : nowMs - retentionDays * RETENTION_DAY_MS;
  let tooOldEnd = 0;
  let expiredEnd = 0;
  let tooNewStart = events.length;
  let firstValidMs: number | undefined;
  let lastValidMs = 0;
  let previousMs = 0;
  for (const [index, { timestamp }] of events.entries()) {
    if (timestamp < previousMs) {
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
    }
    previousMs = timestamp;
    if (timestamp < oldestMs) tooOldEnd = index + 1;
    else if (timestamp > newestMs) tooNewStart = Math.min(tooNewStart, index);
    else {
      firstValidMs ??= timestamp;
      lastValidMs = timestamp;
    }
    if (timestamp < unexpiredMs && timestamp >= oldestMs) expiredEnd = index + 1;
  }
  if (firstValidMs !== undefined && lastValidMs - firstValidMs > LOG_BATCH_SPAN_MS_MAX) {
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
  const from = Math.max(tooOldEnd, expiredEnd);
  return {
    from,
    to: tooNewStart,
    tooOld: tooOldEnd,
    expired: from - tooOldEnd,
    tooNew: events.length - tooNewStart,
    rejected: rejectedInfo(tooOldEnd, expiredEnd, tooNewStart, events.length),
  };
}

function rejectedInfo(
  tooOldEnd: number,
  expiredEnd: number,
  tooNewStart: number,
  count: number,
): RejectedLogEventsInfo | undefined {
  if (tooOldEnd === 0 && expiredEnd === 0 && tooNewStart === count) return undefined;
  return {
    ...(tooNewStart < count ? { tooNewLogEventStartIndex: tooNewStart } : {}),
    ...(tooOldEnd > 0 ? { tooOldLogEventEndIndex: tooOldEnd } : {}),
    ...(expiredEnd > 0 ? { expiredLogEventEndIndex: expiredEnd } : {}),
  };
}

/** By hand rather than with zod: ten thousand of these make up one request, and this loop is the server's hot path. */
function checkLogEvent(value: unknown, index: number): InputLogEvent {
  const path = `logEvents.${String(index + 1)}.member`;
  if (typeof value !== 'object' || value === null) throw serializationError(`${path} is not an object`);
  const timestamp = 'timestamp' in value ? value.timestamp : undefined;
  const message = 'message' in value ? value.message : undefined;
  if (timestamp === undefined || timestamp === null) throw missingMember(`${path}.timestamp`);
  if (message === undefined || message === null) throw missingMember(`${path}.message`);
  if (typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp)) {
    throw serializationError(`${path}.timestamp is not a whole number`);
  }
  if (typeof message !== 'string') throw serializationError(`${path}.message is not a string`);
  if (timestamp < 0) {
    throw constraintViolation(`${path}.timestamp`, String(timestamp), 'have value greater than or equal to 0');
  }
  if (message.length < LOG_MESSAGE_LENGTH_MIN) {
    throw constraintViolation(`${path}.message`, message, 'have length greater than or equal to 1');
  }
  return { timestamp, message };
}
