import { z } from 'zod';
import { laptopLimitsSchema } from '../main/contract/bridge.js';
import { problemSchema } from '../main/contract/calls.js';

/** What main and the engine's process say to each other. Pages do not pass here: each has a port of its own. */
export const engineProcessOptionsSchema = z.object({
  home: z.string(),
  owner: z.string(),
  appRoot: z.string(),
  toolchainFile: z.string().nullable(),
  localCloudEndpoint: z.string().nullable(),
  startDemoIfEmpty: z.boolean(),
  limits: laptopLimitsSchema,
  runtime: z.object({
    execPath: z.string(),
    args: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
  }),
});
export type EngineProcessOptions = z.infer<typeof engineProcessOptionsSchema>;

export const toEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), options: engineProcessOptionsSchema }),
  /** Comes with one port: the page's other end. */
  z.object({ type: z.literal('page') }),
  /** For the whole laptop; in force at once. */
  z.object({ type: z.literal('limits'), limits: laptopLimitsSchema }),
  /** The engine writes what waits, gives up its caches and ends its process. */
  z.object({ type: z.literal('close') }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;

export const fromEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** It could not be opened; the process ends by itself. */
  z.object({ type: z.literal('failed'), problem: problemSchema }),
]);
export type FromEngine = z.infer<typeof fromEngineSchema>;
