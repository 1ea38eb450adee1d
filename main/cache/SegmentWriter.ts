import type { RecordToCache } from '../seams/Cache.js';
import { type ChunkFacts, closingBytes, encodeClosing, encodeCommit, storableNs } from './encodeSegment.js';
import { type FileSystem, type OpenFile, withFile, writeAll } from './FileSystem.js';
import { type GroupSum, Segment } from './Segment.js';
import { SegmentColumns } from './SegmentColumns.js';
import { GroupTable } from './SegmentGroup.js';
import { makeHead, makeTail, tailBytes } from './segmentBytes.js';

/**
 * Writes one segment.
 *
 * Invariants: after every commit the file is a valid MCAP file (chunk, indexes, DataEnd, footer, magic), made by one
 * positioned write that starts where the previous tail began, followed by `fdatasync`. A record is in the segment's
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
  readonly #chunks: ChunkFacts[] = [];
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
  static async create(
    files: FileSystem,
    place: { readonly path: string; readonly file: string; readonly sequence: number },
    robot: string,
  ): Promise<SegmentWriter> {
    const segment = new Segment(place.sequence, place.path, place.file, true);
    segment.columns = new SegmentColumns();
    return new SegmentWriter(files, await files.open(place.path, 'wx'), segment, robot);
  }

  get failed(): boolean {
    return this.#failed;
  }

  get chunks(): number {
    return this.#chunks.length;
  }

  /** Size that the file would have if it were closed now. */
  projectedBytes(): number {
    return this.#dataEnd + closingBytes(this.#chunks.length, this.segment.groups);
  }

  /** Durable when resolved; the ordinals are consecutive from the returned one. */
  async commit(records: readonly RecordToCache[]): Promise<number> {
    const first = this.segment.records;
    const known = this.segment.groups.length;
    const sums = records.map((record) => this.#sumOf(record));
    const head = this.#dataEnd === 0 ? makeHead(profileOf(records[0])) : new Uint8Array(0);
    const newGroups = this.segment.groups.slice(this.#dataEnd === 0 ? 0 : known);
    const { bytes, facts } = encodeCommit(
      this.#dataEnd + head.byteLength,
      first,
      records,
      sums,
      newGroups,
      this.#robot,
    );
    const whole = Buffer.concat([head, bytes, makeTail()]);
    await this.#write(whole, this.#dataEnd);
    this.#dataEnd += whole.byteLength - tailBytes;
    this.#chunks.push(facts);
    this.#remember(first, records, sums, facts);
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
    sums: readonly GroupSum[],
    { position, length }: ChunkFacts,
  ): void {
    const { segment } = this;
    for (const [place, record] of records.entries()) {
      const group = segment.groupOfChannel.get(sums[place]?.channelId ?? 0) ?? 0;
      segment.addRecord(first + place, group, storableNs(record.stampNs), record.data.byteLength);
    }
    segment.columns?.chunks.push({
      position,
      length,
      firstOrdinal: first,
      lastOrdinal: first + records.length - 1,
    });
    segment.bytes = this.#dataEnd + tailBytes;
  }

  #sumOf(record: RecordToCache): GroupSum {
    const number = this.#table.numberOf(record);
    const { groups } = this.segment;
    if (number === groups.length) {
      const group = this.#table.groups[number];
      if (group === undefined) throw new Error('a group without a number');
      const channelId = number + 1;
      const { schemaName, schemaEncoding, schemaText } = group.channel;
      const schema = JSON.stringify([schemaName, schemaEncoding, schemaText]);
      const schemaId = this.#schemaIds.get(schema) ?? channelId;
      this.#schemaIds.set(schema, schemaId);
      this.segment.addGroup(group, channelId, schemaId);
    }
    const sum = groups[number];
    if (sum === undefined) throw new Error('a group that is not in its segment');
    return sum;
  }

  /** Has the file been unlinked by someone else? */
  async isUnlinked(): Promise<boolean> {
    return (await this.#file.linkCount()) === 0;
  }

  /** Adds the summary. The records are durable already: when this fails, `mend` puts the plain tail back. */
  async close(): Promise<void> {
    const closing = encodeClosing(this.segment, this.#dataEnd, this.#chunks, this.#robot);
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

function profileOf(record: RecordToCache | undefined): string {
  switch (record?.channel.messageEncoding) {
    case 'cdr':
      return 'ros2';
    case 'ros1':
      return 'ros1';
    case 'json':
    case undefined:
      return '';
  }
}
