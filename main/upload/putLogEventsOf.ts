import { PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { SinkRequest } from '../seams/CloudSink.js';
import { compressBody, compressedBytesMin } from './compressBody.js';

type LogRequest = Extract<SinkRequest, { kind: 'log' }>;

/**
 * The command, with its body written here: the SDK writes a request of 10,000 events field by field, which takes as long as
 * all the rest of its sending. What it signs and sends is this body, compressed when `compress` says so.
 */
export function putLogEventsOf(request: LogRequest, compress: boolean): PutLogEventsCommand {
  const { group, stream } = request.destination;
  const command = new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents: [] });
  const body = logBodyOf(request);
  command.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args;
      if (!isHttpRequest(request)) throw new Error('the SDK made no HTTP request');
      const isCompressed = compress && body.length >= compressedBytesMin;
      request.body = isCompressed ? await compressBody(body) : body;
      if (isCompressed) request.headers['content-encoding'] = 'gzip';
      return next(args);
    },
    // Behind the SDK's own writing, and before it counts the bytes and signs.
    { step: 'serialize', name: 'writtenLogEvents', priority: 'low' },
  );
  return command;
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

function isHttpRequest(request: unknown): request is { body: unknown; headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'body' in request && 'headers' in request;
}
