import { z } from 'zod';
import { metricDimensionsSchema } from './callSchemas.js';

/** Metrics read back from disk, thinned: see SampleColumns, whose `data` each `columns` is. */
export const metricHistorySchema = z.object({
  series: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      unit: z.string(),
      dimensions: metricDimensionsSchema,
      columnMs: z.number(),
      gapMs: z.number(),
      /** Typed, because lists of plain numbers would be looked at one by one: only a page can ask for this. */
      columns: z.instanceof(Float64Array),
    }),
  ),
  records: z.number().int(),
  /** Stamp of the first record that was not read any more; null when all were. */
  reachedMs: z.number().nullable(),
});
export type MetricHistory = z.infer<typeof metricHistorySchema>;
