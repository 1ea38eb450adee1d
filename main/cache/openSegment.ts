import type { SegmentFile } from './cacheFolder.js';
import { addChunk, type ChunkTotals, encodeClosing, noChunks } from './encodeSegment.js';
import { type FileSystem, readAt, readWhole, removeIfThere, withFile, writeAll, writeNewFile } from './FileSystem.js';
import { scanSegment } from './scanSegment.js';
import type { DamagedBytes } from './walkChunks.js';
import { Segment } from './Segment.js';
import { type ChunkPlace, SegmentColumns } from './SegmentColumns.js';
import { missingRanges, readSegmentSummaryAt } from './SegmentSummary.js';
import { chunkHeadBytes, countMessagesIn, recordHeadBytes } from './segmentBytes.js';

interface Scanned {
  readonly segment: Segment;
  readonly chunks: readonly ChunkPlace[];
  readonly totals: ChunkTotals;
  readonly damages: readonly DamagedBytes[];
  readonly size: number;
}

/** A segment as its summary has it, or, without one that holds, as its chunks have it. Changes nothing on disk. */
export async function readSegment(files: FileSystem, place: SegmentFile): Promise<Segment> {
  return (await readSegmentSummaryAt(files, place)) ?? (await scan(files, place)).segment;
}

export interface Recovery {
  /** Null when nothing readable was in the file, which is gone now. */
  readonly segment: Segment | null;
  /** Records that are known to be lost. */
  readonly lost: number;
  /** What a person should know; empty when all was well. */
  readonly words: string;
}

/**
 * Opens a segment for its owner. One that was not closed (a crash, or the disk was full) is read to its last whole
 * chunk, what cannot be read is copied to `asideFolder` first, and it is closed then. When the disk refuses that, the
 * segment is used as it is and closed another time.
 */
export async function openSegment(
  files: FileSystem,
  place: SegmentFile,
  asideFolder: string,
  robot: string,
): Promise<Recovery> {
  const segment = await readSegment(files, place);
  if (!segment.open) return { segment, lost: 0, words: '' };
  const scanned = await scan(files, place);
  const { damages } = scanned;
  for (const damage of damages) await setAside(files, place, damage, asideFolder);
  const lost = await countLost(files, scanned);
  const words = damages.length === 0 ? '' : describe(place, damages, lost, asideFolder);
  scanned.segment.open = false;
  if (scanned.segment.records === 0) {
    await removeIfThere(files, place.path);
    return { segment: null, lost, words };
  }
  await close(files, scanned, robot).catch(() => undefined);
  return { segment: scanned.segment, lost, words };
}

async function scan(files: FileSystem, place: SegmentFile): Promise<Scanned> {
  const segment = new Segment(place, true);
  const columns = new SegmentColumns();
  segment.columns = columns;
  const totals = noChunks();
  return withFile(files, place.path, 'r', async (file) => {
    const size = await file.size();
    const { damages } = await scanSegment(file, size, {
      group: (channelId, schemaId, group) => {
        if (!segment.groupOfChannel.has(channelId)) segment.addGroup(group, channelId, schemaId);
      },
      chunk: (position, length, chunk) => {
        const { messages } = chunk;
        const [first, last] = [messages[0], messages.at(-1)];
        if (first === undefined || last === undefined || first.ordinal < segment.records) return;
        for (const { channelId, ordinal, stampNs, dataStart, dataEnd } of messages) {
          const group = segment.groupOfChannel.get(channelId);
          if (group !== undefined) segment.addRecord(ordinal, group, stampNs, dataEnd - dataStart);
        }
        segment.growTo(last.ordinal + 1);
        columns.chunks.push({ position, length, firstOrdinal: first.ordinal, lastOrdinal: last.ordinal });
        addChunk(totals, chunk.startNs, chunk.endNs);
      },
    });
    segment.bytes = size;
    return { segment, chunks: columns.chunks, totals, damages, size };
  });
}

/**
 * Copies bytes that cannot be read to a file of their own, where they stay; nothing is done when they are there already.
 * Another damage at the same place gets another name.
 */
export async function setAside(
  files: FileSystem,
  place: SegmentFile,
  { position, length }: DamagedBytes,
  asideFolder: string,
): Promise<void> {
  const bytes = await withFile(files, place.path, 'r', (file) => readAt(file, position, length));
  for (let number = 1; ; number += 1) {
    const name = `${asideFolder}/${place.file}.${position}${number === 1 ? '' : `.${number}`}.bytes`;
    const present = await readWhole(files, name);
    if (present !== null && Buffer.compare(present, bytes) === 0) return;
    if (present !== null) continue;
    await removeIfThere(files, `${name}.new`);
    await writeNewFile(files, `${name}.new`, bytes);
    await files.rename(`${name}.new`, name);
    await files.syncFolder(asideFolder);
    return;
  }
}

/** Holes in the ordinals, and the whole messages that can be made out in an unfinished last chunk. */
async function countLost(files: FileSystem, { segment, damages, chunks }: Scanned): Promise<number> {
  const present = segment.groups.reduce((records, sum) => records + sum.records, 0);
  const last = damages.at(-1);
  const lastChunk = chunks.at(-1);
  const isTail = last !== undefined && (lastChunk === undefined || last.position > lastChunk.position);
  if (!isTail) return segment.records - present;
  const tail = await withFile(files, segment.path, 'r', (file) => readAt(file, last.position, last.length));
  return segment.records - present + countMessagesIn(tail.subarray(recordHeadBytes + chunkHeadBytes));
}

function describe({ file }: SegmentFile, damages: readonly DamagedBytes[], lost: number, asideFolder: string): string {
  const bytes = damages.reduce((sum, { length }) => sum + length, 0);
  const records = lost === 0 ? 'no whole record can be made out in them' : `about ${lost} records were in them`;
  return `${bytes} bytes of ${file} could not be read after a crash (${records}); they were set aside in ${asideFolder}`;
}

async function close(files: FileSystem, { segment, chunks, totals }: Scanned, robot: string): Promise<void> {
  const last = chunks.at(-1);
  if (last === undefined) return;
  const position = last.position + last.length;
  const bytes = encodeClosing(segment, missingRanges(chunks), position, totals, robot, null);
  await withFile(files, segment.path, 'r+', async (file) => {
    // A closing is believed without a look at what is before it, also by who opens it after this was killed.
    await file.datasync();
    await writeAll(file, bytes, position);
    await file.truncate(position + bytes.byteLength);
    await file.datasync();
  });
  segment.bytes = position + bytes.byteLength;
}
