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
  /** Its place among the runs of a batch; -1 before one of its records was chosen. */
  number: number;
}

/**
 * A record taken for upload, of which it is known that it can be decoded. Its bytes are cut out, and it is decoded, when somebody
 * asks.
 */
export class ChosenRead implements CachedRecord {
  readonly state = 'sending';
  readonly reason = '';
  readonly #run: ChosenRun;
  readonly #place: number;
  #record: TetherRecord | null;

  /** `place`: in the chunk's table. */
  constructor(run: ChosenRun, place: number, record: TetherRecord | null) {
    this.#run = run;
    this.#place = place;
    this.#record = record;
  }

  get address(): RecordAddress {
    const { segment, chunk } = this.#run;
    return { segment, ordinal: chunk.table.ordinals[this.#place] ?? 0 };
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

  get data(): Uint8Array {
    const { bytes, table } = this.#run.chunk;
    return bytes.subarray(table.dataStarts[this.#place], table.dataEnds[this.#place]);
  }

  get record(): TetherRecord {
    return (this.#record ??= this.#decode());
  }

  #decode(): TetherRecord {
    const { chunk, decoder, group } = this.#run;
    const decoded = decoder.decode(group, this.data, chunk.at(this.#place).receivedNs);
    if (!decoded.ok) throw new Error(`looked whole, and is not: ${decoded.problem.message}`);
    return decoded.value;
  }
}
