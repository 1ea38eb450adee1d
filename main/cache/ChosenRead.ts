import type { Channel } from '../model/Channel.js';
import type { Destination } from '../model/Destination.js';
import type { TetherRecord } from '../model/Record.js';
import type { CachedRecord, RecordAddress } from '../seams/Cache.js';
import type { ReadChunk, StoredDecoder } from './ChunkDecoder.js';
import type { SegmentGroup } from './SegmentGroup.js';

/** What the records of one group in one chunk have in common. */
export interface ChosenRun {
  readonly segment: number;
  readonly group: SegmentGroup;
  readonly chunk: ReadChunk;
  readonly decoder: StoredDecoder;
}

/** What all of them have in common. */
const alike = { type: 'read', state: 'sending', reason: '' } as const;

/**
 * A record taken for upload, of which it is known that it can be decoded. Its bytes are cut out, and it is decoded, when somebody
 * asks: who sends mostly needs to know only where they are. Small, as tens of thousands are on their way at once.
 */
export class ChosenRead implements CachedRecord, RecordAddress {
  readonly #run: ChosenRun;
  readonly ordinal: number;
  readonly #place: number;
  #record: TetherRecord | null;

  constructor(run: ChosenRun, ordinal: number, place: number, record: TetherRecord | null) {
    this.#run = run;
    this.ordinal = ordinal;
    this.#place = place;
    this.#record = record;
  }

  get type(): 'read' {
    return alike.type;
  }

  get state(): 'sending' {
    return alike.state;
  }

  get reason(): string {
    return alike.reason;
  }

  get segment(): number {
    return this.#run.segment;
  }

  get address(): RecordAddress {
    return { segment: this.#run.segment, ordinal: this.ordinal };
  }

  get channel(): Channel {
    return this.#run.group.channel;
  }

  get destination(): Destination {
    return this.#run.group.destination;
  }

  get origin(): string {
    return this.#run.group.origin;
  }

  get within(): Uint8Array {
    return this.#run.chunk.bytes;
  }

  get dataFrom(): number {
    return this.#run.chunk.table.dataStarts[this.#place] ?? 0;
  }

  get dataTo(): number {
    return this.#run.chunk.table.dataEnds[this.#place] ?? 0;
  }

  get data(): Uint8Array {
    return this.within.subarray(this.dataFrom, this.dataTo);
  }

  get record(): TetherRecord {
    return (this.#record ??= this.#decode());
  }

  #decode(): TetherRecord {
    const { chunk, decoder } = this.#run;
    const decoded = decoder.decode(this, this.data, chunk.at(this.#place).receivedNs);
    if (!decoded.ok) throw new Error(`looked whole, and is not: ${decoded.problem.message}`);
    return decoded.value;
  }
}
