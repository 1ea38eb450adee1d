import type { Recovery } from '../seams/Cache.js';
import type { LedgerEntry } from './LedgerEntry.js';

type NoteEntry = Extract<LedgerEntry, { type: 'note' }>;

/** Notes that a compaction keeps. */
const keptMax = 20;

/** What recoveries found, in the order in which it was found, and which of it a person has read. */
export class RecoveryNotes {
  readonly #found: Recovery[] = [];
  #dismissedUntilMs = -Infinity;

  add({ words, dismissedUntil, at }: NoteEntry): void {
    if (dismissedUntil !== undefined) this.#dismissedUntilMs = Math.max(this.#dismissedUntilMs, dismissedUntil);
    else if (words !== '') this.#found.push({ words, foundMs: at });
  }

  all(): readonly Recovery[] {
    return this.#found;
  }

  /** Those that nobody has dismissed, as far as a compaction keeps them. */
  open(): readonly Recovery[] {
    return this.#found.filter(({ foundMs }) => foundMs > this.#dismissedUntilMs).slice(-keptMax);
  }

  /** What a compaction keeps. */
  entries(at: number): NoteEntry[] {
    const entries: NoteEntry[] = this.#found
      .slice(-keptMax)
      .map(({ words, foundMs }) => ({ type: 'note', words, at: foundMs }));
    if (this.#dismissedUntilMs > -Infinity) {
      entries.push({ type: 'note', words: '', dismissedUntil: this.#dismissedUntilMs, at });
    }
    return entries;
  }
}
