import { crc32 } from 'node:zlib';
import { McapRecordBuilder } from '@mcap/core';
import { MessageTable, messageTimesBytes } from './MessageTable.js';
import { chunkRawBytesMax, decompressChunk, decompressInPlace } from './zstd.js';

/**
 * The MCAP records that the cache reads by itself, straight from the bytes: https://mcap.dev/spec. A record is an opcode
 * (1 byte), the length of its body (8 bytes, little-endian) and the body.
 */
export const opcodes = {
  header: 0x01,
  footer: 0x02,
  schema: 0x03,
  channel: 0x04,
  message: 0x05,
  chunk: 0x06,
  messageIndex: 0x07,
  attachment: 0x09,
  attachmentIndex: 0x0a,
  dataEnd: 0x0f,
} as const;

export const recordHeadBytes = 9;
/** Start and end time, sizes, CRC, empty compression: the body of a chunk before its records. */
export const chunkHeadBytes = 8 + 8 + 8 + 4 + 4 + 8;
/** Of a packed segment's chunks, whose records are compressed. */
export const packedCompression = 'zstd';
const packedChunkHeadBytes = chunkHeadBytes + packedCompression.length;
/** Channel, sequence, log time and publish time: the body of a message before its data. */
export const messageHeadBytes = 2 + 4 + 8 + 8;
export const magicBytes = 8;
export const dataEndBytes = recordHeadBytes + 4;
export const footerBytes = recordHeadBytes + 20;
/** DataEnd, footer without summary and magic: what ends a segment that is being written. */
export const tailBytes = dataEndBytes + footerBytes + magicBytes;

export const segmentLibrary = 'tether cache 2';

export interface StoredSchema {
  readonly id: number;
  readonly name: string;
  readonly encoding: string;
  readonly text: string;
}

export interface StoredChannel {
  readonly id: number;
  readonly schemaId: number;
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A message inside a chunk's records; positions count from the start of those records. */
export interface StoredMessage {
  readonly channelId: number;
  readonly ordinal: number;
  readonly receivedNs: bigint;
  readonly stampNs: bigint;
  readonly dataStart: number;
  readonly dataEnd: number;
}

/** A chunk whose CRC and header agree with its content. */
export interface CheckedChunk {
  /** Uncompressed. */
  readonly records: Uint8Array;
  /** Oldest and newest receive time, as the head has them. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly schemas: readonly StoredSchema[];
  readonly channels: readonly StoredChannel[];
  readonly messages: readonly StoredMessage[];
  /** The same without an object for each. */
  readonly table: MessageTable;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Length of a record's body, or infinity for a length that no file has. */
export function bodyLength(view: DataView, position: number): number {
  return view.getUint32(position + 5, true) > 0x1f_ffff
    ? Infinity
    : view.getUint32(position + 5, true) * 0x1_0000_0000 + view.getUint32(position + 1, true);
}

interface ChunkHead {
  /** Of the whole record with its opcode. */
  readonly length: number;
  readonly rawBytes: number;
  readonly compressed: boolean;
  /** Where the records begin, from the opcode on. */
  readonly recordsStart: number;
}

/** What a chunk's head says, when its sizes agree with one another. `bytes` starts at the opcode. */
function readChunkHead(bytes: Uint8Array): ChunkHead | null {
  if (bytes.byteLength < recordHeadBytes + chunkHeadBytes || bytes[0] !== opcodes.chunk) return null;
  const view = viewOf(bytes);
  const length = bodyLength(view, 0);
  const rawBytes = view.getBigUint64(recordHeadBytes + 16, true);
  const compressionBytes = view.getUint32(recordHeadBytes + 28, true);
  if (!Number.isFinite(length) || length < chunkHeadBytes || rawBytes > BigInt(chunkRawBytesMax)) return null;
  if (compressionBytes === 0) {
    const records = BigInt(length - chunkHeadBytes);
    if (rawBytes !== records || view.getBigUint64(recordHeadBytes + 32, true) !== records) return null;
    return {
      length: recordHeadBytes + length,
      rawBytes: Number(rawBytes),
      compressed: false,
      recordsStart: recordHeadBytes + chunkHeadBytes,
    };
  }
  if (compressionBytes !== packedCompression.length || bytes.byteLength < recordHeadBytes + packedChunkHeadBytes) {
    return null;
  }
  const name = textDecoder.decode(bytes.subarray(recordHeadBytes + 32, recordHeadBytes + 32 + compressionBytes));
  const stored = view.getBigUint64(recordHeadBytes + 32 + compressionBytes, true);
  if (name !== packedCompression || stored !== BigInt(length - packedChunkHeadBytes)) return null;
  return {
    length: recordHeadBytes + length,
    rawBytes: Number(rawBytes),
    compressed: true,
    recordsStart: recordHeadBytes + packedChunkHeadBytes,
  };
}

/** Bytes of a chunk's record that `looksLikeChunk` needs to see. */
export const chunkHeadSeenBytes = recordHeadBytes + packedChunkHeadBytes;

/** Does the head look like a chunk's, by the sizes that must agree? `bytes` starts at the opcode; `available` is what the file still has. */
export function looksLikeChunk(bytes: Uint8Array, available: number): boolean {
  const head = readChunkHead(bytes);
  return head !== null && head.length <= available;
}

/** A whole chunk record's content, uncompressed. Shares memory with `bytes` when it is not compressed. */
function recordsOf(bytes: Uint8Array, decompress: typeof decompressChunk): Uint8Array | null {
  const head = readChunkHead(bytes);
  if (head?.length !== bytes.byteLength) return null;
  const stored = bytes.subarray(head.recordsStart);
  return head.compressed ? decompress(stored, head.rawBytes) : stored;
}

/**
 * A whole chunk record's content, uncompressed, without a look at its CRC: enough to know that something is not in it. It is
 * there only until the next chunk is decompressed.
 */
export function passingRecords(bytes: Uint8Array): Uint8Array | null {
  return recordsOf(bytes, decompressInPlace);
}

/** Checks and takes apart a whole chunk record (opcode first). Null when anything in it does not agree. */
export function checkChunk(bytes: Uint8Array): CheckedChunk | null {
  const records = recordsOf(bytes, decompressChunk);
  if (records === null) return null;
  const parts: OtherRecords = { schemas: [], channels: [] };
  const times = checkMessages(bytes, records, scratch, parts);
  if (times === null) return null;
  const table = scratch.copy();
  let messages: readonly StoredMessage[] | null = null;
  return {
    ...{ records, table, ...parts, ...times },
    // Not everyone wants an object for each.
    get messages() {
      return (messages ??= messagesIn(records, table));
    },
  };
}

const scratch = new MessageTable();

/** What is in a chunk beside its messages. */
interface OtherRecords {
  readonly schemas: StoredSchema[];
  readonly channels: StoredChannel[];
}

/**
 * Checks a whole chunk record (opcode first), whose uncompressed content is `records`, and lists its messages in `table`.
 * Gives the oldest and newest receive time; null when anything in it does not agree.
 */
export function checkMessages(
  bytes: Uint8Array,
  records: Uint8Array,
  table: MessageTable,
  others: OtherRecords | null = null,
): { readonly startNs: bigint; readonly endNs: bigint } | null {
  const view = viewOf(bytes);
  if (crc32(records) !== view.getUint32(recordHeadBytes + 24, true)) return null;
  if (!listRecords(records, table, others)) return null;
  const { startNs, endNs } = receiveTimesOf(records, table);
  const agrees =
    startNs === view.getBigUint64(recordHeadBytes, true) && endNs === view.getBigUint64(recordHeadBytes + 8, true);
  return agrees ? { startNs, endNs } : null;
}

/** Compares halves: a bigint for each message would cost more than all the rest. */
function receiveTimesOf(records: Uint8Array, table: MessageTable): { startNs: bigint; endNs: bigint } {
  const view = viewOf(records);
  let first = -1;
  let last = -1;
  let [firstHigh, firstLow, lastHigh, lastLow] = [0, 0, 0, 0];
  for (let place = 0; place < table.length; place += 1) {
    const at = (table.dataStarts[place] ?? 0) - messageTimesBytes;
    const low = view.getUint32(at, true);
    const high = view.getUint32(at + 4, true);
    if (first < 0 || high < firstHigh || (high === firstHigh && low < firstLow)) {
      [first, firstHigh, firstLow] = [at, high, low];
    }
    if (last < 0 || high > lastHigh || (high === lastHigh && low > lastLow))
      [last, lastHigh, lastLow] = [at, high, low];
  }
  return first < 0
    ? { startNs: 0n, endNs: 0n }
    : { startNs: view.getBigUint64(first, true), endNs: view.getBigUint64(last, true) };
}

/** Null when the records do not hold together. */
export function takeChunkApart(records: Uint8Array): Omit<CheckedChunk, 'startNs' | 'endNs' | 'table'> | null {
  const parts: OtherRecords = { schemas: [], channels: [] };
  if (!listRecords(records, scratch, parts)) return null;
  return { records, ...parts, messages: messagesIn(records, scratch) };
}

function messagesIn(records: Uint8Array, table: MessageTable): StoredMessage[] {
  const view = viewOf(records);
  const messages: StoredMessage[] = [];
  for (let place = 0; place < table.length; place += 1) messages.push(messageAt(view, table, place));
  return messages;
}

/** `view` is of the bytes that the table is about. */
export function messageAt(view: DataView, table: MessageTable, place: number): StoredMessage {
  const dataStart = table.dataStarts[place] ?? 0;
  return {
    channelId: table.channelIds[place] ?? 0,
    ordinal: table.ordinals[place] ?? 0,
    receivedNs: view.getBigUint64(dataStart - messageTimesBytes, true),
    stampNs: view.getBigUint64(dataStart - 8, true),
    dataStart,
    dataEnd: table.dataEnds[place] ?? 0,
  };
}

/** Lists the messages, and takes the rest apart when it is wanted. False when the records do not hold together. */
function listRecords(records: Uint8Array, table: MessageTable, others: OtherRecords | null): boolean {
  table.clear();
  const view = viewOf(records);
  let position = 0;
  while (position < records.byteLength) {
    if (position + recordHeadBytes > records.byteLength) return false;
    const body = position + recordHeadBytes;
    const end = body + bodyLength(view, position);
    if (end > records.byteLength) return false;
    const opcode = view.getUint8(position);
    if (opcode === opcodes.message) {
      if (end - body < messageHeadBytes) return false;
      table.add(view.getUint16(body, true), view.getUint32(body + 2, true), body + messageHeadBytes, end);
    } else if (opcode === opcodes.schema) {
      others?.schemas.push(readSchema(new FieldReader(records, body)));
    } else if (opcode === opcodes.channel) {
      others?.channels.push(readChannel(new FieldReader(records, body)));
    }
    position = end;
  }
  return true;
}

/** Whole messages that can be made out in an unfinished chunk (its CRC cannot be checked). For counting only. */
export function countMessagesIn(records: Uint8Array): number {
  const view = viewOf(records);
  let position = 0;
  let messages = 0;
  while (position + recordHeadBytes <= records.byteLength) {
    const end = position + recordHeadBytes + bodyLength(view, position);
    const opcode = view.getUint8(position);
    if (end > records.byteLength || opcode < opcodes.schema || opcode > opcodes.message) break;
    if (opcode === opcodes.message) messages += 1;
    position = end;
  }
  return messages;
}

/** A schema that stands outside of a chunk, where no CRC covers it. Null when its fields do not fill the body exactly. */
export function readOuterSchema(body: Uint8Array): StoredSchema | null {
  return readWholly(body, readSchema);
}

/** The same for a channel. */
export function readOuterChannel(body: Uint8Array): StoredChannel | null {
  return readWholly(body, readChannel);
}

function readWholly<T>(body: Uint8Array, read: (fields: FieldReader) => T): T | null {
  try {
    const fields = new FieldReader(body, 0);
    const value = read(fields);
    return fields.position === body.byteLength ? value : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readSchema(fields: FieldReader): StoredSchema {
  const id = fields.uint16();
  const name = fields.string();
  const encoding = fields.string();
  return { id, name, encoding, text: fields.string() };
}

function readChannel(fields: FieldReader): StoredChannel {
  const id = fields.uint16();
  const schemaId = fields.uint16();
  const topic = fields.string();
  const messageEncoding = fields.string();
  const metadata = new Map<string, string>();
  const end = fields.uint32() + fields.position;
  while (fields.position < end) metadata.set(fields.string(), fields.string());
  return { id, schemaId, topic, messageEncoding, metadata };
}

const textDecoder = new TextDecoder();

/** Fields one after the other. Only for bytes whose CRC was right: it does not guard against nonsense lengths. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.position = position;
  }

  uint16(): number {
    this.position += 2;
    return this.#view.getUint16(this.position - 2, true);
  }

  uint32(): number {
    this.position += 4;
    return this.#view.getUint32(this.position - 4, true);
  }

  uint64(): bigint {
    this.position += 8;
    return this.#view.getBigUint64(this.position - 8, true);
  }

  string(): string {
    const length = this.uint32();
    this.position += length;
    return textDecoder.decode(this.#bytes.subarray(this.position - length, this.position));
  }
}

/** What ends a segment that is being written, so that it is a valid MCAP file after every commit. */
export function makeTail(): Uint8Array {
  const builder = new McapRecordBuilder();
  builder.writeDataEnd({ dataSectionCrc: 0 });
  builder.writeFooter({ summaryStart: 0n, summaryOffsetStart: 0n, summaryCrc: 0 });
  builder.writeMagic();
  return builder.buffer;
}

/** `profile` is MCAP's word for the conventions of the messages inside: `ros2`, `ros1` or empty. */
export function makeHead(profile: string): Uint8Array {
  const builder = new McapRecordBuilder();
  builder.writeMagic();
  builder.writeHeader({ profile, library: segmentLibrary });
  return builder.buffer;
}
