import type { ChunkCache } from './ChunkCache.js';
import type { ReadChunk, StoredDecoder } from './ChunkDecoder.js';
import { ChosenRead, type ChosenRun } from './ChosenRead.js';
import type { FileSystem, OpenFile } from './FileSystem.js';
import { ReadAheadFile } from './ReadAheadFile.js';
import type { Segment } from './Segment.js';
import type { ChunkPlace } from './SegmentColumns.js';

export type ChosenRecord =
  | ChosenRead
  | { readonly type: 'undecodable'; readonly ordinal: number; readonly reason: string }
  | { readonly type: 'damaged'; readonly ordinal: number; readonly chunk: ChunkPlace };

/** Reads some records of a segment that can be decoded, each chunk once. Answers come in the order of ordinals. Needs the columns. */
export async function readChosen(
  { files, chunks }: { readonly files: FileSystem; readonly chunks: ChunkCache },
  segment: Segment,
  ordinals: readonly number[],
  decoder: StoredDecoder,
): Promise<ChosenRecord[]> {
  const { path } = segment;
  const sorted = new Float64Array(ordinals).sort();
  const places = placesOf(segment, sorted);
  const file = new ReadAheadFile(openedLate(files, path));
  try {
    const chosen: ChosenRecord[] = [];
    let next = 0;
    for (const [number, place] of places.entries()) {
      const chunk = await chunks.read(file, path, places, number);
      const runs: (ChosenRun | undefined)[] = [];
      for (; next < sorted.length && (sorted[next] ?? 0) <= place.lastOrdinal; next += 1) {
        const ordinal = sorted[next] ?? 0;
        if (ordinal < place.firstOrdinal) continue;
        const at = chunk?.placeOf(ordinal) ?? -1;
        const channelId = at < 0 ? -1 : (chunk?.table.channelIds[at] ?? -1);
        const run = runs[channelId] ?? runOf(segment, channelId, chunk, decoder);
        if (chunk === null || run === null) {
          chosen.push({ type: 'damaged', ordinal, chunk: place });
          continue;
        }
        runs[channelId] = run;
        const { table, bytes } = chunk;
        if (decoder.looksWhole(run.group, bytes, table.dataStarts[at] ?? 0, table.dataEnds[at] ?? 0)) {
          chosen.push(new ChosenRead(run, ordinal, at, null));
          continue;
        }
        const message = chunk.at(at);
        const decoded = decoder.decode(run.group, chunk.dataOf(message), message.receivedNs);
        chosen.push(
          decoded.ok
            ? new ChosenRead(run, ordinal, at, decoded.value)
            : { type: 'undecodable', ordinal, reason: decoded.problem.message },
        );
      }
    }
    return chosen;
  } finally {
    await file.close();
  }
}

/** A file to read, opened at the first read: mostly all chunks are in memory. */
function openedLate(files: FileSystem, path: string): Pick<OpenFile, 'read' | 'close'> {
  let file: OpenFile | null = null;
  return {
    read: async (into, position) => {
      file ??= await files.open(path, 'r');
      return file.read(into, position);
    },
    close: async () => {
      await file?.close();
    },
  };
}

/** Null for a channel that the segment does not know. */
function runOf(
  { sequence, groups, groupOfChannel }: Segment,
  channelId: number,
  chunk: ReadChunk | null,
  decoder: StoredDecoder,
): ChosenRun | null {
  const group = groups[groupOfChannel.get(channelId) ?? -1]?.group;
  return chunk === null || group === undefined ? null : { segment: sequence, group, chunk, decoder };
}

/** The chunks that hold the records, each once. */
function placesOf({ columns }: Segment, sorted: Float64Array): ChunkPlace[] {
  const places: ChunkPlace[] = [];
  for (const ordinal of sorted) {
    const last = places.at(-1);
    if (last !== undefined && ordinal <= last.lastOrdinal) continue;
    const place = columns?.chunkOf(ordinal) ?? null;
    if (place !== null) places.push(place);
  }
  return places;
}
