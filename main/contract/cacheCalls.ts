import { z } from 'zod';
import { cachedStates } from '../model/CachedState.js';
import { editKinds } from '../model/EditKind.js';
import { severities } from '../model/Severity.js';
import { importReportSchema, importStepSchema } from './importReport.js';
import { metricHistorySchema } from './metricHistory.js';
import {
  type CallTable,
  destinationLengthMax,
  filterSchema,
  metricDimensionsSchema,
  nothing,
  problemSchema,
  recordAddressSchema,
  robotName,
} from './callSchemas.js';

/** Labels that counts tell one by one. */
export const countedLabelsMax = 1000;

/** Metric records that one call reads back from disk: about half a second of the engine's time. */
export const historyRecordsMax = 400_000;

/** Sixty years: a clock that was never set is stamped 1970. */
export const shiftMsMax = 60 * 366 * 86_400_000;

export const segmentSchema = z.object({
  segment: z.number().int(),
  bytes: z.number(),
  records: z.number().int(),
  remaining: z.number().int(),
  open: z.boolean(),
  oldestMs: z.number().nullable(),
  newestMs: z.number().nullable(),
});

export const cachedRowSchema = z.object({
  segment: z.number().int(),
  ordinal: z.number().int(),
  kind: z.enum(['log', 'metric']),
  stampMs: z.number(),
  receivedMs: z.number(),
  severity: z.enum(severities).nullable(),
  label: z.string(),
  text: z.string(),
  state: z.enum(cachedStates),
  reason: z.string(),
});
export type CachedRow = z.infer<typeof cachedRowSchema>;

/** One record, and exactly what would be sent of it. */
export const recordDetailSchema = z.object({
  row: cachedRowSchema,
  goesTo: z.string(),
  account: z.string(),
  topic: z.string(),
  schema: z.string(),
  /** `file:line function`, or empty. */
  source: z.string(),
  /** Empty for what came live; `import:<id>` otherwise. */
  origin: z.string(),
  bytesOnDisk: z.number(),
  /** As CloudWatch counts them, in a request of its own. */
  bytesSent: z.number(),
  /** More than one for a text that is longer than an event may be. */
  sends: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('log'), timestampMs: z.number(), message: z.string() }),
      z.object({
        kind: z.literal('metric'),
        timestampMs: z.number(),
        name: z.string(),
        /** As text: it may be NaN. */
        value: z.string(),
        unit: z.string(),
        dimensions: metricDimensionsSchema,
        storageResolutionS: z.union([z.literal(1), z.literal(60)]),
      }),
    ]),
  ),
  /** The robot file's redaction rules take words out of it; on disk they still stand. */
  redacted: z.boolean(),
  /** Why CloudWatch would not take it, or empty. */
  cannotGo: z.string(),
});
export type RecordDetail = z.infer<typeof recordDetailSchema>;

const layers = z.object({
  quiet: z.number().int(),
  warn: z.number().int(),
  error: z.number().int(),
  metric: z.number().int(),
});

export const timelineSchema = z.object({
  fromMs: z.number(),
  /** Exclusive. */
  untilMs: z.number(),
  /** Equal steps of time; null when nothing is there, or too much to read for a picture. */
  steps: z.array(layers).nullable(),
  tooMany: z.boolean(),
});
export const timelineColumnsMax = 400;

export const countsSchema = z.object({
  records: z.number().int(),
  /** The labels with the most records, in that order. */
  byLabel: z.array(z.object({ label: z.string(), records: z.number().int() })).max(countedLabelsMax),
  /** In the order of time; the hour's beginning. */
  byHour: z.array(z.object({ hourMs: z.number(), records: z.number().int() })),
});

/** As PendingGroup. */
const pendingGroupSchema = z.object({
  kind: z.enum(['log', 'metric']),
  severity: z.enum(severities).nullable(),
  state: z.enum(cachedStates),
  records: z.number().int(),
  bytes: z.number(),
  oldestMs: z.number(),
  newestMs: z.number(),
  goesTo: z.string(),
  account: z.string(),
  destination: z.string(),
});

/**
 * `underWay` were meant as well, but are just being sent as they were. `unwritable` would change as well, but cannot be written
 * anew: lines of ROS 1 and of JSON.
 */
const editReceiptSchema = z.object({
  id: z.number(),
  records: z.number(),
  segments: z.number(),
  underWay: z.number(),
  unwritable: z.number(),
});

/** Series that a page can hold. */
const askedMetricsMax = 1000;
const metricNameSchema = z.object({ name: z.string(), dimensions: metricDimensionsSchema });

/** Calls on what is on disk: read, counted, held, deleted, edited, exported, imported. */
export const cacheCalls = {
  'cache.segments': { input: z.object({ robot: robotName }), output: z.array(segmentSchema) },
  /** With `after` only what comes behind that record in the order: the next page, without reading what came before again. */
  'cache.read': {
    input: z.object({
      robot: robotName,
      filter: filterSchema,
      order: z.enum(['oldest', 'newest']),
      after: recordAddressSchema.optional(),
      skip: z.number().int().min(0),
      limit: z.number().int().min(1).max(1000),
    }),
    output: z.object({ rows: z.array(cachedRowSchema), more: z.boolean() }),
  },
  'cache.counts': {
    input: z.object({ robot: robotName, filter: filterSchema }),
    output: countsSchema,
  },
  /** As the status has it of all that is on disk, but of what the filter lets through. */
  'cache.groups': {
    input: z.object({ robot: robotName, filter: filterSchema }),
    output: z.array(pendingGroupSchema),
  },
  /** By the robot's time, with the severities in four layers. */
  'cache.timeline': {
    input: z.object({
      robot: robotName,
      filter: filterSchema,
      columns: z.number().int().min(1).max(timelineColumnsMax),
    }),
    output: timelineSchema,
  },
  'cache.record': {
    input: z.object({ robot: robotName, segment: z.number().int().min(0), ordinal: z.number().int().min(0) }),
    output: recordDetailSchema,
  },
  /** What CloudWatch refused waits again, to be tried once more. With `record`, only that one of what the filter means. */
  'cache.retry': {
    input: z.object({ robot: robotName, filter: filterSchema, record: recordAddressSchema.optional() }),
    output: z.object({ records: z.number() }),
  },
  /** The metrics on disk between two times, thinned to columns of `columnMs`; in several calls when there are very many. */
  'metrics.history': {
    input: z.object({
      robot: robotName,
      sinceMs: z.number().min(0),
      untilMs: z.number().min(0),
      columnMs: z.number().min(1),
      recordsMax: z.number().int().min(1).max(historyRecordsMax),
    }),
    output: metricHistorySchema,
  },
  /**
   * Which of these metrics this laptop has sent for the robot within the last two weeks, to where its file sends now: the others would be
   * new custom metrics. Dimensions are the record's own. One answer for each, in their order.
   */
  'metrics.sent': {
    input: z.object({ robot: robotName, metrics: z.array(metricNameSchema).max(askedMetricsMax) }),
    output: z.object({ sent: z.array(z.boolean()) }),
  },
  /** The id is for `cache.undoHold`; 0 when there is nothing to undo. */
  'cache.hold': {
    input: z.object({ robot: robotName, filter: filterSchema }),
    output: z.object({ id: z.number(), records: z.number() }),
  },
  /** Just what that hold kept back and is still held; 0 records when it is not known any more. */
  'cache.undoHold': {
    input: z.object({ robot: robotName, id: z.number().int().min(1) }),
    output: z.object({ records: z.number() }),
  },
  'cache.release': {
    input: z.object({ robot: robotName, filter: filterSchema }),
    output: z.object({ records: z.number() }),
  },
  /** The id is for `cache.undelete`, in time. */
  'cache.delete': {
    input: z.object({ robot: robotName, filter: filterSchema }),
    output: z.object({ id: z.number(), records: z.number() }),
  },
  /** 0 records when it is too late. */
  'cache.undelete': {
    input: z.object({ robot: robotName, id: z.number().int().min(1) }),
    output: z.object({ records: z.number() }),
  },
  /** Takes words out of log texts, on disk too. The originals are kept until the edit is confirmed. */
  'cache.redact': {
    input: z.object({
      robot: robotName,
      filter: filterSchema,
      find: z.string().min(1).max(1000),
      replace: z.string().max(1000),
    }),
    output: editReceiptSchema,
  },
  /** What a redaction would do. A later preview of the same robot ends an earlier one (`superseded`). */
  'cache.previewRedaction': {
    input: z.object({
      robot: robotName,
      filter: filterSchema,
      find: z.string().min(1).max(1000),
      replace: z.string().max(1000),
    }),
    output: z.object({
      records: z.number(),
      /** Have it in their text as well, but cannot be written anew: lines of ROS 1 and of JSON. */
      unwritable: z.number(),
      examples: z.array(z.object({ before: z.string(), after: z.string() })),
    }),
  },
  /**
   * Gives records of one kind another destination: the one that the robot's file has now, or (as `destinationKey`) one that a
   * person chose. Undone and confirmed as a redaction.
   */
  'cache.reaim': {
    input: z.object({
      robot: robotName,
      filter: filterSchema,
      kind: z.enum(['log', 'metric']),
      destination: z.string().max(destinationLengthMax).optional(),
    }),
    output: editReceiptSchema,
  },
  /**
   * Moves the robot's time of records by so much, on disk too, for instance of ones that were refused as too old because the
   * robot's clock was wrong. They stay what they are (`cache.retry` has refused ones tried again). The originals are kept
   * until the edit is confirmed. With `record`, only that one of what the filter means.
   */
  'cache.shiftTime': {
    input: z.object({
      robot: robotName,
      filter: filterSchema,
      record: recordAddressSchema.optional(),
      shiftMs: z.number().min(-shiftMsMax).max(shiftMsMax),
    }),
    output: editReceiptSchema,
  },
  /** Edits that can be confirmed or undone. */
  'cache.edits': {
    input: z.object({ robot: robotName }),
    output: z.array(z.object({ id: z.number(), what: z.enum(editKinds), records: z.number(), atMs: z.number() })),
  },
  'cache.confirmEdit': { input: z.object({ robot: robotName, id: z.number().int().min(1) }), output: nothing },
  'cache.undoEdit': { input: z.object({ robot: robotName, id: z.number().int().min(1) }), output: nothing },
  /**
   * Writes what the filter means to a file of this machine, oldest first; the file has its name only when it is whole. Without
   * a name: `exports/<robot>-<time>` in Tether's own folder. One at a time a robot (`export-running`); `file-exists` unless it is
   * to be overwritten. It is stopped when the caller goes away, or by `cache.stopExport`: then no file is made.
   */
  'cache.export': {
    input: z.object({
      robot: robotName,
      filter: filterSchema,
      format: z.enum(['mcap', 'jsonl', 'csv']),
      file: z.string().max(4096),
      overwrite: z.boolean().optional(),
    }),
    output: z.object({ file: z.string(), records: z.number(), bytes: z.number() }),
  },
  /** How far the robot's export is; null when none runs. */
  'cache.exportStep': {
    input: z.object({ robot: robotName }),
    output: z.object({ records: z.number().int(), bytes: z.number() }).nullable(),
  },
  'cache.stopExport': { input: z.object({ robot: robotName }), output: nothing },
  /**
   * Imports a folder of the original nodes' cache files, with the destinations of the robot file whose text is given. One at a
   * time a robot (`import-running`). `problem` says why it ended before its end. It is cancelled when the caller goes away.
   */
  'cache.import': {
    input: z.object({ robot: robotName, robotFile: z.string().max(1_000_000), folder: z.string(), all: z.boolean() }),
    output: z.object({ report: importReportSchema, problem: problemSchema.nullable() }),
  },
  /** Whether the disk takes what comes. `lostWaiting` as in CacheUsage (main/seams/Cache.ts). */
  'cache.disk': {
    input: z.object({ robot: robotName }),
    output: z.object({
      waitingInMemory: z.number().int(),
      lostWaiting: z.number().int(),
      /** Why it does not, or only slowly; null when it does. */
      problem: problemSchema.nullable(),
    }),
  },
  /** A person has read what opening the cache found (`RobotStatus.recoveries`), up to that time. How many those were. */
  'cache.dismissRecoveries': {
    input: z.object({ robot: robotName, untilMs: z.number() }),
    output: z.object({ dismissed: z.number().int() }),
  },
  /** How far the robot's import is; null when none runs. */
  'cache.importStep': { input: z.object({ robot: robotName }), output: importStepSchema.nullable() },
  /** What was stored until then stays; importing again goes on there. */
  'cache.stopImport': { input: z.object({ robot: robotName }), output: nothing },
} as const satisfies CallTable;
