import { digitRunsMayBe } from './digitRuns.js';
import { runsMayBe } from './runs.js';
import type { IndexEntry } from './SegmentIndex.js';
import type { TextHashes } from './TextSets.js';
import { filterMayHold } from './trigrams.js';

/** May a text with the needle be in it? */
export function entryMayHoldText(entry: IndexEntry, needle: TextHashes): boolean {
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
