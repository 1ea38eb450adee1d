import { type OpenFile, readAt } from './FileSystem.js';
import { groupOfStored, type SegmentGroup } from './SegmentGroup.js';
import {
  bodyLength,
  checkChunk,
  type CheckedChunk,
  chunkHeadBytes,
  looksLikeChunk,
  magicBytes,
  opcodes,
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
  /** Where the last whole chunk with its indexes ends: the place of the next commit. */
  readonly dataEnd: number;
  readonly damages: readonly DamagedBytes[];
}

export interface ScanVisitor {
  group(channelId: number, schemaId: number, group: SegmentGroup): void;
  chunk(position: number, length: number, chunk: CheckedChunk): void;
}

/** Bytes that are read at once; a chunk that is larger is read by itself. */
const windowBytes = 1024 * 1024;

/**
 * Goes over a segment's chunks in order, one in memory at a time. Every chunk's CRC and header are checked; bytes that
 * do not hold together are skipped up to the next chunk that does, and reported. Derived records (indexes, summary,
 * footer) are stepped over: what they say is in the chunks.
 */
export async function scanSegment(file: OpenFile, size: number, visitor: ScanVisitor): Promise<ScanOutcome> {
  const window = new FileWindow(file, size);
  const reader = new ChunkReader(visitor);
  const damages: DamagedBytes[] = [];
  let position = await skipHead(window);
  let dataEnd = position;
  while (position < size) {
    const head = await window.at(position, recordHeadBytes + chunkHeadBytes);
    const opcode = head[0] ?? 0;
    const end = head.byteLength < recordHeadBytes ? Infinity : position + recordHeadBytes + bodyLength(viewOf(head), 0);
    if (opcode === opcodes.footer && end + magicBytes === size) break;
    if (isDerived(opcode) && end <= size) {
      if (opcode === opcodes.messageIndex && dataEnd === position) dataEnd = end;
      position = end;
      continue;
    }
    if (looksLikeChunk(head, size - position) && reader.read(position, await window.at(position, end - position))) {
      position = end;
      dataEnd = end;
      continue;
    }
    const next = await findChunk(window, position + 1, size);
    damages.push({ position, length: next - position });
    position = next;
  }
  return { dataEnd, damages };
}

/** The records after the chunks, and the indexes between them, which can all be made again from the chunks. */
function isDerived(opcode: number): boolean {
  return (
    opcode >= opcodes.schema && opcode <= opcodes.dataEnd && opcode !== opcodes.chunk && opcode !== opcodes.message
  );
}

async function skipHead(window: FileWindow): Promise<number> {
  const head = await window.at(0, magicBytes + recordHeadBytes);
  if (head.byteLength < magicBytes + recordHeadBytes || head[magicBytes] !== opcodes.header) return 0;
  const end = magicBytes + recordHeadBytes + bodyLength(viewOf(head), magicBytes);
  return end <= window.size ? end : 0;
}

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
    const head = await window.at(position, recordHeadBytes + chunkHeadBytes);
    if (looksLikeChunk(head, size - position)) {
      const chunk = await window.at(position, recordHeadBytes + bodyLength(viewOf(head), 0));
      if (checkChunk(chunk) !== null) return position;
    }
    position += 1;
  }
  return size;
}

class ChunkReader {
  readonly #visitor: ScanVisitor;
  readonly #schemas = new Map<number, StoredSchema>();

  constructor(visitor: ScanVisitor) {
    this.#visitor = visitor;
  }

  read(position: number, bytes: Uint8Array): boolean {
    const chunk = checkChunk(bytes);
    if (chunk === null) return false;
    for (const schema of chunk.schemas) this.#schemas.set(schema.id, schema);
    for (const channel of chunk.channels) {
      const group = groupOfStored(channel, this.#schemas.get(channel.schemaId));
      if (group !== null) this.#visitor.group(channel.id, channel.schemaId, group);
    }
    this.#visitor.chunk(position, bytes.byteLength, chunk);
    return true;
  }
}

/** A part of the file in memory, moved on as the scan goes. */
class FileWindow {
  readonly #file: OpenFile;
  readonly size: number;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: OpenFile, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** The bytes at a place: as many as asked for, fewer at the end of the file. Valid until the next call. */
  async at(position: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - position));
    const inside = position >= this.#start && position + wanted <= this.#start + this.#bytes.byteLength;
    if (!inside) {
      this.#bytes = await readAt(this.#file, position, Math.min(Math.max(wanted, windowBytes), this.size - position));
      this.#start = position;
    }
    return this.#bytes.subarray(position - this.#start, position - this.#start + wanted);
  }
}
