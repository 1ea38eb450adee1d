import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { SegmentFile } from './cacheFolder.js';
import { findAttachment } from './findAttachment.js';
import { type FileSystem, type OpenFile, readAt, withFile } from './FileSystem.js';
import { Segment } from './Segment.js';
import type { ChunkPlace } from './SegmentColumns.js';
import { segmentGroupSchema } from './SegmentGroup.js';
import { bodyLength, FieldReader, opcodes, recordHeadBytes, viewOf } from './segmentBytes.js';

/**
 * What a closed segment says about itself, so that a thousand of them need not be read to know what waits: an MCAP
 * attachment (it has a CRC of its own) called `tether.summary`. Its index stands at the start of the summary section, where
 * it is found with two small reads.
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
  const place = await findAttachment(file, size, summaryAttachmentName);
  if (place === null || place.length > attachmentBytesMax) return null;
  return takeAttachmentApart(await readAt(file, place.offset, place.length));
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
