/** Something that a check of a cache came upon. */
export interface Finding {
  /** Stable, for programs: `chunk-damaged`, `ledger-line-damaged`, `stale-lock`, ... */
  readonly code: string;
  /** Relative to the cache's folder. */
  readonly file: string;
  /** Where it begins in the file, or null when it is the file as a whole. */
  readonly position: number | null;
  readonly length: number | null;
  /** What it is, and what it means for the records. */
  readonly words: string;
  readonly nextStep: string;
}

/** A finding before its file is known. */
export type LocalFinding = Omit<Finding, 'file'>;

export const repairStep =
  'Close what has this cache open, then run `tether cache check --repair`: the bytes are kept in aside/ and the file is made whole.';
export const nothingLostStep = 'Nothing is lost. `tether cache check --repair` puts it right.';

export function recordsWords(first: number, last: number): string {
  return first === last ? `record ${first}` : `records ${first} to ${last}`;
}
