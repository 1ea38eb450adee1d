import { crc32 } from 'node:zlib';
import { sharedGroup } from './sharedGroups.js';
import { type OpenFile, readInto } from './FileSystem.js';
import type { WindowMemory } from './ReadAheadFile.js';
import { checkHolds, groupOfStored, type SegmentGroup } from './SegmentGroup.js';
import {
  bodyLength,
  checkChunk,
  type CheckedChunk,
  chunkHeadSeenBytes,
  looksLikeChunk,
  magicBytes,
  opcodes,
  readOuterChannel,
  readOuterSchema,
  recordHeadBytes,
  type StoredSchema,
  viewOf,
} from './segmentBytes.js';

/** A run of bytes that ought to hold records and cannot be read. */
export interface DamagedBytes {
  readonly position: number;
  readonly length: number;
}

export interface ScanOutcome {
  readonly damages: readonly DamagedBytes[];
}

export interface ScanVisitor {
  group(channelId: number, schemaId: number, group: SegmentGroup): void;
  chunk(position: number, length: number, chunk: CheckedChunk): void;
}

export type ScanItem =
  | { readonly type: 'group'; readonly channelId: number; readonly schemaId: number; readonly group: SegmentGroup }
  | { readonly type: 'chunk'; readonly position: number; readonly length: number; readonly chunk: CheckedChunk }
  | ({ readonly type: 'damage' } & DamagedBytes);

/** Bytes that are read at once; a chunk that is larger is read by itself. */
const windowBytes = 1024 * 1024;
/** A schema or channel outside of a chunk that says it is larger is taken for damage. */
const outerRecordBytesMax = 16 * 1024 * 1024;

/**
 * Goes over a segment with a visitor; see `walkSegment`. A visitor that keeps nothing of what it is told may have it read into
 * memory that is used again.
 */
export async function scanSegment(
  file: OpenFile,
  size: number,
  visitor: ScanVisitor,
  memory: WindowMemory | null = null,
): Promise<ScanOutcome> {
  const damages: DamagedBytes[] = [];
  for await (const item of walkSegment(file, size, memory)) {
    if (item.type === 'group') visitor.group(item.channelId, item.schemaId, item.group);
    else if (item.type === 'chunk') visitor.chunk(item.position, item.length, item.chunk);
    else damages.push({ position: item.position, length: item.length });
  }
  return { damages };
}

/**
 * Goes over a segment's chunks in order, one in memory at a time. Every chunk's CRC and head are checked; bytes that do
 * not hold together are skipped up to the next chunk that does, and reported. What stands between chunks (channels a
 * second time, attachments) is checked too before it is stepped over, so that a length that was damaged cannot hide a
 * chunk. What stands after DataEnd can all be made again from the chunks.
 */
export async function* walkSegment(
  file: OpenFile,
  size: number,
  memory: WindowMemory | null = null,
): AsyncGenerator<ScanItem, void, void> {
  const window = new FileWindow(file, size, memory);
  const channels = new ChannelReader();
  let position = await skipHead(window);
  let afterData = false;
  while (position < size) {
    const head = await window.at(position, chunkHeadSeenBytes);
    const end = head.byteLength < recordHeadBytes ? Infinity : position + recordHeadBytes + bodyLength(viewOf(head), 0);
    if (looksLikeChunk(head, size - position)) {
      const chunk = checkChunk(await window.at(position, end - position));
      if (chunk !== null) {
        yield* channels.inChunk(chunk);
        yield { type: 'chunk', position, length: end - position, chunk };
        position = end;
        continue;
      }
    }
    if (afterData && head[0] === opcodes.footer && end + magicBytes === size) return;
    if (end <= size && (await isWholeBetweenChunks(window, position, end, afterData))) {
      const outside = await window.at(position, end - position);
      afterData ||= outside[0] === opcodes.dataEnd;
      yield* channels.outside(outside, position);
      position = end;
      continue;
    }
    const next = await findChunk(window, position + 1, size);
    yield { type: 'damage', position, length: next - position };
    position = next;
  }
}

/** Is this a record that may stand between two chunks, or after the data, and does it hold together? */
async function isWholeBetweenChunks(
  window: FileWindow,
  position: number,
  end: number,
  afterData: boolean,
): Promise<boolean> {
  const opcode = (await window.at(position, 1))[0] ?? 0;
  const length = end - position - recordHeadBytes;
  if (afterData) return opcode > opcodes.footer && opcode < opcodes.dataEnd && opcode !== opcodes.chunk;
  if (opcode === opcodes.dataEnd) return length === 4;
  if (opcode === opcodes.footer || opcode === opcodes.message || opcode === opcodes.chunk) return false;
  if (length > outerRecordBytesMax) return false;
  const record = await window.at(position, end - position);
  const body = record.subarray(recordHeadBytes);
  switch (opcode) {
    case opcodes.schema:
      return readOuterSchema(body) !== null;
    case opcodes.channel:
      return readOuterChannel(body) !== null;
    case opcodes.messageIndex:
      // Segments of the first version have one a channel after each chunk.
      return length >= 6 && length === 6 + viewOf(body).getUint32(2, true);
    case opcodes.attachment:
      return length >= 4 && crc32(body.subarray(0, length - 4)) === viewOf(body).getUint32(length - 4, true);
    default:
      return false;
  }
}

async function skipHead(window: FileWindow): Promise<number> {
  const head = await window.at(0, magicBytes + recordHeadBytes);
  if (head.byteLength < magicBytes + recordHeadBytes || head[magicBytes] !== opcodes.header) return 0;
  const end = magicBytes + recordHeadBytes + bodyLength(viewOf(head), magicBytes);
  // Two short strings: a head that says it is longer is damaged, and would hide the chunks behind it.
  return end <= Math.min(window.size, headBytesMax) ? end : 0;
}

/** Limit of the magic and header with which a segment begins. */
const headBytesMax = 128;

/** Place of the next chunk whose CRC is right, or the end of the file. */
async function findChunk(window: FileWindow, from: number, size: number): Promise<number> {
  for (let position = from; position < size;) {
    const bytes = await window.at(position, Math.min(windowBytes, size - position));
    const offset = bytes.indexOf(opcodes.chunk);
    if (offset < 0) {
      position += bytes.byteLength;
      continue;
    }
    position += offset;
    const head = await window.at(position, chunkHeadSeenBytes);
    if (looksLikeChunk(head, size - position)) {
      const chunk = await window.at(position, recordHeadBytes + bodyLength(viewOf(head), 0));
      if (checkChunk(chunk) !== null) return position;
    }
    position += 1;
  }
  return size;
}

/** Finds the groups that channels stand for, those in chunks and the second copies outside. */
class ChannelReader {
  readonly #schemas = new Map<number, StoredSchema>();
  readonly #outerSchemas = new Map<number, StoredSchema>();

  *inChunk({ schemas, channels }: CheckedChunk): Generator<ScanItem, void, void> {
    for (const schema of schemas) this.#schemas.set(schema.id, schema);
    for (const channel of channels) {
      const schema = this.#schemas.get(channel.schemaId) ?? this.#outerSchemas.get(channel.schemaId);
      const found = groupOfStored(channel, schema);
      const group = found && sharedGroup(found);
      if (group !== null) yield { type: 'group', channelId: channel.id, schemaId: channel.schemaId, group };
    }
  }

  /** Second copies that do not hold are reported; nothing is lost by that while the first ones do. */
  *outside(record: Uint8Array, position: number): Generator<ScanItem, void, void> {
    const body = record.subarray(recordHeadBytes);
    if (record[0] === opcodes.schema) {
      const schema = readOuterSchema(body);
      if (schema !== null) this.#outerSchemas.set(schema.id, schema);
    } else if (record[0] === opcodes.channel) {
      const channel = readOuterChannel(body);
      if (channel === null) return;
      const known = [this.#outerSchemas.get(channel.schemaId), this.#schemas.get(channel.schemaId)];
      const schema = known.find((one) => one !== undefined && checkHolds(channel, one));
      const group = schema === undefined ? null : groupOfStored(channel, schema);
      if (group === null) yield { type: 'damage', position, length: record.byteLength };
      else yield { type: 'group', channelId: channel.id, schemaId: channel.schemaId, group: sharedGroup(group) };
    }
  }
}

/** A part of the file in memory, moved on as the scan goes. */
class FileWindow {
  readonly #file: OpenFile;
  readonly size: number;
  /** Null: each read has memory of its own. */
  readonly #memory: WindowMemory | null;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: OpenFile, size: number, memory: WindowMemory | null) {
    this.#file = file;
    this.size = size;
    this.#memory = memory;
  }

  /** The bytes at a place: as many as asked for, fewer at the end of the file. Valid until the next call. */
  async at(position: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - position));
    const inside = position >= this.#start && position + wanted <= this.#start + this.#bytes.byteLength;
    if (!inside) {
      const length = Math.min(Math.max(wanted, windowBytes), this.size - position);
      const memory = this.#memory?.bytes(length) ?? new Uint8Array(length);
      this.#bytes = memory.subarray(0, await readInto(this.#file, memory, position));
      this.#start = position;
    }
    return this.#bytes.subarray(position - this.#start, position - this.#start + wanted);
  }
}
