import { entryMayHoldText } from './entryMayHoldText.js';
import { type LiteralNeed, needIsMet } from './requiredLiterals.js';
import type { IndexEntry } from './SegmentIndex.js';
import { hashesOf, type TextHashes } from './TextSets.js';

/** All that an `EntryFilter` needs, as plain data: it can be sent to another thread. */
export interface SoughtEntries {
  /** As `RecordFilter` has them. */
  readonly text: string;
  readonly sinceNs: bigint | undefined;
  readonly untilNs: bigint | undefined;
  /** What the filter's regular expression and terms need in the text. */
  readonly regexNeed: LiteralNeed;
}

/**
 * Tells by stamps and texts what an index rules out.
 *
 * Invariant: its answers are "may", as those of `CompiledFilter`.
 */
export class EntryFilter {
  readonly sought: SoughtEntries;
  readonly #textHashes: TextHashes;
  readonly #literalHashes = new Map<string, TextHashes>();

  constructor(sought: SoughtEntries) {
    this.sought = sought;
    this.#textHashes = hashesOf(sought.text);
  }

  mayMatch(entry: IndexEntry): boolean {
    const { sinceNs, untilNs, regexNeed } = this.sought;
    if (sinceNs !== undefined && entry.newestNs < sinceNs) return false;
    if (untilNs !== undefined && entry.oldestNs >= untilNs) return false;
    if (!entryMayHoldText(entry, this.#textHashes)) return false;
    return needIsMet(regexNeed, (literal) => entryMayHoldText(entry, this.#hashesOf(literal)));
  }

  #hashesOf(literal: string): TextHashes {
    const known = this.#literalHashes.get(literal);
    if (known !== undefined) return known;
    const hashes = hashesOf(literal);
    this.#literalHashes.set(literal, hashes);
    return hashes;
  }
}
