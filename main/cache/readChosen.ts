import type { TetherRecord } from '../model/Record.js';
import type { ChunkCache } from './ChunkCache.js';
import type { ReadChunk, StoredDecoder } from './ChunkDecoder.js';
import type { ChosenRun } from './ChosenRead.js';
import type { FileSystem, OpenFile } from './FileSystem.js';
import { ReadAheadFile } from './ReadAheadFile.js';
import type { Segment } from './Segment.js';
import type { ChunkPlace } from './SegmentColumns.js';

/** What was found of the records, in the order of their ordinals. */
export interface ChosenVisitor {
  /** It can be decoded; `record` when it had to be, to know that. `place` is in the table of the run's chunk. */
  read(run: ChosenRun, ordinal: number, place: number, record: TetherRecord | null): void;
  undecodable(ordinal: number, reason: string): void;
  damaged(chunk: ChunkPlace): void;
}

/**
 * Reads some records of a segment, each chunk once, and tells of them when all are read: nothing is waited for in between. Needs the
 * columns.
 */
export async function readChosen(
  { files, chunks }: { readonly files: FileSystem; readonly chunks: ChunkCache },
  segment: Segment,
  ordinals: readonly number[],
  decoder: StoredDecoder,
  visitor: ChosenVisitor,
): Promise<void> {
  const { path } = segment;
  const sorted = inOrder(ordinals);
  const places = placesOf(segment, sorted);
  const file = new ReadAheadFile(openedLate(files, path));
  const read: (ReadChunk | null)[] = [];
  try {
    for (const number of places.keys()) read.push(await chunks.read(file, path, places, number));
  } finally {
    await file.close();
  }
  let next = 0;
  for (const [number, place] of places.entries()) {
    const from = next;
    while (next < sorted.length && (sorted[next] ?? 0) <= place.lastOrdinal) next += 1;
    tellOfChunk(segment, read[number] ?? null, place, sorted.subarray(from, next), decoder, visitor);
  }
}

function tellOfChunk(
  segment: Segment,
  chunk: ReadChunk | null,
  place: ChunkPlace,
  ordinals: Uint32Array,
  decoder: StoredDecoder,
  visitor: ChosenVisitor,
): void {
  const runs: (ChosenRun | undefined)[] = [];
  for (const ordinal of ordinals) {
    if (ordinal < place.firstOrdinal) continue;
    const at = chunk?.placeOf(ordinal) ?? -1;
    const channelId = at < 0 ? -1 : (chunk?.table.channelIds[at] ?? -1);
    const run = runs[channelId] ?? runOf(segment, channelId, chunk, decoder);
    if (chunk === null || run === null) {
      visitor.damaged(place);
      continue;
    }
    runs[channelId] = run;
    const { table, bytes } = chunk;
    if (decoder.looksWhole(run.group, bytes, table.dataStarts[at] ?? 0, table.dataEnds[at] ?? 0)) {
      visitor.read(run, ordinal, at, null);
      continue;
    }
    const message = chunk.at(at);
    const decoded = decoder.decode(run.group, chunk.dataOf(message), message.receivedNs);
    if (decoded.ok) visitor.read(run, ordinal, at, decoded.value);
    else visitor.undecodable(ordinal, decoded.problem.message);
  }
}

/** Mostly they are in order already. */
function inOrder(ordinals: readonly number[]): Uint32Array {
  const list = Uint32Array.from(ordinals);
  for (let place = 1; place < list.length; place += 1) {
    if ((list[place - 1] ?? 0) > (list[place] ?? 0)) return list.sort();
  }
  return list;
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
  return chunk === null || group === undefined ? null : { segment: sequence, group, chunk, decoder, number: -1 };
}

/** The chunks that hold the records, each once. */
function placesOf({ columns }: Segment, sorted: Uint32Array): ChunkPlace[] {
  const places: ChunkPlace[] = [];
  let lastOrdinal = -1;
  for (const ordinal of sorted) {
    if (ordinal <= lastOrdinal) continue;
    const place = columns?.chunkOf(ordinal) ?? null;
    if (place === null) continue;
    places.push(place);
    ({ lastOrdinal } = place);
  }
  return places;
}
