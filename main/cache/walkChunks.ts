import { crc32 } from 'node:zlib';
import { type OpenFile, readInto } from './FileSystem.js';
import type { WindowMemory } from './ReadAheadFile.js';
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
  viewOf,
} from './segmentBytes.js';

/** A run of bytes that ought to hold records and cannot be read. */
export interface DamagedBytes {
  readonly position: number;
  readonly length: number;
}

export interface FoundChunk {
  readonly type: 'chunk';
  readonly position: number;
  readonly length: number;
  readonly chunk: CheckedChunk;
}

export type WalkedBytes =
  | FoundChunk
  /** A whole record that stands outside of the chunks, opcode first. Its bytes are valid until the next step. */
  | { readonly type: 'outside'; readonly position: number; readonly record: Uint8Array }
  | ({ readonly type: 'damage' } & DamagedBytes);

/** Bytes that are read at once; a chunk that is larger is read by itself. */
const windowBytes = 1024 * 1024;
/** A schema or channel outside of a chunk that says it is larger is taken for damage. */
const outerRecordBytesMax = 16 * 1024 * 1024;

/**
 * Goes over a segment's chunks in order, one in memory at a time. Every chunk's CRC and head are checked; bytes that do
 * not hold together are skipped up to the next chunk that does, and reported. What stands between chunks (channels a
 * second time, attachments) is checked too before it is stepped over, so that a length that was damaged cannot hide a
 * chunk. What stands after DataEnd can all be made again from the chunks.
 */
export async function* walkChunks(
  file: Pick<OpenFile, 'read'>,
  size: number,
  memory: WindowMemory | null = null,
): AsyncGenerator<WalkedBytes, void, void> {
  const window = new FileWindow(file, size, memory);
  let position = await skipHead(window);
  let afterData = false;
  while (position < size) {
    const head = await window.at(position, chunkHeadSeenBytes);
    const end = head.byteLength < recordHeadBytes ? Infinity : position + recordHeadBytes + bodyLength(viewOf(head), 0);
    if (looksLikeChunk(head, size - position)) {
      const chunk = checkChunk(await window.at(position, end - position));
      if (chunk !== null) {
        yield { type: 'chunk', position, length: end - position, chunk };
        position = end;
        continue;
      }
    }
    if (afterData && head[0] === opcodes.footer && end + magicBytes === size) return;
    if (end <= size && (await isWholeBetweenChunks(window, position, end, afterData))) {
      const record = await window.at(position, end - position);
      afterData ||= record[0] === opcodes.dataEnd;
      yield { type: 'outside', position, record };
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

/** A part of the file in memory, moved on as the scan goes. */
class FileWindow {
  readonly #file: Pick<OpenFile, 'read'>;
  readonly size: number;
  /** Null: each read has memory of its own. */
  readonly #memory: WindowMemory | null;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: Pick<OpenFile, 'read'>, size: number, memory: WindowMemory | null) {
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
