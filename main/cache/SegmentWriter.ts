import type { SegmentFile } from './cacheFolder.js';
import type { RecordToCache } from '../seams/Cache.js';
import {
  addChunk,
  closingBytes,
  encodeClosing,
  encodeCommit,
  encodeDefinitions,
  noChunks,
  profileOf,
  storableNs,
} from './encodeSegment.js';
import { type FileSystem, type OpenFile, withFile, writeAll } from './FileSystem.js';
import { Segment } from './Segment.js';
import { SegmentColumns } from './SegmentColumns.js';
import { GroupTable } from './SegmentGroup.js';
import { missingRanges } from './SegmentSummary.js';
import { makeHead, makeTail, tailBytes } from './segmentBytes.js';

const nothing = new Uint8Array(0);

/**
 * Writes one segment.
 *
 * Invariants: after every commit the file is a valid MCAP file (chunk, DataEnd, footer, magic), made by one positioned
 * write that starts where the previous tail began, followed by `fdatasync`. A channel stands in the chunk that first needs
 * it and once more before that chunk, so that a damaged chunk does not make the later ones unreadable. A record is in the segment's
 * memory only once that has succeeded. After a failure the descriptor is never used again: `mend` cuts the file back to
 * what was durable through a new one, so that the records of the failed commit cannot come up twice.
 */
export class SegmentWriter {
  readonly segment: Segment;
  readonly #files: FileSystem;
  readonly #file: OpenFile;
  readonly #robot: string;
  readonly #table = new GroupTable();
  readonly #schemaIds = new Map<string, number>();
  readonly #totals = noChunks();
  /** End of the durable chunks. */
  #dataEnd = 0;
  #failed = false;

  private constructor(files: FileSystem, file: OpenFile, segment: Segment, robot: string) {
    this.#files = files;
    this.#file = file;
    this.segment = segment;
    this.#robot = robot;
  }

  /** The file is made here and gets its head with the first commit. */
  static async create(files: FileSystem, place: SegmentFile, robot: string): Promise<SegmentWriter> {
    const segment = new Segment(place, true);
    segment.columns = new SegmentColumns();
    return new SegmentWriter(files, await files.createSynced(place.path), segment, robot);
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Size that the file would have if it were closed now. */
  projectedBytes(): number {
    return this.#dataEnd + closingBytes(this.segment.groups);
  }

  /** Durable when resolved; the ordinals are consecutive from the returned one. */
  async commit(records: readonly RecordToCache[]): Promise<number> {
    const { segment } = this;
    const first = segment.records;
    const known = this.#dataEnd === 0 ? 0 : segment.groups.length;
    const numbers = records.map((record) => this.#groupOf(record));
    const channelIds = numbers.map((number) => segment.groups[number]?.channelId ?? 0);
    const definitions =
      known === segment.groups.length
        ? nothing
        : encodeDefinitions(segment.groups.slice(known), segment.groups, this.#robot);
    const head = this.#dataEnd === 0 ? makeHead(profileOf(records[0]?.channel.messageEncoding)) : nothing;
    const before = head.byteLength + definitions.byteLength === 0 ? nothing : Buffer.concat([head, definitions]);
    const commit = encodeCommit(before, definitions, first, records, channelIds);
    await this.#write(commit.bytes, this.#dataEnd);
    const position = this.#dataEnd + commit.chunkStart;
    this.#dataEnd = position + commit.chunkLength;
    addChunk(this.#totals, commit.startNs, commit.endNs);
    this.#remember(first, records, numbers, position, commit.chunkLength);
    return first;
  }

  async #write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      await writeAll(this.#file, bytes, position);
      await this.#file.datasync();
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  #remember(
    first: number,
    records: readonly RecordToCache[],
    numbers: readonly number[],
    position: number,
    length: number,
  ): void {
    const { segment } = this;
    segment.growTo(first + records.length);
    for (let place = 0; place < records.length; place += 1) {
      const record = records[place];
      if (record === undefined) continue;
      segment.addRecord(first + place, numbers[place] ?? 0, storableNs(record.stampNs), record.data.byteLength);
    }
    const lastOrdinal = first + records.length - 1;
    segment.columns?.chunks.push({ position, length, firstOrdinal: first, lastOrdinal });
    segment.bytes = this.#dataEnd + tailBytes;
  }

  /** The number of a record's group, which is added to the segment when it is new. */
  #groupOf(record: RecordToCache): number {
    const number = this.#table.numberOf(record);
    if (number === this.segment.groups.length) {
      const group = this.#table.groups[number];
      if (group === undefined) throw new Error('a group without a number');
      const channelId = number + 1;
      const { schemaName, schemaEncoding, schemaText } = group.channel;
      const schema = JSON.stringify([schemaName, schemaEncoding, schemaText]);
      const schemaId = this.#schemaIds.get(schema) ?? channelId;
      this.#schemaIds.set(schema, schemaId);
      this.segment.addGroup(group, channelId, schemaId);
    }
    return number;
  }

  /** Has the file been unlinked by someone else? */
  async isUnlinked(): Promise<boolean> {
    return (await this.#file.linkCount()) === 0;
  }

  /** Adds the summary. The records are durable already: when this fails, `mend` puts the plain tail back. */
  async close(): Promise<void> {
    const missing = missingRanges(this.segment.columns?.chunks ?? []);
    const closing = encodeClosing(this.segment, missing, this.#dataEnd, this.#totals, this.#robot, null);
    await this.#write(closing, this.#dataEnd);
    this.segment.bytes = this.#dataEnd + closing.byteLength;
    this.segment.open = false;
    await this.release();
  }

  /** After a failure: cuts the file back to what was durable, through a new descriptor. */
  async mend(): Promise<void> {
    await withFile(this.#files, this.segment.path, 'r+', async (file) => {
      await file.truncate(this.#dataEnd);
      if (this.#dataEnd > 0) await writeAll(file, makeTail(), this.#dataEnd);
      await file.datasync();
      this.segment.bytes = this.#dataEnd === 0 ? 0 : this.#dataEnd + tailBytes;
    });
  }

  /** Lets the descriptor go; what it says about that no longer matters. */
  async release(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }
}
