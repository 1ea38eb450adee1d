import type { StampSpan } from './StampSpan.js';

/** What a gap marker tells. */
export interface GapContent {
  /** Null when there is nothing to tell. */
  readonly span: StampSpan | null;
  /** A sentence. */
  words(): string;
}
