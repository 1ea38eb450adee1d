import { z } from 'zod';
import { cachedStates } from '../model/CachedState.js';
import { rowStates } from './frames.js';
import { noteLengthMax } from '../model/note.js';
import { findingStates } from '../model/Finding.js';
import { severities } from '../model/Severity.js';
import { isRobotName } from '../model/RobotName.js';
import { importReportSchema, importStepSchema } from './importReport.js';
import { metricHistorySchema } from './metricHistory.js';

/**
 * Every call that can be made on the engine, from the page or over the owner's socket: what goes in, what comes out.
 * Both sides check with these schemas. A call answers `{ ok: true, value }` or `{ ok: false, problem }`.
 */
export const problemSchema = z.object({ code: z.string(), message: z.string(), nextStep: z.string() });

const robotName = z.string().refine(isRobotName, 'letters, digits, ".", "_" and "-", at most 64, no leading dot');
const nothing = z.object({});

/** Longest text or regular expression that is searched for. */
export const needleLengthMax = 1000;
/** CloudWatch's names are shorter by far. */
const destinationLengthMax = 8000;
const destinationsMax = 1000;
/** Of a robot, or of its files. */
const addressLengthMax = 4096;
/** Longest part of a line that a note is given; it quotes less. */
export const notedTextMax = 4000;
/** Labels that counts tell one by one. */
export const countedLabelsMax = 1000;
/** Metric records that one call reads back from disk: about half a second of the engine's time. */
export const historyRecordsMax = 400_000;
/** Moments of errors in one answer: more do not show on a chart. */
export const errorTimesMax = 20_000;

/** RecordFilter as it crosses a border: times in milliseconds since the epoch. */
export const filterSchema = z.object({
  kind: z.enum(['log', 'metric']).optional(),
  sinceMs: z.number().optional(),
  untilMs: z.number().optional(),
  severityMin: z.enum(severities).optional(),
  severities: z.array(z.enum(severities)).optional(),
  nodes: z.array(z.string()).optional(),
  text: z.string().max(needleLengthMax).optional(),
  regex: z.string().max(needleLengthMax).optional(),
  states: z.array(z.enum(cachedStates)).optional(),
  destinations: z.array(z.string().max(destinationLengthMax)).max(destinationsMax).optional(),
});
export type FilterMessage = z.infer<typeof filterSchema>;

export const configIssueSchema = z.object({
  line: z.number().int(),
  column: z.number().int(),
  endLine: z.number().int(),
  endColumn: z.number().int(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  fix: z.string().nullable(),
});

export const robotFileSchema = z.object({
  name: z.string(),
  path: z.string(),
  text: z.string(),
  revision: z.string(),
  issues: z.array(configIssueSchema),
});

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
  groups: z.array(
    z.object({
      goesTo: z.string(),
      account: z.string(),
      records: z.number().int(),
      /** When this laptop last sent there; null when its ledger of uploads knows of no time: it may have to be made. */
      lastSentMs: z.number().nullable(),
    }),
  ),
  leftOut: z.array(z.object({ reason: z.string(), records: z.number().int() })),
  /** Estimate for us-east-1; null for the local CloudWatch. */
  costUsd: z.number().nullable(),
});
export type DryRun = z.infer<typeof dryRunSchema>;

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
        dimensions: z.array(z.object({ name: z.string(), value: z.string() })),
        storageResolutionS: z.union([z.literal(1), z.literal(60)]),
      }),
    ]),
  ),
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
});
const recordAddressSchema = z.object({ segment: z.number().int(), ordinal: z.number().int() });

/** A line that is read back from disk. */
const olderRowSchema = z.object({
  /** Null when the engine cannot follow what becomes of it. */
  id: z.number().int().nullable(),
  stampMs: z.number(),
  receivedMs: z.number(),
  severity: z.enum(severities),
  node: z.string(),
  message: z.string(),
  file: z.string(),
  function: z.string(),
  line: z.number(),
  topic: z.string(),
  state: z.enum(rowStates),
});
export type OlderRow = z.infer<typeof olderRowSchema>;
export const olderRowsMax = 2000;

export const countsSchema = z.object({
  records: z.number().int(),
  bySeverity: z.array(z.object({ severity: z.enum([...severities, 'metric']), records: z.number().int() })),
  /** The labels with the most records, in that order. */
  byLabel: z.array(z.object({ label: z.string(), records: z.number().int() })).max(countedLabelsMax),
  /** In the order of time; the hour's beginning. */
  byHour: z.array(z.object({ hourMs: z.number(), records: z.number().int() })),
});

/** `underWay` were meant as well, but are just being sent as they were. */
const editReceiptSchema = z.object({
  id: z.number(),
  records: z.number(),
  segments: z.number(),
  underWay: z.number(),
});

/** How a robot is reached that is not on a ROS 2 domain: `address` is a URL or, of files, a path. */
const reachedSchema = z.object({
  by: z.enum(['foxglove', 'ros1', 'replay']),
  address: z.string().min(1).max(addressLengthMax),
});
export type Reached = z.infer<typeof reachedSchema>;
/** Finding (main/model/Finding.ts). */
export const findingSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(findingStates),
  words: z.string(),
  nextStep: z.string(),
  details: z.array(z.string()),
});

export const calls = {
  /** Starts the flow of robot frames for one robot (or none); the first frame carries the whole live window. */
  'live.watch': { input: z.object({ robot: robotName.nullable() }), output: nothing },
  /**
   * Lines on disk from before row `beforeId` of the live feed, newest first: what the list goes on with where the live window
   * ends. `after` of the answer is where the next page begins; null at the end of what is on disk.
   */
  'logs.older': {
    input: z.object({
      robot: robotName,
      beforeId: z.number(),
      after: recordAddressSchema.optional(),
      limit: z.number().int().min(1).max(olderRowsMax),
    }),
    output: z.object({ rows: z.array(olderRowSchema), after: recordAddressSchema.nullable() }),
  },
  /**
   * When the lines of ERROR and worse on disk were written, in robot time, ascending. `complete` is false when there were more than
   * `errorTimesMax` between the two times: then these are those that came last.
   */
  'logs.errorTimes': {
    input: z.object({ robot: robotName, sinceMs: z.number().min(0), untilMs: z.number().min(0) }),
    output: z.object({ timesMs: z.array(z.number()), complete: z.boolean() }),
  },
  /** Writes a person's note about a line: a record like any other, which is kept, shown and sent. */
  'logs.note': {
    input: z.object({
      robot: robotName,
      about: z.object({
        stampMs: z.number(),
        severity: z.enum(severities),
        node: z.string().max(notedTextMax),
        message: z.string().max(notedTextMax),
        file: z.string().max(notedTextMax),
        function: z.string().max(notedTextMax),
        line: z.number().int().min(0),
      }),
      text: z.string().trim().min(1).max(noteLengthMax),
    }),
    output: nothing,
  },
  'robots.add': {
    input: z.object({
      name: robotName,
      domainId: z.number().int().min(0).max(232),
      cloud: z.enum(['aws', 'local']),
      reached: reachedSchema.nullish(),
    }),
    output: nothing,
  },
  'robots.connect': { input: z.object({ robot: robotName }), output: nothing },
  'robots.disconnect': { input: z.object({ robot: robotName }), output: nothing },
  /** Takes the robot off the list and stops it. Refused while it has records on disk. */
  'robots.remove': { input: z.object({ robot: robotName }), output: nothing },
  'robots.startDemo': { input: nothing, output: z.object({ robot: z.string() }) },
  /** Through the node's own service: `level-service-off` where the node has it switched off, with how to switch it on. */
  'robots.setLoggerLevel': {
    input: z.object({ robot: robotName, logger: z.string().min(1).max(1_024), severity: z.enum(severities) }),
    output: nothing,
  },
  /** Looks at what is between a ROS 2 robot and this laptop: takes about five seconds. */
  'robots.examine': { input: z.object({ robot: robotName }), output: z.object({ findings: z.array(findingSchema) }) },
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
  /** What CloudWatch refused waits again, to be tried once more. */
  'cache.retry': {
    input: z.object({ robot: robotName, filter: filterSchema }),
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
  'cache.hold': {
    input: z.object({ robot: robotName, filter: filterSchema }),
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
      examples: z.array(z.object({ before: z.string(), after: z.string() })),
    }),
  },
  /** Gives records of one kind the destination that the robot's file has now. Undone and confirmed as a redaction. */
  'cache.reaim': {
    input: z.object({ robot: robotName, filter: filterSchema, kind: z.enum(['log', 'metric']) }),
    output: editReceiptSchema,
  },
  /** Edits that can be confirmed or undone. */
  'cache.edits': {
    input: z.object({ robot: robotName }),
    output: z.array(
      z.object({ id: z.number(), what: z.enum(['redacted', 'redirected']), records: z.number(), atMs: z.number() }),
    ),
  },
  'cache.confirmEdit': { input: z.object({ robot: robotName, id: z.number().int().min(1) }), output: nothing },
  'cache.undoEdit': { input: z.object({ robot: robotName, id: z.number().int().min(1) }), output: nothing },
  /**
   * Writes what the filter means to a file of this machine, oldest first; the file has its name only when it is whole. Without
   * a name: `exports/<robot>-<time>` in Tether's own folder. It is stopped when the caller goes away.
   */
  'cache.export': {
    input: z.object({
      robot: robotName,
      filter: filterSchema,
      format: z.enum(['mcap', 'jsonl', 'csv']),
      file: z.string().max(4096),
    }),
    output: z.object({ file: z.string(), records: z.number(), bytes: z.number() }),
  },
  /**
   * Imports a folder of the original nodes' cache files, with the destinations of the robot file whose text is given. One at a
   * time a robot (`import-running`). `problem` says why it ended before its end. It is cancelled when the caller goes away.
   */
  'cache.import': {
    input: z.object({ robot: robotName, robotFile: z.string().max(1_000_000), folder: z.string(), all: z.boolean() }),
    output: z.object({ report: importReportSchema, problem: problemSchema.nullable() }),
  },
  /** How far the robot's import is; null when none runs. */
  'cache.importStep': { input: z.object({ robot: robotName }), output: importStepSchema.nullable() },
  'upload.dryRun': { input: z.object({ robot: robotName, filter: filterSchema }), output: dryRunSchema },
  /**
   * Sends what the filter means, at most once around, and answers when that is done. With `wait` a flush that cannot go now
   * stays wanted, and goes on by itself when the link is back; without, it ends with the problem. It is cancelled when the
   * caller goes away.
   */
  'upload.flush': {
    input: z.object({ robot: robotName, filter: filterSchema, wait: z.boolean() }),
    output: z.object({ sentLogs: z.number(), sentMetrics: z.number(), refused: z.number(), remaining: z.number() }),
  },
  /** Calls off every flush of the robot. What is on the way at that moment is still answered and counted. */
  'upload.cancel': { input: z.object({ robot: robotName }), output: z.object({ flushes: z.number() }) },
  /** What was sent from this laptop, newest first. */
  'upload.ledger': { input: z.object({ robot: robotName }), output: z.array(uploadStretchSchema) },
  /**
   * A person decides about records whose answer was lost and of which CloudWatch cannot tell: they count as there (`sent`), or
   * go again, and may then be there twice.
   */
  'upload.settle': {
    input: z.object({ robot: robotName, choice: z.enum(['sent', 'again']) }),
    output: z.object({ records: z.number().int() }),
  },
  'upload.setMode': { input: z.object({ robot: robotName, mode: z.enum(['auto', 'manual']) }), output: nothing },
  'config.read': { input: z.object({ robot: robotName }), output: robotFileSchema },
  'config.check': {
    input: z.object({ robot: robotName, text: z.string().max(1_000_000) }),
    output: z.object({ issues: z.array(configIssueSchema) }),
  },
  /** Writes and applies. Refused with issues in the problem's message when the text is invalid. */
  'config.write': {
    input: z.object({ robot: robotName, text: z.string().max(1_000_000), revision: z.string().nullable() }),
    output: robotFileSchema,
  },
  /** What the form offers to pick: seen on the robot, in its account, on this laptop. What cannot be seen now is empty. */
  'config.choices': {
    input: z.object({ robot: z.string() }),
    output: z.object({
      logTopics: z.array(z.string()),
      metricTopics: z.array(z.string()),
      nodes: z.array(z.string()),
      logGroups: z.array(z.string()),
      profiles: z.array(z.string()),
    }),
  },
  /** Whether a text's configuration would work; nothing is changed. `bad-config` when it is not valid. */
  'config.test': {
    input: z.object({ robot: robotName, text: z.string().max(1_000_000) }),
    output: z.array(
      z.object({
        id: z.enum(['topics', 'credentials', 'group', 'disk']),
        state: z.enum(['ok', 'warning', 'failed', 'unknown']),
        words: z.string(),
        nextStep: z.string(),
      }),
    ),
  },
  /** Makes the text's log group in its account, as the first upload would. */
  'config.createGroup': {
    input: z.object({ robot: robotName, text: z.string().max(1_000_000) }),
    output: nothing,
  },
  /** The text at a place where the robot's nodes read it: a path here, or `user@host:/path` over ssh. Null: no file yet. */
  'config.readTarget': {
    input: z.object({ target: z.string().max(4096) }),
    output: z.object({ text: z.string().nullable() }),
  },
  /** Writes a valid text there. `before` is what was there when a person looked; another text is refused. */
  'config.writeTarget': {
    input: z.object({
      robot: robotName,
      target: z.string().max(4096),
      text: z.string().max(1_000_000),
      before: z.string().nullable(),
    }),
    output: nothing,
  },
  /** Earlier texts of the robot's file, newest first; the first is what counts. */
  'config.history': {
    input: z.object({ robot: robotName }),
    output: z.array(z.object({ id: z.number().int(), atMs: z.number() })),
  },
  'config.version': {
    input: z.object({ robot: robotName, id: z.number().int().min(1) }),
    output: z.object({ text: z.string() }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.infer<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.infer<(typeof calls)[N]['output']>;

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}
