import type { CachedState } from './CachedState.js';
import type { FilterTerm } from './parseFilterExpression.js';
import type { RecordKind } from './Record.js';
import type { Severity } from './Severity.js';

/** Which records a person means. Absent fields do not restrict. Times compare with the robot's stamp. */
export interface RecordFilter {
  readonly kind?: RecordKind;
  readonly sinceNs?: bigint;
  /** Exclusive. */
  readonly untilNs?: bigint;
  /** At least this severity; metrics have none and pass only when `kind` is not `log`. */
  readonly severityMin?: Severity;
  /** Exactly these severities. */
  readonly severities?: readonly Severity[];
  /** Node (logger) names; a trailing `*` matches any ending. */
  readonly nodes?: readonly string[];
  /** Case-insensitive text in the message, node or metric name. */
  readonly text?: string;
  /** RE2 syntax, in the message, node or metric name; case-sensitive unless it says `(?i)`. */
  readonly regex?: string;
  /**
   * The terms of the filter box's language, all of which must be fulfilled as `termsMatch` (compileTerms.ts) says. Expressions in
   * them take capitals and small letters alike. `mark` terms hide nothing.
   */
  readonly terms?: readonly FilterTerm[];
  /** What has become of the record. */
  readonly states?: readonly CachedState[];
  /** Where the record was to go, by `destinationKey`. */
  readonly destinations?: readonly string[];
}
