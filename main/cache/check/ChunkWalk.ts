import { crc32 } from 'node:zlib';
import { McapRecordBuilder } from '@mcap/core';
import type { OpenFile } from '../FileSystem.js';
import { scanSegment } from '../scanSegment.js';
import type { DamagedBytes } from '../walkChunks.js';
import type { SegmentGroup } from '../SegmentGroup.js';
import {
  type CheckedChunk,
  messageHeadBytes,
  recordHeadBytes,
  type StoredMessage,
  type StoredSchema,
} from '../segmentBytes.js';

/** A chunk that holds together, with what the records after it must agree with. */
export interface WalkedChunk {
  readonly position: number;
  readonly length: number;
  readonly messages: number;
  readonly firstOrdinal: number;
  readonly lastOrdinal: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Do the ordinals in it go up? */
  readonly ordered: boolean;
  /** CRC32 of the message index that each channel's messages have, if the chunk is followed by indexes. */
  readonly indexCrcs: ReadonlyMap<number, number>;
}

export interface ChannelCount {
  messages: number;
  bytes: number;
  oldestNs: bigint;
  newestNs: bigint;
}

/** All that a segment's chunks say, without the records themselves. */
export interface ChunkWalk {
  readonly chunks: readonly WalkedChunk[];
  readonly damages: readonly DamagedBytes[];
  /** By channel. */
  readonly groups: ReadonlyMap<number, { readonly schemaId: number; readonly group: SegmentGroup }>;
  readonly counts: ReadonlyMap<number, ChannelCount>;
  /** CRC32 of every schema's record that stands in a chunk, by the schema's number. */
  readonly schemaCrcs: ReadonlyMap<number, number>;
  readonly encoding: string | null;
}

/** Goes over a segment's chunks, one in memory at a time. */
export async function walkChunks(file: OpenFile, size: number): Promise<ChunkWalk> {
  const chunks: WalkedChunk[] = [];
  const groups = new Map<number, { schemaId: number; group: SegmentGroup }>();
  const counts = new Map<number, ChannelCount>();
  const schemaCrcs = new Map<number, number>();
  const { damages } = await scanSegment(file, size, {
    group: (channelId, schemaId, group) => {
      if (!groups.has(channelId)) groups.set(channelId, { schemaId, group });
    },
    chunk: (position, length, chunk) => {
      chunks.push(walkedChunk(position, length, chunk));
      for (const schema of chunk.schemas) schemaCrcs.set(schema.id, schemaCrc(schema));
      for (const message of chunk.messages) count(counts, message);
    },
  });
  const encoding = groups.values().next().value?.group.channel.messageEncoding ?? null;
  return { chunks, damages, groups, counts, schemaCrcs, encoding };
}

function walkedChunk(position: number, length: number, { messages }: CheckedChunk): WalkedChunk {
  let [startNs, endNs] = [messages[0]?.receivedNs ?? 0n, messages[0]?.receivedNs ?? 0n];
  let ordered = true;
  let before = -1;
  for (const { receivedNs, ordinal } of messages) {
    if (receivedNs < startNs) startNs = receivedNs;
    if (receivedNs > endNs) endNs = receivedNs;
    if (ordinal <= before) ordered = false;
    before = ordinal;
  }
  const [firstOrdinal, lastOrdinal] = [messages[0]?.ordinal ?? 0, messages.at(-1)?.ordinal ?? -1];
  const indexCrcs = messageIndexCrcs(messages);
  return { position, length, messages: messages.length, firstOrdinal, lastOrdinal, startNs, endNs, ordered, indexCrcs };
}

/** The body of each channel's message index: channel, length, then time and offset of each message. */
function messageIndexCrcs(messages: readonly StoredMessage[]): Map<number, number> {
  const byChannel = new Map<number, StoredMessage[]>();
  for (const message of messages) {
    const known = byChannel.get(message.channelId);
    if (known === undefined) byChannel.set(message.channelId, [message]);
    else known.push(message);
  }
  const crcs = new Map<number, number>();
  for (const [channelId, indexed] of byChannel) {
    const body = Buffer.alloc(6 + 16 * indexed.length);
    body.writeUInt16LE(channelId, 0);
    body.writeUInt32LE(16 * indexed.length, 2);
    for (const [place, { receivedNs, dataStart }] of indexed.entries()) {
      body.writeBigUInt64LE(receivedNs, 6 + 16 * place);
      body.writeBigUInt64LE(BigInt(dataStart - recordHeadBytes - messageHeadBytes), 14 + 16 * place);
    }
    crcs.set(channelId, crc32(body));
  }
  return crcs;
}

/** Of what the schema looks like as a record outside of a chunk. */
function schemaCrc({ id, name, encoding, text }: StoredSchema): number {
  const builder = new McapRecordBuilder();
  builder.writeSchema({ id, name, encoding, data: new TextEncoder().encode(text) });
  return crc32(builder.buffer);
}

function count(counts: Map<number, ChannelCount>, { channelId, stampNs, dataStart, dataEnd }: StoredMessage): void {
  const known = counts.get(channelId);
  if (known === undefined) {
    counts.set(channelId, { messages: 1, bytes: dataEnd - dataStart, oldestNs: stampNs, newestNs: stampNs });
    return;
  }
  known.messages += 1;
  known.bytes += dataEnd - dataStart;
  if (stampNs < known.oldestNs) known.oldestNs = stampNs;
  if (stampNs > known.newestNs) known.newestNs = stampNs;
}
