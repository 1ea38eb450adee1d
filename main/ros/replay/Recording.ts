import type { Channel } from '../../model/Channel.js';
import type { Problem, Result } from '../../model/Problem.js';

/** One message of a recording. */
export interface RecordedMessage {
  readonly channel: Channel;
  /** When it was recorded, nanoseconds since the epoch: what the pace of a replay follows. */
  readonly loggedNs: bigint;
  readonly data: Uint8Array;
}

/** A place in a recording where a message cannot be understood, or where so many are known to be missing. */
export interface LostMessage {
  readonly lost: string;
  /** Absent: one. */
  readonly count?: number;
}

/** A place in a recording where messages may be missing: nobody can say how many of the wanted ones. */
export interface RecordingGap {
  readonly gap: string;
}

/** What reading a recording gives, one after the other. */
export type RecordedItem = RecordedMessage | LostMessage | RecordingGap;

/** Files that are replayed as if they were a robot. */
export interface Recording {
  /** Changes when the files do. */
  readonly identity: string;
  /** Messages in it that are wanted; null when only reading tells. */
  readonly messages: number | null;
  /** The wanted messages, always in the same order. It ends, or yields a problem last, where the files cannot be read on. */
  read(): AsyncIterable<RecordedItem | Problem>;
  close(): Promise<void>;
}

export type OpenRecording = () => Promise<Result<Recording>>;
