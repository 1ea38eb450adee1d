import { canRewrite, redactionOf } from './redactRecord.js';
import { type Result, succeed } from '../model/Problem.js';
import type { CachedState } from '../model/CachedState.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { RedactionRule } from '../model/redactText.js';
import type { CacheReader } from '../seams/Cache.js';

export interface RedactionPreview {
  /** Logs whose text would be another one. */
  readonly records: number;
  /** Logs that have it in their text as well, but cannot be written anew: lines of ROS 1 and of JSON. */
  readonly unwritable: number;
  /** The first of them, oldest first. */
  readonly examples: readonly { readonly before: string; readonly after: string }[];
}

const examplesMax = 20;

/** What a redaction may change: not what is being sent. */
const states: readonly CachedState[] = ['pending', 'held', 'expired', 'quarantined'];

/**
 * What a redaction would do, without doing it. Beside an owner, what that is sending at the moment cannot be told from what
 * waits, and is counted too. Problems: those of the rule (`bad-regex`, `bad-replacement`). Ends early when aborted.
 */
export async function previewRedaction(
  reader: CacheReader,
  filter: RecordFilter,
  rule: RedactionRule,
  signal: AbortSignal,
): Promise<Result<RedactionPreview>> {
  const redaction = redactionOf(rule);
  if (!redaction.ok) return redaction;
  let records = 0;
  let unwritable = 0;
  const examples: { before: string; after: string }[] = [];
  for await (const { record, channel } of reader.read({ states, ...filter, kind: 'log' }, 'oldest')) {
    if (signal.aborted) break;
    if (record.kind !== 'log') continue;
    const after = redaction.value(record);
    if (after === null) continue;
    if (!canRewrite(channel)) {
      unwritable += 1;
      continue;
    }
    records += 1;
    if (examples.length < examplesMax) examples.push({ before: record.message, after: after.message });
  }
  return succeed({ records, unwritable, examples });
}
