import type { TetherRecord } from '../model/Record.js';

export interface DecodedMessage {
  readonly record: TetherRecord;
  /** The record as one message of the channel's type. May share memory with the bytes it was decoded from. */
  readonly data: Uint8Array;
}

/** From one message's bytes to its records; null for bytes that are no such message. Never throws. */
export type ReadRecords = (data: Uint8Array, receivedNs: bigint) => readonly DecodedMessage[] | null;
