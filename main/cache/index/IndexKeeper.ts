import { ByteBoundedMap } from '../ByteBoundedMap.js';
import { type FileSystem, type OpenFile, readAt, readInto, withFile } from '../FileSystem.js';
import { attachmentData, attachmentDataStart, type AttachmentPlace, findAttachment } from '../findAttachment.js';
import { WindowMemory } from '../ReadAheadFile.js';
import type { Segment } from '../Segment.js';
import { withTailInMemory } from '../TailFile.js';
import {
  decodeIndexChunks,
  decodeSegmentIndexHead,
  indexAttachmentName,
  indexHeadBytes,
  rowsOf,
  type SegmentIndex,
  type SegmentIndexHead,
} from './SegmentIndex.js';

/** What the heads that are kept take in memory, about. */
const headBytesMax = 24 * 1024 * 1024;
/** So much of it is filled by reading ahead. */
const filledPartMax = 0.9;
/** What the whole indexes that are kept take in memory. */
const indexBytesMax = 24 * 1024 * 1024;
/** When there is no room for more, one of so many is kept. */
const keptPartMin = 8;
/** A segment without an index is remembered as such. */
const absentBytes = 200;
/** Read at once of an attachment: enough for most heads. */
const prefixBytes = 16 * 1024;
/** Memory for reading is used again, but for that of larger indexes. */
const keptMemoryBytesMax = 256 * 1024;
/** A larger attachment is taken for damage. */
const attachmentBytesMax = 64 * 1024 * 1024;

/**
 * The indexes of packed segments: the heads stay in memory, the rest is read when it is asked for. Null is said of a
 * segment that is open, has no index (it is not packed yet), or has one that does not hold together or does not agree with
 * the segment's own sums: its columns tell then. Throws what opening the file throws.
 *
 * Invariant: a segment that is written anew gets another path, so what is known of a path stays true.
 */
export class IndexKeeper {
  readonly #files: FileSystem;
  readonly #heads = new ByteBoundedMap<string, KnownHead | null>(headBytesMax);
  /**
   * The bytes of those that hold together. They are decoded each time: that takes a twentieth of a millisecond, and what was
   * decoded, kept, would be some hundred objects each for V8 to go through again and again.
   */
  readonly #indexes = new ByteBoundedMap<string, Uint8Array>(indexBytesMax);
  /** For reading indexes, those of several segments at a time. */
  readonly #memories: WindowMemory[] = [];
  #turnedAway = 0;
  readonly #agreed = new WeakMap<Segment, SegmentIndexHead>();

  constructor(files: FileSystem) {
    this.#files = files;
  }

  async headOf(segment: Segment): Promise<SegmentIndexHead | null> {
    return (await this.#knownOf(segment))?.head ?? null;
  }

  /** May heads be read that nobody asked for, without another's having to go? */
  get hasRoomForHeads(): boolean {
    return this.#heads.bytes < headBytesMax * filledPartMax;
  }

  /** Null as well when it has not been read yet. Every search asks this of all segments: it does not count as a use. */
  knownHeadOf(segment: Segment): SegmentIndexHead | null {
    return this.knownOf(segment)?.head ?? null;
  }

  /** The same, with the place of the whole index in the file. */
  knownOf(segment: Segment): KnownHead | null {
    const known = segment.open ? null : (this.#heads.peek(segment.path) ?? null);
    return known !== null && this.#agrees(known.head, segment) ? known : null;
  }

  /**
   * What `use` makes of the index, of which it must keep no hold: its memory may be used again right after. Null without an index.
   * `file` is the segment's, opened by who asks.
   */
  async withIndex<T>(
    segment: Segment,
    file: OpenFile,
    path: string,
    use: (index: SegmentIndex) => T,
  ): Promise<T | null> {
    const found = await this.#knownOf(segment);
    if (found === null || segment.path !== path) return null;
    const { head, place } = found;
    const known = this.#indexes.get(path);
    const knownChunks = known === undefined ? null : decodeIndexChunks(known, true);
    if (knownChunks !== null) return use({ head, chunks: knownChunks });
    return this.#withMemory(place.length, async (memory) => {
      const record = memory.subarray(0, await readInto(file, memory, place.offset));
      const data = attachmentData(record, indexAttachmentName);
      const chunks = data && decodeIndexChunks(data);
      if (data === null || chunks === null) this.#heads.set(path, null, absentBytes);
      else if (this.#mayKeep(data.byteLength)) this.#indexes.set(path, data.slice(), data.byteLength);
      // Nothing is waited for from here on: the memory is still this one's.
      return chunks && use({ head, chunks });
    });
  }

  /**
   * When there is no room, only some take another's place: who goes through more than there is room for would find nothing of what it
   * kept, and leave all of it to be collected.
   */
  #mayKeep(bytes: number): boolean {
    if (this.#indexes.bytes + bytes <= indexBytesMax) return true;
    this.#turnedAway = (this.#turnedAway + 1) % keptPartMin;
    return this.#turnedAway === 0;
  }

  async #knownOf(segment: Segment): Promise<KnownHead | null> {
    if (segment.open) return null;
    const { path } = segment;
    let known = this.#heads.get(path);
    if (known === undefined) {
      known = await this.#withMemory(2 * prefixBytes, (memory) =>
        withFile(this.#files, path, 'r', (file) => readKnown(file, memory)),
      );
      this.#heads.set(path, known, known?.head.bytes ?? absentBytes);
    }
    return known !== null && this.#agrees(known.head, segment) ? known : null;
  }

  async #withMemory<T>(length: number, use: (memory: Uint8Array) => Promise<T>): Promise<T> {
    const memory = this.#memories.pop() ?? new WindowMemory();
    const used = await use(memory.bytes(length));
    if (length <= keptMemoryBytesMax) this.#memories.push(memory);
    return used;
  }

  /** Has the index as many records of each channel as the segment? */
  #agrees(head: SegmentIndexHead, segment: Segment): boolean {
    if (this.#agreed.get(segment) === head) return true;
    const left = new Map(segment.groups.map(({ channelId, records }) => [channelId, records]));
    for (const { group, count } of rowsOf(head.tallies)) left.set(group, (left.get(group) ?? 0) - count);
    const agrees = [...left.values()].every((records) => records === 0);
    if (agrees) this.#agreed.set(segment, head);
    return agrees;
  }
}

/** An index's head, and where in its file the whole attachment is. */
export interface KnownHead {
  readonly head: SegmentIndexHead;
  readonly place: AttachmentPlace;
}

/** `memory` is for what is read on the way. */
async function readKnown(opened: OpenFile, memory: Uint8Array): Promise<KnownHead | null> {
  const size = await opened.size();
  const file = await withTailInMemory(opened, size, memory.subarray(prefixBytes));
  const place = await findAttachment(file, size, indexAttachmentName);
  if (place === null || place.length > attachmentBytesMax) return null;
  const head = await readHead(file, place, memory.subarray(0, prefixBytes));
  return head && { head, place };
}

async function readHead(
  file: Pick<OpenFile, 'read'>,
  place: AttachmentPlace,
  memory: Uint8Array,
): Promise<SegmentIndexHead | null> {
  const wantedOfPrefix = memory.subarray(0, Math.min(place.length, prefixBytes));
  const prefix = wantedOfPrefix.subarray(0, await readInto(file, wantedOfPrefix, place.offset));
  const dataStart = attachmentDataStart(prefix, indexAttachmentName);
  if (dataStart === null) return null;
  const wanted = indexHeadBytes(prefix.subarray(dataStart));
  if (wanted === null || dataStart + wanted > place.length) return null;
  if (dataStart + wanted <= prefix.byteLength) return decodeSegmentIndexHead(prefix.subarray(dataStart));
  return decodeSegmentIndexHead(await readAt(file, place.offset + dataStart, wanted));
}
