import { IndexReader } from './index/indexBytes.js';
import { type OpenFile, readAt } from './FileSystem.js';
import { footerBytes, magicBytes, opcodes, recordHeadBytes } from './segmentBytes.js';

/** Where an MCAP attachment's record is in its file. */
export interface AttachmentPlace {
  readonly offset: number;
  readonly length: number;
}

/** More attachments than a segment has. */
const attachmentsMax = 16;
/** Read at once for the indexes of a segment's attachments. */
const indexesBytes = 512;

/**
 * Finds an attachment by its name in the file's summary section, which must begin with the indexes of the attachments (as
 * those that we write do). Two small reads; null when there is none, or the bytes do not look like it.
 */
export async function findAttachment(
  file: Pick<OpenFile, 'read'>,
  size: number,
  name: string,
): Promise<AttachmentPlace | null> {
  if (size < footerBytes + magicBytes) return null;
  const footer = new IndexReader(await readAt(file, size - footerBytes - magicBytes, footerBytes));
  if (footer.byte() !== opcodes.footer) return null;
  footer.int64();
  const summaryStart = Number(footer.int64());
  if (!(summaryStart > 0 && summaryStart < size)) return null;
  const indexes = await readAt(file, summaryStart, indexesBytes);
  let position = 0;
  for (let number = 0; number < attachmentsMax; number += 1) {
    const reader = new IndexReader(indexes.subarray(position));
    if (reader.byte() !== opcodes.attachmentIndex) return null;
    const bodyBytes = Number(reader.int64());
    const [offset, length] = [Number(reader.int64()), Number(reader.int64())];
    reader.bytes(24);
    const found = new TextDecoder().decode(reader.bytes(reader.uint32()));
    if (reader.failed || bodyBytes < 0) return null;
    if (found === name) {
      const inside = offset >= 0 && length >= recordHeadBytes && offset + length <= size;
      return inside ? { offset, length } : null;
    }
    position += recordHeadBytes + bodyBytes;
  }
  return null;
}

/** How many bytes of the record come before its data, from the record's beginning; null when it is another attachment. */
export function attachmentDataStart(record: Uint8Array, name: string): number | null {
  const reader = new IndexReader(record);
  if (reader.byte() !== opcodes.attachment) return null;
  reader.bytes(24);
  const found = new TextDecoder().decode(reader.bytes(reader.uint32()));
  reader.bytes(reader.uint32());
  reader.int64();
  return reader.failed || found !== name ? null : reader.position;
}

/** The data in an attachment's whole record; null when it is another attachment. */
export function attachmentData(record: Uint8Array, name: string): Uint8Array | null {
  const start = attachmentDataStart(record, name);
  // Behind the data stands the record's own CRC.
  return start === null ? null : record.subarray(start, record.byteLength - 4);
}
