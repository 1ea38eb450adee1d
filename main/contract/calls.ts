import type { z } from 'zod';
import { logCalls } from './logCalls.js';
import { robotCalls } from './robotCalls.js';
import { cacheCalls } from './cacheCalls.js';
import { uploadCalls } from './uploadCalls.js';
import { configCalls } from './configCalls.js';

export { problemSchema, needleLengthMax, filterSchema, type FilterMessage } from './callSchemas.js';
export { errorTimesMax, notedTextMax, type OlderGap, type OlderRow, olderRowsMax } from './logCalls.js';
export { type Reached, findingSchema } from './robotCalls.js';
export {
  countedLabelsMax,
  historyRecordsMax,
  segmentSchema,
  cachedRowSchema,
  type CachedRow,
  recordDetailSchema,
  type RecordDetail,
  timelineSchema,
  timelineColumnsMax,
  countsSchema,
} from './cacheCalls.js';
export { dryRunSchema, type DryRun, sentRequestSchema, uploadStretchSchema } from './uploadCalls.js';
export { configIssueSchema, robotFileSchema } from './configCalls.js';

/**
 * Every call that can be made on the engine, from the page or over the owner's socket: what goes in, what comes out.
 * Both sides check with these schemas. A call answers `{ ok: true, value }` or `{ ok: false, problem }`.
 */
export const calls = { ...logCalls, ...robotCalls, ...cacheCalls, ...uploadCalls, ...configCalls } as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.infer<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.infer<(typeof calls)[N]['output']>;

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}
