import { z } from 'zod';
import { seriesKeyLengthMax } from './bridge.js';
import { rowStates } from './frames.js';
import { noteLengthMax } from '../model/note.js';
import { lossStages } from '../model/Loss.js';
import { severities } from '../model/Severity.js';
import { type CallTable, nothing, recordAddressSchema, robotName } from './callSchemas.js';

/** Longest part of a line that a note is given; it quotes less. */
export const notedTextMax = 4000;

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
/** A loss that the disk remembers. */
const olderGapSchema = z.object({
  receivedMs: z.number(),
  stage: z.enum(lossStages),
  count: z.number().int(),
  reason: z.string(),
});
export type OlderGap = z.infer<typeof olderGapSchema>;
export const olderRowsMax = 2000;
/** Moments of errors in one answer: more do not show on a chart. */
export const errorTimesMax = 20_000;

const thresholdSchema = z.object({ above: z.number().nullable(), below: z.number().nullable() });

/** Calls of the live window and of log lines. */
export const logCalls = {
  /** Starts the flow of robot frames for one robot (or none); the first frame carries the whole live window. */
  'live.watch': { input: z.object({ robot: robotName.nullable() }), output: nothing },
  /**
   * The values beyond which a metric raises an alarm, by robot and by the series' key: in place of all that were set before. They are
   * judged for every connected robot; `RobotStatus.alarms` tells.
   */
  'live.thresholds': {
    input: z.object({ robots: z.record(robotName, z.record(z.string().max(seriesKeyLengthMax), thresholdSchema)) }),
    output: nothing,
  },
  /**
   * Lines on disk from before row `beforeId` of the live feed, newest first: what the list goes on with where the live window
   * ends. `after` of the answer is where the next page begins; null at the end of what is on disk. `gaps` are the losses that were
   * noticed between the oldest of `rows` (at the end: the beginning) and `gapsBeforeMs` (excluded; absent: now), newest first.
   */
  'logs.older': {
    input: z.object({
      robot: robotName,
      beforeId: z.number(),
      gapsBeforeMs: z.number().optional(),
      after: recordAddressSchema.optional(),
      limit: z.number().int().min(1).max(olderRowsMax),
    }),
    output: z.object({
      rows: z.array(olderRowSchema),
      gaps: z.array(olderGapSchema),
      after: recordAddressSchema.nullable(),
    }),
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
} as const satisfies CallTable;
