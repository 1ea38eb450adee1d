/**
 * The lines of the store's segment files. Accepted requests are kept as the client sent them, with what was decided about
 * them beside it: nothing is encoded a second time, and a person can read what was sent.
 */
import { z } from 'zod';
import type { LogGroup } from '../logs/LogStore.js';
import type { LogStream } from '../logs/LogStream.js';

export const storeLineSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('log-group'),
    name: z.string(),
    creationTimeMs: z.number(),
    retentionDays: z.number().optional(),
    tags: z.record(z.string(), z.string()),
  }),
  z.object({
    kind: z.literal('log-stream'),
    groupName: z.string(),
    name: z.string(),
    creationTimeMs: z.number(),
  }),
  z.object({ kind: z.literal('log-group-deleted'), name: z.string() }),
  z.object({
    kind: z.literal('log-events'),
    groupName: z.string(),
    streamName: z.string(),
    ingestionTimeMs: z.number(),
    /** The accepted range of the request's events: `from` inclusive, `to` exclusive. */
    from: z.number(),
    to: z.number(),
    request: z.object({ logEvents: z.array(z.unknown()) }),
  }),
  z.object({ kind: z.literal('metric-data'), receivedMs: z.number(), request: z.unknown() }),
]);

export type StoreLine = z.output<typeof storeLineSchema>;

export function logGroupLine(group: LogGroup): Buffer {
  return plainLine({
    kind: 'log-group',
    name: group.name,
    creationTimeMs: group.creationTimeMs,
    ...(group.retentionDays === undefined ? {} : { retentionDays: group.retentionDays }),
    tags: Object.fromEntries(group.tags),
  });
}

export function logStreamLine(groupName: string, stream: LogStream): Buffer {
  return plainLine({ kind: 'log-stream', groupName, name: stream.name, creationTimeMs: stream.creationTimeMs });
}

export function logGroupDeletedLine(name: string): Buffer {
  return plainLine({ kind: 'log-group-deleted', name });
}

export interface LogEventsLineParts {
  readonly groupName: string;
  readonly streamName: string;
  readonly ingestionTimeMs: number;
  readonly from: number;
  readonly to: number;
  /** The request's JSON as it came. */
  readonly body: Buffer;
}

export function logEventsLine({ body, ...parts }: LogEventsLineParts): Buffer {
  return lineAround({ kind: 'log-events', ...parts }, body);
}

export function metricDataLine(receivedMs: number, body: Buffer): Buffer {
  return lineAround({ kind: 'metric-data', receivedMs }, body);
}

function plainLine(line: StoreLine): Buffer {
  return Buffer.from(`${JSON.stringify(line)}\n`);
}

function lineAround(head: object, body: Buffer): Buffer {
  // A line must not hold a line break; JSON only has them between tokens, and no SDK puts them there.
  const request = body.includes(0x0a) ? Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8')))) : body;
  const start = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"request":`);
  return Buffer.concat([start, request, LINE_END]);
}

const LINE_END = Buffer.from('}\n');
