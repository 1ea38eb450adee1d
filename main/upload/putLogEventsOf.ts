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
export function logBodyOf(request: LogRequest): Uint8Array {
  // The events are not asked for then: they would be read back out of this body.
  if (request.written !== undefined) return request.written.body;
  const { events, destination } = request;
  const { group, stream } = destination;
  const place = `"logGroupName":${JSON.stringify(group)},"logStreamName":${JSON.stringify(stream)}`;
  const list = events.map(
    ({ timestampMs, message }) => `{"timestamp":${timestampMs},"message":${JSON.stringify(message)}}`,
  );
  return Buffer.from(`{${place},"logEvents":[${list.join(',')}]}`);
}
