import type { Clock } from '../seams/Clock.js';
import type { SegmentFile } from './cacheFolder.js';
import type { ChunkPacker } from './ChunkPacker.js';
import { errorCode, type FileSystem, removeIfThere } from './FileSystem.js';
import type { Ledger } from './Ledger.js';
import type { LedgerEntry } from './LedgerEntry.js';
import type { NamedGeneration } from './NamedGeneration.js';
import { loadColumns, unloadColumns } from './loadColumns.js';
import type { OpenEdit } from './OpenEdits.js';
import { readSegment } from './openSegment.js';
import { type RecordEdit, type RewriteOutcome, rewriteSegment } from './rewriteSegment.js';
import { generationFileName } from './SegmentName.js';
import { cachedStateOf, type KeptFile, type Segment } from './Segment.js';

export interface SegmentPackingOptions {
  readonly folder: string;
  readonly robot: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly packer: ChunkPacker;
  /** A smaller segment is left as it is: packing would hardly make it smaller. */
  readonly packBytesMin: number;
  readonly ledger: () => Ledger;
  /** Counts records that turned out to be unreadable, unless they were counted before. */
  readonly unreadable: (segment: Segment, ordinals: readonly number[], wanted: number) => void;
  /** Closed segments, in ascending order. */
  readonly closedSegments: () => readonly Segment[];
  /** Bytes that may be written beside the segments now: the disk limit is exceeded by one segment at most. */
  readonly roomBytes: () => number;
  /** Do commits follow one another closely? Then packing rests most of the time. */
  readonly isBusy: () => boolean;
  /** When more than this waits, packing goes on all the same. */
  readonly waitingBytesMax: () => number;
}

/** Segments that are packed together at most: so many more files are on disk meanwhile. */
const togetherMax = 4;
/** How long packing rests after each chunk while commits follow one another closely: at least, and times what the chunk took. */
const restMsMin = 20;
const restFactor = 4;
/** How long packing rests after the disk refused. */
const retryMs = 10_000;
/** How often a segment that is being read is asked for again. */
const unusedCheckMs = 20;

/** What an edit makes of one segment; `isChanged` is asked when it is written. */
export interface SegmentToEdit {
  readonly segment: Segment;
  readonly edit: RecordEdit;
  readonly isChanged: () => boolean;
}

interface Rewritten {
  readonly segment: Segment;
  readonly next: Segment;
  /** Is the new file a file in work, or one that was there before? */
  readonly inWork: boolean;
}

/** Something in a segment cannot be read. */
class Unreadable extends Error {}

/** What the ledger is to name from now on. */
type Named = ReadonlyMap<Segment, NamedGeneration>;

/**
 * Writes closed segments anew, one at a time: packs them in the background, and edits them when a person asks.
 *
 * Invariants: the new file and its name are durable before the ledger says that it counts; that is durable before memory
 * goes over to it; and only then the old file goes (unless it is kept for going back). Memory goes over while no one
 * uses the segment. A crash in between leaves one file too many, which the next opening removes.
 */
export class SegmentPacking {
  readonly #options: SegmentPackingOptions;
  #stopped = false;
  /** Segments that cannot be packed: damaged, or refused for another reason than the disk's. */
  readonly #unfit = new Set<number>();
  #running: Promise<void> | null = null;
  #retryAtMs = -Infinity;
  #cancelRetry: (() => void) | null = null;
  /** Of files that count to no segment: what they take, or may come to while they are written. */
  #bytesInWork = 0;
  /** Someone waits for the end: no rests. */
  #hurry = 0;
  /** Rewriting takes turns, also with what a person asked for. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SegmentPackingOptions) {
    this.#options = options;
  }

  /** Bytes on disk beside the segments' own, at most. */
  get bytesInWork(): number {
    return this.#bytesInWork;
  }

  /** Packs what there is to pack, in the background. */
  kick(): void {
    if (this.#stopped || this.#options.clock.monotonicMs() < this.#retryAtMs) return;
    this.#running ??= this.#packAll().finally(() => {
      this.#running = null;
    });
  }

  /** Resolves when nothing waits to be packed, or nothing can be for now. */
  async settled(): Promise<void> {
    this.#hurry += 1;
    this.kick();
    await this.#running;
    this.#hurry -= 1;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    await this.#running;
    await this.#turn.catch(() => undefined);
    await this.#options.packer.close();
  }

  /**
   * Writes segments anew, all before the ledger names the first, and keeps the old files. Segments in which nothing changed
   * are left as they are. Throws when the disk refuses; then nothing has changed, as with `damaged`.
   */
  edit(
    edits: readonly SegmentToEdit[],
    describe: (segments: readonly Segment[]) => OpenEdit,
    apply: (edit: OpenEdit) => void,
  ): Promise<OpenEdit | 'damaged'> {
    return this.#inTurn(async () => {
      const written: Rewritten[] = [];
      try {
        for (const { segment, edit, isChanged } of edits) {
          const outcome = await this.#write(segment, edit);
          if (outcome.type === 'written' && isChanged()) {
            written.push({ segment, next: outcome.segment, inWork: true });
          } else if (outcome.type === 'written') await this.#removeIfPossible(outcome.segment.path);
          else if (this.#stopped) throw new Error('the cache was closed');
          else if (!segment.removed) throw new Unreadable();
        }
        await this.#syncNames(written);
      } catch (error) {
        for (const { next } of written) await this.#removeIfPossible(next.path);
        this.#bytesInWork = 0;
        if (error instanceof Unreadable) return 'damaged';
        throw error;
      }
      try {
        const made = describe(written.map(({ segment }) => segment));
        await this.#goOver(
          written,
          true,
          (named) => editLine(made, named),
          () => {
            apply(made);
          },
        );
        return made;
      } finally {
        this.#bytesInWork = 0;
      }
    });
  }

  /** The files from before an edit go. */
  forgetKept(segments: readonly Segment[], ended: LedgerEntry, apply: () => void): Promise<void> {
    return this.#inTurn(async () => {
      const kept = segments.flatMap((segment) => segment.keptFile ?? []);
      const named = new Map(segments.map((segment) => [segment, { current: segment.generation, kept: null }]));
      await this.#announce(named, [ended], apply);
      for (const segment of segments) segment.keptFile = null;
      for (const file of kept) await this.#removeReplaced(file);
    });
  }

  /** The files from before an edit count again. */
  goBack(segments: readonly Segment[], ended: LedgerEntry, apply: () => void): Promise<void> {
    return this.#inTurn(async () => {
      const { files } = this.#options;
      const before: Rewritten[] = [];
      const unreadable: { readonly segment: Segment; readonly wanted: readonly number[] }[] = [];
      for (const segment of segments) {
        const { keptFile } = segment;
        const { kept } = segment.named;
        if (keptFile === null || kept === null) continue;
        const { path } = keptFile;
        const { sequence } = segment;
        const place = { path, file: generationFileName(segment.file, kept), sequence, generation: kept };
        const found = await readWithColumns(files, place).catch((error: unknown) => {
          // It had to make room meanwhile, and its files are gone: there is nothing to go back to.
          if (segment.removed && errorCode(error) === 'ENOENT') return null;
          throw error;
        });
        if (found === null) continue;
        const { next, ordinals } = found;
        before.push({ segment, next, inWork: false });
        const wanted = ordinals.filter((ordinal) => cachedStateOf(segment.state(ordinal)) !== null);
        if (wanted.length > 0) unreadable.push({ segment, wanted });
      }
      await this.#goOver(before, false, () => [ended], apply);
      for (const { segment, wanted } of unreadable) this.#options.unreadable(segment, wanted, wanted.length);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #packAll(): Promise<void> {
    for (let segments = this.#next(); segments.length > 0; segments = this.#next()) {
      try {
        await this.#inTurn(() => this.#pack(segments));
      } catch {
        this.#rest();
        return;
      }
    }
  }

  /** The newest first: the oldest may soon have to go anyway. Some together share what the folder and the ledger cost. */
  #next(): Segment[] {
    if (this.#stopped) return [];
    const waiting = this.#options.closedSegments().filter((segment) => this.#mayPack(segment));
    return waiting.slice(-togetherMax).reverse();
  }

  #mayPack(segment: Segment): boolean {
    const { generation, bytes, removed, sequence } = segment;
    const isLarge = bytes >= this.#options.packBytesMin;
    return generation === 0 && isLarge && !removed && !segment.isEmptied() && !this.#unfit.has(sequence);
  }

  #rest(): void {
    const { clock } = this.#options;
    this.#retryAtMs = clock.monotonicMs() + retryMs;
    this.#cancelRetry?.();
    this.#cancelRetry = clock.after(retryMs, () => {
      this.#cancelRetry = null;
      this.#retryAtMs = -Infinity;
      this.kick();
    });
  }

  async #pack(segments: readonly Segment[]): Promise<void> {
    const written: Rewritten[] = [];
    try {
      for (const segment of segments) {
        // Chosen before its turn came: an edit may have written it anew meanwhile, and keeps its original.
        if (!this.#mayPack(segment)) continue;
        if (written.length > 0 && this.#bytesInWork + segment.bytes > this.#options.roomBytes()) break;
        const outcome = await this.#write(segment);
        if (outcome.type === 'written') written.push({ segment, next: outcome.segment, inWork: true });
        else if (!segment.removed && !this.#stopped) this.#unfit.add(segment.sequence);
      }
      await this.#syncNames(written);
    } catch (error) {
      for (const { next } of written) await this.#removeIfPossible(next.path);
      this.#bytesInWork = 0;
      throw error;
    }
    if (written.length === 0) return;
    try {
      await this.#goOver(written, false, (named) => this.#packedLines(named));
    } finally {
      this.#bytesInWork = 0;
    }
  }

  async #write(segment: Segment, edit?: RecordEdit): Promise<RewriteOutcome> {
    if (segment.removed || this.#stopped) return { type: 'not-wanted' };
    const { folder, robot, files, packer } = this.#options;
    // What a person asked for must come about, also where it makes the file larger.
    const bytesMax = edit === undefined ? segment.bytes : Infinity;
    const planned = segment.bytes;
    this.#bytesInWork += planned;
    const isWanted = (): boolean => !segment.removed && !segment.isEmptied() && !this.#stopped;
    const rest = edit === undefined ? this.#restWhileBusy() : (): Promise<void> => Promise.resolve();
    const options = { files, folder, robot, packer, isWanted, bytesMax, rest, ...(edit === undefined ? {} : { edit }) };
    const outcome = await rewriteSegment(options, segment, segment.generationMax + 1).catch(
      (error: unknown): RewriteOutcome => {
        // It had to make room meanwhile, and its file is gone.
        if (segment.removed && errorCode(error) === 'ENOENT') return { type: 'not-wanted' };
        throw error;
      },
    );
    // It is known by now what the file takes.
    this.#bytesInWork += (outcome.type === 'written' ? outcome.segment.bytes : 0) - planned;
    return outcome;
  }

  /**
   * Records first: while commits follow one another closely, packing waits, and when a lot waits already, it takes a fifth
   * of the time.
   */
  #restWhileBusy(): () => Promise<void> {
    const { clock } = this.#options;
    let sinceMs = clock.monotonicMs();
    return async () => {
      const tookMs = clock.monotonicMs() - sinceMs;
      if (this.#mustRest()) await this.#sleep(Math.max(restMsMin, restFactor * tookMs));
      while (this.#mustRest() && this.#waitingBytes() < this.#options.waitingBytesMax()) await this.#sleep(restMsMin);
      sinceMs = clock.monotonicMs();
    };
  }

  #mustRest(): boolean {
    return this.#hurry === 0 && !this.#stopped && this.#options.isBusy();
  }

  /** Bytes of segments that are still to be packed. */
  #waitingBytes(): number {
    let bytes = 0;
    for (const segment of this.#options.closedSegments()) if (this.#mayPack(segment)) bytes += segment.bytes;
    return bytes;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(ms, resolve);
    });
  }

  /**
   * From durable new files to the new state of things. When the ledger gives up (the owner closes), the new files stay: its
   * line may have come to the disk nevertheless. The next opening removes what it does not name.
   */
  async #goOver(
    written: readonly Rewritten[],
    keep: boolean,
    linesOf: (named: Named) => readonly LedgerEntry[],
    apply: () => void = () => undefined,
  ): Promise<void> {
    const named = new Map<Segment, NamedGeneration>();
    for (const { segment, next } of written) {
      if (!segment.removed) named.set(segment, { current: next.generation, kept: keep ? segment.generation : null });
    }
    await this.#announce(named, linesOf(named), apply);
    for (const each of written) await this.#swap(each, keep);
  }

  /** The names of new files are durable when it resolves. */
  async #syncNames(written: readonly Rewritten[]): Promise<void> {
    if (written.length > 0) await this.#options.files.syncFolder(`${this.#options.folder}/segments`);
  }

  async #swap({ segment, next, inWork }: Rewritten, keep: boolean): Promise<void> {
    // Looked at and gone over to in one step, with no wait in between: someone might begin to use it.
    while (segment.users > 0 && !segment.removed) await this.#sleep(unusedCheckMs);
    if (segment.removed) {
      await this.#removeIfPossible(next.path);
      return;
    }
    const before = { path: segment.path, bytes: segment.bytes };
    segment.takeOver(next);
    segment.keptFile = keep ? before : null;
    if (inWork) this.#bytesInWork -= next.bytes;
    unloadColumns(segment);
    if (!keep) await this.#removeReplaced(before);
  }

  /** The file is no segment's any more, and takes its bytes until it has gone. */
  async #removeReplaced({ path, bytes }: KeptFile): Promise<void> {
    this.#bytesInWork += bytes;
    await this.#removeIfPossible(path);
    this.#bytesInWork -= bytes;
  }

  /** What cannot be removed now is removed at the next opening: the ledger does not name it. */
  async #removeIfPossible(path: string): Promise<void> {
    await removeIfThere(this.#options.files, path).catch(() => undefined);
  }

  #announce(named: Named, lines: readonly LedgerEntry[], apply: () => void): Promise<void> {
    return this.#options.ledger().append(lines, () => {
      for (const [segment, now] of named) {
        segment.named = now;
        segment.generationMax = Math.max(segment.generationMax, now.current);
      }
      apply();
    });
  }

  #packedLines(named: Named): LedgerEntry[] {
    const at = Number(this.#options.clock.nowNs() / 1_000_000n);
    return [...named].map(([{ sequence }, { current, kept }]) => {
      return { type: 'rewritten' as const, segment: sequence, generation: current, kept, why: 'packed' as const, at };
    });
  }
}

/** A segment as a file of another generation has it, and what cannot be read of it. */
async function readWithColumns(
  files: FileSystem,
  place: SegmentFile,
): Promise<{ readonly next: Segment; readonly ordinals: readonly number[] }> {
  const next = await readSegment(files, place);
  const { ordinals } = await loadColumns(files, next);
  next.open = false;
  return { next, ordinals };
}

function editLine(edit: OpenEdit, named: Named): LedgerEntry[] {
  const generations = [...named].map(([{ sequence }, { current, kept }]): [number, number, number] => {
    return [sequence, current, kept ?? current];
  });
  return [{ type: 'edit', ...edit, segments: [...edit.segments], generations }];
}
