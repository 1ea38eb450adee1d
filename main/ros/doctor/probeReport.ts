import { z } from 'zod';

/**
 * What the doctor's probe (`probeProcess.ts`, a process of its own, as a robot host is) tells on its standard output: one
 * JSON document of this shape.
 */
const publisherSchema = z.object({
  node: z.string(),
  type: z.string(),
  reliable: z.boolean(),
  keepsMessages: z.boolean(),
});

export const probeReportSchema = z.object({
  /** Name of the RMW implementation that was loaded. */
  rmw: z.string(),
  /** Full names, without the probe itself. */
  nodes: z.array(z.string()),
  /** Participants that are Tether's own, of any laptop: nobody looks for these. */
  ours: z.array(z.string()),
  topics: z.array(
    z.object({
      topic: z.string(),
      schemaName: z.string(),
      /** Why it cannot be subscribed to, or null. */
      problem: z.object({ code: z.string(), message: z.string(), nextStep: z.string() }).nullable(),
      publishers: z.array(publisherSchema),
      /** Sent while the probe listened, not before. */
      messages: z.number().int(),
      /** Laptop's clock minus the publisher's at the quickest message: the clocks' difference and the way; null without one. */
      clockDifferenceMs: z.number().nullable(),
      numbered: z.boolean().nullable(),
    }),
  ),
  listenedMs: z.number(),
});
export type ProbeReport = z.infer<typeof probeReportSchema>;

export const probeOrderSchema = z.object({
  topics: z.array(z.object({ topic: z.string(), schemaName: z.string() })),
  nativeFile: z.string().nullable(),
  listenMs: z.number().min(0),
});
export type ProbeOrder = z.infer<typeof probeOrderSchema>;
