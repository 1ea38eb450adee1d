import type { RecordFilter } from '../model/RecordFilter.js';
import type { CachedRecord } from '../seams/Cache.js';
import { readChunk, StoredDecoder, undecodedRecord } from './ChunkDecoder.js';
import { errorCode, type FileSystem, type OpenFile } from './FileSystem.js';
import { contentMatches, groupMatches, stampMatches } from './matchesFilter.js';
import type { ColumnsKeeper } from './withColumns.js';
import { cachedStateOf, type Segment } from './Segment.js';
import type { ChunkPlace, SegmentColumns } from './SegmentColumns.js';

export interface ReadOptions extends ColumnsKeeper {
  readonly files: FileSystem;
  /** All segments in ascending order. */
  readonly segments: readonly Segment[];
  readonly filter: RecordFilter;
  readonly order: 'oldest' | 'newest';
}

/**
 * Records that pass the filter, in order of arrival or the reverse, with one chunk in memory at a time. A segment that
 * is removed meanwhile is left out.
 */
export async function* readRecords(options: ReadOptions): AsyncGenerator<CachedRecord, void, void> {
  const { order } = options;
  const decoder = new StoredDecoder();
  const segments = order === 'oldest' ? options.segments : options.segments.toReversed();
  for (const segment of segments) {
    if (segment.removed || !mayHold(segment, options.filter)) continue;
    segment.users += 1;
    try {
      await options.load(segment);
      yield* readSegmentRecords(options, segment, decoder);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    } finally {
      segment.users -= 1;
      options.unload(segment);
    }
  }
}

/** Can anything in the segment pass? Answered from its sums. */
export function mayHold(segment: Segment, filter: RecordFilter): boolean {
  return segment.groups.some(
    ({ group, records, oldestNs, newestNs }) =>
      records > 0 &&
      groupMatches(group, filter) &&
      (filter.sinceNs === undefined || newestNs >= filter.sinceNs) &&
      (filter.untilNs === undefined || oldestNs < filter.untilNs),
  );
}

async function* readSegmentRecords(
  { files, filter, order }: ReadOptions,
  segment: Segment,
  decoder: StoredDecoder,
): AsyncGenerator<CachedRecord, void, void> {
  const { columns } = segment;
  if (columns === null) return;
  const file = await files.open(segment.path, 'r');
  try {
    const chunks = order === 'oldest' ? [...columns.chunks] : columns.chunks.toReversed();
    for (const chunk of chunks) {
      if (!chunkMayHold(segment, columns, chunk, filter)) continue;
      yield* readChunkRecords(segment, file, chunk, filter, order, decoder);
    }
  } finally {
    await file.close();
  }
}

function chunkMayHold(segment: Segment, columns: SegmentColumns, chunk: ChunkPlace, filter: RecordFilter): boolean {
  for (let ordinal = chunk.firstOrdinal; ordinal <= chunk.lastOrdinal; ordinal += 1) {
    if (cachedStateOf(segment.state(ordinal)) === null || !stampMatches(columns.stamp(ordinal), filter)) continue;
    const sum = segment.groups[columns.group(ordinal)];
    if (sum !== undefined && groupMatches(sum.group, filter)) return true;
  }
  return false;
}

async function* readChunkRecords(
  segment: Segment,
  file: OpenFile,
  place: ChunkPlace,
  filter: RecordFilter,
  order: 'oldest' | 'newest',
  decoder: StoredDecoder,
): AsyncGenerator<CachedRecord, void, void> {
  const chunk = await readChunk(file, place);
  if (chunk === null) return;
  for (const message of order === 'oldest' ? chunk.messages : chunk.messages.toReversed()) {
    const { ordinal, stampNs, receivedNs } = message;
    const state = cachedStateOf(segment.state(ordinal));
    const group = segment.groups[segment.groupOfChannel.get(message.channelId) ?? -1]?.group;
    if (state === null || group === undefined) continue;
    if (!groupMatches(group, filter) || !stampMatches(stampNs, filter)) continue;
    const data = chunk.dataOf(message);
    const decoded = decoder.decode(group, data, receivedNs);
    const record = decoded.ok
      ? decoded.value
      : undecodedRecord(group, stampNs, receivedNs, `cannot be decoded: ${decoded.problem.message}`);
    if (!contentMatches(record, filter)) continue;
    yield {
      address: { segment: segment.sequence, ordinal },
      channel: group.channel,
      destination: group.destination,
      data,
      record,
      state,
      reason: state === 'quarantined' ? segment.reasonOf(ordinal) : '',
    };
  }
}
