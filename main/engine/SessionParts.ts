import type { RobotConfig } from '../model/RobotConfig.js';
import type { Clock } from '../seams/Clock.js';
import type { CloudSink } from '../seams/CloudSink.js';
import type { RobotSource } from '../seams/RobotSource.js';
import type { AccountBreakers } from '../upload/AccountBreakers.js';
import type { RobotWire } from '../upload/RobotWire.js';
import type { LaptopLink } from './LaptopLink.js';

/** What a session is handed: the seams, so that a test can hand it fakes. */
export interface SessionParts {
  readonly clock: Clock;
  readonly cacheFolder: string;
  /** Of the ledger of uploads; the lists of sent requests and of sent metrics stand beside it. */
  readonly uploadsFile: string;
  /** For exports that name no other. */
  readonly exportsFolder: string;
  readonly owner: { readonly kind: string; readonly controlSocket: string | null };
  /** Bytes of the disk that are kept free; absent or null: the usual. */
  readonly diskFreeBytesMin?: number | null;
  readonly sinkFor: (config: RobotConfig, wire: RobotWire) => CloudSink;
  /** Of this laptop; absent: nobody limits it. */
  readonly laptopLink?: LaptopLink;
  /** Of all robots together. */
  readonly breakers?: AccountBreakers;
  /** `seenBefore`: the last messages on disk, which publishers that keep a history will send again; `drain`: see RecordIntake. */
  readonly sourceFor: (
    config: RobotConfig,
    seenBefore: readonly SeenMessage[],
    drain: () => Promise<void>,
  ) => RobotSource;
  /** Starts the demo robot on the source's domain; returns what stops it. */
  readonly startDemo: (config: RobotConfig) => { stop(): Promise<void> };
  readonly log: (line: string) => void;
}

/** A message that is on disk already. */
export interface SeenMessage {
  readonly topic: string;
  readonly data: Uint8Array;
}
