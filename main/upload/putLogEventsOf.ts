import { PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { SinkRequest } from '../seams/CloudSink.js';
import { withWrittenBody } from './withWrittenBody.js';

type LogRequest = Extract<SinkRequest, { kind: 'log' }>;

/** The command, whose body is compressed when `compress` says so. */
export function putLogEventsOf(request: LogRequest, compress: boolean): PutLogEventsCommand {
  const { group, stream } = request.destination;
  const command = new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents: [] });
  return withWrittenBody(command, logBodyOf(request), { compress });
}

/** The whole body of the request, in JSON. */
export function logBodyOf({ destination, events, written }: LogRequest): Uint8Array {
  if (written !== undefined) return written.body;
  const { group, stream } = destination;
  const place = `"logGroupName":${JSON.stringify(group)},"logStreamName":${JSON.stringify(stream)}`;
  const list = events.map(
    ({ timestampMs, message }) => `{"timestamp":${timestampMs},"message":${JSON.stringify(message)}}`,
  );
  return Buffer.from(`{${place},"logEvents":[${list.join(',')}]}`);
}
