import type { SoughtBytes } from './index/ByteSearch.js';

/** A part of a segment's file, and which chunks of it are to be looked into. */
export interface ScoutQuestion {
  readonly sought: SoughtBytes;
  /** Used until the answer is there only to be copied: it may change as soon as `ask` has returned. */
  readonly bytes: Uint8Array;
  /** For each chunk two numbers: where it begins in `bytes`, and its length. */
  readonly chunks: Uint32Array;
}

/** Looks into chunks for what a search wants, beside the thread that reads. */
export interface ChunkScout {
  /** After so many chunks without a hit it is worth what it takes. */
  readonly chunksInVainMin: number;
  /**
   * Makes itself ready to be asked; until then, and while it is busy, `ask` gives null: then whoever reads goes on alone. The answer
   * has a byte for each chunk, 0 when what is sought is surely not in it; null when it could not look.
   */
  prepare(): void;
  ask(question: ScoutQuestion): Promise<Uint8Array | null> | null;
}
