import type { Channel } from '../model/Channel.js';
import type { AddressRange, CacheShare, CacheUsage, RecordAddress, RecordToCache } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import type { ChunkCache } from './ChunkCache.js';
import type { DeletedRanges } from './DeletedRanges.js';
import { errorCode, type FileSystem, removeIfThere } from './FileSystem.js';
import type { ImportRoom } from './ImportBook.js';
import { Lane } from './Lane.js';
import type { Ledger } from './Ledger.js';
import { loadColumns, unloadColumns } from './loadColumns.js';
import { BusyMeter } from './BusyMeter.js';
import type { ChunkPacker } from './ChunkPacker.js';
import { cachedStateOf, type DiskAccount, type Segment } from './Segment.js';
import { SegmentPacking } from './SegmentPacking.js';
import { segmentFileName } from './SegmentName.js';
import { tailBytes } from './segmentBytes.js';
import { SegmentWriter } from './SegmentWriter.js';
import { type Eviction, RoomKeeper, type RoomLimits } from './RoomKeeper.js';

export interface StoreLimits {
  readonly bytesMax: number;
  readonly segmentBytesMax: number;
}

export interface SegmentStoreOptions {
  readonly folder: string;
  readonly robot: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly limits: StoreLimits;
  readonly nextSegment: number;
  readonly segments: readonly Segment[];
  /** Bytes of the folder's other files, the ledger left out. */
  readonly otherBytes: () => number;
  readonly ledger: () => Ledger;
  /** Makes the folders again when their parent is there. */
  readonly restoreFolder: () => Promise<void>;
  /** Counts records that turned out to be unreadable, unless they were counted before. */
  readonly unreadable: (segment: Segment, ordinals: readonly number[], wanted: number) => void;
  /** Counts records whose file is gone. */
  readonly lost: (count: number, reason: string) => void;
  readonly packer: ChunkPacker;
  readonly packBytesMin: number;
  readonly evicted: (eviction: Eviction) => void;
  /** Deletes that can be undone: they keep their segments on disk. */
  readonly deleted: DeletedRanges;
  /** Segments on their way out: here until their removal is durable. */
  readonly leaving: Set<number>;
}

/** An open segment whose records are all done with is closed, and goes, once it is this large. */
const emptiedBytesMin = 64 * 1024;
/** More groups than this in one segment and another one is begun: channel numbers have two bytes. */
const groupsMax = 1000;
/** How often the open file is checked for having been unlinked by someone else. */
const unlinkCheckMs = 1000;
/** A segment is never larger than this part of the disk limit, so that the oldest can go in small steps. */
const segmentsPerCacheMin = 4;
const segmentBytesMin = 64 * 1024;
/** What MCAP puts around a record's bytes, and a share of its chunk's head. */
const recordOverheadBytes = 64;
/** What a channel with its metadata takes, about. */
const channelBytes = 1000;
/** So much of a segment is written when the next one's file is made. */
const prepareShare = 0.5;
/** Bytes of closed segments that may wait to be packed while commits leave no time for it. */
const waitingBytesMax = 64 * 1024 * 1024;
/** Bytes of one commit. */
const commitBytesMax = 1024 * 1024;

/**
 * The segments' files: the one being written, rotation, and (by the `RoomKeeper`) the disk limit and removal.
 *
 * Invariants: what writes files runs in one lane, one task at a time; removal has a lane of its own, so that no commit
 * waits for it. A segment's file is removed only after the ledger durably says why: everything acknowledged or deleted,
 * or evicted with its counts. The open segment is never evicted.
 */
export class SegmentStore {
  readonly #options: SegmentStoreOptions;
  readonly #lane = new Lane();
  readonly #segments = new Map<number, Segment>();
  #limits: StoreLimits;
  #share: CacheShare | null = null;
  #writer: SegmentWriter | null = null;
  #nextSegment: number;
  #lastUnlinkCheckMs = 0;
  #folderSuspect = false;
  readonly #busy = new BusyMeter();
  /** The segments' files together. */
  readonly #account: DiskAccount = { bytes: 0 };
  /** Of the commit that is being written, or waits for its room. */
  #admittedBytes = 0;
  /** Segments whose last bytes are being written, beside the commits into the next. */
  #closing: Promise<void> = Promise.resolve();
  /** The file that comes next, made ahead so that no commit waits for it. */
  #prepared: Promise<SegmentWriter | null> | null = null;
  readonly #packing: SegmentPacking;
  readonly #room: RoomKeeper;

  constructor(options: SegmentStoreOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#nextSegment = options.nextSegment;
    const { folder, robot, files, clock, packer, packBytesMin, ledger } = options;
    this.#packing = new SegmentPacking({
      folder,
      robot,
      files,
      clock,
      packer,
      packBytesMin,
      ledger,
      unreadable: options.unreadable,
      closedSegments: () => this.#closed(),
      isBusy: () => this.#busy.isBusy(clock.monotonicMs()),
      waitingBytesMax: () => Math.min(waitingBytesMax, this.#roomLimits().bytesMax / segmentsPerCacheMin),
      roomBytes: () => this.roomBytes(),
    });
    for (const segment of options.segments) this.#add(segment);
    this.#room = new RoomKeeper({
      segmentsFolder: `${options.folder}/segments`,
      files: options.files,
      ledger: options.ledger,
      closed: () => this.#closed(),
      bytes: () => this.#stayingBytes(),
      bytesInWork: () => this.#packing.bytesInWork,
      limits: () => this.#roomLimits(),
      forget: (segments) => {
        for (const segment of segments) this.#drop(segment);
        options.deleted.forgetSegments(segments);
      },
      evicted: options.evicted,
      leaving: options.leaving,
      nowMs: () => this.#nowMs(),
    });
  }

  get nextSegment(): number {
    return this.#nextSegment;
  }

  get packing(): SegmentPacking {
    return this.#packing;
  }

  get limits(): StoreLimits {
    return this.#limits;
  }

  /** How large the cache may become, and which limit says so. */
  usable(): Pick<CacheUsage, 'bytesMax' | 'bytesMaxCause'> {
    const { bytesMax } = this.#limits;
    const reachable = this.#share?.reachableBytes ?? Infinity;
    return reachable < bytesMax
      ? { bytesMax: reachable, bytesMaxCause: 'laptop-limit' }
      : { bytesMax, bytesMaxCause: 'robot-limit' };
  }

  /** What an import may still add. */
  importRoom(): ImportRoom {
    const { bytesMax } = this.#limits;
    return { bytes: this.bytes(), bytesMax, share: this.#share, spareBytes: this.#room.spareBytes() };
  }

  /** In ascending order. */
  all(): Segment[] {
    return [...this.#segments.values()];
  }

  values(): IterableIterator<Segment> {
    return this.#segments.values();
  }

  get(sequence: number): Segment | undefined {
    return this.#segments.get(sequence);
  }

  /** All files of the cache, with what is being written anew. */
  bytes(): number {
    return this.#stayingBytes() + this.#room.leavingBytes + this.#packing.bytesInWork;
  }

  /** Bytes that may be written beside the segments now: the disk limit is exceeded by one segment at most. */
  roomBytes(): number {
    const left = this.#roomLimits().bytesMax + this.#segmentBytesMax() - this.#stayingBytes();
    return left - this.#room.leavingBytes - this.#admittedBytes;
  }

  /** What is being written anew is left out: it takes the place of a segment, and no record has to go for that. */
  #stayingBytes(): number {
    return this.#options.otherBytes() + this.#options.ledger().bytes + this.#account.bytes;
  }

  #add(segment: Segment): void {
    this.#segments.set(segment.sequence, segment);
    segment.accountTo(this.#account);
  }

  #drop(segment: Segment): void {
    this.#segments.delete(segment.sequence);
    segment.accountTo(null);
  }

  commitBytesMax(): number {
    return Math.min(commitBytesMax, this.#segmentBytesMax() / 2);
  }

  async setLimits(limits: StoreLimits): Promise<void> {
    this.#limits = limits;
    await this.#makeRoom();
  }

  async setShare(share: CacheShare | null): Promise<void> {
    this.#share = share;
    await this.#makeRoom();
  }

  async #makeRoom(): Promise<void> {
    this.#room.prepare();
    await this.#room.settled();
  }

  #roomLimits(): RoomLimits {
    const { bytesMax } = this.#limits;
    const segmentBytesMax = this.#segmentBytesMax();
    const share = this.#share;
    if (share === null || share.bytesMax >= bytesMax) {
      return { bytesMax, segmentBytesMax, cause: 'robot-limit', namedBytesMax: bytesMax };
    }
    return { bytesMax: share.bytesMax, segmentBytesMax, cause: 'laptop-limit', namedBytesMax: share.laptopBytesMax };
  }

  /**
   * Durable when resolved; throws when the disk refuses, and then nothing of it is stored. `afterwards` is waited for
   * before anything else may change files: what it writes is durable before any of the records can leave.
   */
  store(
    records: readonly RecordToCache[],
    afterwards: (first: RecordAddress) => Promise<void> = () => Promise.resolve(),
  ): Promise<RecordAddress> {
    return this.#lane.run(async () => {
      try {
        await this.#heal();
        const bytes = this.#growthOf(records);
        await this.#rotateBefore(bytes);
        this.#admittedBytes = bytes;
        await this.#room.admit(bytes);
        this.#writer ??= (await this.#takePrepared()) ?? (await this.#beginSegment());
        const { segment } = this.#writer;
        const startMs = this.#options.clock.monotonicMs();
        const ordinal = await this.#writer.commit(records);
        this.#busy.add(startMs, this.#options.clock.monotonicMs());
        if (!this.#segments.has(segment.sequence)) this.#add(segment);
        this.#room.prepare();
        this.#prepareNext(this.#writer);
        const first = { segment: segment.sequence, ordinal };
        await afterwards(first);
        return first;
      } catch (error) {
        this.#folderSuspect ||= errorCode(error) === 'ENOENT';
        throw error;
      } finally {
        this.#admittedBytes = 0;
      }
    });
  }

  /** Brings a segment's columns into memory; records that turn out to be unreadable are counted. */
  async load(segment: Segment, chunks: ChunkCache | null = null): Promise<void> {
    if (segment.columns !== null) return;
    const { path } = segment;
    try {
      const { ordinals, wanted } = await loadColumns(this.#options.files, segment, chunks);
      this.#options.unreadable(segment, ordinals, wanted);
    } catch (error) {
      // It may have been written anew under another name meanwhile.
      if (errorCode(error) === 'ENOENT' && segment.path !== path && !segment.removed) return this.load(segment, chunks);
      if (errorCode(error) === 'ENOENT') this.#vanished(segment);
      throw error;
    }
  }

  unload(segment: Segment): void {
    unloadColumns(segment);
  }

  /** The chunk's records cannot be read: they are counted and no longer offered. */
  giveUp({ segment: sequence, from, to }: AddressRange): void {
    const segment = this.#segments.get(sequence);
    if (segment === undefined || segment.removed) return;
    const wanted: number[] = [];
    for (let ordinal = from; ordinal <= to; ordinal += 1) {
      if (cachedStateOf(segment.state(ordinal)) !== null) wanted.push(ordinal);
      segment.setState(ordinal, 'missing');
    }
    this.#options.unreadable(segment, wanted, wanted.length);
  }

  /** Removes segments that nothing needs any more; the open one only when it is large enough to be worth a new file. */
  async sweep(): Promise<void> {
    const isWorthIt = (): boolean =>
      this.#writer !== null && this.#isDone(this.#writer.segment) && this.#writer.segment.bytes >= emptiedBytesMin;
    if (isWorthIt()) {
      await this.#lane.run(async () => {
        if (this.#writer !== null && isWorthIt()) await this.#dropWriter(this.#writer);
      });
    }
    await this.#room.removeEmptied((segment) => this.#isDone(segment));
  }

  /** Closes the segment that is being written: what comes next goes into another. */
  closeOpen(): Promise<void> {
    return this.#lane.run(async () => {
      await this.#heal();
      if (this.#writer !== null && this.#writer.segment.records > 0) await this.#closeWriter(this.#writer);
      await this.#closing;
    });
  }

  /** Waits while one of these segments is on its way out: afterwards it has gone, or stays. */
  async leavingOver(sequences: readonly number[]): Promise<void> {
    if (sequences.some((sequence) => this.get(sequence)?.leaving === true)) await this.#room.evictionOver();
  }

  /** Resolves when no packing, eviction or removal is under way. */
  async settled(): Promise<void> {
    await this.#closing;
    await this.#packing.settled();
    await this.#room.settled();
  }

  /** Closes the open segment, or removes it when nothing in it is needed. */
  async close(): Promise<void> {
    await this.#packing.stop();
    await this.#lane.run(async () => {
      const writer = this.#writer;
      if (writer !== null && this.#isDone(writer.segment)) await this.#dropWriter(writer);
      else if (writer?.failed === false) await this.#closeWriter(writer);
      await this.#closing;
      const prepared = await this.#takePrepared();
      if (prepared !== null) await this.#dropWriter(prepared);
    });
    await this.#room.removeEmptied((segment) => this.#isDone(segment));
  }

  /** Nothing needs its file any more, not even an undo. */
  #isDone(segment: Segment): boolean {
    return segment.isEmptied() && !this.#options.deleted.keeps(segment.sequence);
  }

  #segmentBytesMax(): number {
    const { bytesMax, segmentBytesMax } = this.#limits;
    return Math.min(segmentBytesMax, Math.max(segmentBytesMin, bytesMax / segmentsPerCacheMin));
  }

  async #beginSegment(): Promise<SegmentWriter> {
    const { folder, robot, files, clock } = this.#options;
    const sequence = this.#nextSegment;
    const file = segmentFileName(clock.nowNs(), sequence);
    const place = { path: `${folder}/segments/${file}`, file, sequence, generation: 0 };
    const writer = await SegmentWriter.create(files, place, robot);
    this.#nextSegment += 1;
    try {
      await files.syncFolder(`${folder}/segments`);
      return writer;
    } catch (error) {
      await writer.release();
      await removeIfThere(files, writer.segment.path).catch(() => undefined);
      throw error;
    }
  }

  /** About what the commit will add to the disk, with the channels that it brings. */
  #growthOf(records: readonly RecordToCache[]): number {
    const channels = new Set<Channel>();
    const severities = new Set<string>();
    let bytes = 0;
    for (const { data, channel, kind, severity } of records) {
      bytes += data.byteLength + recordOverheadBytes;
      channels.add(channel);
      severities.add(severity ?? kind);
    }
    const known = this.#writer?.segment.groups.length ?? 0;
    const schemaBytes = records[0]?.channel.schemaText.length ?? 0;
    const fresh = Math.max(0, channels.size * severities.size - known);
    return bytes + fresh * 2 * (schemaBytes + channelBytes) + tailBytes;
  }

  async #rotateBefore(bytes: number): Promise<void> {
    const writer = this.#writer;
    if (writer === null || writer.segment.records === 0) return;
    const full = writer.projectedBytes() + bytes > this.#segmentBytesMax();
    if (full || writer.segment.groups.length > groupsMax) await this.#closeWriter(writer);
  }

  /** Begins another segment when this one is to be closed; only one is being closed at a time. */
  async #closeWriter(writer: SegmentWriter): Promise<void> {
    this.#writer = null;
    await this.#closing;
    this.#closing = this.#finish(writer);
  }

  async #finish(writer: SegmentWriter): Promise<void> {
    const { segment } = writer;
    try {
      await writer.close();
    } catch {
      // The records are durable; only the summary is missing, and the next start writes it.
      await writer.release();
      await writer.mend().catch(() => undefined);
      segment.open = false;
    }
    unloadColumns(segment);
    this.#packing.kick();
  }

  /** Makes the next segment's file and its name durable while this one still has room. */
  #prepareNext(writer: SegmentWriter): void {
    if (this.#prepared !== null || writer.segment.bytes < this.#segmentBytesMax() * prepareShare) return;
    this.#prepared = this.#beginSegment().catch(() => null);
  }

  async #takePrepared(): Promise<SegmentWriter | null> {
    const prepared = await this.#prepared;
    this.#prepared = null;
    return prepared;
  }

  async #dropWriter(writer: SegmentWriter): Promise<void> {
    if (this.#writer === writer) this.#writer = null;
    await writer.release();
    writer.segment.open = false;
    if (writer.segment.records === 0) await removeIfThere(this.#options.files, writer.segment.path);
  }

  /** Puts right what a failure left before anything new is written. */
  async #heal(): Promise<void> {
    await this.#checkUnlinked();
    if (this.#folderSuspect) await this.#restoreFolder();
    const writer = this.#writer;
    if (writer?.failed !== true) return;
    await writer.release();
    const { segment } = writer;
    try {
      await writer.mend();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw error;
      // The file cannot be cut back: the ledger says where it ends.
      const cut = { type: 'cut' as const, segment: segment.sequence, records: segment.records, at: this.#nowMs() };
      await this.#options.ledger().append([cut], () => {
        segment.cutAt = segment.records;
      });
    }
    this.#writer = null;
    segment.open = false;
    if (segment.records === 0) await removeIfThere(this.#options.files, segment.path).catch(() => undefined);
    else unloadColumns(segment);
  }

  async #checkUnlinked(): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#writer === null || nowMs - this.#lastUnlinkCheckMs < unlinkCheckMs) return;
    this.#lastUnlinkCheckMs = nowMs;
    this.#folderSuspect ||= !this.#writer.failed && (await this.#writer.isUnlinked());
  }

  /** Makes the folders again and finds out which segments went with the old ones. */
  async #restoreFolder(): Promise<void> {
    const { files, folder } = this.#options;
    await this.#options.restoreFolder();
    const named = new Map(this.all().map((segment) => [segment, segment.file]));
    const present = new Set(await files.list(`${folder}/segments`));
    const prepared = await this.#takePrepared();
    if (prepared !== null) await this.#dropWriter(prepared);
    const writer = this.#writer;
    if (writer !== null && !present.has(writer.segment.file)) {
      await writer.release();
      this.#writer = null;
      writer.segment.open = false;
    }
    this.#folderSuspect = false;
    for (const [segment, file] of named) {
      // One that was written anew meanwhile has another name, and is there.
      if (!present.has(file) && segment.file === file) this.#vanished(segment);
    }
  }

  /** The file went by someone else's hand: what was in it is lost, and counted. */
  #vanished(segment: Segment): void {
    if (segment.removed) return;
    segment.removed = true;
    this.#drop(segment);
    this.#options.deleted.forgetSegments([segment]);
    const count = segment.remaining() + segment.count('quarantined');
    if (count > 0) this.#options.lost(count, `the file ${segment.file} was removed by someone else`);
  }

  #closed(): Segment[] {
    return this.all().filter((segment) => !segment.open && segment !== this.#writer?.segment);
  }

  #nowMs(): number {
    return Number(this.#options.clock.nowNs() / 1_000_000n);
  }
}
