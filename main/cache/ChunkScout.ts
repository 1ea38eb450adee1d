import type { AttachmentPlace } from './findAttachment.js';
import type { SoughtBytes } from './index/ByteSearch.js';
import type { SoughtEntries } from './index/EntryFilter.js';
import type { TakenRows } from './index/RowChoice.js';

/** What one search wants, as plain data. */
export interface ScoutSearch {
  /** The chunks that an index does not rule out by this are looked into. */
  readonly entries: SoughtEntries;
  readonly bytes: SoughtBytes;
}

/** A packed segment to be looked through. */
export interface ScoutQuestion {
  readonly path: string;
  /** Where in the file its index is, whose head is known to hold together. */
  readonly index: AttachmentPlace;
  /** The rows that the filter lets through; null for all. */
  readonly rows: TakenRows | null;
}

/** Looks through segments for what a search wants, beside the thread that reads. */
export interface ChunkScout {
  /** After so many chunks without a hit it is worth what it takes. */
  readonly chunksInVainMin: number;
  /**
   * Makes itself ready to be asked; until then, and while it is busy, `ask` gives null: then whoever reads goes on alone. The answer
   * has the positions of the chunks that may hold what is sought, and of those that it could not read; null when it could not look,
   * for whatever reason. Questions of one search come with the same object.
   */
  prepare(): void;
  ask(search: ScoutSearch, question: ScoutQuestion): Promise<readonly number[] | null> | null;
}
