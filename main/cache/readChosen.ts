import type { ChunkCache } from './ChunkCache.js';
import type { StoredDecoder } from './ChunkDecoder.js';
import { ChosenRead } from './ChosenRead.js';
import { type FileSystem, withFile } from './FileSystem.js';
import { ReadAheadFile } from './ReadAheadFile.js';
import type { Segment } from './Segment.js';
import type { ChunkPlace } from './SegmentColumns.js';

export type ChosenRecord =
  | ChosenRead
  | { readonly type: 'undecodable'; readonly ordinal: number; readonly reason: string }
  | { readonly type: 'damaged'; readonly ordinal: number; readonly chunk: ChunkPlace };

/** Reads some records of a segment that can be decoded, each chunk once. Answers come in the order of ordinals. Needs the columns. */
export function readChosen(
  { files, chunks }: { readonly files: FileSystem; readonly chunks: ChunkCache },
  segment: Segment,
  ordinals: readonly number[],
  decoder: StoredDecoder,
): Promise<ChosenRecord[]> {
  const { path } = segment;
  const sorted = Float64Array.from(ordinals).sort();
  const places = placesOf(segment, sorted);
  return withFile(files, path, 'r', async (opened) => {
    const file = new ReadAheadFile(opened);
    const chosen: ChosenRecord[] = [];
    let next = 0;
    for (const [number, place] of places.entries()) {
      const chunk = await chunks.read(file, path, places, number);
      for (; next < sorted.length && (sorted[next] ?? 0) <= place.lastOrdinal; next += 1) {
        const ordinal = sorted[next] ?? 0;
        if (ordinal < place.firstOrdinal) continue;
        const at = chunk?.placeOf(ordinal) ?? -1;
        const channelId = at < 0 ? undefined : chunk?.table.channelIds[at];
        const group = segment.groups[segment.groupOfChannel.get(channelId ?? -1) ?? -1]?.group;
        if (chunk === null || group === undefined) {
          chosen.push({ type: 'damaged', ordinal, chunk: place });
          continue;
        }
        const { table, bytes } = chunk;
        if (decoder.looksWhole(group, bytes, table.dataStarts[at] ?? 0, table.dataEnds[at] ?? 0)) {
          chosen.push(new ChosenRead(segment.sequence, ordinal, group, chunk, at, decoder, null));
          continue;
        }
        const message = chunk.at(at);
        const decoded = decoder.decode(group, chunk.dataOf(message), message.receivedNs);
        chosen.push(
          decoded.ok
            ? new ChosenRead(segment.sequence, ordinal, group, chunk, at, decoder, decoded.value)
            : { type: 'undecodable', ordinal, reason: decoded.problem.message },
        );
      }
    }
    return chosen;
  });
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
