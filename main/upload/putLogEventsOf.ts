import { PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { SinkRequest } from '../seams/CloudSink.js';

/**
 * The command, with its body written here: the SDK writes a request of 10,000 events field by field, which takes as long as
 * all the rest of its sending. What it signs and sends is this body.
 */
export function putLogEventsOf(request: Extract<SinkRequest, { kind: 'log' }>): PutLogEventsCommand {
  const { group, stream } = request.destination;
  const command = new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents: [] });
  const body = request.written?.body ?? bodyOf(request);
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (!isHttpRequest(request)) throw new Error('the SDK made no HTTP request');
      request.body = body;
      return next(args);
    },
    // Behind the SDK's own writing, and before it counts the bytes and signs.
    { step: 'serialize', name: 'writtenLogEvents', priority: 'low' },
  );
  return command;
}

function bodyOf({ destination, events }: Extract<SinkRequest, { kind: 'log' }>): Buffer {
  const written = events.map(
    ({ timestampMs, message }) => `{"timestamp":${timestampMs},"message":${JSON.stringify(message)}}`,
  );
  const { group, stream } = destination;
  const place = `"logGroupName":${JSON.stringify(group)},"logStreamName":${JSON.stringify(stream)}`;
  return Buffer.from(`{${place},"logEvents":[${written.join(',')}]}`);
}

function isHttpRequest(request: unknown): request is { body: unknown } {
  return typeof request === 'object' && request !== null && 'body' in request;
}
