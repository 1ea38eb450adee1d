import type { ConfigIssue } from '../model/ConfigIssue.js';
import type { Result } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';

/** What lies below every robot's file: ROS 2 is given it first, and the robot's own values win. */
export interface FleetFile {
  readonly path: string;
  readonly text: string;
  /** Of this file. */
  readonly issues: readonly ConfigIssue[];
}

export interface CheckedText {
  /** Of the robot's own text. */
  readonly issues: readonly ConfigIssue[];
  /** What both files say together; null when an issue of either is an error: an invalid file is never applied. */
  readonly config: RobotConfig | null;
  /** Null without one, and for the fleet's file itself. */
  readonly fleet: FleetFile | null;
}

export interface RobotFile extends CheckedText {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** SHA-256 of the text, to notice that someone else wrote meanwhile. */
  readonly revision: string;
}

/** An earlier text of a robot file. */
export interface RobotFileVersion {
  /** Ascending, never used again. */
  readonly id: number;
  /** When it was written or first seen, milliseconds since the epoch. */
  readonly atMs: number;
}

/**
 * The folder of robot files, and of the fleet's (`fleetName`, by which it is read and written like a robot's). Writing is atomic
 * and durable; an invalid text is refused with the place of its first error, and so is a fleet's text that a robot could not use.
 */
export interface RobotFiles {
  /** The robots; never the fleet. */
  list(): Promise<readonly string[]>;
  read(name: string): Promise<Result<RobotFile>>;
  /** Checks a text without writing it. */
  check(name: string, text: string): Promise<CheckedText>;
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
