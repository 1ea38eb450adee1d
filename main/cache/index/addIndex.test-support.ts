import { readFile, writeFile } from 'node:fs/promises';
import { McapRecordBuilder } from '@mcap/core';
import { StoredDecoder } from '../ChunkDecoder.js';
import { nodeFileSystem, withFile } from '../FileSystem.js';
import { findAttachment } from '../findAttachment.js';
import { indexMessages } from '../indexMessages.js';
import { scanSegment } from '../scanSegment.js';
import { summaryAttachmentName } from '../SegmentSummary.js';
import type { SegmentGroup } from '../SegmentGroup.js';
import { type ChunkToEncode, encodeSegmentIndex } from './encodeSegmentIndex.js';
import { indexAttachmentName, indexMediaType } from './SegmentIndex.js';

/** Gives a closed segment's file an index, as packing does, and leaves its chunks as they are. */
export async function addIndex(path: string): Promise<void> {
  const bytes = await readFile(path);
  const summary = await withFile(nodeFileSystem, path, 'r', (file) =>
    findAttachment(file, bytes.byteLength, summaryAttachmentName),
  );
  if (summary === null) throw new Error(`${path} has no summary`);
  const data = encodeSegmentIndex(await chunksOf(path));
  const kept = bytes.subarray(0, summary.offset + summary.length);
  const builder = new McapRecordBuilder();
  const times = { logTime: 0n, createTime: 0n };
  builder.writeAttachment({ name: indexAttachmentName, mediaType: indexMediaType, data, ...times });
  const length = BigInt(builder.length);
  builder.writeDataEnd({ dataSectionCrc: 0 });
  const summaryStart = BigInt(kept.byteLength + builder.length);
  builder.writeAttachmentIndex({
    name: summaryAttachmentName,
    mediaType: 'application/json',
    offset: BigInt(summary.offset),
    length: BigInt(summary.length),
    dataSize: 0n,
    ...times,
  });
  builder.writeAttachmentIndex({
    name: indexAttachmentName,
    mediaType: indexMediaType,
    offset: BigInt(kept.byteLength),
    length,
    dataSize: BigInt(data.byteLength),
    ...times,
  });
  builder.writeFooter({ summaryStart, summaryOffsetStart: 0n, summaryCrc: 0 });
  builder.writeMagic();
  await writeFile(path, Buffer.concat([kept, builder.buffer]));
}

async function chunksOf(path: string): Promise<ChunkToEncode[]> {
  const groups = new Map<number, SegmentGroup>();
  const decoder = new StoredDecoder();
  const chunks: ChunkToEncode[] = [];
  await withFile(nodeFileSystem, path, 'r', async (file) =>
    scanSegment(file, await file.size(), {
      group: (channelId, _schemaId, group) => groups.set(channelId, group),
      chunk: (position, length, chunk) => {
        const content = indexMessages(chunk.records, chunk.messages, groups, decoder);
        const { firstOrdinal, lastOrdinal } = content;
        chunks.push({ place: { position, length, firstOrdinal, lastOrdinal }, content });
      },
    }),
  );
  return chunks;
}
