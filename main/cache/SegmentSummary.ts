import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { SegmentFile } from './cacheFolder.js';
import { type FileSystem, type OpenFile, readAt, withFile } from './FileSystem.js';
import { Segment } from './Segment.js';
import type { ChunkPlace } from './SegmentColumns.js';
import { segmentGroupSchema } from './SegmentGroup.js';
import { bodyLength, FieldReader, footerBytes, magicBytes, opcodes, recordHeadBytes, viewOf } from './segmentBytes.js';

/**
 * What a closed segment says about itself, so that a thousand of them need not be read to know what waits: an MCAP
 * attachment (it has a CRC of its own) called `tether.summary`. Its index is the first record of the summary section,
 * where it is found with two small reads.
 */
export const summaryAttachmentName = 'tether.summary';
const summaryVersion = 1;
/** A larger attachment is taken for damage. */
const attachmentBytesMax = 64 * 1024 * 1024;

const bigint = z.string().regex(/^\d+$/).transform(BigInt);

const summarySchema = z.object({
  version: z.literal(summaryVersion),
  sequence: z.number().int(),
  records: z.number().int().min(0),
  /** Ranges of ordinals whose bytes were damaged, both ends included. */
  missing: z.array(z.tuple([z.number().int(), z.number().int()])),
  groups: z.array(
    z.object({
      group: segmentGroupSchema,
      channelId: z.number().int(),
      schemaId: z.number().int(),
      records: z.number().int(),
      bytes: z.number(),
      oldestNs: bigint,
      newestNs: bigint,
    }),
  ),
});

/** `missing`: ranges of ordinals that have no record, both ends included. */
export function summaryAttachment(
  { sequence, records, groups }: Pick<Segment, 'sequence' | 'records' | 'groups'>,
  missing: readonly (readonly [number, number])[],
): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({
      version: summaryVersion,
      sequence,
      records,
      missing,
      groups: groups.map((sum) => ({ ...sum, oldestNs: String(sum.oldestNs), newestNs: String(sum.newestNs) })),
    }),
  );
}

/** The ordinals between the chunks. */
export function missingRanges(chunks: readonly ChunkPlace[]): [number, number][] {
  const ranges: [number, number][] = [];
  let next = 0;
  for (const { firstOrdinal, lastOrdinal } of chunks) {
    if (firstOrdinal > next) ranges.push([next, firstOrdinal - 1]);
    next = lastOrdinal + 1;
  }
  return ranges;
}

/** The segment as its summary has it, or null when it has none that holds. */
export async function readSegmentSummaryAt(files: FileSystem, place: SegmentFile): Promise<Segment | null> {
  return withFile(files, place.path, 'r', async (file) => {
    const size = await file.size();
    const segment = new Segment(place, false);
    segment.bytes = size;
    return (await readSegmentSummary(file, size, segment)) ? segment : null;
  });
}

/** Fills the segment from its own summary. False when it has none that holds: then its chunks must be read. */
export async function readSegmentSummary(file: OpenFile, size: number, segment: Segment): Promise<boolean> {
  const bytes = await readAttachment(file, size);
  if (bytes === null) return false;
  const parsed = summarySchema.safeParse(parseJson(bytes));
  if (!parsed.success || parsed.data.sequence !== segment.sequence) return false;
  for (const sum of parsed.data.groups) segment.addSummedGroup(sum);
  segment.setSummedRecords(parsed.data.records, parsed.data.missing);
  return true;
}

async function readAttachment(file: OpenFile, size: number): Promise<Uint8Array | null> {
  const footer = await readAt(file, size - footerBytes - magicBytes, footerBytes);
  if (size < footerBytes + magicBytes || footer[0] !== opcodes.footer) return null;
  const summaryStart = Number(viewOf(footer).getBigUint64(recordHeadBytes, true));
  if (summaryStart === 0 || summaryStart >= size) return null;
  const index = await readAt(file, summaryStart, recordHeadBytes + 16);
  if (index[0] !== opcodes.attachmentIndex) return null;
  const fields = new FieldReader(index, recordHeadBytes);
  const offset = Number(fields.uint64());
  const length = Number(fields.uint64());
  if (length > attachmentBytesMax || length < recordHeadBytes || offset + length > size) return null;
  return takeAttachmentApart(await readAt(file, offset, length));
}

/** The attachment's data, when its CRC is right. */
function takeAttachmentApart(bytes: Uint8Array): Uint8Array | null {
  const end = bytes.byteLength - 4;
  if (bytes[0] !== opcodes.attachment || bodyLength(viewOf(bytes), 0) !== bytes.byteLength - recordHeadBytes)
    return null;
  if (crc32(bytes.subarray(recordHeadBytes, end)) !== viewOf(bytes).getUint32(end, true)) return null;
  const fields = new FieldReader(bytes, recordHeadBytes + 16);
  if (fields.string() !== summaryAttachmentName) return null;
  fields.string();
  const length = Number(fields.uint64());
  return bytes.subarray(fields.position, fields.position + length);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return null;
  }
}
