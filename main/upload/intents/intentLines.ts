/**
 * The lines of a robot's `intents.jsonl`, version 1: CRC-32 of the JSON as eight hexadecimal digits, a space, the JSON.
 *
 * - `head`: always the first
 * - `kept`: what an earlier file knew of samples, and how many records went again without knowing
 * - `begin`: a request is about to be written; durable before it is
 * - `end`: what became of it
 *
 * A line whose sum does not fit counts for nothing. At the end of the file it was torn by a crash, and its request was never
 * written; elsewhere it was damaged, and then nothing is known of earlier samples.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { intentEnds, packingSchema, type MinuteSamples } from './Intent.js';

export const intentsVersion = 1;

const account = { cloud: z.enum(['aws', 'local']), region: z.string(), profile: z.string(), endpoint: z.string() };
const destinationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), account: z.object(account), group: z.string(), stream: z.string() }),
  z.object({ kind: z.literal('metric'), account: z.object(account), namespace: z.string() }),
]);
const minuteSchema = z.tuple([z.int(), z.record(z.string(), z.int().min(1))]);
const rangeSchema = z.tuple([z.int(), z.int(), z.int()]);

export const intentLineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('head'), version: z.int() }),
  z.object({
    type: z.literal('kept'),
    samples: z.array(minuteSchema),
    /** First and last minute of which nothing is known. */
    forgotten: z.tuple([z.number(), z.number()]).nullable(),
    maybeTwice: z.object({ log: z.int(), metric: z.int() }),
  }),
  z.object({
    type: z.literal('begin'),
    id: z.int(),
    atMs: z.number(),
    destination: destinationSchema,
    packing: packingSchema,
    /** Segment, first and last place. */
    ranges: z.array(rangeSchema),
    records: z.int(),
    samples: z.array(minuteSchema),
  }),
  z.object({
    type: z.literal('end'),
    id: z.int(),
    how: z.enum(intentEnds),
    /** Of `sent-again`: so many of its records. */
    records: z.int(),
  }),
]);

export type IntentLine = z.infer<typeof intentLineSchema>;

export function encodeIntentLine(line: IntentLine): string {
  const json = JSON.stringify(line);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

export interface ReadIntentLines {
  readonly lines: readonly IntentLine[];
  /** A line before the last could not be read. */
  readonly damaged: boolean;
  /** Of a version that this code does not know. */
  readonly foreign: boolean;
}

export function readIntentLines(text: string): ReadIntentLines {
  if (text === '') return { lines: [], damaged: false, foreign: false };
  const parts = text.split('\n');
  const parsed = parts.map(parseLine);
  const lastWhole = parsed.findLastIndex((line) => line !== null);
  const lines = parsed.flatMap((line) => line ?? []);
  const damaged = parsed.slice(0, lastWhole).some((line) => line === null) || lines[0]?.type !== 'head';
  return { lines, damaged, foreign: lines.some((line) => line.type === 'head' && line.version !== intentsVersion) };
}

function parseLine(text: string): IntentLine | null {
  const json = text.slice(9);
  if (text[8] !== ' ' || crc32(json).toString(16).padStart(8, '0') !== text.slice(0, 8)) return null;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const line = intentLineSchema.safeParse(value);
  return line.success ? line.data : null;
}

export function minutesToLine(samples: readonly MinuteSamples[]): [number, Record<string, number>][] {
  return samples.map(({ minute, counts }) => [minute, { ...counts }]);
}

export function minutesOfLine(samples: readonly (readonly [number, Record<string, number>])[]): MinuteSamples[] {
  return samples.map(([minute, counts]) => ({ minute, counts }));
}
