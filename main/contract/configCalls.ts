import { z } from 'zod';
import { isRobotFileName } from '../model/fleetFile.js';
import { type CallTable, nothing, problemSchema, robotName } from './callSchemas.js';

/** A robot's, or `@fleet` for the file below all of them. */
const fileName = z.string().refine(isRobotFileName, 'a robot\'s name, or "@fleet"');

const parameterValue = z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]);
/** Of one node at once; a section has about forty. */
const settingsMax = 256;

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
  /** Null: the fleet's file, which is not there yet. */
  revision: z.string().nullable(),
  issues: z.array(configIssueSchema),
  /** What lies below a robot's file, or null. */
  fleet: z.object({ path: z.string(), text: z.string(), issues: z.array(configIssueSchema) }).nullable(),
});

/** Calls on robot files. */
export const configCalls = {
  /** The fleet's file can be read before it is there: it is empty. */
  'config.read': { input: z.object({ robot: fileName }), output: robotFileSchema },
  'config.check': {
    input: z.object({ robot: fileName, text: z.string().max(1_000_000) }),
    output: z.object({ issues: z.array(configIssueSchema) }),
  },
  /** Writes and applies. Refused with issues in the problem's message when the text is invalid. */
  'config.write': {
    input: z.object({ robot: fileName, text: z.string().max(1_000_000), revision: z.string().nullable() }),
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
      /** In /opt/ros. */
      distributions: z.array(z.string()),
      /** Network interfaces with an address, this laptop's own (lo) left out. */
      interfaces: z.array(z.string()),
      /** Of the nodes that were heard. */
      namespaces: z.array(z.string()),
    }),
  },
  /** Whether a text's configuration would work; nothing is changed. `bad-config` when it is not valid. */
  'config.test': {
    input: z.object({ robot: robotName, text: z.string().max(1_000_000) }),
    output: z.array(
      z.object({
        id: z.enum(['topics', 'credentials', 'permissions', 'group', 'disk']),
        state: z.enum(['ok', 'warning', 'failed', 'unknown']),
        words: z.string(),
        nextStep: z.string(),
        /** Text to copy that helps, the IAM policy; or empty. */
        copy: z.string(),
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
      robot: fileName,
      target: z.string().max(4096),
      text: z.string().max(1_000_000),
      before: z.string().nullable(),
    }),
    output: nothing,
  },
  /** What the robot's running nodes have, beside what the text gives them. Takes up to about ten seconds. */
  'config.running': {
    input: z.object({ robot: robotName, text: z.string().max(1_000_000) }),
    output: z.object({
      nodes: z.array(
        z.object({
          node: z.string(),
          problem: problemSchema.nullable(),
          /** Those that the text gives. */
          parameters: z.array(
            z.object({
              key: z.string(),
              /** Null: no value, or none that a robot file could hold. */
              running: parameterValue.nullable(),
              file: parameterValue.nullable(),
              isDeclared: z.boolean(),
              isSame: z.boolean(),
            }),
          ),
        }),
      ),
    }),
  },
  /** Sets the text's values on one running node; one answer for each. The files of the robot stay as they are. */
  'config.setRunning': {
    input: z.object({
      robot: robotName,
      text: z.string().max(1_000_000),
      node: z.string().min(1).max(1_024),
      keys: z.array(z.string().max(256)).min(1).max(settingsMax),
    }),
    output: z.object({ answers: z.array(z.object({ name: z.string(), isSet: z.boolean(), reason: z.string() })) }),
  },
  /** Earlier texts of the robot's file, newest first; the first is what counts. */
  'config.history': {
    input: z.object({ robot: fileName }),
    output: z.array(z.object({ id: z.number().int(), atMs: z.number() })),
  },
  'config.version': {
    input: z.object({ robot: fileName, id: z.number().int().min(1) }),
    output: z.object({ text: z.string() }),
  },
} as const satisfies CallTable;
