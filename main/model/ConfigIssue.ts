/** Something wrong in a robot file. Line and column count from 1. */
export interface ConfigIssue {
  readonly line: number;
  readonly column: number;
  /** End of the marked text, exclusive; equal to the start when unknown. */
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Replacement for the marked text that would mend it, or null. */
  readonly fix: string | null;
}
