import type { TetherRecord } from '../model/Record.js';
import { readChunk, type StoredDecoder } from './ChunkDecoder.js';
import { type FileSystem, withFile } from './FileSystem.js';
import type { Segment } from './Segment.js';
import type { ChunkPlace } from './SegmentColumns.js';
import type { SegmentGroup } from './SegmentGroup.js';

export type ChosenRecord =
  | {
      readonly type: 'read';
      readonly ordinal: number;
      readonly group: SegmentGroup;
      readonly data: Uint8Array;
      readonly record: TetherRecord;
    }
  | { readonly type: 'undecodable'; readonly ordinal: number; readonly reason: string }
  | { readonly type: 'damaged'; readonly ordinal: number; readonly chunk: ChunkPlace };

/** Reads and decodes some records of a segment, each chunk once. Answers come in the order of ordinals. */
export function readChosen(
  files: FileSystem,
  segment: Segment,
  ordinals: readonly number[],
  decoder: StoredDecoder,
): Promise<ChosenRecord[]> {
  return withFile(files, segment.path, 'r', async (file) => {
    const chosen: ChosenRecord[] = [];
    const sorted = Float64Array.from(ordinals).sort();
    for (let next = 0; next < sorted.length;) {
      const place = segment.columns?.chunkOf(sorted[next] ?? 0) ?? null;
      if (place === null) {
        next += 1;
        continue;
      }
      const chunk = await readChunk(file, place);
      for (; next < sorted.length && (sorted[next] ?? 0) <= place.lastOrdinal; next += 1) {
        const ordinal = sorted[next] ?? 0;
        const message = chunk?.message(ordinal);
        const group = segment.groups[segment.groupOfChannel.get(message?.channelId ?? -1) ?? -1]?.group;
        if (chunk === null || message === undefined || group === undefined) {
          chosen.push({ type: 'damaged', ordinal, chunk: place });
          continue;
        }
        const data = chunk.dataOf(message);
        const decoded = decoder.decode(group, data, message.receivedNs);
        chosen.push(
          decoded.ok
            ? { type: 'read', ordinal, group, data, record: decoded.value }
            : { type: 'undecodable', ordinal, reason: decoded.problem.message },
        );
      }
    }
    return chosen;
  });
}
