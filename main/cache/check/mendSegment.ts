import type { SegmentFile } from '../cacheFolder.js';
import { addChunk, encodeClosing, encodeDefinitions, noChunks } from '../encodeSegment.js';
import { StoredDecoder } from '../ChunkDecoder.js';
import { type FileSystem, type OpenFile, readAt, removeIfThere, withFile, writeAll } from '../FileSystem.js';
import { type ChunkToEncode, encodeSegmentIndex } from '../index/encodeSegmentIndex.js';
import { indexMessages } from '../indexMessages.js';
import { setAside } from '../openSegment.js';
import type { GroupSum } from '../Segment.js';
import { missingRanges } from '../SegmentSummary.js';
import { checkChunk, makeHead } from '../segmentBytes.js';
import { checkSegment } from './checkSegment.js';
import { type ChunkWalk, walkChunks, type WalkedChunk } from './ChunkWalk.js';
import { RecordedSummary } from './RecordedSummary.js';

export interface Mended {
  /** Records that were in the segment and cannot be read any more, those left out that were done with. */
  readonly lost: number;
  /** For the ledger and the person. */
  readonly words: string;
  /** No record could be read: the file is gone, its bytes are in aside/. */
  readonly removed: boolean;
}

/** What a mended file is made of. */
interface Kept {
  readonly chunks: readonly WalkedChunk[];
  readonly groups: readonly GroupSum[];
  /** The ordinal after the last one that the segment ever had. */
  readonly records: number;
  readonly missing: readonly (readonly [number, number])[];
  /** What goes into aside/. */
  readonly damages: readonly { readonly position: number; readonly length: number }[];
}

/**
 * Makes a segment whole in which something is damaged. The damaged bytes are copied to `asideFolder` first; then the chunks
 * that hold, byte for byte, go into a new file with a new head and end, which takes the old one's place. Ordinals stay as
 * they were; those that are lost stand as missing in the summary. Null when there was nothing to mend.
 *
 * `isDone` tells of an ordinal whether its record was acknowledged or deleted, so that nobody misses it.
 */
export async function mendSegment(
  files: FileSystem,
  place: SegmentFile,
  asideFolder: string,
  robot: string,
  isDone: (ordinal: number) => boolean,
): Promise<Mended | null> {
  const found = await withFile(files, place.path, 'r', async (file) => {
    const size = await file.size();
    const { findings } = await checkSegment(file, size, place.sequence);
    if (size === 0 || findings.length === 0) return null;
    const summary = await RecordedSummary.read(file, size, place.sequence);
    return { kept: whatHolds(await walkChunks(file, size), summary), summary };
  });
  if (found === null) return null;
  const { kept, summary } = found;
  for (const damage of kept.damages) await setAside(files, place, damage, asideFolder);
  const lost = lostOrdinals(kept, summary).filter((ordinal) => !isDone(ordinal)).length;
  const words = describe(place, kept, lost, asideFolder);
  if (kept.chunks.length === 0) {
    await removeIfThere(files, place.path);
    return { lost, words, removed: true };
  }
  await writeMended(files, place, kept, robot);
  return { lost, words, removed: false };
}

function whatHolds(walk: ChunkWalk, summary: RecordedSummary): Kept {
  const chunks: WalkedChunk[] = [];
  const damages = [...walk.damages];
  const groups = groupsOf(walk, summary);
  const channels = new Set(groups.map(({ channelId }) => channelId));
  let next = 0;
  for (const chunk of walk.chunks) {
    if (chunk.messages === 0) continue;
    const known = [...chunk.indexCrcs.keys()].every((channelId) => channels.has(channelId));
    if (known && chunk.ordered && chunk.firstOrdinal >= next) {
      chunks.push(chunk);
      next = chunk.lastOrdinal + 1;
    } else damages.push(chunk);
  }
  const records = Math.max(next, summary.records ?? 0);
  const missing = missingRanges(chunks);
  if (records > next) missing.push([next, records - 1]);
  return { chunks, groups, records, missing, damages };
}

/** The channels that are known from the chunks, their second copies or the summary, with what the chunks still hold of each. */
function groupsOf({ groups, counts }: ChunkWalk, summary: RecordedSummary): GroupSum[] {
  const known = new Map(groups);
  for (const { channelId, schemaId, group } of summary.groups) {
    if (!known.has(channelId)) known.set(channelId, { schemaId, group });
  }
  return [...known].map(([channelId, { schemaId, group }]) => {
    const { messages, bytes, oldestNs, newestNs } = counts.get(channelId) ?? nothing;
    return { group, channelId, schemaId, records: messages, bytes, oldestNs, newestNs };
  });
}

const nothing = { messages: 0, bytes: 0, oldestNs: 0n, newestNs: 0n };

/** Missing now, and not known as missing before. */
function lostOrdinals({ missing }: Kept, summary: RecordedSummary): number[] {
  const lost: number[] = [];
  for (const [from, to] of missing) {
    for (let ordinal = from; ordinal <= to; ordinal += 1) if (!summary.isMissing(ordinal, ordinal)) lost.push(ordinal);
  }
  return lost;
}

function describe({ file }: SegmentFile, { damages }: Kept, lost: number, asideFolder: string): string {
  const bytes = damages.reduce((sum, { length }) => sum + length, 0);
  if (bytes === 0) return `${file} was made whole again; no record was damaged`;
  const records = lost === 0 ? 'no record that was still needed was in them' : `${lost} records were in them`;
  return `${bytes} damaged bytes of ${file} were set aside in ${asideFolder} (${records}), and the file was made whole again`;
}

async function writeMended(files: FileSystem, place: SegmentFile, kept: Kept, robot: string): Promise<void> {
  const draft = `${place.path}.new`;
  await removeIfThere(files, draft);
  await withFile(files, place.path, 'r', (from) =>
    withFile(files, draft, 'wx', async (to) => {
      await writeContent(from, to, place, kept, robot);
      await to.datasync();
    }),
  );
  await files.rename(draft, place.path);
  await files.syncFolder(place.path.slice(0, place.path.lastIndexOf('/')));
}

async function writeContent(
  from: OpenFile,
  to: OpenFile,
  { sequence, generation }: SegmentFile,
  { chunks, groups, records, missing }: Kept,
  robot: string,
): Promise<void> {
  const encoding = groups[0]?.group.channel.messageEncoding;
  const head = makeHead(encoding === 'cdr' ? 'ros2' : encoding === 'ros1' ? 'ros1' : '');
  const start = Buffer.concat([head, encodeDefinitions(groups, groups, robot)]);
  await writeAll(to, start, 0);
  const totals = noChunks();
  const indexed: ChunkToEncode[] = [];
  const groupOfChannel = new Map(groups.map(({ channelId, group }) => [channelId, group]));
  const decoder = new StoredDecoder();
  let position = start.byteLength;
  for (const chunk of chunks) {
    const bytes = await readAt(from, chunk.position, chunk.length);
    await writeAll(to, bytes, position);
    // Only what is as it was recorded is packed again, and gets an index then.
    const whole = generation > 0 ? checkChunk(bytes) : null;
    if (whole !== null) {
      const { firstOrdinal, lastOrdinal, length } = chunk;
      const content = indexMessages(whole.records, whole.messages, groupOfChannel, decoder);
      indexed.push({ place: { position, length, firstOrdinal, lastOrdinal }, content });
    }
    addChunk(totals, chunk.startNs, chunk.endNs);
    position += chunk.length;
  }
  const index = indexed.length === chunks.length ? encodeSegmentIndex(indexed) : null;
  const closing = encodeClosing({ sequence, records, groups: [...groups] }, missing, position, totals, robot, index);
  await writeAll(to, closing, position);
}
