import { FieldReader, opcodes, recordHeadBytes } from '../segmentBytes.js';
import type { ChunkWalk, WalkedChunk } from './ChunkWalk.js';
import type { EndRecords, McapRecord } from './readMcapRecords.js';
import type { RecordedSummary } from './RecordedSummary.js';

/** MCAP's Statistics and ChunkIndex: https://mcap.dev/spec#statistics-op0x0b, https://mcap.dev/spec#chunk-index-op0x08. */
const statisticsOpcode = 0x0b;
const chunkIndexOpcode = 0x08;

/**
 * Does a closed segment's end, whose checksums are right, say what its chunks hold? Null when it does, else in words what
 * differs. A chunk that is damaged is missing from the chunks, not from the summary: then only what is there is compared.
 */
export function agreesWithChunks(end: EndRecords, walk: ChunkWalk, summary: RecordedSummary): string | null {
  if (summary.records === null) return `The segment's own account (tether.summary) is missing or cannot be read.`;
  const statistics = end.summary.find(({ opcode }) => opcode === statisticsOpcode);
  const indexes = end.summary.filter(({ opcode }) => opcode === chunkIndexOpcode);
  return (
    attachmentIndexFault(end) ??
    indexes.map((record) => chunkIndexFault(record, walk)).find((words) => words !== null) ??
    (walk.damages.length > 0 ? null : countFault(walk, summary, statistics, indexes.length)) ??
    groupFault(walk, summary)
  );
}

function attachmentIndexFault({ attachments, summary }: EndRecords): string | null {
  const named = summary
    .filter(({ opcode }) => opcode === opcodes.attachmentIndex)
    .map(({ bytes }) => {
      const fields = new FieldReader(bytes, recordHeadBytes);
      return `${fields.uint64()} ${fields.uint64()}`;
    });
  const present = attachments.map(({ position, bytes }) => `${position} ${bytes.byteLength}`);
  return named.toSorted().join() === present.toSorted().join()
    ? null
    : 'The summary names other attachments than there are.';
}

function chunkIndexFault({ bytes }: McapRecord, { chunks, damages }: ChunkWalk): string | null {
  const fields = new FieldReader(bytes, recordHeadBytes);
  const [startNs, endNs] = [fields.uint64(), fields.uint64()];
  const [position, length] = [Number(fields.uint64()), Number(fields.uint64())];
  const chunk = chunks.find((walked) => walked.position === position);
  if (chunk === undefined) {
    const damaged = damages.some((damage) => damage.position <= position && position < damage.position + damage.length);
    return damaged ? null : `The summary names a chunk at byte ${position}, where none is.`;
  }
  return isSame(chunk, { length, startNs, endNs })
    ? null
    : `What the summary says of the chunk at byte ${position} is not so.`;
}

function isSame(chunk: WalkedChunk, said: Pick<WalkedChunk, 'length' | 'startNs' | 'endNs'>): boolean {
  return chunk.length === said.length && chunk.startNs === said.startNs && chunk.endNs === said.endNs;
}

function countFault(
  { chunks }: ChunkWalk,
  summary: RecordedSummary,
  statistics: McapRecord | undefined,
  indexes: number,
): string | null {
  const messages = chunks.reduce((sum, chunk) => sum + chunk.messages, 0);
  const last = chunks.reduce((highest, { lastOrdinal }) => Math.max(highest, lastOrdinal), -1);
  if (summary.presentRecords() !== messages || (summary.records ?? 0) <= last) {
    return `The summary says that there are ${summary.presentRecords()} records, but ${messages} are there.`;
  }
  if (indexes !== 0 && indexes !== chunks.length) {
    return `The summary names ${indexes} chunks, but ${chunks.length} are there.`;
  }
  if (statistics === undefined) return 'The statistics are missing.';
  const fields = new FieldReader(statistics.bytes, recordHeadBytes);
  const counted = fields.uint64();
  fields.position += 2 + 4 + 4 + 4;
  const chunkCount = fields.uint32();
  return counted === BigInt(messages) && chunkCount === chunks.length
    ? null
    : `The statistics count ${counted} messages in ${chunkCount} chunks, but ${messages} in ${chunks.length} are there.`;
}

function groupFault({ counts, damages }: ChunkWalk, summary: RecordedSummary): string | null {
  for (const { channelId, records, bytes, oldestNs, newestNs } of summary.groups) {
    const counted = counts.get(channelId) ?? { messages: 0, bytes: 0, oldestNs: 0n, newestNs: 0n };
    const same =
      counted.messages === records &&
      counted.bytes === bytes &&
      (records === 0 || (counted.oldestNs === oldestNs && counted.newestNs === newestNs));
    if (!same && damages.length === 0) {
      return `The summary says of channel ${channelId} that it has ${records} records, but ${counted.messages} are there.`;
    }
  }
  return null;
}
