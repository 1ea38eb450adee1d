import type { Problem } from '../../model/Problem.js';
import type { RecordedItem } from './Recording.js';

/** One file of a bag. */
export interface BagPart {
  readonly file: string;
  /** Size and time of change. */
  readonly facts: readonly number[];
  /** Messages on the wanted topics, which are written with the slash in front; null when only reading tells. */
  count(wanted: ReadonlySet<string>): number | null;
  /** They, always in the same order. A problem comes last, where the file cannot be read on; so does what is thrown. */
  read(wanted: ReadonlySet<string>): AsyncIterable<RecordedItem | Problem>;
  close(): Promise<void>;
}

/** A file of a bag, open, before it is known what it is. */
export interface BagFile {
  readonly file: string;
  readonly bytes: number;
  readonly facts: readonly number[];
  /** Throws where the file ends before. What it gives is not to be changed. */
  read(position: number, bytes: number): Promise<Buffer>;
  close(): Promise<void>;
}

export function withSlash(topic: string): string {
  return topic.startsWith('/') ? topic : `/${topic}`;
}

/** The rest of the file is lost; `rescue` says what may save more of it. */
export function cutShort(file: string, why: string, rescue: string): Problem {
  return {
    code: 'cut-short',
    message: `${file} cannot be read to its end: ${why}`,
    nextStep: `What came before is taken in. ${rescue}`,
  };
}

export function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
