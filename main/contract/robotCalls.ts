import { z } from 'zod';
import { findingStates } from '../model/Finding.js';
import { severities } from '../model/Severity.js';
import { type CallTable, nothing, robotName } from './callSchemas.js';

/** Of a robot, or of its files. */
const addressLengthMax = 4096;

/** As the robot file has it. */
const replaySpeedMax = 1000;

/** How a robot is reached that is not on a ROS 2 domain: `address` is a URL or, of files, a path. */
const reachedSchema = z.object({
  by: z.enum(['foxglove', 'ros1', 'replay']),
  address: z.string().min(1).max(addressLengthMax),
  /** Of a recording: times the speed of the robot; 0: at once. */
  speed: z.number().min(0).max(replaySpeedMax).optional(),
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

/** Calls about which robots there are and how they are reached. */
export const robotCalls = {
  'robots.add': {
    input: z.object({
      name: robotName,
      domainId: z.number().int().min(0).max(232),
      cloud: z.enum(['aws', 'local']),
      reached: reachedSchema.nullish(),
    }),
    output: nothing,
  },
  /**
   * Adds a robot from a connection profile, or gives one its connection settings. Problems: `bad-profile` with line and column,
   * `robot-exists` without `replace`.
   */
  'robots.importProfile': {
    input: z.object({ text: z.string().max(1_000_000), name: robotName.nullable(), replace: z.boolean() }),
    output: z.object({ robot: z.string(), isNew: z.boolean() }),
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
} as const satisfies CallTable;
