import type { CachedState } from '../model/CachedState.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { CachedRecord, RecordAddress } from '../seams/Cache.js';
import type { ChunkCache } from './ChunkCache.js';
import type { ChunkScout } from './ChunkScout.js';
import { ChunkSieve } from './ChunkSieve.js';
import { type ReadChunk, StoredDecoder, undecodedRecord } from './ChunkDecoder.js';
import { errorCode, type FileSystem, type OpenFile } from './FileSystem.js';
import { ByteSearch } from './index/ByteSearch.js';
import { CompiledFilter } from './index/CompiledFilter.js';
import type { IndexKeeper } from './index/IndexKeeper.js';
import { contentMatches, groupMatches, stampMatches, stateMatches } from './matchesFilter.js';
import { Pacer } from './Pacer.js';
import { ReadAheadFile, WindowMemory } from './ReadAheadFile.js';
import { Scouting } from './Scouting.js';
import type { ColumnsKeeper } from './withColumns.js';
import { cachedStateOf, type RecordState, recordStates, type Segment } from './Segment.js';
import type { ChunkPlace, SegmentColumns } from './SegmentColumns.js';
import type { SegmentGroup } from './SegmentGroup.js';
import type { StoredMessage } from './segmentBytes.js';

export interface ReadParts extends ColumnsKeeper {
  readonly files: FileSystem;
  readonly index: IndexKeeper;
  readonly chunks: ChunkCache;
  /** Other threads for searches that find nothing; null without them. */
  readonly scout: ChunkScout | null;
  /**
   * Beside the owner: goes over to the file that a segment has been written anew as, when its own is gone. False when there
   * is none. The owner's own segments do that by themselves.
   */
  readonly relocate?: (segment: Segment) => Promise<boolean>;
}

export interface ReadOptions extends ReadParts {
  /** All segments in ascending order. */
  readonly segments: readonly Segment[];
  readonly filter: RecordFilter;
  readonly order: 'oldest' | 'newest';
  /** Only what comes behind this record in that order; it need not be there any more. */
  readonly after?: RecordAddress;
}

/** Where to read, and from which file: the places are those of the file's generation. */
interface OpenedSegment {
  readonly file: BegunFile;
  readonly path: string;
  /** In the order of reading. */
  readonly places: readonly ChunkPlace[];
}

/** Segments that are opened before their turn: while one chunk is looked into, the next ones come from the disk. */
const segmentsAhead = 4;
/** The same while a scout looks through them: enough for its threads never to wait. */
const scoutedSegmentsAhead = 8;

/**
 * Records that pass the filter, in order of arrival or the reverse, with a few chunks in memory at a time. What the index
 * rules out is not read. A segment that is removed meanwhile is left out, unless reading it has begun; one that is written
 * anew is read once, as it was or as it is now.
 */
export async function* readRecords(options: ReadOptions): AsyncGenerator<CachedRecord, void, void> {
  const { order, after } = options;
  const reading = new Reading(options);
  const segments = (order === 'oldest' ? options.segments : options.segments.toReversed()).filter(({ sequence }) => {
    return after === undefined || sequence === after.segment || sequence > after.segment === (order === 'oldest');
  });
  const ahead = new Map<Segment, Promise<Begun | RuledOut | null>>();
  let next = 0;
  try {
    for (const [number, segment] of segments.entries()) {
      if (reading.pacer.due) await reading.pacer.rest();
      for (next = Math.max(next, number); next < segments.length && ahead.size <= reading.segmentsAhead; next += 1) {
        const coming = segments[next];
        if (coming !== undefined && reading.mayBeRead(coming)) ahead.set(coming, reading.begin(coming));
      }
      const begun = ahead.get(segment) ?? null;
      ahead.delete(segment);
      if (segment.removed) reading.drop(await begun);
      else if (begun !== null || reading.mayBeRead(segment)) yield* reading.readSegment(segment, begun);
    }
  } finally {
    for (const begun of ahead.values()) reading.drop(await begun);
    await reading.closed();
  }
}

/** Those of a segment's records that pass the filter, in chunks at these places only. */
export async function* readRecordsOf(
  options: Omit<ReadOptions, 'segments' | 'after'>,
  segment: Segment,
  isWanted: (place: ChunkPlace) => boolean,
): AsyncGenerator<CachedRecord, void, void> {
  const reading = new Reading({ ...options, segments: [segment] }, isWanted);
  try {
    yield* reading.readSegment(segment, null);
  } finally {
    await reading.closed();
  }
}

/** Can anything in the segment pass? Answered from its sums. */
export function mayHold(segment: Segment, filter: RecordFilter): boolean {
  const states = filter.states === undefined ? null : recordStates.filter((state) => isWantedState(state, filter));
  return segment.groups.some(
    ({ group, records, oldestNs, newestNs }, number) =>
      records > 0 &&
      groupMatches(group, filter) &&
      (filter.sinceNs === undefined || newestNs >= filter.sinceNs) &&
      (filter.untilNs === undefined || oldestNs < filter.untilNs) &&
      (states === null || states.some((state) => segment.countInGroup(number, state) > 0)),
  );
}

function isWantedState(state: RecordState, filter: RecordFilter): boolean {
  const cached = cachedStateOf(state);
  return cached !== null && stateMatches(cached, filter);
}

/** A file that chunks are read from, with the memory that is used for it. */
interface BegunFile {
  readonly reader: ReadAheadFile;
  readonly memory: WindowMemory;
}

/** A segment that was opened before its turn. */
interface Begun {
  readonly file: BegunFile;
  readonly path: string;
  /** What neither the index nor the scout rules out, in the order of the file. */
  readonly places: readonly ChunkPlace[];
}

/** Nothing in the segment passes. */
type RuledOut = 'ruled out';

/** One pass over segments with one filter. */
class Reading {
  readonly pacer = new Pacer();
  readonly #options: ReadOptions;
  readonly #isWanted: (place: ChunkPlace) => boolean;
  readonly #filter: CompiledFilter;
  readonly #search: ByteSearch | null;
  readonly #scouting: Scouting;
  readonly #decoder = new StoredDecoder();
  /** Of files that are closed again. */
  readonly #memories: WindowMemory[] = [];
  readonly #closing = new Set<Promise<void>>();

  constructor(options: ReadOptions, isWanted: (place: ChunkPlace) => boolean = () => true) {
    this.#options = options;
    this.#isWanted = isWanted;
    this.#filter = new CompiledFilter(options.filter);
    this.#search = ByteSearch.for(options.filter, this.#filter.regexNeed);
    this.#scouting = new Scouting(options.scout, this.#filter, this.#search);
  }

  get segmentsAhead(): number {
    return this.#scouting.isOn ? scoutedSegmentsAhead : segmentsAhead;
  }

  /** False when it is known without a look at the disk that nothing in the segment is to be read. */
  mayBeRead(segment: Segment): boolean {
    if (segment.removed || !mayHold(segment, this.#options.filter)) return false;
    const head = this.#options.index.knownHeadOf(segment);
    return head === null || this.#filter.mayMatchSegment(head, groupsOf(segment));
  }

  /**
   * Opens a segment before its turn and reads the first of what is wanted of it, unless the scout finds nothing there. It is not
   * held: when its turn comes, it may have been written anew or removed. Null when it must be opened then, for whatever reason.
   */
  async begin(segment: Segment): Promise<Begun | RuledOut | null> {
    const { path } = segment;
    let file: BegunFile | null = null;
    try {
      // What is known without the disk has been asked by `mayBeRead`.
      const { index } = this.#options;
      if (index.knownOf(segment) === null && (await this.#isRuledOut(segment))) return 'ruled out';
      if (segment.open) return null;
      const scouted = await this.#scouting.ask(segment, index.knownOf(segment), groupsOf(segment));
      if (scouted?.length === 0) return 'ruled out';
      const opened = await this.#options.files.open(path, 'r');
      file = this.#fileOf(opened);
      const byIndex = await this.#placesByIndex(segment, opened, path);
      if (byIndex !== null && segment.path === path) {
        const places = scouted === null ? byIndex : byIndex.filter(({ position }) => scouted.includes(position));
        await file.reader.chunkBytes(this.#wantedOf(segment, places), 0);
        return { file, path, places };
      }
    } catch {
      // Whoever reads the segment in its turn meets it again.
    }
    this.#close(file);
    return null;
  }

  async *readSegment(
    segment: Segment,
    ahead: Promise<Begun | RuledOut | null> | null,
  ): AsyncGenerator<CachedRecord, void, void> {
    const begun = ahead === null ? null : await ahead;
    if (begun === 'ruled out' || (begun === null && (await this.#isRuledOut(segment)))) return;
    segment.users += 1;
    let opened: OpenedSegment | null = null;
    try {
      opened = this.#goOn(segment, begun) ?? (await this.#open(segment));
      if (opened !== null) yield* this.#readChunks(segment, opened);
    } finally {
      this.#close(opened?.file ?? null);
      segment.users -= 1;
      this.#options.unload(segment);
    }
  }

  /** What was begun is not wanted after all. */
  drop(begun: Begun | RuledOut | null): void {
    if (begun !== null && begun !== 'ruled out') this.#close(begun.file);
  }

  /** Closes the file without waiting for it. */
  #close(file: BegunFile | null): void {
    if (file === null) return;
    // Nothing was written to it: there is nothing that could go wrong for who reads.
    const closing: Promise<void> = file.reader
      .close()
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    this.#memories.push(file.memory);
  }

  /** Waits until all files are closed. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #fileOf(file: OpenFile): BegunFile {
    const memory = this.#memories.pop() ?? new WindowMemory();
    return { reader: new ReadAheadFile(file, memory), memory };
  }

  async #isRuledOut(segment: Segment): Promise<boolean> {
    try {
      const head = await this.#options.index.headOf(segment);
      return head !== null && !this.#filter.mayMatchSegment(head, groupsOf(segment));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      return false;
    }
  }

  /** With what was opened before. Null when that was nothing, or the segment has been written anew since. */
  #goOn(segment: Segment, begun: Begun | null): OpenedSegment | null {
    if (begun === null) return null;
    const { file, path, places } = begun;
    if (segment.path === path) return { file, path, places: this.#wantedOf(segment, places) };
    this.#close(file);
    return null;
  }

  /** Null when there is nothing to read. Tried again when the segment is written anew meanwhile. */
  async #open(segment: Segment): Promise<OpenedSegment | null> {
    for (;;) {
      const { path } = segment;
      try {
        const file = await this.#options.files.open(path, 'r');
        let places: ChunkPlace[] = [];
        try {
          places = await this.#placesIn(segment, file, path);
        } finally {
          if (places.length === 0 || segment.path !== path) await file.close();
        }
        if (segment.path !== path) continue;
        return places.length === 0 ? null : { path, places, file: this.#fileOf(file) };
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error;
        if (segment.removed) return null;
        if (segment.path === path && (await this.#options.relocate?.(segment)) !== true) return null;
      }
    }
  }

  async #placesIn(segment: Segment, file: OpenFile, path: string): Promise<ChunkPlace[]> {
    const byIndex = await this.#placesByIndex(segment, file, path);
    if (byIndex !== null) return this.#wantedOf(segment, byIndex);
    await this.#options.load(segment);
    const { columns } = segment;
    const may = columns?.chunks.filter((place) => this.#mayHoldByColumns(segment, columns, place)) ?? [];
    return this.#wantedOf(segment, may);
  }

  /** What the index does not rule out, in the order of the file; null without an index. */
  #placesByIndex(segment: Segment, file: OpenFile, path: string): Promise<ChunkPlace[] | null> {
    return this.#options.index.withIndex(segment, file, path, ({ head, chunks }) => {
      const groupOf = groupsOf(segment);
      const may = chunks.filter((chunk) => this.#filter.mayMatchChunk(chunk, head, groupOf));
      return may.map(({ place }) => place);
    });
  }

  /** In the order of reading. */
  #wantedOf(segment: Segment, places: readonly ChunkPlace[]): ChunkPlace[] {
    const { order, after } = this.#options;
    const wanted = places.filter((place) => {
      if (!this.#isWanted(place) || !this.#mayHoldByState(segment, place)) return false;
      if (after?.segment !== segment.sequence) return true;
      return order === 'oldest' ? place.lastOrdinal > after.ordinal : place.firstOrdinal < after.ordinal;
    });
    return order === 'oldest' ? wanted : wanted.reverse();
  }

  #mayHoldByColumns(segment: Segment, columns: SegmentColumns, place: ChunkPlace): boolean {
    const { filter } = this.#options;
    for (let ordinal = place.firstOrdinal; ordinal <= place.lastOrdinal; ordinal += 1) {
      if (!stampMatches(columns.stamp(ordinal), filter)) continue;
      const sum = segment.groups[columns.group(ordinal)];
      if (sum !== undefined && groupMatches(sum.group, filter)) return true;
    }
    return false;
  }

  #mayHoldByState(segment: Segment, { firstOrdinal, lastOrdinal }: ChunkPlace): boolean {
    for (let ordinal = firstOrdinal; ordinal <= lastOrdinal; ordinal += 1) {
      if (isWantedState(segment.state(ordinal), this.#options.filter)) return true;
    }
    return false;
  }

  async *#readChunks(
    segment: Segment,
    { file, path, places }: OpenedSegment,
  ): AsyncGenerator<CachedRecord, void, void> {
    const groupOf = groupsOf(segment);
    const sieve = new ChunkSieve(segment, this.#options.filter, this.#search);
    for (const number of places.keys()) {
      this.#scouting.looked();
      if (this.pacer.due) await this.pacer.rest();
      const chunk = await this.#options.chunks.read(file.reader, path, places, number, sieve);
      if (chunk === null) {
        await this.#countDamage(segment);
        continue;
      }
      for (const message of this.#candidatesIn(chunk, segment, sieve)) {
        if (this.pacer.due) await this.pacer.rest();
        const record = this.#match(chunk, message, segment, groupOf);
        if (record === null) continue;
        this.#scouting.found();
        yield record;
      }
    }
  }

  /** Where the index found the chunk, nobody has looked at its bytes before: loading the columns counts what is lost. */
  async #countDamage(segment: Segment): Promise<void> {
    try {
      await this.#options.load(segment);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  /** Messages that pass as far as it can be told without decoding them, in the order of reading. */
  *#candidatesIn(chunk: ReadChunk, segment: Segment, sieve: ChunkSieve): Generator<StoredMessage, void, void> {
    const { order, after } = this.#options;
    const { table } = chunk;
    const marks = chunk.sieved ? null : sieve.mark(chunk.bytes, table);
    const forward = order === 'oldest';
    const passed = after?.segment === segment.sequence ? after.ordinal : null;
    for (let step = 0; step < table.length; step += 1) {
      const place = forward ? step : table.length - 1 - step;
      if (marks?.[place] === 0) continue;
      const ordinal = table.ordinals[place] ?? 0;
      if (passed !== null && (forward ? ordinal <= passed : ordinal >= passed)) continue;
      yield chunk.at(place);
    }
  }

  #match(chunk: ReadChunk, message: StoredMessage, segment: Segment, groupOf: GroupOf): CachedRecord | null {
    const { filter } = this.#options;
    const { ordinal, stampNs, receivedNs } = message;
    const group = groupOf(message.channelId);
    const state = cachedStateOf(segment.state(ordinal));
    if (group === undefined || state === null || !stateMatches(state, filter)) return null;
    const data = chunk.dataOf(message);
    const decoded = this.#decoder.decode(group, data, receivedNs);
    // What is in a record that cannot be decoded is not known: nothing that asks for it is answered with it.
    if (this.#filter.looksInside && !(decoded.ok && contentMatches(decoded.value, filter))) return null;
    const record = decoded.ok
      ? decoded.value
      : undecodedRecord(group, stampNs, receivedNs, `cannot be decoded: ${decoded.problem.message}`);
    const reason = reasonFor(segment, ordinal, state);
    const { channel, destination, origin } = group;
    const address = { segment: segment.sequence, ordinal };
    return { address, channel, destination, data, record, state, reason, origin };
  }
}

type GroupOf = (channelId: number) => SegmentGroup | undefined;

function groupsOf(segment: Segment): GroupOf {
  return (channelId) => segment.groups[segment.groupOfChannel.get(channelId) ?? -1]?.group;
}

function reasonFor(segment: Segment, ordinal: number, state: CachedState): string {
  return state === 'quarantined' ? segment.reasonOf(ordinal) : '';
}
