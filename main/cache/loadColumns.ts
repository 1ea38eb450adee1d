import type { ChunkCache } from './ChunkCache.js';
import { type FileSystem, withFile } from './FileSystem.js';
import { WindowMemory } from './ReadAheadFile.js';
import type { Segment } from './Segment.js';
import { viewOf } from './segmentBytes.js';
import { SegmentColumns } from './SegmentColumns.js';
import { walkChunks } from './walkChunks.js';

/** Records that turned out to be missing, and how many of them were still wanted. */
export interface Unreadable {
  readonly ordinals: readonly number[];
  readonly wanted: number;
}

/** For the files of several at a time; used again and again. */
const memories: WindowMemory[] = [];

const none: Unreadable = { ordinals: [], wanted: 0 };

/**
 * Reads a closed segment's columns from its file (they are let go when they are not needed). Records whose chunk is
 * damaged become missing, and are told. Throws what the file system throws. With `chunks`, the
 * records themselves are about to be wanted, too.
 */
export async function loadColumns(
  files: FileSystem,
  segment: Segment,
  chunks: ChunkCache | null = null,
): Promise<Unreadable> {
  if (hasColumns(segment)) return none;
  const { path, groupOfChannel } = segment;
  const columns = new SegmentColumns(segment.records);
  const found = new Array<number>(segment.groups.length).fill(0);
  const foundBytes = new Array<number>(segment.groups.length).fill(0);
  const memory = memories.pop() ?? new WindowMemory();
  await withFile(files, path, 'r', async (file) => {
    // What its channels stand for is known since it was opened.
    for await (const item of walkChunks(file, await file.size(), memory)) {
      if (item.type !== 'chunk') continue;
      const { position, length, chunk } = item;
      const { records, table } = chunk;
      chunks?.keep(path, position, length, chunk);
      const view = viewOf(records);
      // A message's stamp stands right before its data.
      for (let place = 0; place < table.length; place += 1) {
        const dataStart = table.dataStarts[place] ?? 0;
        const bytes = (table.dataEnds[place] ?? 0) - dataStart;
        const group = groupOfChannel.get(table.channelIds[place] ?? 0) ?? 0;
        const low = view.getInt32(dataStart - 8, true);
        const high = view.getInt32(dataStart - 4, true);
        columns.setHalves(table.ordinals[place] ?? 0, group, low, high, bytes);
        found[group] = (found[group] ?? 0) + 1;
        foundBytes[group] = (foundBytes[group] ?? 0) + bytes;
      }
      const [firstOrdinal, lastOrdinal] = [table.ordinals[0], table.ordinals[table.length - 1]];
      if (firstOrdinal === undefined || lastOrdinal === undefined) continue;
      columns.chunks.push({ position, length, firstOrdinal, lastOrdinal });
    }
  });
  memories.push(memory);
  // Someone else may have been quicker.
  if (hasColumns(segment)) return none;
  segment.columns = columns;
  const ordinals = ordinalsOutside(segment, columns);
  return { ordinals, wanted: segment.lose(ordinals, found, foundBytes) };
}

function hasColumns(segment: Segment): boolean {
  return segment.columns !== null;
}

/** Ordinals that are in no chunk and not known as missing. */
function ordinalsOutside(segment: Segment, columns: SegmentColumns): number[] {
  const outside: number[] = [];
  let next = 0;
  const check = (until: number): void => {
    for (; next < until; next += 1) if (segment.state(next) !== 'missing') outside.push(next);
  };
  for (const { firstOrdinal, lastOrdinal } of columns.chunks) {
    check(firstOrdinal);
    next = lastOrdinal + 1;
  }
  check(segment.records);
  return outside;
}

/** Lets the columns go where the sums are exact without them. */
export function unloadColumns(segment: Segment): void {
  // Records under way change one by one when they are answered.
  const needed = segment.open || segment.users > 0 || segment.sending() > 0;
  if (!needed && segment.isUniform()) segment.columns = null;
}
