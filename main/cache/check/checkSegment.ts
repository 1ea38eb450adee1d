import { crc32 } from 'node:zlib';
import { McapRecordBuilder } from '@mcap/core';
import { type OpenFile, readAt } from '../FileSystem.js';
import {
  bodyLength,
  chunkHeadBytes,
  countMessagesIn,
  magicBytes,
  opcodes,
  readOuterChannel,
  recordHeadBytes,
  segmentLibrary,
  viewOf,
} from '../segmentBytes.js';
import { checkEnd } from './checkEnd.js';
import { type ChunkWalk, walkChunks, type WalkedChunk } from './ChunkWalk.js';
import { type LocalFinding, nothingLostStep, recordsWords, repairStep } from './Finding.js';
import { type McapRecord, readMcapRecords } from './readMcapRecords.js';
import { RecordedSummary } from './RecordedSummary.js';
import { type Stretch, stretchesBetween } from './Stretch.js';

export interface SegmentCheck {
  readonly findings: readonly LocalFinding[];
  /** Records that can be read. */
  readonly records: number;
  /** The ordinal after the last record that is known of. */
  readonly nextOrdinal: number;
  readonly closed: boolean;
  /** Where the last whole chunk ends: what is behind it may be half written while the segment has a live writer. */
  readonly dataEnd: number;
}

/** Profiles that the cache writes, by the encoding of the first record. */
const profiles = ['ros2', 'ros1', ''] as const;
/** Names that the cache has given itself, by version of the segments. */
const libraries = [...new Set(['tether cache 1', segmentLibrary])];

/**
 * Walks one segment: its magic and header, every chunk (CRC, head, order of ordinals), every record between and behind
 * them, and what the summary says against what the chunks hold. Changes nothing; looks at the first `size` bytes.
 */
export async function checkSegment(file: OpenFile, size: number, sequence: number): Promise<SegmentCheck> {
  if (size === 0) return { ...nothingIn, findings: [emptySegment] };
  const walk = await walkChunks(file, size);
  const findings: LocalFinding[] = [];
  const summary = await RecordedSummary.read(file, size, sequence);
  findings.push(...(await damageFindings(file, size, walk)));
  findings.push(...orderFindings(walk, summary));
  const stretches = stretchesBetween(walk, size);
  for (const stretch of stretches) findings.push(...(await checkStretch(file, size, walk, stretch)));
  findings.push(...(await checkEnd(file, size, walk, stretches.at(-1), summary)));
  const last = walk.chunks.at(-1);
  return {
    findings: findings.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0)),
    records: walk.chunks.reduce((sum, { messages }) => sum + messages, 0),
    nextOrdinal: Math.max(summary.records ?? 0, ...walk.chunks.map(({ lastOrdinal }) => lastOrdinal + 1)),
    closed: summary.records !== null,
    dataEnd: last === undefined ? 0 : last.position + last.length,
  };
}

const nothingIn = { findings: [], records: 0, nextOrdinal: 0, closed: false, dataEnd: 0 } as const;

const emptySegment: LocalFinding = {
  code: 'segment-empty',
  position: null,
  length: 0,
  words: 'The file is empty: it was made, and what was to be in it was never called durable.',
  nextStep: nothingLostStep,
};

async function damageFindings(file: OpenFile, size: number, walk: ChunkWalk): Promise<LocalFinding[]> {
  const findings: LocalFinding[] = [];
  for (const { position, length } of walk.damages) {
    const before = walk.chunks.findLast((chunk) => chunk.position < position);
    const after = walk.chunks.find((chunk) => chunk.position > position);
    if (after !== undefined || position + length < size) {
      findings.push(damagedInside(position, length, before, after));
      continue;
    }
    const bytes = await readAt(file, position, length);
    const messages = bytes[0] === opcodes.chunk ? countMessagesIn(bytes.subarray(recordHeadBytes + chunkHeadBytes)) : 0;
    findings.push({
      code: 'end-damaged',
      position,
      length,
      words:
        messages > 0
          ? `The last ${length} bytes are no whole chunk; about ${messages} records were in them. After a power cut or a crash these are records that were never called durable.`
          : `The last ${length} bytes hold no whole record: a write that was cut short, or a damaged end.`,
      nextStep: repairStep,
    });
  }
  return findings;
}

function damagedInside(
  position: number,
  length: number,
  before: WalkedChunk | undefined,
  after: WalkedChunk | undefined,
): LocalFinding {
  const first = (before?.lastOrdinal ?? -1) + 1;
  const lost = after !== undefined && after.firstOrdinal > first;
  return {
    code: lost ? 'chunk-damaged' : 'bytes-damaged',
    position,
    length,
    words: lost
      ? `${length} bytes cannot be trusted: ${recordsWords(first, after.firstOrdinal - 1)} of this segment cannot be read. All others can.`
      : `${length} bytes cannot be trusted. No record was in them.`,
    nextStep: repairStep,
  };
}

/** Ordinals go up from chunk to chunk without holes, but for those that the summary names. */
function orderFindings({ chunks, damages }: ChunkWalk, summary: RecordedSummary): LocalFinding[] {
  const findings: LocalFinding[] = [];
  let next = 0;
  let end = 0;
  for (const chunk of chunks) {
    const { position, length, firstOrdinal, lastOrdinal, messages, ordered } = chunk;
    if (messages === 0) continue;
    if (!ordered || firstOrdinal < next) {
      findings.push({
        code: 'ordinals-out-of-order',
        position,
        length,
        words: `The chunk holds ${recordsWords(firstOrdinal, lastOrdinal)}, where ${next} is the next: its records stand there twice, or were put there by another program. They are not shown.`,
        nextStep: repairStep,
      });
      continue;
    }
    const explained = damages.some((damage) => damage.position >= end && damage.position < position);
    if (firstOrdinal > next && !explained && !summary.isMissing(next, firstOrdinal - 1)) {
      findings.push({
        code: 'ordinals-missing',
        position,
        length,
        words: `Before this chunk ${recordsWords(next, firstOrdinal - 1)} are missing, and nothing in the file says why.`,
        nextStep: repairStep,
      });
    }
    next = lastOrdinal + 1;
    end = position + length;
  }
  return findings;
}

async function checkStretch(file: OpenFile, size: number, walk: ChunkWalk, stretch: Stretch): Promise<LocalFinding[]> {
  const findings: LocalFinding[] = [];
  let { start } = stretch;
  if (start === 0) {
    const head = await readHead(file, size);
    if (!isKnownHead(head, walk)) findings.push(damagedHead(Math.max(head.byteLength, 1)));
    start = head.byteLength;
  }
  // What comes from DataEnd on is the end's own matter.
  if (stretch.last) return findings.concat(await checkBeforeEnd(file, walk, { ...stretch, start }));
  for await (const record of readMcapRecords(file, start, stretch.end)) {
    const fault = record.type === 'broken' || !mayStandBetween(record, walk, stretch.after);
    const length = record.type === 'broken' ? record.length : record.bytes.byteLength;
    if (fault) findings.push(damagedDerived(record.position, length));
  }
  const missing = await missingIndexes(file, { ...stretch, start });
  return findings.concat(missing);
}

async function checkBeforeEnd(file: OpenFile, walk: ChunkWalk, stretch: Stretch): Promise<LocalFinding[]> {
  const findings: LocalFinding[] = [];
  for await (const record of readMcapRecords(file, stretch.start, stretch.end)) {
    if (record.type === 'broken' || record.opcode === opcodes.dataEnd) break;
    if (record.opcode === opcodes.attachment) continue;
    if (!mayStandBetween(record, walk, stretch.after)) {
      findings.push(damagedDerived(record.position, record.bytes.byteLength));
    }
  }
  return findings.concat(await missingIndexes(file, stretch));
}

/** Indexes of the chunk before, and second copies of schemas and channels: byte for byte what the chunks say. */
function mayStandBetween({ opcode, bytes }: McapRecord, walk: ChunkWalk, after: WalkedChunk | null): boolean {
  if (opcode === opcodes.channel) return isExactChannel(bytes);
  if (opcode === opcodes.schema) {
    const known = walk.schemaCrcs.get(viewOf(bytes).getUint16(recordHeadBytes, true));
    return known === undefined || known === crc32(bytes);
  }
  if (opcode !== opcodes.messageIndex || after === null || bytes.byteLength < recordHeadBytes + 2) return false;
  const body = bytes.subarray(recordHeadBytes);
  return after.indexCrcs.get(viewOf(body).getUint16(0, true)) === crc32(body);
}

/**
 * The scan took the channel, so its own checksum over what it says is right; what is left is whether it says that in just
 * these bytes (the length of its metadata stands in them a second time).
 */
function isExactChannel(bytes: Uint8Array): boolean {
  const channel = readOuterChannel(bytes.subarray(recordHeadBytes));
  if (channel === null) return false;
  const builder = new McapRecordBuilder();
  builder.writeChannel({ ...channel, metadata: new Map(channel.metadata) });
  return Buffer.compare(builder.buffer, bytes) === 0;
}

/** A chunk has an index for each of its channels, or none at all. */
async function missingIndexes(file: OpenFile, { start, end, after }: Stretch): Promise<LocalFinding[]> {
  if (after === null) return [];
  const seen = new Set<number>();
  let indexes = 0;
  for await (const record of readMcapRecords(file, start, end)) {
    if (record.type === 'broken' || record.opcode !== opcodes.messageIndex) break;
    indexes += 1;
    if (record.bytes.byteLength >= recordHeadBytes + 2) seen.add(viewOf(record.bytes).getUint16(recordHeadBytes, true));
  }
  if (indexes === 0 || (indexes === after.indexCrcs.size && seen.size === indexes)) return [];
  return [damagedDerived(start, end - start)];
}

function damagedDerived(position: number, length: number): LocalFinding {
  return {
    code: 'index-damaged',
    position,
    length,
    words: `${length} bytes between the chunks are not what they ought to be (an index, or a second copy of a channel). All records can be read by Tether; other programs may stumble.`,
    nextStep: nothingLostStep,
  };
}

function damagedHead(length: number): LocalFinding {
  return {
    code: 'head-damaged',
    position: 0,
    length,
    words:
      "The file's first bytes are not those of a segment. All records can be read by Tether, but not by other programs.",
    nextStep: nothingLostStep,
  };
}

/** Magic and header. */
async function readHead(file: OpenFile, size: number): Promise<Uint8Array> {
  const start = await readAt(file, 0, Math.min(size, magicBytes + recordHeadBytes));
  if (start.byteLength < magicBytes + recordHeadBytes) return start;
  const length = magicBytes + recordHeadBytes + bodyLength(viewOf(start), magicBytes);
  return length > size ? start : readAt(file, 0, length);
}

function isKnownHead(head: Uint8Array, { encoding }: ChunkWalk): boolean {
  const known = encoding === null ? profiles : [encoding === 'cdr' ? 'ros2' : encoding === 'ros1' ? 'ros1' : ''];
  return known.some((profile) => libraries.some((library) => Buffer.compare(headOf(profile, library), head) === 0));
}

function headOf(profile: string, library: string): Uint8Array {
  const builder = new McapRecordBuilder();
  builder.writeMagic();
  builder.writeHeader({ profile, library });
  return builder.buffer;
}
