import { crc32 } from 'node:zlib';
import { McapChunkBuilder, McapRecordBuilder } from '@mcap/core';
import type { RecordToCache } from '../seams/Cache.js';
import type { GroupSum, Segment } from './Segment.js';
import { groupMetadata } from './SegmentGroup.js';
import { summaryAttachment, summaryAttachmentName } from './SegmentSummary.js';
import { type CheckedChunk, chunkHeadBytes, footerBytes, messageHeadBytes, recordHeadBytes } from './segmentBytes.js';

/** What the summary must know of a chunk; kept while a segment is written, or found again when it is recovered. */
export interface ChunkFacts {
  readonly position: number;
  readonly length: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Messages by channel, in the order of each channel's first message: the order of the indexes after the chunk. */
  readonly channels: ReadonlyMap<number, number>;
}

export interface EncodedCommit {
  /** The chunk and its message indexes. */
  readonly bytes: Uint8Array;
  readonly facts: ChunkFacts;
}

/** Stamps before 1970 cannot be stored; they become 0. */
export function storableNs(ns: bigint): bigint {
  return ns < 0n ? 0n : ns;
}

/**
 * One commit: a chunk with the schemas and channels that this segment does not have yet, and the messages' index.
 * `sums` has each record's group, `isNew` says whether the channel must be written.
 */
export function encodeCommit(
  position: number,
  firstOrdinal: number,
  records: readonly RecordToCache[],
  sums: readonly GroupSum[],
  newGroups: readonly GroupSum[],
  robot: string,
): EncodedCommit {
  const chunk = new McapChunkBuilder({ useMessageIndex: false });
  for (const sum of newGroups) {
    if (sum.schemaId === sum.channelId) chunk.addSchema(schemaOf(sum));
    chunk.addChannel(channelOf(sum, robot));
  }
  const index = new MessageIndexes();
  for (const [place, record] of records.entries()) {
    const channelId = sums[place]?.channelId ?? 0;
    const logTime = storableNs(record.receivedNs);
    index.add(channelId, logTime, chunk.byteLength);
    chunk.addMessage({
      channelId,
      sequence: firstOrdinal + place,
      logTime,
      publishTime: storableNs(record.stampNs),
      data: record.data,
    });
  }
  const builder = new McapRecordBuilder();
  const content = chunk.buffer;
  builder.writeChunk({
    messageStartTime: chunk.messageStartTime,
    messageEndTime: chunk.messageEndTime,
    uncompressedSize: BigInt(content.byteLength),
    uncompressedCrc: crc32(content),
    compression: '',
    records: content,
  });
  const facts: ChunkFacts = {
    position,
    length: builder.length,
    startNs: chunk.messageStartTime,
    endNs: chunk.messageEndTime,
    channels: index.counts(),
  };
  index.write(builder);
  return { bytes: builder.buffer, facts };
}

/** The facts and the index bytes of a chunk that was read from a file. */
export function reencodeIndexes(position: number, length: number, chunk: CheckedChunk): EncodedCommit {
  const index = new MessageIndexes();
  let startNs: bigint | null = null;
  let endNs: bigint | null = null;
  for (const { channelId, receivedNs, dataStart } of chunk.messages) {
    index.add(channelId, receivedNs, dataStart - recordHeadBytes - messageHeadBytes);
    if (startNs === null || receivedNs < startNs) startNs = receivedNs;
    if (endNs === null || receivedNs > endNs) endNs = receivedNs;
  }
  const builder = new McapRecordBuilder();
  index.write(builder);
  const facts = { position, length, startNs: startNs ?? 0n, endNs: endNs ?? 0n, channels: index.counts() };
  return { bytes: builder.buffer, facts };
}

/** Bytes of the message indexes that follow a chunk. */
export function indexBytes(facts: ChunkFacts): number {
  let bytes = 0;
  for (const messages of facts.channels.values()) bytes += indexRecordBytes(messages);
  return bytes;
}

function indexRecordBytes(messages: number): number {
  return recordHeadBytes + 2 + 4 + 16 * messages;
}

class MessageIndexes {
  readonly #byChannel = new Map<number, [bigint, bigint][]>();

  add(channelId: number, logTime: bigint, offset: number): void {
    const records = this.#byChannel.get(channelId);
    if (records === undefined) this.#byChannel.set(channelId, [[logTime, BigInt(offset)]]);
    else records.push([logTime, BigInt(offset)]);
  }

  counts(): Map<number, number> {
    return new Map([...this.#byChannel].map(([channelId, records]) => [channelId, records.length]));
  }

  write(builder: McapRecordBuilder): void {
    for (const [channelId, records] of this.#byChannel) builder.writeMessageIndex({ channelId, records });
  }
}

/** About what closing will add to the file. */
export function closingBytes(chunks: number, groups: readonly GroupSum[]): number {
  const schemas = groups.reduce((bytes, { group }) => bytes + group.channel.schemaText.length + 1000, 0);
  return 500 + chunks * (90 + 10 * groups.length) + schemas;
}

/**
 * What closes a segment, for the place where the last commit's tail began: the `tether.summary` attachment, DataEnd, and
 * a summary section (its own index first, see SegmentSummary) with schemas, channels, statistics and chunk indexes.
 */
export function encodeClosing(
  segment: Segment,
  position: number,
  chunks: readonly ChunkFacts[],
  robot: string,
): Uint8Array {
  const name = summaryAttachmentName;
  const mediaType = 'application/json';
  const data = summaryAttachment(segment);
  const builder = new McapRecordBuilder();
  builder.writeAttachment({ name, mediaType, logTime: 0n, createTime: 0n, data });
  const length = BigInt(builder.length);
  builder.writeDataEnd({ dataSectionCrc: 0 });
  const summaryStart = builder.length;
  builder.writeAttachmentIndex({
    name,
    mediaType,
    offset: BigInt(position),
    length,
    logTime: 0n,
    createTime: 0n,
    dataSize: BigInt(data.byteLength),
  });
  for (const sum of segment.groups) if (isFirstOfSchema(segment, sum)) builder.writeSchema(schemaOf(sum));
  for (const sum of segment.groups) builder.writeChannel(channelOf(sum, robot));
  writeStatistics(builder, segment, chunks);
  for (const facts of chunks) writeChunkIndex(builder, facts);
  return withFooter(builder, position, summaryStart);
}

function isFirstOfSchema(segment: Segment, sum: GroupSum): boolean {
  return segment.groups.find(({ schemaId }) => schemaId === sum.schemaId) === sum;
}

/** The summary's CRC covers the summary section and the footer up to the CRC itself. */
function withFooter(builder: McapRecordBuilder, position: number, summaryStart: number): Uint8Array {
  const footer = { summaryStart: BigInt(position + summaryStart), summaryOffsetStart: 0n };
  const draft = new McapRecordBuilder();
  draft.writeFooter({ ...footer, summaryCrc: 0 });
  const summaryCrc = crc32(draft.buffer.subarray(0, footerBytes - 4), crc32(builder.buffer.subarray(summaryStart)));
  builder.writeFooter({ ...footer, summaryCrc });
  builder.writeMagic();
  return builder.buffer;
}

function writeStatistics(builder: McapRecordBuilder, segment: Segment, chunks: readonly ChunkFacts[]): void {
  let first: bigint | null = null;
  let last: bigint | null = null;
  for (const { startNs, endNs } of chunks) {
    if (first === null || startNs < first) first = startNs;
    if (last === null || endNs > last) last = endNs;
  }
  builder.writeStatistics({
    messageCount: BigInt(segment.groups.reduce((messages, { records }) => messages + records, 0)),
    schemaCount: new Set(segment.groups.map(({ schemaId }) => schemaId)).size,
    channelCount: segment.groups.length,
    attachmentCount: 1,
    metadataCount: 0,
    chunkCount: chunks.length,
    messageStartTime: first ?? 0n,
    messageEndTime: last ?? 0n,
    channelMessageCounts: new Map(segment.groups.map(({ channelId, records }) => [channelId, BigInt(records)])),
  });
}

function writeChunkIndex(builder: McapRecordBuilder, facts: ChunkFacts): void {
  const messageIndexOffsets = new Map<number, bigint>();
  let offset = facts.position + facts.length;
  for (const [channelId, messages] of facts.channels) {
    messageIndexOffsets.set(channelId, BigInt(offset));
    offset += indexRecordBytes(messages);
  }
  const records = BigInt(facts.length - recordHeadBytes - chunkHeadBytes);
  builder.writeChunkIndex({
    messageStartTime: facts.startNs,
    messageEndTime: facts.endNs,
    chunkStartOffset: BigInt(facts.position),
    chunkLength: BigInt(facts.length),
    messageIndexOffsets,
    messageIndexLength: BigInt(offset - facts.position - facts.length),
    compression: '',
    compressedSize: records,
    uncompressedSize: records,
  });
}

function schemaOf({ schemaId, group }: GroupSum): { id: number; name: string; encoding: string; data: Uint8Array } {
  const { schemaName, schemaEncoding, schemaText } = group.channel;
  return { id: schemaId, name: schemaName, encoding: schemaEncoding, data: new TextEncoder().encode(schemaText) };
}

function channelOf(
  sum: GroupSum,
  robot: string,
): {
  id: number;
  schemaId: number;
  topic: string;
  messageEncoding: string;
  metadata: Map<string, string>;
} {
  return {
    id: sum.channelId,
    schemaId: sum.schemaId,
    topic: sum.group.channel.topic,
    messageEncoding: sum.group.channel.messageEncoding,
    metadata: groupMetadata(sum.group, robot),
  };
}
