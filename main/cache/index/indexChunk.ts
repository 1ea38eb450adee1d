import { type TextHashes, TextSets } from './TextSets.js';

/** What the index is made of: a record's number and what `contentMatches` looks at. */
export interface RecordToIndex {
  readonly ordinal: number;
  /** The id of the record's MCAP channel in its segment. */
  readonly group: number;
  readonly stampNs: bigint;
  /** Node of a log, name of a metric. */
  readonly label: string;
  /** A log's message, empty for a metric. Null when the record could not be decoded: no query leaves its chunk out then. */
  readonly text: string | null;
}

/** How many records share a group, a label and an hour; entry by entry in arrays of one length. */
export interface Tallies {
  readonly groups: Uint16Array;
  /** Places in the list of labels, or `labelUnknown`. */
  readonly labels: Uint32Array;
  /** Hours since the epoch, by the robot's stamp. */
  readonly hours: Int32Array;
  readonly counts: Uint32Array;
}

/** Plain data: it can be sent from a worker thread. */
export interface ChunkContent extends TextHashes {
  readonly firstOrdinal: number;
  readonly lastOrdinal: number;
  readonly records: number;
  readonly oldestNs: bigint;
  readonly newestNs: bigint;
  readonly labels: readonly string[];
  readonly tallies: Tallies;
  /** False when a record could not be decoded: then the labels and hashes are not all there is. */
  readonly decoded: boolean;
}

/** In place of a label that is not in the list. */
export const labelUnknown = 0xffff_ffff;
/** More labels in one chunk, or longer ones, and the index does not list them: it must stay small. */
const labelsMax = 256;
const labelLengthMax = 256;

export const hourNs = 3_600_000_000_000n;

/** Hours since the epoch, rounded down. */
export function hourOf(stampNs: bigint): number {
  const hour = stampNs / hourNs;
  return Number(stampNs < 0n && hour * hourNs !== stampNs ? hour - 1n : hour);
}

/** Sums up one chunk for the segment's index. The records come in any order; there is at least one. */
export function indexChunk(records: Iterable<RecordToIndex>): ChunkContent {
  const texts = new TextSets();
  const labels = new LabelList(texts);
  const tallies = new TallyTable();
  let [firstOrdinal, lastOrdinal, oldestNs, newestNs] = [Infinity, -Infinity, 0n, 0n];
  let count = 0;
  let decoded = true;
  for (const { ordinal, group, stampNs, label, text } of records) {
    if (count === 0 || stampNs < oldestNs) oldestNs = stampNs;
    if (count === 0 || stampNs > newestNs) newestNs = stampNs;
    firstOrdinal = Math.min(firstOrdinal, ordinal);
    lastOrdinal = Math.max(lastOrdinal, ordinal);
    count += 1;
    decoded &&= text !== null;
    tallies.add(group, text === null ? labelUnknown : labels.numberOf(label), hourOf(stampNs), 1);
    if (text !== null) texts.add(text);
  }
  return {
    firstOrdinal,
    lastOrdinal,
    records: count,
    oldestNs,
    newestNs,
    labels: labels.labels,
    tallies: tallies.tallies(),
    ...texts.hashes(),
    decoded,
  };
}

class LabelList {
  readonly labels: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #texts: TextSets;

  constructor(texts: TextSets) {
    this.#texts = texts;
  }

  numberOf(label: string): number {
    const known = this.#numbers.get(label);
    if (known !== undefined) return known;
    this.#texts.add(label);
    // Half of a surrogate pair would not come back from UTF-8 as it was.
    const listed = this.labels.length < labelsMax && label.length <= labelLengthMax && !/\p{Surrogate}/u.test(label);
    const number = listed ? this.labels.push(label) - 1 : labelUnknown;
    if (listed) this.#numbers.set(label, number);
    return number;
  }
}

/** Adds counts up by group, label and hour. */
export class TallyTable {
  readonly #byGroup = new Map<number, Map<number, Map<number, number>>>();

  add(group: number, label: number, hour: number, count: number): void {
    let byLabel = this.#byGroup.get(group);
    if (byLabel === undefined) this.#byGroup.set(group, (byLabel = new Map<number, Map<number, number>>()));
    let byHour = byLabel.get(label);
    if (byHour === undefined) byLabel.set(label, (byHour = new Map<number, number>()));
    byHour.set(hour, (byHour.get(hour) ?? 0) + count);
  }

  tallies(): Tallies {
    const rows: [number, number, number, number][] = [];
    for (const [group, byLabel] of this.#byGroup) {
      for (const [label, byHour] of byLabel) for (const [hour, count] of byHour) rows.push([group, label, hour, count]);
    }
    return {
      groups: Uint16Array.from(rows, ([group]) => group),
      labels: Uint32Array.from(rows, ([, label]) => label),
      hours: Int32Array.from(rows, ([, , hour]) => hour),
      counts: Uint32Array.from(rows, ([, , , count]) => count),
    };
  }
}
