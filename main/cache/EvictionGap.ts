import { evictedWords, type EvictionCause, evictionCauseWords } from '../model/Loss.js';
import { EvictionTally, wantedCountsOf } from './EvictionTally.js';
import type { GapContent } from './GapContent.js';
import { cachedStateOf, type Segment } from './Segment.js';
import { sizeWords } from './sizeWords.js';
import { spanWords, type StampSpan, stretched } from './StampSpan.js';

/** The limit that was reached. */
export interface ReachedLimit {
  readonly cause: EvictionCause;
  readonly bytesMax: number;
}

/** What a disk limit made go: how many of what, and the latest limit. */
export class EvictionGap implements GapContent {
  readonly #tally = new EvictionTally();
  #limit: ReachedLimit = { cause: 'robot-limit', bytesMax: 0 };
  readonly topic = '/rosout';
  span: StampSpan | null = null;

  /** `span` is that of what was still wanted in the segments, whose sums must still be what they were. */
  add(segments: readonly Segment[], span: StampSpan, limit: ReachedLimit): void {
    for (const segment of segments) this.#tally.add(wantedCountsOf(segment));
    this.span = stretched(this.span, span);
    this.#limit = limit;
  }

  words(): string {
    const limit = `${evictionCauseWords[this.#limit.cause]} of ${sizeWords(this.#limit.bytesMax)}`;
    const stamped = this.span === null ? '' : `, stamped from ${spanWords(this.span)}`;
    return `Lost at ${limit}: ${evictedWords(this.#tally.counts())}${stamped}.`;
  }
}

/** Stamps of the oldest and the newest record that was still wanted; null when none was. */
export function wantedSpanOf(segments: readonly Segment[]): StampSpan | null {
  let span: StampSpan | null = null;
  for (const segment of segments) {
    for (const number of segment.groups.keys()) {
      for (const { state, oldestNs, newestNs } of segment.sums(number)) {
        if (cachedStateOf(state) !== null) span = stretched(span, [oldestNs, newestNs]);
      }
    }
  }
  return span;
}
