import { z } from 'zod';
import type { MetricDimension } from '../model/Record.js';
import { type FileLine, lineBytesMax } from './readLines.js';

/** A log event as the original logs node kept it. */
export interface OriginalLog {
  readonly type: 'log';
  readonly timestampMs: number;
  readonly message: string;
}

/** A metric as the original metrics node kept it. */
export interface OriginalMetric {
  readonly type: 'metric';
  readonly timestampMs: number;
  readonly name: string;
  readonly value: number;
  /** A unit of CloudWatch's StandardUnit, empty when none was set. */
  readonly unit: string;
  readonly dimensions: readonly MetricDimension[];
  readonly storageResolutionS: number;
}

export interface BadLine {
  readonly type: 'bad';
  readonly reason: string;
}

/** Latest time that a ROS message can carry: its seconds have 31 bits. */
const timestampMsMax = 2_147_483_647_999;

/** StandardUnit of the SDK for C++, which the metrics node kept by its number. */
const sdkUnits = [
  '',
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
  'Percent',
  'Count',
  'Bytes/Second',
  'Kilobytes/Second',
  'Megabytes/Second',
  'Gigabytes/Second',
  'Terabytes/Second',
  'Bits/Second',
  'Kilobits/Second',
  'Megabits/Second',
  'Gigabits/Second',
  'Terabits/Second',
  'Count/Second',
  'None',
] as const;

const timestamp = z.number().int().min(0).max(timestampMsMax);

const logSchema = z.object({ timestamp, message: z.string() });

const metricSchema = z.object({
  timestamp,
  metric_name: z.string(),
  value: z.number(),
  unit: z
    .number()
    .int()
    .min(0)
    .max(sdkUnits.length - 1)
    .optional(),
  dimensions: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  storage_resolution: z.number().int().optional(),
});

const decoder = new TextDecoder('utf-8', { fatal: true });

/** What a line of a cache file of the originals is: by its content, as both nodes may have used one folder. Never throws. */
export function parseOriginalLine(line: FileLine): OriginalLog | OriginalMetric | BadLine {
  const { content, start, end, terminated } = line;
  const bytes = end - start;
  if (bytes > lineBytesMax) return bad(`it has ${bytes} bytes, more than the ${lineBytesMax} that are looked at`);
  const zeros = countZeros(content);
  if (zeros > 0) return bad(`${zeros} of its ${bytes} bytes are zero, as a crash or a full disk leaves them`);
  let text: string;
  try {
    text = decoder.decode(content);
  } catch {
    return bad('it is not UTF-8');
  }
  if (text.trim() === '') return bad('it is empty');
  try {
    return fromJson(JSON.parse(text));
  } catch {
    if (!terminated) return bad(`the file ends in the middle of it, after ${bytes} bytes, as after a crash`);
    return bad('it is not whole JSON');
  }
}

function fromJson(value: unknown): OriginalLog | OriginalMetric | BadLine {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('it is no JSON object');
  if ('metric_name' in value) return fromMetric(metricSchema.safeParse(value));
  if (!('message' in value)) return bad('it has neither a message nor a metric_name');
  const parsed = logSchema.safeParse(value);
  if (!parsed.success) return bad(wordsOf(parsed.error));
  return { type: 'log', timestampMs: parsed.data.timestamp, message: parsed.data.message };
}

function fromMetric(parsed: ReturnType<typeof metricSchema.safeParse>): OriginalMetric | BadLine {
  if (!parsed.success) return bad(wordsOf(parsed.error));
  const { timestamp: timestampMs, metric_name: name, value, unit = 0, dimensions = [] } = parsed.data;
  const storageResolutionS = parsed.data.storage_resolution ?? 60;
  return { type: 'metric', timestampMs, name, value, unit: sdkUnits[unit] ?? '', dimensions, storageResolutionS };
}

function bad(reason: string): BadLine {
  return { type: 'bad', reason };
}

function wordsOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

function countZeros(bytes: Uint8Array): number {
  let zeros = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) zeros += 1;
  return zeros;
}
