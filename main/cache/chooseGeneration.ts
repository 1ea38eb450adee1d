import type { SegmentFile } from './cacheFolder.js';
import { errorCode, type FileSystem } from './FileSystem.js';
import type { NamedGeneration, WrittenGeneration } from './NamedGeneration.js';
import { readSegmentSummaryAt } from './SegmentSummary.js';

export interface ChosenGeneration {
  readonly place: SegmentFile;
  /** Files of other generations that nothing needs any more. */
  readonly leftOver: readonly SegmentFile[];
  /** The file that the ledger names is not there. */
  readonly replaced: boolean;
}

/**
 * Of the files of one segment, in ascending order of generation: the one that counts. A segment is written anew beside the
 * old file, which goes only after the ledger durably names the new one: what the ledger does not name was never finished,
 * or is not needed. Where the ledger cannot be trusted, or the named file is gone, nothing is taken for left over, and the
 * latest whole file counts: of those that no line names (the damaged one may have), else the named one (the file of an
 * edit that was undone may come back with a power cut), else any.
 */
export async function chooseGeneration(
  files: FileSystem,
  places: readonly SegmentFile[],
  named: WrittenGeneration | undefined,
  ledgerTrusted: boolean,
): Promise<ChosenGeneration | null> {
  const [only] = places;
  if (only === undefined) return null;
  const { current, kept, highest } = named ?? { current: 0, kept: null, highest: 0 };
  const found = places.find(({ generation }) => generation === current);
  if (found !== undefined && (ledgerTrusted || places.length === 1)) {
    const leftOver = places.filter((place) => place !== found && place.generation !== kept);
    return { place: found, leftOver, replaced: false };
  }
  const unnamed = places.filter(({ generation }) => generation > highest);
  const others = places.filter((place) => place !== found && !unnamed.includes(place));
  for (const place of [...unnamed.toReversed(), ...(found === undefined ? [] : [found]), ...others.toReversed()]) {
    if (await isWhole(files, place)) return { place, leftOver: [], replaced: found === undefined };
  }
  return { place: found ?? only, leftOver: [], replaced: found === undefined };
}

/**
 * Is this all that is left of a segment that is gone? A file that was written anew counts only once the ledger names it,
 * and the first one goes only after that: where neither is there, the segment went while it was being written anew.
 */
export function isRemainder(places: readonly SegmentFile[], named: NamedGeneration | undefined): boolean {
  return named === undefined && places.every(({ generation }) => generation > 0);
}

async function isWhole(files: FileSystem, place: SegmentFile): Promise<boolean> {
  try {
    return (await readSegmentSummaryAt(files, place)) !== null;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Files by segment, in ascending order of both. */
export function bySegment(places: readonly SegmentFile[]): SegmentFile[][] {
  const groups = new Map<number, SegmentFile[]>();
  for (const place of places) {
    const group = groups.get(place.sequence);
    if (group === undefined) groups.set(place.sequence, [place]);
    else group.push(place);
  }
  return [...groups.values()];
}
