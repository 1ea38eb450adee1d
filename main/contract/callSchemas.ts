import { z } from 'zod';
import { cachedStates } from '../model/CachedState.js';
import { severities } from '../model/Severity.js';
import { filterFields, filterTermsMax } from '../model/parseFilterExpression.js';
import { isRobotName } from '../model/RobotName.js';

/** What the calls of several subjects say alike. */

export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  nextStep: z.string(),
  command: z.string().exactOptional(),
});
export const robotName = z
  .string()
  .refine(isRobotName, 'letters, digits, ".", "_" and "-", at most 64, no leading dot');
export const nothing = z.object({});
export const metricDimensionsSchema = z.array(z.object({ name: z.string(), value: z.string() }));

/** Longest text or regular expression that is searched for. */
export const needleLengthMax = 1000;

/** CloudWatch's names are shorter by far. */
export const destinationLengthMax = 8000;
const destinationsMax = 1000;

const filterTermSchema = z.object({
  field: z.enum(filterFields),
  exclude: z.boolean(),
  text: z.string().min(1).max(needleLengthMax),
  regex: z.boolean(),
});

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
  terms: z.array(filterTermSchema).max(filterTermsMax).optional(),
  states: z.array(z.enum(cachedStates)).optional(),
  destinations: z.array(z.string().max(destinationLengthMax)).max(destinationsMax).optional(),
});
export type FilterMessage = z.infer<typeof filterSchema>;

export const recordAddressSchema = z.object({ segment: z.number().int(), ordinal: z.number().int() });

/** Calls by name: what goes in, what comes out. */
export type CallTable = Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
