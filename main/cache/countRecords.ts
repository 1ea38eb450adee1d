import type { TetherRecord } from '../model/Record.js';
import type { RecordClass } from '../model/Severity.js';
import type { RecordCounts } from '../seams/Cache.js';
import { groupMatches, stateMatches } from './matchesFilter.js';
import { CompiledFilter } from './index/CompiledFilter.js';
import { hourOf, type Tallies } from './index/indexChunk.js';
import { type IndexEntry, rowsOf, type SegmentIndexHead } from './index/SegmentIndex.js';
import { storableNs } from './encodeSegment.js';
import { errorCode, withFile } from './FileSystem.js';
import { Pacer } from './Pacer.js';
import { mayHold, type ReadOptions, readRecordsOf } from './readRecords.js';
import { cachedStateOf, type Segment } from './Segment.js';

/**
 * Counts what the filter lets through. Where the index knows the answer (all records of a segment, or of a chunk, are in one
 * state and inside the time limits, and no text is asked for) nothing is read; the rest is counted record by record.
 */
export async function countRecords(options: Omit<ReadOptions, 'order' | 'after'>): Promise<RecordCounts> {
  const counter = new Counter(options);
  const pacer = new Pacer();
  for (const segment of options.segments) {
    if (segment.removed || !mayHold(segment, options.filter)) continue;
    if (pacer.due) await pacer.rest();
    await counter.addSegment(segment);
  }
  return counter.counts();
}

class Counter {
  readonly #options: Omit<ReadOptions, 'order' | 'after'>;
  readonly #filter: CompiledFilter;
  #records = 0;
  readonly #bySeverity = new Map<RecordClass, number>();
  readonly #byLabel = new Map<string, number>();
  readonly #byHour = new Map<number, number>();

  constructor(options: Omit<ReadOptions, 'order' | 'after'>) {
    this.#options = options;
    this.#filter = new CompiledFilter(options.filter);
  }

  counts(): RecordCounts {
    return { records: this.#records, bySeverity: this.#bySeverity, byLabel: this.#byLabel, byHour: this.#byHour };
  }

  async addSegment(segment: Segment): Promise<void> {
    try {
      const head = await this.#options.index.headOf(segment);
      if (head !== null && segment.isUniform() && this.#answers(head)) {
        // A group that has gone from the cache is not counted; all others are whole.
        this.#addRows(segment, head.tallies, head, (number) => this.#takesGroupState(segment, number));
        return;
      }
      await this.#addChunks(segment);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  async #addChunks(segment: Segment): Promise<void> {
    const counted = new Set<number>();
    const { path } = segment;
    const { files, index: keeper } = this.#options;
    await withFile(files, path, 'r', (file) =>
      keeper.withIndex(segment, file, path, ({ head, chunks }) => {
        for (const chunk of chunks) {
          const { firstOrdinal, lastOrdinal } = chunk.place;
          const taken = this.#answers(chunk) ? this.#stateOfAll(segment, firstOrdinal, lastOrdinal) : null;
          const tallies = taken === true ? chunk.tallies() : null;
          if (taken === null || (taken && tallies === null)) continue;
          counted.add(firstOrdinal);
          if (tallies !== null) this.#addRows(segment, tallies, head, () => true);
        }
      }),
    );
    const wanted = readRecordsOf({ ...this.#options, order: 'oldest' }, segment, ({ firstOrdinal }) => {
      return !counted.has(firstOrdinal);
    });
    for await (const { record } of wanted) this.#addRecord(record);
  }

  /** Is what the entry says exactly what is asked for? */
  #answers(entry: IndexEntry): boolean {
    return entry.labelsKnown && this.#filter.takesWholeRows(entry);
  }

  #takesGroupState(segment: Segment, number: number): boolean {
    return segment.sums(number).some(({ state }) => {
      const cached = cachedStateOf(state);
      return cached !== null && stateMatches(cached, this.#options.filter);
    });
  }

  /** Are all records wanted (true) or none (false), by their states? Null when some are. */
  #stateOfAll(segment: Segment, first: number, last: number): boolean | null {
    let all: boolean | null = null;
    for (let ordinal = first; ordinal <= last; ordinal += 1) {
      const cached = cachedStateOf(segment.state(ordinal));
      const wanted = cached !== null && stateMatches(cached, this.#options.filter);
      if (all !== null && all !== wanted) return null;
      all = wanted;
    }
    return all;
  }

  #addRows(
    segment: Segment,
    tallies: Tallies,
    { labels }: SegmentIndexHead,
    takesGroup: (number: number) => boolean,
  ): void {
    const takes = segment.groups.map(
      ({ group }, number) => groupMatches(group, this.#options.filter) && takesGroup(number),
    );
    for (const row of rowsOf(tallies)) {
      const number = segment.groupOfChannel.get(row.group) ?? -1;
      const group = segment.groups[number]?.group;
      if (group === undefined || takes[number] !== true || !this.#filter.takesLabel(labels, row.label)) continue;
      this.#add(group.severity ?? 'metric', labels[row.label] ?? '', row.hour, row.count);
    }
  }

  #addRecord(record: TetherRecord): void {
    const isLog = record.kind === 'log';
    this.#add(
      isLog ? record.severity : 'metric',
      isLog ? record.node : record.name,
      hourOf(storableNs(record.stampNs)),
      1,
    );
  }

  #add(severity: RecordClass, label: string, hour: number, count: number): void {
    this.#records += count;
    this.#bySeverity.set(severity, (this.#bySeverity.get(severity) ?? 0) + count);
    this.#byLabel.set(label, (this.#byLabel.get(label) ?? 0) + count);
    this.#byHour.set(hour, (this.#byHour.get(hour) ?? 0) + count);
  }
}
