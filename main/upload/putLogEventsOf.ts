import { PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { SinkRequest } from '../seams/CloudSink.js';
import { withWrittenBody } from './withWrittenBody.js';

export function putLogEventsOf(request: Extract<SinkRequest, { kind: 'log' }>): PutLogEventsCommand {
  const { group, stream } = request.destination;
  const command = new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents: [] });
  return withWrittenBody(command, request.written?.body ?? bodyOf(request));
}

function bodyOf({ destination, events }: Extract<SinkRequest, { kind: 'log' }>): Buffer {
  const written = events.map(
    ({ timestampMs, message }) => `{"timestamp":${timestampMs},"message":${JSON.stringify(message)}}`,
  );
  const { group, stream } = destination;
  const place = `"logGroupName":${JSON.stringify(group)},"logStreamName":${JSON.stringify(stream)}`;
  return Buffer.from(`{${place},"logEvents":[${written.join(',')}]}`);
}
