import { generationFileName } from './SegmentName.js';
import type { SegmentFile } from './cacheFolder.js';
import type { ChunkPacker } from './ChunkPacker.js';
import { addChunk, encodeClosing, encodeDefinitions, encodePackedChunk, noChunks, profileOf } from './encodeSegment.js';
import { type FileSystem, type OpenFile, removeIfThere, withFile, writeAll } from './FileSystem.js';
import { type ChunkToEncode, encodeSegmentIndex } from './index/encodeSegmentIndex.js';
import { walkSegment } from './scanSegment.js';
import { Segment } from './Segment.js';
import { SegmentColumns } from './SegmentColumns.js';
import { GroupTable, type SegmentGroup } from './SegmentGroup.js';
import { missingRanges } from './SegmentSummary.js';
import {
  type CheckedChunk,
  makeHead,
  messageHeadBytes,
  opcodes,
  recordHeadBytes,
  type StoredMessage,
} from './segmentBytes.js';

/**
 * Writes a closed segment anew, beside the old file: packed (chunks of about `chunkBytesMin` compressed together, with
 * an index), and with other bytes or another destination for some records when an edit says so.
 *
 * Invariants: ordinals stay what they were. The new file is whole and durable when this resolves (its name not yet: the folder
 * must be synced); nothing else has changed. When it does not come to that, the new file is gone.
 */
export interface RewriteOptions {
  readonly files: FileSystem;
  readonly folder: string;
  readonly robot: string;
  readonly packer: ChunkPacker;
  /** Asked between chunks: false ends the work. */
  readonly isWanted: () => boolean;
  /** Waited for after each chunk that was written: who works in the background may be asked to rest. */
  readonly rest: () => Promise<void>;
  /** A file that would be larger than this is not made. */
  readonly bytesMax: number;
  readonly edit?: RecordEdit;
}

/** What becomes of a record; null to leave it as it is. Without `stampNs` its time stays. */
export type RecordEdit = (
  ordinal: number,
  group: SegmentGroup,
  data: Uint8Array,
  receivedNs: bigint,
) => EditedRecord | null;

export interface EditedRecord {
  readonly group: SegmentGroup;
  readonly data: Uint8Array;
  readonly stampNs?: bigint;
}

export type RewriteOutcome =
  | { readonly type: 'written'; readonly segment: Segment }
  | { readonly type: 'not-wanted' }
  | { readonly type: 'too-large' }
  /** Something in the old file cannot be read: it is left as it is. */
  | { readonly type: 'damaged' };

/**
 * Uncompressed bytes at which a packed chunk is full. A chunk is decompressed for one hit in it: half as large as this costs a tenth
 * more of the disk, twice as large twice the time.
 */
const chunkBytesMin = 64 * 1024;

export async function rewriteSegment(
  options: RewriteOptions,
  old: Segment,
  generation: number,
): Promise<RewriteOutcome> {
  const { files, folder } = options;
  const file = generationFileName(old.file, generation);
  const place = { path: `${folder}/segments/${file}`, file, sequence: old.sequence, generation };
  await removeIfThere(files, place.path);
  try {
    const outcome = await withFile(files, old.path, 'r', (source) =>
      withFile(files, place.path, 'wx', (target) => new Rewriting(options, old, place, target).run(source)),
    );
    if (outcome.type !== 'written') await removeIfThere(files, place.path);
    return outcome;
  } catch (error) {
    await removeIfThere(files, place.path).catch(() => undefined);
    throw error;
  }
}

class Rewriting {
  readonly #options: RewriteOptions;
  readonly #old: Segment;
  readonly #next: Segment;
  readonly #columns = new SegmentColumns();
  readonly #table = new GroupTable();
  /** By the objects that come again and again, so that no key is made for each record. */
  readonly #numbers = new Map<SegmentGroup, number>();
  readonly #schemaIds = new Map<string, number>();
  readonly #target: OpenFile;
  readonly #totals = noChunks();
  readonly #chunks: ChunkToEncode[] = [];
  readonly #groupOfOldChannel = new Map<number, SegmentGroup>();
  #position = 0;
  /** Groups whose channels are in the file. */
  #defined = 0;
  /** Message records of the chunk that is being put together. */
  #raw = Buffer.allocUnsafe(2 * chunkBytesMin);
  #rawBytes = 0;
  #messages = 0;
  #startNs = 0n;
  #endNs = 0n;
  #first = 0;
  #last = 0;

  constructor(options: RewriteOptions, old: Segment, place: SegmentFile, target: OpenFile) {
    this.#options = options;
    this.#old = old;
    this.#next = new Segment(place, false);
    this.#next.columns = this.#columns;
    this.#target = target;
  }

  async run(source: OpenFile): Promise<RewriteOutcome> {
    for await (const item of walkSegment(source, await source.size())) {
      if (!this.#options.isWanted()) return { type: 'not-wanted' };
      if (item.type === 'damage') return { type: 'damaged' };
      if (item.type === 'group') this.#groupOfOldChannel.set(item.channelId, item.group);
      else if (!(await this.#take(item.chunk))) return { type: 'damaged' };
      if (this.#position > this.#options.bytesMax) return { type: 'too-large' };
    }
    await this.#flush();
    return this.#close();
  }

  /** False when a message's channel is not known. */
  async #take(chunk: CheckedChunk): Promise<boolean> {
    for (const message of chunk.messages) {
      // Never durable, whatever the file holds.
      if (message.ordinal >= (this.#old.cutAt ?? Infinity)) break;
      const group = this.#groupOfOldChannel.get(message.channelId);
      if (group === undefined) return false;
      // Ordinals that are missing must stand between two chunks: that is how a summary knows of them.
      if (this.#messages > 0 && message.ordinal !== this.#last + 1) await this.#flush();
      this.#add(chunk, message, group);
      if (this.#rawBytes >= chunkBytesMin) await this.#flush();
    }
    return true;
  }

  #add({ records }: CheckedChunk, message: StoredMessage, oldGroup: SegmentGroup): void {
    const { ordinal, stampNs, receivedNs, dataStart, dataEnd } = message;
    const oldData = records.subarray(dataStart, dataEnd);
    const unchanged: EditedRecord = { group: oldGroup, data: oldData };
    const edited = this.#options.edit?.(ordinal, oldGroup, oldData, receivedNs) ?? unchanged;
    const number = this.#groupNumber(edited.group);
    const bytes = this.#roomFor(recordHeadBytes + messageHeadBytes + edited.data.byteLength);
    bytes.set(records.subarray(dataStart - recordHeadBytes - messageHeadBytes, dataStart));
    bytes[0] = opcodes.message;
    bytes.writeUInt32LE(messageHeadBytes + edited.data.byteLength, 1);
    bytes.writeUInt32LE(0, 5);
    bytes.writeUInt16LE(number + 1, recordHeadBytes);
    if (edited.stampNs !== undefined) bytes.writeBigUInt64LE(edited.stampNs, recordHeadBytes + messageHeadBytes - 8);
    bytes.set(edited.data, recordHeadBytes + messageHeadBytes);
    if (this.#messages === 0) {
      this.#first = ordinal;
      this.#startNs = receivedNs;
      this.#endNs = receivedNs;
    }
    this.#last = ordinal;
    if (receivedNs < this.#startNs) this.#startNs = receivedNs;
    if (receivedNs > this.#endNs) this.#endNs = receivedNs;
    this.#messages += 1;
    this.#rawBytes += bytes.byteLength;
    this.#next.addRecord(ordinal, number, edited.stampNs ?? stampNs, edited.data.byteLength);
  }

  /** Where the next message goes; what is there already stays. */
  #roomFor(bytes: number): Buffer {
    const end = this.#rawBytes + bytes;
    if (end > this.#raw.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(end, 2 * this.#raw.byteLength));
      larger.set(this.#raw.subarray(0, this.#rawBytes));
      this.#raw = larger;
    }
    return this.#raw.subarray(this.#rawBytes, end);
  }

  #groupNumber(group: SegmentGroup): number {
    const known = this.#numbers.get(group);
    if (known !== undefined) return known;
    const number = this.#table.add(group);
    this.#numbers.set(group, number);
    if (number === this.#next.groups.length) {
      const { schemaName, schemaEncoding, schemaText } = group.channel;
      const schema = JSON.stringify([schemaName, schemaEncoding, schemaText]);
      const schemaId = this.#schemaIds.get(schema) ?? number + 1;
      this.#schemaIds.set(schema, schemaId);
      this.#next.addGroup(group, number + 1, schemaId);
    }
    return number;
  }

  async #flush(): Promise<void> {
    if (this.#messages === 0) return;
    const { groups } = this.#next;
    const fresh = groups.slice(this.#defined);
    const definitions = encodeDefinitions(fresh, groups, this.#options.robot);
    const before = Buffer.concat([this.#position === 0 ? makeHead(this.#profile()) : new Uint8Array(0), definitions]);
    this.#defined = groups.length;
    // A copy of its own: it is handed over to another thread.
    const records = new Uint8Array(definitions.byteLength + this.#rawBytes);
    records.set(definitions);
    records.set(this.#raw.subarray(0, this.#rawBytes), definitions.byteLength);
    const rawBytes = records.byteLength;
    const groupOfChannel = new Map(groups.map(({ channelId, group }) => [channelId, group]));
    const { compressed, crc, content } = await this.#options.packer.pack({ records, groups: groupOfChannel });
    const [startNs, endNs] = [this.#startNs, this.#endNs];
    const chunk = encodePackedChunk(compressed, { startNs, endNs, rawBytes, crc });
    const position = this.#position + before.byteLength;
    await writeAll(this.#target, Buffer.concat([before, chunk]), this.#position);
    const place = { position, length: chunk.byteLength, firstOrdinal: this.#first, lastOrdinal: this.#last };
    this.#position = position + chunk.byteLength;
    this.#columns.chunks.push(place);
    this.#chunks.push({ place, content });
    addChunk(this.#totals, startNs, endNs);
    this.#messages = 0;
    this.#rawBytes = 0;
    await this.#options.rest();
  }

  async #close(): Promise<RewriteOutcome> {
    const segment = this.#next;
    segment.growTo(Math.min(this.#old.records, this.#old.cutAt ?? Infinity));
    const missing = missingRanges(this.#columns.chunks);
    const index = encodeSegmentIndex(this.#chunks);
    const closing = encodeClosing(segment, missing, this.#position, this.#totals, this.#options.robot, index);
    if (this.#position + closing.byteLength > this.#options.bytesMax) return { type: 'too-large' };
    await writeAll(this.#target, closing, this.#position);
    await this.#target.datasync();
    segment.bytes = this.#position + closing.byteLength;
    return { type: 'written', segment };
  }

  #profile(): string {
    return profileOf(this.#next.groups[0]?.group.channel.messageEncoding);
  }
}
