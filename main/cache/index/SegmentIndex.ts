import { crc32 } from 'node:zlib';
import { digitFilter, DigitRunSet, digitRunsMayBe, digitRunsOf, isDigitFilterSize } from './digitRuns.js';
import { type ChunkContent, labelUnknown, type Tallies, TallyTable } from './indexChunk.js';
import { IndexReader, IndexWriter } from './indexBytes.js';
import {
  chunkRuns,
  headRuns,
  headShapes,
  headShortRuns,
  isRunFilterSize,
  jointRuns,
  runFilter,
  RunSet,
  runsMayBe,
  runsOf,
  shapeOf,
} from './runs.js';
import { filterMayHold, isFilterSize, trigramFilter, TrigramSet, trigramsOf } from './trigrams.js';

/**
 * The index of a packed segment: what its attachment `tether.index` holds, so that a query need not read chunks that
 * cannot answer it.
 *
 * Invariants: an index never says "no" of a record that is there; all it says is about what was written, whatever has
 * become of the records since. The head stands first and is whole by itself, so that a prefix of the attachment is
 * enough to know if the rest is worth reading. What cannot be read right (a newer version, a CRC that is not right, a number
 * outside) is no index, and the segment is read as if it had none.
 *
 * Layout, numbers in LEB128 where nothing else is said: `TXI` and the version (1 byte); the head's length and CRC-32 (4
 * bytes each, little-endian); the head; the CRC-32 of the rest; the rest.
 * Head: records; flags (1 byte: 1 all labels listed, 2 all texts decoded); oldest and newest stamp (8 bytes each,
 * little-endian, signed); labels (count, then length and UTF-8 each); tallies; filters of trigrams, of runs, of digits, of
 * joints, of short runs and of shapes (length and bits each).
 * Rest: chunks (count, then position, length, first and last ordinal, records, flags, stamps, tallies, filters of trigrams, of runs,
 * of digits and of joints each).
 * Tallies: count, then channel, 1 + place of the label (0 for one that is not listed), hour less the hour before
 * (zigzag), records each.
 * Older versions are read as well: 2 has no filters of digits, joints and shapes, 1 none of runs either.
 */
export const indexAttachmentName = 'tether.index';
export const indexMediaType = 'application/octet-stream';

const indexVersion = 3;
const indexVersionMin = 1;
const signature = [0x54, 0x58, 0x49];
/** Signature, length and CRC. */
export const indexPrefixBytes = 12;
/** A longer head is taken for damage. */
const headBytesMax = 4 * 1024 * 1024;
/** More labels than this in a segment, and those that come later are not listed. */
const segmentLabelsMax = 4096;

const flagLabels = 1;
const flagDecoded = 2;

/** What segments and chunks both say of themselves. */
export interface IndexEntry {
  readonly records: number;
  readonly oldestNs: bigint;
  readonly newestNs: bigint;
  /** False when some labels stand as `labelUnknown` in the tallies. */
  readonly labelsKnown: boolean;
  /** False when a record could not be decoded: nothing that looks into records can be ruled out. */
  readonly decoded: boolean;
  readonly tallies: Tallies;
  readonly filter: Uint8Array;
  /** Null where the index does not have it. */
  readonly runs: Uint8Array | null;
  readonly digits: Uint8Array | null;
  readonly joints: Uint8Array | null;
  /** Only of a segment, these two. */
  readonly shortRuns: Uint8Array | null;
  readonly shapes: Uint8Array | null;
}

/** What is kept in memory of a segment's index. */
export interface SegmentIndexHead extends IndexEntry {
  readonly labels: readonly string[];
  /** About what it takes in memory. */
  readonly bytes: number;
}

export interface IndexedPlace {
  readonly position: number;
  readonly length: number;
  readonly firstOrdinal: number;
  readonly lastOrdinal: number;
}

/** One chunk; its tallies' labels are places in the head's list. */
export interface ChunkIndexEntry extends IndexEntry {
  readonly place: IndexedPlace;
}

export interface SegmentIndex {
  readonly head: SegmentIndexHead;
  readonly chunks: readonly ChunkIndexEntry[];
}

export interface ChunkToEncode {
  readonly place: IndexedPlace;
  readonly content: ChunkContent;
}

export function encodeSegmentIndex(chunks: readonly ChunkToEncode[]): Uint8Array {
  const labels = new Map<string, number>();
  const sums = new TallyTable();
  const trigrams = new TrigramSet();
  const runs = new RunSet(headRuns);
  const shortRuns = new RunSet(headShortRuns);
  const joints = new RunSet(jointRuns);
  const shapes = new RunSet(headShapes);
  const digits = new DigitRunSet();
  const rest = new IndexWriter().number(chunks.length);
  let labelsKnown = true;
  for (const { place, content } of chunks) {
    const tallies = renumber(content, labels);
    for (const row of rowsOf(tallies)) sums.add(row.group, row.label, row.hour, row.count);
    trigrams.addHashes(content.trigrams);
    runs.addHashes(content.runs);
    shortRuns.addHashes(content.shortRuns);
    joints.addHashes(content.joints);
    shapes.addHashes(content.shapes);
    digits.addNumbers(content.digits);
    const known = !tallies.labels.includes(labelUnknown);
    labelsKnown &&= known;
    const { position, length, firstOrdinal, lastOrdinal } = place;
    rest.number(position).number(length).number(firstOrdinal).number(lastOrdinal);
    const { records, oldestNs, newestNs, decoded } = content;
    const filters = {
      filter: trigramFilter(content.trigrams),
      runs: runFilter(content.runs, chunkRuns),
      digits: digitFilter(content.digits),
      joints: runFilter(content.joints, jointRuns),
      shortRuns: null,
      shapes: null,
    };
    writeEntry(rest, { records, oldestNs, newestNs, labelsKnown: known, decoded, tallies, ...filters }, null);
  }
  const head = new IndexWriter();
  writeEntry(
    head,
    {
      records: chunks.reduce((records, { content }) => records + content.records, 0),
      oldestNs: extreme(chunks, ({ oldestNs }, found) => oldestNs < found),
      newestNs: extreme(chunks, ({ newestNs }, found) => newestNs > found, 'newestNs'),
      labelsKnown,
      decoded: chunks.every(({ content }) => content.decoded),
      tallies: sums.tallies(),
      filter: trigramFilter(trigrams.hashes()),
      runs: runFilter(runs.hashes(), headRuns),
      digits: digitFilter(digits.numbers()),
      joints: runFilter(joints.hashes(), jointRuns),
      shortRuns: runFilter(shortRuns.hashes(), headShortRuns),
      shapes: runFilter(shapes.hashes(), headShapes),
    },
    [...labels.keys()],
  );
  return join(head.finish(), rest.finish());
}

function extreme(
  chunks: readonly ChunkToEncode[],
  isFurther: (content: ChunkContent, found: bigint) => boolean,
  field: 'oldestNs' | 'newestNs' = 'oldestNs',
): bigint {
  let found: bigint | null = null;
  for (const { content } of chunks) if (found === null || isFurther(content, found)) found = content[field];
  return found ?? 0n;
}

function join(head: Uint8Array, rest: Uint8Array): Uint8Array {
  const writer = new IndexWriter();
  writer
    .bytes(Uint8Array.from([...signature, indexVersion]))
    .uint32(head.byteLength)
    .uint32(crc32(head));
  return writer.bytes(head).uint32(crc32(rest)).bytes(rest).finish();
}

function renumber({ labels, tallies }: ChunkContent, known: Map<string, number>): Tallies {
  const numbers = labels.map((label) => {
    const number = known.get(label);
    if (number !== undefined) return number;
    if (known.size >= segmentLabelsMax) return labelUnknown;
    known.set(label, known.size);
    return known.size - 1;
  });
  return { ...tallies, labels: tallies.labels.map((label) => numbers[label] ?? labelUnknown) };
}

export interface TallyRow {
  readonly group: number;
  readonly label: number;
  readonly hour: number;
  readonly count: number;
}

export function* rowsOf({ groups, labels, hours, counts }: Tallies): Generator<TallyRow, void, void> {
  for (const [place, group] of groups.entries()) {
    yield { group, label: labels[place] ?? labelUnknown, hour: hours[place] ?? 0, count: counts[place] ?? 0 };
  }
}

function writeEntry(writer: IndexWriter, entry: IndexEntry, labels: readonly string[] | null): void {
  writer.number(entry.records);
  writer.byte((entry.labelsKnown ? flagLabels : 0) | (entry.decoded ? flagDecoded : 0));
  writer.int64(entry.oldestNs).int64(entry.newestNs);
  if (labels !== null) {
    writer.number(labels.length);
    for (const label of labels) {
      const text = new TextEncoder().encode(label);
      writer.number(text.byteLength).bytes(text);
    }
  }
  writer.number(entry.tallies.groups.length);
  let lastHour = 0;
  for (const { group, label, hour, count } of rowsOf(entry.tallies)) {
    writer.number(group).number(label === labelUnknown ? 0 : label + 1);
    writer.signed(hour - lastHour).number(count);
    lastHour = hour;
  }
  for (const filter of [entry.filter, entry.runs, entry.digits, entry.joints, entry.shortRuns, entry.shapes]) {
    if (filter !== null) writer.number(filter.byteLength).bytes(filter);
  }
}

/** How many bytes of the attachment's data must be read for the head, from the first `indexPrefixBytes`; null for no index. */
export function indexHeadBytes(prefix: Uint8Array): number | null {
  const reader = new IndexReader(prefix);
  if (signature.some((byte) => reader.byte() !== byte)) return null;
  const version = reader.byte();
  if (version < indexVersionMin || version > indexVersion) return null;
  const length = reader.uint32();
  return reader.failed || length > headBytesMax ? null : indexPrefixBytes + length;
}

/** The head, from at least its bytes; null when they do not hold together. */
export function decodeSegmentIndexHead(bytes: Uint8Array): SegmentIndexHead | null {
  const end = indexHeadBytes(bytes);
  if (end === null || end > bytes.byteLength) return null;
  const body = bytes.subarray(indexPrefixBytes, end);
  if (crc32(body) !== new IndexReader(bytes.subarray(8)).uint32()) return null;
  const labels: string[] = [];
  const entry = readEntry(new IndexReader(body.slice()), versionOf(bytes), labels);
  if (entry === null) return null;
  const texts = labels.reduce((sum, label) => sum + 2 * label.length + 32, 0);
  return { ...entry, labels, bytes: filterBytesOf(entry) + texts + 14 * entry.tallies.groups.length + 500 };
}

function versionOf(bytes: Uint8Array): number {
  return bytes[signature.length] ?? 0;
}

/** What an entry's filters take. */
export function filterBytesOf({ filter, runs, digits, joints, shortRuns, shapes }: IndexEntry): number {
  return [filter, runs, digits, joints, shortRuns, shapes].reduce((bytes, each) => bytes + (each?.byteLength ?? 0), 0);
}

/**
 * The whole index; null when the bytes do not hold together or are of a newer version. Keeps no hold on `bytes`: its filters are all
 * in one copy, since memory that is taken in many small pieces is given back late. `head` is for who has decoded it before.
 */
export function decodeSegmentIndex(bytes: Uint8Array, head = decodeSegmentIndexHead(bytes)): SegmentIndex | null {
  const start = indexHeadBytes(bytes) ?? 0;
  if (head === null || start + 4 > bytes.byteLength) return null;
  const body = bytes.subarray(start + 4);
  if (crc32(body) !== new IndexReader(bytes.subarray(start)).uint32()) return null;
  const reader = new IndexReader(body.slice());
  const chunks: ChunkIndexEntry[] = [];
  const count = reader.count(entryBytesMin);
  for (let number = 0; number < count; number += 1) {
    const [position, length, firstOrdinal, lastOrdinal] = [
      reader.number(),
      reader.number(),
      reader.number(),
      reader.number(),
    ];
    const entry = readEntry(reader, versionOf(bytes), null);
    if (entry === null || lastOrdinal < firstOrdinal) return null;
    chunks.push({ place: { position, length, firstOrdinal, lastOrdinal }, ...entry });
  }
  return reader.failed ? null : { head, chunks };
}

/** Place, counts, stamps and an empty filter. */
const entryBytesMin = 24;
const tallyBytesMin = 4;

/** `labels` is filled when the entry lists them. The filters share memory with what is read. */
function readEntry(reader: IndexReader, version: number, labels: string[] | null): IndexEntry | null {
  const records = reader.number();
  const flags = reader.byte();
  const [oldestNs, newestNs] = [reader.int64(), reader.int64()];
  if (labels !== null) {
    const listed = reader.count(1);
    for (let number = 0; number < listed && !reader.failed; number += 1) {
      labels.push(new TextDecoder('utf-8', { ignoreBOM: true }).decode(reader.bytes(reader.number())));
    }
  }
  const tallies = readTallies(reader);
  const filter = reader.bytes(reader.number());
  const runs = version < 2 ? null : readFilter(reader, isRunFilterSize);
  const digits = version < 3 ? null : readFilter(reader, isDigitFilterSize);
  const joints = version < 3 ? null : readFilter(reader, isRunFilterSize);
  const shortRuns = version < 2 || labels === null ? null : readFilter(reader, isRunFilterSize);
  const shapes = version < 3 || labels === null ? null : readFilter(reader, isRunFilterSize);
  if (reader.failed || !isFilterSize(filter.byteLength)) return null;
  const [labelsKnown, decoded] = [(flags & flagLabels) !== 0, (flags & flagDecoded) !== 0];
  return {
    records,
    oldestNs,
    newestNs,
    labelsKnown,
    decoded,
    tallies,
    filter,
    runs,
    digits,
    joints,
    shortRuns,
    shapes,
  };
}

/** Fails for a size that is never written. */
function readFilter(reader: IndexReader, isSize: (bytes: number) => boolean): Uint8Array {
  const filter = reader.bytes(reader.number());
  if (!isSize(filter.byteLength)) reader.failed = true;
  return filter;
}

function readTallies(reader: IndexReader): Tallies {
  const length = reader.count(tallyBytesMin);
  const memory = new ArrayBuffer(length * 14);
  const tallies = {
    labels: new Uint32Array(memory, 0, length),
    hours: new Int32Array(memory, length * 4, length),
    counts: new Uint32Array(memory, length * 8, length),
    groups: new Uint16Array(memory, length * 12, length),
  };
  let hour = 0;
  for (let place = 0; place < length && !reader.failed; place += 1) {
    tallies.groups[place] = reader.number();
    const label = reader.number();
    tallies.labels[place] = label === 0 ? labelUnknown : label - 1;
    hour += reader.signed();
    tallies.hours[place] = hour;
    tallies.counts[place] = reader.number();
  }
  return tallies;
}

/** What must be in a text that holds a needle. */
export interface NeedleHashes {
  readonly trigrams: Uint16Array;
  readonly runs: Uint32Array;
  readonly digits: Uint16Array;
  readonly joints: Uint32Array;
  readonly shortRuns: Uint32Array;
  readonly shapes: Uint32Array;
}

export function hashesOf(needle: string): NeedleHashes {
  return {
    trigrams: trigramsOf(needle),
    runs: runsOf(needle, chunkRuns),
    digits: digitRunsOf(needle),
    joints: runsOf(needle, jointRuns),
    shortRuns: runsOf(needle, headShortRuns),
    shapes: runsOf(shapeOf(needle.toLowerCase()), headShapes),
  };
}

/** May a text with the needle be in it? */
export function entryMayHoldText(entry: IndexEntry, needle: NeedleHashes): boolean {
  const { decoded, filter, runs, digits, joints, shortRuns, shapes } = entry;
  if (!decoded) return true;
  return (
    filterMayHold(filter, needle.trigrams) &&
    (runs === null || runsMayBe(runs, needle.runs)) &&
    (digits === null || digitRunsMayBe(digits, needle.digits)) &&
    (joints === null || runsMayBe(joints, needle.joints)) &&
    (shortRuns === null || runsMayBe(shortRuns, needle.shortRuns)) &&
    (shapes === null || runsMayBe(shapes, needle.shapes))
  );
}
