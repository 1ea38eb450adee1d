import type { StoredDecoder } from './ChunkDecoder.js';
import { type ChunkContent, indexChunk, type RecordToIndex } from './index/indexChunk.js';
import type { SegmentGroup } from './SegmentGroup.js';
import type { StoredMessage } from './segmentBytes.js';

/** Sums up a chunk's messages for the index. `records` is what their places count in, `groups` has the group of each channel. */
export function indexMessages(
  records: Uint8Array,
  messages: readonly StoredMessage[],
  groups: ReadonlyMap<number, SegmentGroup>,
  decoder: StoredDecoder,
): ChunkContent {
  // Objects of one shape, made in a plain loop: this is most of what packing costs.
  const toIndex: RecordToIndex[] = [];
  for (const { channelId, ordinal, stampNs, receivedNs, dataStart, dataEnd } of messages) {
    const group = groups.get(channelId);
    const decoded = group && decoder.decode(group, records.subarray(dataStart, dataEnd), receivedNs);
    const record = decoded?.ok === true ? decoded.value : null;
    const label = record === null ? '' : record.kind === 'log' ? record.node : record.name;
    const text = record === null ? null : record.kind === 'log' ? record.message : '';
    toIndex.push({ ordinal, group: channelId, stampNs, label, text });
  }
  return indexChunk(toIndex);
}
