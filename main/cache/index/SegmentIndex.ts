import { crc32 } from 'node:zlib';
import { isDigitFilterSize } from './digitRuns.js';
import { labelUnknown, type Tallies } from './indexChunk.js';
import { IndexReader } from './indexBytes.js';
import { isRunFilterSize } from './runs.js';
import { isFilterSize } from './trigrams.js';

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
 * joints, of short runs, of shapes and of numbered words (length and bits each).
 * Rest: chunks (count, then position, length, first and last ordinal, records, flags, stamps, tallies, filters of trigrams, of runs,
 * of digits and of joints each).
 * Tallies: how many bytes follow, so that who looks for a text steps over them; count, then channel, 1 + place of the label (0 for
 * one that is not listed), hour less the hour before (zigzag), records each.
 * Older versions are read as well: 3 has neither the length of the tallies nor the filter of numbered words, 2 no filters of digits,
 * joints and shapes either, 1 none of runs.
 */
export const indexAttachmentName = 'tether.index';
export const indexMediaType = 'application/octet-stream';

export const indexVersion = 4;
const indexVersionMin = 1;
export const indexSignature = [0x54, 0x58, 0x49];
/** Signature, length and CRC. */
export const indexPrefixBytes = 12;
/** A longer head is taken for damage. */
const headBytesMax = 4 * 1024 * 1024;

export const flagLabels = 1;
export const flagDecoded = 2;

/** What segments and chunks both say of themselves. */
export interface IndexEntry {
  readonly records: number;
  readonly oldestNs: bigint;
  readonly newestNs: bigint;
  /** False when some labels stand as `labelUnknown` in the tallies. */
  readonly labelsKnown: boolean;
  /** False when a record could not be decoded: nothing that looks into records can be ruled out. */
  readonly decoded: boolean;
  readonly filter: Uint8Array;
  /** Null where the index does not have it. */
  readonly runs: Uint8Array | null;
  readonly digits: Uint8Array | null;
  readonly joints: Uint8Array | null;
  /** Only of a segment, these three. */
  readonly shortRuns: Uint8Array | null;
  readonly shapes: Uint8Array | null;
  readonly numbered: Uint8Array | null;
}

/** What is kept in memory of a segment's index. */
export interface SegmentIndexHead extends IndexEntry {
  readonly tallies: Tallies;
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
  /** Taken apart when it is called: who looks for a text never does. Null when they do not hold together. */
  readonly tallies: () => Tallies | null;
}

export interface SegmentIndex {
  readonly head: SegmentIndexHead;
  readonly chunks: readonly ChunkIndexEntry[];
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

/** How many bytes of the attachment's data must be read for the head, from the first `indexPrefixBytes`; null for no index. */
export function indexHeadBytes(prefix: Uint8Array): number | null {
  const reader = new IndexReader(prefix);
  if (indexSignature.some((byte) => reader.byte() !== byte)) return null;
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
  const reader = new IndexReader(body.slice());
  const version = versionOf(bytes);
  const facts = readFacts(reader);
  const labels = readLabels(reader);
  const tallies = readTallies(version < versionWithLengths ? reader : new IndexReader(reader.bytes(reader.number())));
  const filters = readFilters(reader, version, 'segment');
  if (tallies === null || filters === null) return null;
  const texts = labels.reduce((sum, label) => sum + 2 * label.length + 32, 0);
  const memory = filterBytesOf(filters) + texts + tallyMemoryBytes * tallies.groups.length + 500;
  return { ...facts, labels, tallies, ...filters, bytes: memory };
}

function versionOf(bytes: Uint8Array): number {
  return bytes[indexSignature.length] ?? 0;
}

type Filters = Pick<IndexEntry, 'filter' | 'runs' | 'digits' | 'joints' | 'shortRuns' | 'shapes' | 'numbered'>;

/** An entry's filters, in the order in which they are written. */
export function filtersOf(entry: Filters): (Uint8Array | null)[] {
  const { filter, runs, digits, joints, shortRuns, shapes, numbered } = entry;
  return [filter, runs, digits, joints, shortRuns, shapes, numbered];
}

function filterBytesOf(entry: Filters): number {
  return filtersOf(entry).reduce((bytes, each) => bytes + (each?.byteLength ?? 0), 0);
}

/**
 * The whole index; null when the bytes do not hold together or are of a newer version. It shares memory with them. `head` is for who
 * has decoded it before.
 */
export function decodeSegmentIndex(bytes: Uint8Array, head = decodeSegmentIndexHead(bytes)): SegmentIndex | null {
  const chunks = head === null ? null : decodeIndexChunks(bytes);
  return head && chunks && { head, chunks };
}

/** What comes behind the head, for who knows that the head holds together; `isChecked` when he knows that of the rest too. */
export function decodeIndexChunks(bytes: Uint8Array, isChecked = false): readonly ChunkIndexEntry[] | null {
  const start = indexHeadBytes(bytes);
  if (start === null || start + 4 > bytes.byteLength) return null;
  const body = bytes.subarray(start + 4);
  if (!isChecked && crc32(body) !== new IndexReader(bytes.subarray(start)).uint32()) return null;
  const version = versionOf(bytes);
  const reader = new IndexReader(body);
  const chunks: ChunkIndexEntry[] = [];
  const count = reader.count(entryBytesMin);
  for (let number = 0; number < count; number += 1) {
    const [position, length, firstOrdinal, lastOrdinal] = [
      reader.number(),
      reader.number(),
      reader.number(),
      reader.number(),
    ];
    const facts = readFacts(reader);
    const tallies = readTalliesLater(reader, version);
    const filters = readFilters(reader, version, 'chunk');
    if (tallies === null || filters === null || lastOrdinal < firstOrdinal) return null;
    chunks.push({ place: { position, length, firstOrdinal, lastOrdinal }, ...facts, tallies, ...filters });
  }
  return reader.failed ? null : chunks;
}

/** From this version on the tallies' length stands before them. */
const versionWithLengths = 4;

/** Place, counts, stamps and an empty filter. */
const entryBytesMin = 24;
const tallyBytesMin = 4;
/** What one of a chunk's tallies takes in memory when it is taken apart. */
const tallyMemoryBytes = 14;

type Facts = Pick<IndexEntry, 'records' | 'oldestNs' | 'newestNs' | 'labelsKnown' | 'decoded'>;

function readFacts(reader: IndexReader): Facts {
  const records = reader.number();
  const flags = reader.byte();
  const [oldestNs, newestNs] = [reader.int64(), reader.int64()];
  const [labelsKnown, decoded] = [(flags & flagLabels) !== 0, (flags & flagDecoded) !== 0];
  return { records, oldestNs, newestNs, labelsKnown, decoded };
}

function readLabels(reader: IndexReader): string[] {
  const labels: string[] = [];
  const listed = reader.count(1);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (let number = 0; number < listed && !reader.failed; number += 1) {
    labels.push(decoder.decode(reader.bytes(reader.number())));
  }
  return labels;
}

/** The filters share memory with what is read. Null when they do not hold together. */
function readFilters(reader: IndexReader, version: number, of: 'segment' | 'chunk'): Filters | null {
  const filter = reader.bytes(reader.number());
  const runs = version < 2 ? null : readFilter(reader, isRunFilterSize);
  const digits = version < 3 ? null : readFilter(reader, isDigitFilterSize);
  const joints = version < 3 ? null : readFilter(reader, isRunFilterSize);
  const shortRuns = version < 2 || of === 'chunk' ? null : readFilter(reader, isRunFilterSize);
  const shapes = version < 3 || of === 'chunk' ? null : readFilter(reader, isRunFilterSize);
  const numbered = version < 4 || of === 'chunk' ? null : readFilter(reader, isRunFilterSize);
  if (reader.failed || !isFilterSize(filter.byteLength)) return null;
  return { filter, runs, digits, joints, shortRuns, shapes, numbered };
}

/** Fails for a size that is never written. */
function readFilter(reader: IndexReader, isSize: (bytes: number) => boolean): Uint8Array {
  const filter = reader.bytes(reader.number());
  if (!isSize(filter.byteLength)) reader.failed = true;
  return filter;
}

/** Steps over the tallies where their length is known, and takes them apart at once where it is not. */
function readTalliesLater(reader: IndexReader, version: number): ChunkIndexEntry['tallies'] | null {
  if (version < versionWithLengths) {
    const tallies = readTallies(reader);
    return tallies && (() => tallies);
  }
  const bytes = reader.bytes(reader.number());
  return () => readTallies(new IndexReader(bytes));
}

function readTallies(reader: IndexReader): Tallies | null {
  const length = reader.count(tallyBytesMin);
  const memory = new ArrayBuffer(length * tallyMemoryBytes);
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
  return reader.failed ? null : tallies;
}
