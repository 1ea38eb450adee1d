import { crc32 } from 'node:zlib';
import { type OpenFile, readAt } from '../FileSystem.js';
import { magicBytes, opcodes, recordHeadBytes, viewOf } from '../segmentBytes.js';
import { agreesWithChunks } from './agreesWithChunks.js';
import type { ChunkWalk } from './ChunkWalk.js';
import { type LocalFinding, nothingLostStep } from './Finding.js';
import { type EndRecords, type McapRecord, readMcapRecords } from './readMcapRecords.js';
import type { RecordedSummary } from './RecordedSummary.js';
import type { Stretch } from './Stretch.js';

const mcapMagic = Uint8Array.of(0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a);
/** Bytes that are read at once for the checksum over the data. */
const readBytes = 1024 * 1024;

/**
 * Checks how a segment ends: attachments (each has a CRC), DataEnd, summary section (one CRC over all of it and the footer),
 * footer, magic; and that what they say agrees with the chunks. An open segment ends in a DataEnd, an empty footer and
 * the magic.
 */
export async function checkEnd(
  file: OpenFile,
  size: number,
  walk: ChunkWalk,
  stretch: Stretch | undefined,
  summary: RecordedSummary,
): Promise<LocalFinding[]> {
  // A damaged end was found as such.
  if (stretch?.last !== true) return [];
  const end = await readEnd(file, stretch, size);
  const { dataEnd, footer } = end;
  if (dataEnd === null || footer === null || !(await endsInMagic(file, size))) {
    return [endFinding(stretch, 'The file has no end: it was cut short, or its last bytes are damaged.')];
  }
  const fault =
    (await dataEndFault(file, dataEnd)) ??
    end.attachments.map(attachmentFault).find((words) => words !== null) ??
    (await footerFault(file, end, dataEnd, footer, size)) ??
    (isClosed(footer) ? agreesWithChunks(end, walk, summary) : openFault(end));
  return fault === null ? [] : [endFinding(stretch, fault)];
}

function endFinding({ start, end }: Stretch, what: string): LocalFinding {
  return {
    code: 'summary-damaged',
    position: start,
    length: end - start,
    words: `${what} Every record before it can be read; the end can be made again from the chunks.`,
    nextStep: nothingLostStep,
  };
}

async function readEnd(file: OpenFile, { start, end: stretchEnd }: Stretch, size: number): Promise<EndRecords> {
  const attachments: McapRecord[] = [];
  const summary: McapRecord[] = [];
  let dataEnd: McapRecord | null = null;
  let footer: McapRecord | null = null;
  for await (const record of readMcapRecords(file, start, Math.min(stretchEnd, size - magicBytes))) {
    if (record.type === 'broken') return { attachments, dataEnd, summary, footer: null };
    if (record.opcode === opcodes.footer) footer = record;
    else if (footer !== null) return { attachments, dataEnd, summary, footer: null };
    else if (dataEnd !== null) summary.push(record);
    else if (record.opcode === opcodes.dataEnd) dataEnd = record;
    else if (record.opcode === opcodes.attachment) attachments.push(record);
  }
  return { attachments, dataEnd, summary, footer };
}

async function endsInMagic(file: OpenFile, size: number): Promise<boolean> {
  if (size < magicBytes) return false;
  return Buffer.compare(await readAt(file, size - magicBytes, magicBytes), mcapMagic) === 0;
}

/** The checksum over all data is left out (0) or right. */
async function dataEndFault(file: OpenFile, { bytes, position }: McapRecord): Promise<string | null> {
  if (bytes.byteLength !== recordHeadBytes + 4) return 'The record that ends the data is damaged.';
  const wanted = viewOf(bytes).getUint32(recordHeadBytes, true);
  if (wanted === 0 || wanted === (await crcOf(file, 0, position))) return null;
  return 'The checksum over the data is not right.';
}

async function crcOf(file: OpenFile, start: number, end: number): Promise<number> {
  let crc = 0;
  for (let position = start; position < end; position += readBytes) {
    crc = crc32(await readAt(file, position, Math.min(readBytes, end - position)), crc);
  }
  return crc;
}

function attachmentFault({ bytes }: McapRecord): string | null {
  const end = bytes.byteLength - 4;
  const right =
    end >= recordHeadBytes && crc32(bytes.subarray(recordHeadBytes, end)) === viewOf(bytes).getUint32(end, true);
  return right ? null : 'An attachment (what the segment says of itself) does not have the right checksum.';
}

function isClosed({ bytes }: McapRecord): boolean {
  return bytes.byteLength >= recordHeadBytes + 8 && viewOf(bytes).getBigUint64(recordHeadBytes, true) !== 0n;
}

async function footerFault(
  file: OpenFile,
  { summary }: EndRecords,
  dataEnd: McapRecord,
  footer: McapRecord,
  size: number,
): Promise<string | null> {
  const atTheEnd = footer.position + footer.bytes.byteLength + magicBytes === size;
  if (footer.bytes.byteLength !== recordHeadBytes + 20 || !atTheEnd) return 'The footer is damaged.';
  const view = viewOf(footer.bytes);
  const summaryStart = view.getBigUint64(recordHeadBytes, true);
  const crc = view.getUint32(recordHeadBytes + 16, true);
  if (summaryStart === 0n) {
    const empty = view.getBigUint64(recordHeadBytes + 8, true) === 0n && crc === 0 && summary.length === 0;
    return empty ? null : 'The footer says that there is no summary, but there is one.';
  }
  if (summaryStart !== BigInt(dataEnd.position + dataEnd.bytes.byteLength)) {
    return 'The footer points to another place than where the summary is.';
  }
  const right = crc === (await crcOf(file, Number(summaryStart), footer.position + recordHeadBytes + 16));
  return right ? null : 'The summary does not have the right checksum.';
}

function openFault({ attachments }: EndRecords): string | null {
  return attachments.length === 0 ? null : 'The segment is closed, but its footer names no summary.';
}
