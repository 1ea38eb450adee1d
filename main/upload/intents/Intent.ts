import { z } from 'zod';
import type { Destination } from '../../model/Destination.js';
import type { RecordKind } from '../../model/Record.js';
import { logFormats } from '../../model/RobotConfig.js';
import type { AddressRange } from '../../seams/Cache.js';

/** How records become events or data: with it, the same records make the very same requests again. */
export const packingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('log'),
    publishTopicNames: z.boolean(),
    // Files from before these were there mean what was done then.
    format: z.enum(logFormats).default('text'),
    redactions: z
      .array(z.object({ find: z.string(), replace: z.string() }))
      .readonly()
      .default([]),
    robot: z.string().default(''),
  }),
  z.object({
    kind: z.literal('metric'),
    defaultDimensions: z.array(z.object({ name: z.string(), value: z.string() })).readonly(),
    storageResolutionS: z.union([z.literal(1), z.literal(60)]),
    statisticSets: z.boolean().default(false),
  }),
]);

export type Packing = z.infer<typeof packingSchema>;

/** Samples of a request in one minute, by `seriesKey`: how many of each. */
export interface MinuteSamples {
  /** Minutes since the epoch. */
  readonly minute: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What is written down before a request: exactly which records it carries, where to, and what they look like there. */
export interface IntentDraft {
  readonly destination: Destination;
  readonly packing: Packing;
  readonly ranges: readonly AddressRange[];
  readonly records: number;
  /** Metrics only: what CloudWatch will count more when it has carried the request out. */
  readonly samples: readonly MinuteSamples[];
  /** Laptop time, ms since the epoch. */
  readonly atMs: number;
}

export interface Intent extends IntentDraft {
  readonly id: number;
}

/**
 * - `accepted`: CloudWatch has it
 * - `not-sent`: it was not carried out, that much is known
 * - `given-up`: nobody knows, and a person decided that it counts as accepted
 * - `sent-again`: nobody knows, and its records go again: each may be in CloudWatch twice
 */
export const intentEnds = ['accepted', 'not-sent', 'given-up', 'sent-again'] as const;

export type IntentEnd = (typeof intentEnds)[number];

/** Requests whose outcome is not known, over crashes too. */
export interface IntentBook {
  /** Resolves when it is durable: only then may the request be written. */
  begin(draft: IntentDraft): Promise<Intent>;
  /**
   * Need not be durable: an intent that is found open after a crash although it ended has records that the cache no longer
   * has, or that are looked for once more.
   */
  end(intent: Intent, how: Exclude<IntentEnd, 'sent-again'>): void;
  /** `records` of it go again; durable at the latest with the intent of the request that carries them. */
  endSentAgain(intent: Intent, records: number): void;
  /** Those that an earlier process left open, oldest first. */
  leftOpen(): readonly Intent[];
  /**
   * What CloudWatch's own count of a series in a minute says: the intent was carried out (true), it was not (false), or it
   * does not tell (null).
   */
  wasCounted(intent: Intent, minute: number, series: string, sampleCount: number): boolean | null;
  /** Records that were sent again without knowing, over all openings. */
  readonly maybeTwice: Readonly<Record<RecordKind, number>>;
  close(): Promise<void>;
}
