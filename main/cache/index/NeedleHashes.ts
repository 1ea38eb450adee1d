import { digitRunsMayBe, digitRunsOf } from './digitRuns.js';
import { chunkRuns, headNumbered, headShapes, headShortRuns, jointRuns, runsMayBe, runsOf, shapeOf } from './runs.js';
import type { IndexEntry } from './SegmentIndex.js';
import { filterMayHold, trigramsOf } from './trigrams.js';

/** What must be in a text that holds a needle. */
export interface NeedleHashes {
  readonly trigrams: Uint16Array;
  readonly runs: Uint32Array;
  readonly digits: Uint16Array;
  readonly joints: Uint32Array;
  readonly shortRuns: Uint32Array;
  readonly shapes: Uint32Array;
  readonly numbered: Uint32Array;
}

export function hashesOf(needle: string): NeedleHashes {
  return {
    trigrams: trigramsOf(needle),
    runs: runsOf(needle, chunkRuns),
    digits: digitRunsOf(needle),
    joints: runsOf(needle, jointRuns),
    shortRuns: runsOf(needle, headShortRuns),
    shapes: runsOf(shapeOf(needle.toLowerCase()), headShapes),
    numbered: runsOf(needle, headNumbered),
  };
}

/** May a text with the needle be in it? */
export function entryMayHoldText(entry: IndexEntry, needle: NeedleHashes): boolean {
  const { decoded, filter, runs, digits, joints, shortRuns, shapes, numbered } = entry;
  if (!decoded) return true;
  return (
    filterMayHold(filter, needle.trigrams) &&
    (runs === null || runsMayBe(runs, needle.runs)) &&
    (digits === null || digitRunsMayBe(digits, needle.digits)) &&
    (joints === null || runsMayBe(joints, needle.joints)) &&
    (shortRuns === null || runsMayBe(shortRuns, needle.shortRuns)) &&
    (shapes === null || runsMayBe(shapes, needle.shapes)) &&
    (numbered === null || runsMayBe(numbered, needle.numbered))
  );
}
