import { crc32 } from 'node:zlib';
import { McapRecordBuilder } from '@mcap/core';
import type { RecordToCache } from '../seams/Cache.js';
import { indexAttachmentName, indexMediaType } from './index/SegmentIndex.js';
import type { GroupSum, Segment } from './Segment.js';
import { groupMetadata, type SegmentGroup, withCheck } from './SegmentGroup.js';
import { summaryAttachment, summaryAttachmentName } from './SegmentSummary.js';
import {
  chunkHeadBytes,
  footerBytes,
  makeTail,
  messageHeadBytes,
  opcodes,
  packedCompression,
  recordHeadBytes,
  tailBytes,
  type StoredChannel,
  type StoredSchema,
  viewOf,
} from './segmentBytes.js';

/** What the summary says of the chunks together. */
export interface ChunkTotals {
  chunks: number;
  startNs: bigint | null;
  endNs: bigint | null;
}

export function noChunks(): ChunkTotals {
  return { chunks: 0, startNs: null, endNs: null };
}

export function addChunk(totals: ChunkTotals, startNs: bigint, endNs: bigint): void {
  totals.chunks += 1;
  if (totals.startNs === null || startNs < totals.startNs) totals.startNs = startNs;
  if (totals.endNs === null || endNs > totals.endNs) totals.endNs = endNs;
}

/** One commit, ready to be written where the last one's tail began. */
export interface EncodedCommit {
  /** What goes before the chunk, the chunk, and the tail. */
  readonly bytes: Uint8Array;
  /** Where the chunk begins in `bytes`, and how long it is. */
  readonly chunkStart: number;
  readonly chunkLength: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** Stamps before 1970 cannot be stored; they become 0. */
export function storableNs(ns: bigint): bigint {
  return ns < 0n ? 0n : ns;
}

const tail = makeTail();

/**
 * One commit: `before` (the file's head, and channels a second time), a chunk with the channels in `definitions` and one
 * message a record, and the tail. Made in one piece of memory, since this is what every record goes through. `channelIds`
 * has each record's channel.
 */
export function encodeCommit(
  before: Uint8Array,
  definitions: Uint8Array,
  firstOrdinal: number,
  records: readonly RecordToCache[],
  channelIds: readonly number[],
): EncodedCommit {
  let rawBytes = definitions.byteLength;
  for (const { data } of records) rawBytes += recordHeadBytes + messageHeadBytes + data.byteLength;
  const chunkStart = before.byteLength;
  const recordsStart = chunkStart + recordHeadBytes + chunkHeadBytes;
  const recordsEnd = recordsStart + rawBytes;
  const bytes = Buffer.allocUnsafe(recordsEnd + tailBytes);
  bytes.set(before);
  bytes.set(definitions, recordsStart);
  const view = viewOf(bytes);
  let position = recordsStart + definitions.byteLength;
  let startNs: bigint | null = null;
  let endNs: bigint | null = null;
  for (let place = 0; place < records.length; place += 1) {
    const record = records[place];
    if (record === undefined) continue;
    const receivedNs = storableNs(record.receivedNs);
    if (startNs === null || receivedNs < startNs) startNs = receivedNs;
    if (endNs === null || receivedNs > endNs) endNs = receivedNs;
    position = writeMessage(bytes, view, position, channelIds[place] ?? 0, firstOrdinal + place, receivedNs, record);
  }
  const chunk = { startNs: startNs ?? 0n, endNs: endNs ?? 0n };
  writeChunkHead(bytes, chunkStart, {
    ...chunk,
    rawBytes,
    crc: crc32(bytes.subarray(recordsStart, recordsEnd)),
    compression: '',
    storedBytes: rawBytes,
  });
  bytes.set(tail, recordsEnd);
  return { bytes, chunkStart, chunkLength: recordsEnd - chunkStart, ...chunk };
}

function writeMessage(
  bytes: Buffer,
  view: DataView,
  position: number,
  channelId: number,
  ordinal: number,
  receivedNs: bigint,
  record: RecordToCache,
): number {
  const { data } = record;
  bytes[position] = opcodes.message;
  view.setUint32(position + 1, messageHeadBytes + data.byteLength, true);
  view.setUint32(position + 5, 0, true);
  view.setUint16(position + 9, channelId, true);
  view.setUint32(position + 11, ordinal, true);
  view.setBigUint64(position + 15, receivedNs, true);
  view.setBigUint64(position + 23, storableNs(record.stampNs), true);
  bytes.set(data, position + recordHeadBytes + messageHeadBytes);
  return position + recordHeadBytes + messageHeadBytes + data.byteLength;
}

/** A length has eight bytes; those of one commit fit in four. */
function writeLength(bytes: Buffer, position: number, length: number): void {
  bytes.writeUInt32LE(length, position);
  bytes.writeUInt32LE(0, position + 4);
}

interface ChunkHeadFields {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly rawBytes: number;
  readonly crc: number;
  readonly compression: string;
  readonly storedBytes: number;
}

/** See https://mcap.dev/spec#chunk-op0x06. */
function writeChunkHead(bytes: Buffer, position: number, head: ChunkHeadFields): void {
  const compressionBytes = head.compression.length;
  bytes[position] = opcodes.chunk;
  writeLength(bytes, position + 1, chunkHeadBytes + compressionBytes + head.storedBytes);
  bytes.writeBigUInt64LE(head.startNs, position + 9);
  bytes.writeBigUInt64LE(head.endNs, position + 17);
  writeLength(bytes, position + 25, head.rawBytes);
  bytes.writeUInt32LE(head.crc, position + 33);
  bytes.writeUInt32LE(compressionBytes, position + 37);
  bytes.write(head.compression, position + 41, 'latin1');
  writeLength(bytes, position + 41 + compressionBytes, head.storedBytes);
}

/** A chunk of a packed segment, around records that were compressed already. `crc` is that of the `rawBytes` before. */
export function encodePackedChunk(
  compressed: Uint8Array,
  facts: { readonly startNs: bigint; readonly endNs: bigint; readonly rawBytes: number; readonly crc: number },
): Uint8Array {
  const headBytes = recordHeadBytes + chunkHeadBytes + packedCompression.length;
  const bytes = Buffer.allocUnsafe(headBytes + compressed.byteLength);
  writeChunkHead(bytes, 0, { ...facts, compression: packedCompression, storedBytes: compressed.byteLength });
  bytes.set(compressed, headBytes);
  return bytes;
}

/** Schema and channel records of some groups: each schema once, before the first channel that has it. */
export function encodeDefinitions(sums: readonly GroupSum[], all: readonly GroupSum[], robot: string): Uint8Array {
  const builder = new McapRecordBuilder();
  for (const sum of sums) {
    if (isFirstOfSchema(all, sum)) builder.writeSchema(schemaRecordOf(sum));
    builder.writeChannel(channelOf(sum, robot));
  }
  return builder.buffer.slice();
}

function isFirstOfSchema(all: readonly GroupSum[], sum: GroupSum): boolean {
  return all.find(({ schemaId }) => schemaId === sum.schemaId) === sum;
}

/** About what closing will add to the file. */
export function closingBytes(groups: readonly GroupSum[]): number {
  return groups.reduce((bytes, { group }) => bytes + 2 * group.channel.schemaText.length + 1500, 600);
}

/**
 * What closes a segment, for the place where the last commit's tail began: the attachments `tether.summary` and (packed
 * segments) `tether.index`, DataEnd, and a summary section: their indexes first (see SegmentSummary), then schemas,
 * channels and statistics. There are no chunk indexes: readers then take the messages in the order of the file, which
 * is what all of them can do; with chunk indexes some of them demand 16 bytes of message index a record.
 */
export function encodeClosing(
  segment: Pick<Segment, 'sequence' | 'records' | 'groups'>,
  missing: readonly (readonly [number, number])[],
  position: number,
  chunks: ChunkTotals,
  robot: string,
  index: Uint8Array | null,
): Uint8Array {
  const builder = new McapRecordBuilder();
  // The summary comes last, where it is read with the end of the file.
  const attachments: Attachment[] = [];
  if (index !== null) attachments.push({ name: indexAttachmentName, mediaType: indexMediaType, data: index });
  const summary = summaryAttachment(segment, missing);
  attachments.push({ name: summaryAttachmentName, mediaType: 'application/json', data: summary });
  const places = attachments.map((attachment) => {
    const start = builder.length;
    builder.writeAttachment({ ...attachment, logTime: 0n, createTime: 0n });
    return { ...attachment, offset: BigInt(position + start), length: BigInt(builder.length - start) };
  });
  builder.writeDataEnd({ dataSectionCrc: 0 });
  const summaryStart = builder.length;
  for (const { name, mediaType, data, offset, length } of places) {
    const dataSize = BigInt(data.byteLength);
    builder.writeAttachmentIndex({ name, mediaType, offset, length, logTime: 0n, createTime: 0n, dataSize });
  }
  for (const sum of segment.groups) if (isFirstOfSchema(segment.groups, sum)) builder.writeSchema(schemaRecordOf(sum));
  for (const sum of segment.groups) builder.writeChannel(channelOf(sum, robot));
  writeStatistics(builder, segment.groups, chunks, attachments.length);
  return withFooter(builder, position, summaryStart);
}

interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly data: Uint8Array;
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

function writeStatistics(
  builder: McapRecordBuilder,
  groups: readonly GroupSum[],
  chunks: ChunkTotals,
  attachmentCount: number,
): void {
  builder.writeStatistics({
    messageCount: BigInt(groups.reduce((messages, { records }) => messages + records, 0)),
    schemaCount: new Set(groups.map(({ schemaId }) => schemaId)).size,
    channelCount: groups.length,
    attachmentCount,
    metadataCount: 0,
    chunkCount: chunks.chunks,
    messageStartTime: chunks.startNs ?? 0n,
    messageEndTime: chunks.endNs ?? 0n,
    channelMessageCounts: new Map(groups.map(({ channelId, records }) => [channelId, BigInt(records)])),
  });
}

function schemaRecordOf(sum: GroupSum): { id: number; name: string; encoding: string; data: Uint8Array } {
  const { id, name, encoding, text } = schemaOf(sum);
  return { id, name, encoding, data: new TextEncoder().encode(text) };
}

function schemaOf({ schemaId, group }: GroupSum): StoredSchema {
  const { schemaName, schemaEncoding, schemaText } = group.channel;
  return { id: schemaId, name: schemaName, encoding: schemaEncoding, text: schemaText };
}

function channelOf(sum: GroupSum, robot: string): StoredChannel & { metadata: Map<string, string> } {
  const { topic, messageEncoding } = sum.group.channel;
  const metadata = groupMetadata(sum.group, robot);
  const channel = { id: sum.channelId, schemaId: sum.schemaId, topic, messageEncoding, metadata };
  const checked = withCheck(channel, schemaOf(sum));
  return { ...checked, metadata: new Map(checked.metadata) };
}

/** MCAP's word for the conventions of a segment's messages. */
export function profileOf(encoding: SegmentGroup['channel']['messageEncoding'] | undefined): string {
  switch (encoding) {
    case 'cdr':
      return 'ros2';
    case 'ros1':
      return 'ros1';
    case 'json':
    case undefined:
      return '';
  }
}
