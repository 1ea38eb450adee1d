import type { CloudWatchLogsClient, GetLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { LogDestination } from '../model/Destination.js';
import type { EventsReading, LogEventToSend } from '../seams/CloudSink.js';

/** Pages of up to 10,000 events or 1 MB that are read for one batch; a stream that holds more in its span is too full. */
const pagesMax = 50;

/** Reads the part of the stream that these events span, and says which of them it holds. Throws what the SDK throws. */
export async function findEvents(
  client: CloudWatchLogsClient,
  { group, stream }: LogDestination,
  events: readonly LogEventToSend[],
  abortSignal: AbortSignal,
): Promise<EventsReading> {
  const times = events.map(({ timestampMs }) => timestampMs);
  const startTime = times.reduce((least, time) => Math.min(least, time), Number.MAX_SAFE_INTEGER);
  const endTime = times.reduce((most, time) => Math.max(most, time), 0) + 1;
  const held: LogEventToSend[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const answer: GetLogEventsCommandOutput = await client.send(
      new GetLogEventsCommand({
        ...{ logGroupName: group, logStreamName: stream, startTime, endTime, startFromHead: true },
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
      { abortSignal },
    );
    for (const { timestamp, message } of answer.events ?? []) {
      if (timestamp !== undefined && message !== undefined) held.push({ timestampMs: timestamp, message });
    }
    // The end of the stream is told by the same token again (GetLogEvents page of the API reference).
    if (answer.nextForwardToken === undefined || answer.nextForwardToken === nextToken) {
      return { type: 'found', present: countEvents(events, held) };
    }
    nextToken = answer.nextForwardToken;
  }
  return { type: 'unreadable', reason: `The stream holds more than ${pagesMax} pages between these events.` };
}

/** Which of the events are among those held; of several alike, as many as are held. */
export function countEvents(events: readonly LogEventToSend[], held: readonly LogEventToSend[]): readonly boolean[] {
  const left = new Map<string, number>();
  for (const event of held) left.set(keyOf(event), (left.get(keyOf(event)) ?? 0) + 1);
  return events.map((event) => {
    const key = keyOf(event);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count > 0;
  });
}

function keyOf({ timestampMs, message }: LogEventToSend): string {
  return `${timestampMs} ${message}`;
}
