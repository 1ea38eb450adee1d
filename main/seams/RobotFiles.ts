import type { ConfigIssue } from '../model/ConfigIssue.js';
import type { Result } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';

export interface RobotFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** SHA-256 of the text, to notice that someone else wrote meanwhile. */
  readonly revision: string;
  readonly issues: readonly ConfigIssue[];
  /** Null when an issue is an error: an invalid file is never applied. */
  readonly config: RobotConfig | null;
}

/** An earlier text of a robot file. */
export interface RobotFileVersion {
  /** Ascending, never used again. */
  readonly id: number;
  /** When it was written or first seen, milliseconds since the epoch. */
  readonly atMs: number;
}

/** The folder of robot files. Writing is atomic and durable; an invalid text is refused with its issues. */
export interface RobotFiles {
  list(): Promise<readonly string[]>;
  read(name: string): Promise<Result<RobotFile>>;
  /** Checks a text without writing it. */
  check(name: string, text: string): { readonly issues: readonly ConfigIssue[]; readonly config: RobotConfig | null };
  /** `revision` is what the writer had read (null for a new file); a different one on disk is refused (`changed-outside`). */
  write(name: string, text: string, revision: string | null): Promise<Result<RobotFile>>;
  remove(name: string): Promise<Result<void>>;
  /** Newest first; the first is the text that counts. Bounded. */
  history(name: string): Promise<readonly RobotFileVersion[]>;
  /** The text of an earlier version (`no-such-version`). */
  version(name: string, id: number): Promise<Result<string>>;
  /** Calls back when a file in the folder appears, changes or goes, by whoever's hand. */
  watch(listener: (name: string) => void): () => void;
}
