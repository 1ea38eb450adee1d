import { crc32 } from 'node:zlib';
import { digitFilter } from './digitRuns.js';
import { IndexWriter } from './indexBytes.js';
import { type ChunkContent, labelUnknown, type Tallies, TallyTable } from './indexChunk.js';
import {
  chunkRuns,
  headNumbered,
  headRuns,
  headShapes,
  headShortRuns,
  jointRuns,
  runFilter,
  type RunKind,
} from './runs.js';
import {
  filtersOf,
  flagDecoded,
  flagLabels,
  type IndexedPlace,
  type IndexEntry,
  indexSignature,
  indexVersion,
  rowsOf,
} from './SegmentIndex.js';
import { type TextHashes, TextSets } from './TextSets.js';
import { trigramFilter } from './trigrams.js';

/** More labels than this in a segment, and those that come later are not listed. */
const segmentLabelsMax = 4096;

export interface ChunkToEncode {
  readonly place: IndexedPlace;
  readonly content: ChunkContent;
}

export function encodeSegmentIndex(chunks: readonly ChunkToEncode[]): Uint8Array {
  const labels = new Map<string, number>();
  const sums = new TallyTable();
  const texts = new TextSets();
  const rest = new IndexWriter().number(chunks.length);
  let labelsKnown = true;
  for (const { place, content } of chunks) {
    const tallies = renumber(content, labels);
    for (const row of rowsOf(tallies)) sums.add(row.group, row.label, row.hour, row.count);
    texts.addHashes(content);
    const known = !tallies.labels.includes(labelUnknown);
    labelsKnown &&= known;
    const { position, length, firstOrdinal, lastOrdinal } = place;
    rest.number(position).number(length).number(firstOrdinal).number(lastOrdinal);
    const { records, oldestNs, newestNs, decoded } = content;
    const filters = { ...commonFilters(content, chunkRuns), shortRuns: null, shapes: null, numbered: null };
    writeEntry(rest, { records, oldestNs, newestNs, labelsKnown: known, decoded, ...filters }, tallies, null);
  }
  const head = new IndexWriter();
  const hashes = texts.hashes();
  writeEntry(
    head,
    {
      records: chunks.reduce((records, { content }) => records + content.records, 0),
      oldestNs: extreme(chunks, ({ oldestNs }, found) => oldestNs < found),
      newestNs: extreme(chunks, ({ newestNs }, found) => newestNs > found, 'newestNs'),
      labelsKnown,
      decoded: chunks.every(({ content }) => content.decoded),
      ...commonFilters(hashes, headRuns),
      shortRuns: runFilter(hashes.shortRuns, headShortRuns),
      shapes: runFilter(hashes.shapes, headShapes),
      numbered: runFilter(hashes.numbered, headNumbered),
    },
    sums.tallies(),
    [...labels.keys()],
  );
  return join(head.finish(), rest.finish());
}

/** Those that chunks and segments both have. */
function commonFilters(
  { trigrams, runs, digits, joints }: TextHashes,
  runKind: RunKind,
): Pick<IndexEntry, 'filter' | 'runs' | 'digits' | 'joints'> {
  return {
    filter: trigramFilter(trigrams),
    runs: runFilter(runs, runKind),
    digits: digitFilter(digits),
    joints: runFilter(joints, jointRuns),
  };
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
    .bytes(Uint8Array.from([...indexSignature, indexVersion]))
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

function writeEntry(writer: IndexWriter, entry: IndexEntry, tallies: Tallies, labels: readonly string[] | null): void {
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
  const counted = encodeTallies(tallies);
  writer.number(counted.byteLength).bytes(counted);
  for (const filter of filtersOf(entry)) if (filter !== null) writer.number(filter.byteLength).bytes(filter);
}

function encodeTallies(tallies: Tallies): Uint8Array {
  const writer = new IndexWriter().number(tallies.groups.length);
  let lastHour = 0;
  for (const { group, label, hour, count } of rowsOf(tallies)) {
    writer.number(group).number(label === labelUnknown ? 0 : label + 1);
    writer.signed(hour - lastHour).number(count);
    lastHour = hour;
  }
  return writer.finish();
}
