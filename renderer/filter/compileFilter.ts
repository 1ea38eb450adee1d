import { type CompiledTerms, compileTerms } from '../../main/model/compileTerms.js';
import type { FilterTerm } from '../../main/model/parseFilterExpression.js';
import type { TimeRange } from '../stores/timeCursor.js';

/** A filter ready to be asked about millions of rows. Severity is a bit mask over severity ranks (bit 0 is DEBUG). */
export interface CompiledFilter extends CompiledTerms {
  readonly severityMask: number;
  /** Robot time; null for any. */
  readonly range: TimeRange | null;
}

export const allSeveritiesMask = 0b11111;

/** Terms whose regular expression cannot be read are left out: the box says so, and nothing vanishes meanwhile. */
export function compileFilter(
  terms: readonly FilterTerm[],
  severityMask: number,
  range: TimeRange | null = null,
): CompiledFilter {
  return { severityMask, range, ...compileTerms(terms) };
}
