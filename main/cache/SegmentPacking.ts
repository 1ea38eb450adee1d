import type { Clock } from '../seams/Clock.js';
import type { ChunkPacker } from './ChunkPacker.js';
import { type FileSystem, removeIfThere } from './FileSystem.js';
import type { Ledger } from './Ledger.js';
import type { LedgerEntry } from './LedgerEntry.js';
import type { NamedGeneration } from './chooseGeneration.js';
import { unloadColumns } from './loadColumns.js';
import { type RecordEdit, rewriteSegment } from './rewriteSegment.js';
import type { Segment } from './Segment.js';

export interface SegmentPackingOptions {
  readonly folder: string;
  readonly robot: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly packer: ChunkPacker;
  /** A smaller segment is left as it is: packing would hardly make it smaller. */
  readonly packBytesMin: number;
  readonly ledger: () => Ledger;
  /** Closed segments, in ascending order. */
  readonly closedSegments: () => readonly Segment[];
}

/** How long packing rests after the disk refused. */
const retryMs = 10_000;
/** How often a segment that is being read is asked for again. */
const unusedCheckMs = 20;

type RewriteReason = Extract<LedgerEntry, { type: 'rewritten' }>['why'];

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
  /** Size that the file being written may come to. */
  #bytesInWork = 0;
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
    this.kick();
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    await this.#running;
    await this.#turn.catch(() => undefined);
    await this.#options.packer.close();
  }

  /**
   * Writes one segment anew with `edit`. With `keep` the old file stays until `forget` or `goBack`. False when something in
   * it cannot be read, or it went meanwhile. Throws when the disk refuses; then nothing has changed.
   */
  rewrite(segment: Segment, why: RewriteReason, keep: boolean, edit?: RecordEdit): Promise<boolean> {
    const work = this.#turn.then(() => this.#rewrite(segment, why, keep, edit));
    this.#turn = work.catch(() => undefined);
    return work;
  }

  async #packAll(): Promise<void> {
    for (let segment = this.#next(); segment !== null; segment = this.#next()) {
      try {
        const packed = await this.rewrite(segment, 'packed', false);
        if (!packed && !segment.removed && !this.#stopped) this.#unfit.add(segment.sequence);
      } catch {
        this.#rest();
        return;
      }
    }
  }

  /** The newest first: the oldest may soon have to go anyway. */
  #next(): Segment | null {
    if (this.#stopped) return null;
    return this.#options.closedSegments().findLast((segment) => this.#mayPack(segment)) ?? null;
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

  async #rewrite(segment: Segment, why: RewriteReason, keep: boolean, edit?: RecordEdit): Promise<boolean> {
    const { folder, robot, files, packer } = this.#options;
    if (segment.removed) return false;
    const generation = segment.generationMax + 1;
    // What a person asked for must come about, also where it makes the file larger.
    const bytesMax = edit === undefined ? segment.bytes : Infinity;
    this.#bytesInWork = segment.bytes;
    try {
      const isWanted = (): boolean => !segment.removed && !segment.isEmptied() && !this.#stopped;
      const options = { files, folder, robot, packer, isWanted, bytesMax, ...(edit === undefined ? {} : { edit }) };
      const outcome = await rewriteSegment(options, segment, generation);
      if (outcome.type !== 'written') return false;
      return await this.#goOver(segment, outcome.segment, why, keep);
    } finally {
      this.#bytesInWork = 0;
    }
  }

  /** From the durable new file to the new state of things. */
  async #goOver(segment: Segment, next: Segment, why: RewriteReason, keep: boolean): Promise<boolean> {
    const { files } = this.#options;
    const before = segment.path;
    const kept = keep ? (segment.named.kept ?? segment.generation) : segment.named.kept;
    const named = { current: next.generation, kept };
    try {
      if (!segment.removed) await this.#announce(segment, named, why);
    } catch (error) {
      await removeIfThere(files, next.path);
      throw error;
    }
    await this.#whenUnused(segment);
    if (segment.removed) {
      await removeIfThere(files, next.path);
      return false;
    }
    segment.takeOver(next);
    unloadColumns(segment);
    if (!keep) await removeIfThere(files, before).catch(() => undefined);
    return true;
  }

  #announce(segment: Segment, named: NamedGeneration, why: RewriteReason): Promise<void> {
    const at = Number(this.#options.clock.nowNs() / 1_000_000n);
    const { current: generation, kept } = named;
    const entry = { type: 'rewritten' as const, segment: segment.sequence, generation, kept, why, at };
    return this.#options.ledger().append([entry], () => {
      segment.named = named;
      segment.generationMax = Math.max(segment.generationMax, generation);
    });
  }

  async #whenUnused(segment: Segment): Promise<void> {
    while (segment.users > 0 && !segment.removed) {
      await new Promise<void>((resolve) => {
        this.#options.clock.after(unusedCheckMs, resolve);
      });
    }
  }
}
