import { z } from 'zod';
import { meteredChoices } from '../model/MeteredChoice.js';
import { type CallTable, filterSchema, nothing, problemSchema, robotName } from './callSchemas.js';
import { uploadStates } from './frames.js';

/** A slower limit would never get a request through in time. */
export const linkBytesPerSMin = 1_000;

/** What a flush would send, before it goes. */
export const dryRunSchema = z.object({
  records: z.number().int(),
  logs: z.number().int(),
  metrics: z.number().int(),
  requests: z.number().int(),
  logRequests: z.number().int(),
  metricRequests: z.number().int(),
  /** Bytes as CloudWatch counts them (UTF-8 and 26 an event), before compression. */
  bytes: z.number(),
  /** Bodies of the requests as they go over the line, compressed where they are sent so; without heads and TLS. */
  wireBytes: z.number(),
  /** The part of it that was really made and compressed, 0 to 1; the rest is reckoned from that. */
  wireMeasured: z.number(),
  /** Whose the credentials are, as far as it is known. */
  accountId: z.string().nullable(),
  groups: z.array(
    z.object({
      kind: z.enum(['log', 'metric']),
      goesTo: z.string(),
      account: z.string(),
      /** As `destinationKey`. */
      destination: z.string(),
      records: z.number().int(),
      requests: z.number().int(),
      bytes: z.number(),
      /** The text of one log event, or one datum, as it will be sent; cut when it is very long. */
      example: z.string(),
      /** When this laptop last sent there; null when its ledger of uploads knows of no time: it may have to be made. */
      lastSentMs: z.number().nullable(),
      /** Whether group and stream are there, as CloudWatch says; null when it was not asked, or of metrics. */
      place: z.object({ group: z.boolean(), stream: z.boolean() }).nullable(),
      /** Days that the group is kept if Tether has to make it; absent: for ever, or of metrics. */
      keptDays: z.number().int().optional(),
      /** Of metrics: how many there are (each name with its dimensions), and which CloudWatch would have to make. */
      newMetrics: z
        .object({
          all: z.number().int(),
          fresh: z.number().int(),
          /** There are more than were looked at. */
          cut: z.boolean(),
          /**
           * What "new" goes by: `cloudwatch`, which lists those with data in the last two weeks, and what was sent from here;
           * `part`, the same, but it lists more than were read; `here`, only what was sent from here in that time.
           */
          knownBy: z.enum(['cloudwatch', 'part', 'here']),
          names: z.array(z.object({ name: z.string(), count: z.number().int() })),
        })
        .nullable(),
    }),
  ),
  leftOut: z.array(z.object({ reason: z.string(), records: z.number().int() })),
  /** Lines that the robot file's redaction rules take words out of. */
  redacted: z.number().int(),
  /** What is paid for (model/cloudPrices.ts); null for the local CloudWatch. */
  billed: z.object({ logBytes: z.number(), metricRequests: z.number().int(), newMetrics: z.number().int() }).nullable(),
  /** For sending it, at the list prices of model/cloudPrices.ts; without the months of new metrics. */
  costUsd: z.number().nullable(),
});
export type DryRun = z.infer<typeof dryRunSchema>;

/** What was sent to one place in one stretch of time. */
export const uploadStretchSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  kind: z.enum(['log', 'metric']),
  goesTo: z.string(),
  account: z.string(),
  events: z.number().int(),
  requests: z.number().int(),
  bytes: z.number(),
  refused: z.number().int(),
  /** As `destinationKey`; empty where it was not written down. */
  destination: z.string(),
  /** The robot's time of the first and last event; null where it was not written down. */
  eventsFromMs: z.number().nullable(),
  eventsToMs: z.number().nullable(),
});

/** A request that CloudWatch accepted, by its own name for it (`x-amzn-RequestId`). */
export const sentRequestSchema = z.object({
  requestId: z.string(),
  atMs: z.number(),
  kind: z.enum(['log', 'metric']),
  goesTo: z.string(),
  account: z.string(),
  events: z.number().int(),
  refused: z.number().int(),
});

/** Calls on what is sent. */
export const uploadCalls = {
  'upload.dryRun': { input: z.object({ robot: robotName, filter: filterSchema }), output: dryRunSchema },
  /**
   * Sends what the filter means, at most once around, and answers when that is done. With `wait` a flush that cannot go now
   * stays wanted, and goes on by itself when the link is back; without, it ends with the problem. It is cancelled when the
   * caller goes away, unless it is paused.
   */
  'upload.flush': {
    input: z.object({ robot: robotName, filter: filterSchema, wait: z.boolean() }),
    output: z.object({ sentLogs: z.number(), sentMetrics: z.number(), refused: z.number(), remaining: z.number() }),
  },
  /**
   * Calls off flushes of the robot: every one, or only those that are under way, or only those that are paused. What is on the
   * way at that moment is still answered and counted.
   */
  'upload.cancel': {
    input: z.object({ robot: robotName, only: z.enum(['under-way', 'paused']).optional() }),
    output: z.object({ flushes: z.number() }),
  },
  /**
   * The flushes of the robot that are under way send nothing more until `upload.resume`, and nothing goes by itself meanwhile. A
   * paused flush keeps its filter, and outlives its caller and the engine. Problem `disk`: it is paused, but not over a restart.
   */
  'upload.pause': { input: z.object({ robot: robotName }), output: z.object({ flushes: z.number() }) },
  /** What was paused goes on. */
  'upload.resume': { input: z.object({ robot: robotName }), output: z.object({ flushes: z.number() }) },
  /** What was sent from this laptop, newest first. */
  'upload.ledger': { input: z.object({ robot: robotName }), output: z.array(uploadStretchSchema) },
  /** The last requests, newest first: those of the newest stretches of `upload.ledger`. */
  'upload.requests': { input: z.object({ robot: robotName }), output: z.array(sentRequestSchema) },
  /**
   * A person decides about records whose answer was lost and of which CloudWatch cannot tell: they count as there (`sent`), or
   * go again, and may then be there twice.
   */
  'upload.settle': {
    input: z.object({ robot: robotName, choice: z.enum(['sent', 'again']) }),
    output: z.object({ records: z.number().int() }),
  },
  /** Why something is sent or not, in words, as the page shows it. */
  'upload.status': {
    input: z.object({ robot: robotName }),
    output: z.object({
      state: z.enum(uploadStates),
      words: z.string(),
      problem: problemSchema.nullable(),
      /** Whose answer was lost: `upload.settle` decides about those of which CloudWatch cannot tell. */
      unresolvedRecords: z.number().int(),
    }),
  },
  /** Of the whole laptop; what is absent stays. A link that stops to count as metered sends at once what waited. */
  'link.set': {
    input: z.object({
      choice: z.enum(meteredChoices).optional(),
      /** Null: no limit. */
      limitBytesPerS: z.number().int().min(linkBytesPerSMin).nullable().optional(),
    }),
    output: z.object({
      choice: z.enum(meteredChoices),
      detected: z.boolean().nullable(),
      metered: z.boolean(),
      limitBytesPerS: z.number().nullable(),
    }),
  },
  'upload.setMode': { input: z.object({ robot: robotName, mode: z.enum(['auto', 'manual']) }), output: nothing },
} as const satisfies CallTable;
