import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Channel } from '../model/Channel.js';
import type { Destination } from '../model/Destination.js';
import { severities } from '../model/Severity.js';
import type { SegmentFile } from './cacheFolder.js';
import { findAttachment } from './findAttachment.js';
import { type FileSystem, type OpenFile, readAt, withFile } from './FileSystem.js';
import { type GroupSum, Segment } from './Segment.js';
import type { ChunkPlace } from './SegmentColumns.js';
import { channelSchema, destinationSchema, segmentGroupSchema } from './SegmentGroup.js';
import { sharedGroup } from './sharedGroups.js';
import { tailReadBytes, withTailInMemory } from './TailFile.js';
import { bodyLength, FieldReader, opcodes, recordHeadBytes, viewOf } from './segmentBytes.js';

/**
 * What a closed segment says about itself, so that a thousand of them need not be read to know what waits: an MCAP
 * attachment (it has a CRC of its own) called `tether.summary`. Its index stands at the start of the summary section, where
 * it is found with two small reads.
 */
export const summaryAttachmentName = 'tether.summary';
const summaryVersion = 2;
/** A larger attachment is taken for damage. */
const attachmentBytesMax = 64 * 1024 * 1024;

const bigint = z.string().regex(/^\d+$/).transform(BigInt);

const sumFields = {
  channelId: z.number().int(),
  schemaId: z.number().int(),
  records: z.number().int(),
  bytes: z.number(),
  oldestNs: bigint,
  newestNs: bigint,
};

const commonFields = {
  sequence: z.number().int(),
  records: z.number().int().min(0),
  /** Ranges of ordinals whose bytes were damaged, both ends included. */
  missing: z.array(z.tuple([z.number().int(), z.number().int()])),
};

/** What segments of the first version say: each group in full. */
const summarySchema1 = z.object({
  ...commonFields,
  version: z.literal(1),
  groups: z.array(z.object({ group: segmentGroupSchema, ...sumFields })),
});

/** The groups name their channel and destination by the place in a list, since they share them. */
const summarySchema2 = z.object({
  ...commonFields,
  version: z.literal(summaryVersion),
  channels: z.unknown(),
  destinations: z.unknown(),
  groups: z.array(
    z.object({
      channel: z.number().int().min(0),
      destination: z.number().int().min(0),
      kind: z.enum(['log', 'metric']),
      severity: z.enum(severities).nullable(),
      origin: z.string(),
      ...sumFields,
    }),
  ),
});

const listsSchema = z.object({ channels: z.array(channelSchema), destinations: z.array(destinationSchema) });
type Lists = z.infer<typeof listsSchema>;

/** Lists that were looked through before, by their text: a thousand segments say the same. */
const knownLists = new Map<string, Lists>();
const knownListsMax = 100;

/** Null when they are not what they should be. */
function listsOf(said: { readonly channels: unknown; readonly destinations: unknown }): Lists | null {
  const { channels, destinations } = said;
  const key = JSON.stringify([channels, destinations]);
  const known = knownLists.get(key);
  if (known !== undefined) return known;
  const parsed = listsSchema.safeParse({ channels, destinations });
  if (!parsed.success) return null;
  if (knownLists.size >= knownListsMax) knownLists.clear();
  knownLists.set(key, parsed.data);
  return parsed.data;
}

/** `missing`: ranges of ordinals that have no record, both ends included. */
export function summaryAttachment(
  { sequence, records, groups }: Pick<Segment, 'sequence' | 'records' | 'groups'>,
  missing: readonly (readonly [number, number])[],
): Uint8Array {
  const channels = new PlaceList<Channel>();
  const destinations = new PlaceList<Destination>();
  const sums = groups.map(({ group, oldestNs, newestNs, ...sum }) => ({
    channel: channels.placeOf(group.channel),
    destination: destinations.placeOf(group.destination),
    kind: group.kind,
    severity: group.severity,
    origin: group.origin,
    ...sum,
    oldestNs: String(oldestNs),
    newestNs: String(newestNs),
  }));
  const said = { version: summaryVersion, sequence, records, missing };
  return new TextEncoder().encode(
    JSON.stringify({ ...said, channels: channels.values, destinations: destinations.values, groups: sums }),
  );
}

/** Values in the order of their first coming, each once. */
class PlaceList<T> {
  readonly values: T[] = [];
  readonly #places = new Map<string, number>();

  placeOf(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
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
  const summary = summaryOf(parseJson(bytes));
  if (summary?.sequence !== segment.sequence) return false;
  for (const sum of summary.sums) segment.addSummedGroup(sum);
  segment.setSummedRecords(summary.records, summary.missing);
  return true;
}

interface Summary {
  readonly sequence: number;
  readonly records: number;
  readonly missing: readonly (readonly [number, number])[];
  readonly sums: readonly GroupSum[];
}

/** Null for what is no summary, or one of a version that is not known here. */
function summaryOf(said: unknown): Summary | null {
  const second = summarySchema2.safeParse(said);
  if (!second.success) {
    const first = summarySchema1.safeParse(said);
    if (!first.success) return null;
    return { ...first.data, sums: first.data.groups.map((sum) => ({ ...sum, group: sharedGroup(sum.group) })) };
  }
  const lists = listsOf(second.data);
  if (lists === null) return null;
  const sums: GroupSum[] = [];
  for (const { channel: channelPlace, destination: destinationPlace, kind, severity, origin, ...sum } of second.data
    .groups) {
    const channel = lists.channels[channelPlace];
    const destination = lists.destinations[destinationPlace];
    if (channel === undefined || destination === undefined) return null;
    sums.push({ ...sum, group: sharedGroup({ channel, destination, kind, severity, origin }) });
  }
  const { sequence, records, missing } = second.data;
  return { sequence, records, missing, sums };
}

/** For the ends of files, those of several at a time; used again and again. */
const memories: Uint8Array[] = [];

async function readAttachment(file: OpenFile, size: number): Promise<Uint8Array | null> {
  const memory = memories.pop() ?? new Uint8Array(tailReadBytes);
  const bytes = await readAttachmentInto(memory, file, size);
  memories.push(memory);
  return bytes;
}

async function readAttachmentInto(memory: Uint8Array, file: OpenFile, size: number): Promise<Uint8Array | null> {
  const seen = await withTailInMemory(file, size, memory);
  const place = await findAttachment(seen, size, summaryAttachmentName);
  if (place === null || place.length > attachmentBytesMax) return null;
  return takeAttachmentApart(await readAt(seen, place.offset, place.length));
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
