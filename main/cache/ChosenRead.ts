import type { Channel } from '../model/Channel.js';
import type { Destination } from '../model/Destination.js';
import type { TetherRecord } from '../model/Record.js';
import type { CachedRecord, RecordAddress } from '../seams/Cache.js';
import type { ReadChunk, StoredDecoder } from './ChunkDecoder.js';
import type { SegmentGroup } from './SegmentGroup.js';

/**
 * A record taken for upload, of which it is known that it can be decoded. Its bytes are cut out, and it is decoded, when somebody
 * asks: who sends mostly needs to know only where they are.
 */
export class ChosenRead implements CachedRecord {
  readonly type = 'read';
  readonly state = 'sending';
  readonly reason = '';
  readonly address: RecordAddress;
  readonly channel: Channel;
  readonly destination: Destination;
  readonly origin: string;
  readonly within: Uint8Array;
  readonly dataFrom: number;
  readonly dataTo: number;
  #record: TetherRecord | null;

  constructor(
    segment: number,
    readonly ordinal: number,
    group: SegmentGroup,
    private readonly chunk: ReadChunk,
    private readonly place: number,
    private readonly decoder: StoredDecoder,
    record: TetherRecord | null,
  ) {
    this.address = { segment, ordinal };
    this.channel = group.channel;
    this.destination = group.destination;
    this.origin = group.origin;
    this.within = chunk.bytes;
    this.dataFrom = chunk.table.dataStarts[place] ?? 0;
    this.dataTo = chunk.table.dataEnds[place] ?? 0;
    this.#record = record;
  }

  get data(): Uint8Array {
    return this.within.subarray(this.dataFrom, this.dataTo);
  }

  get record(): TetherRecord {
    return (this.#record ??= this.#decode());
  }

  #decode(): TetherRecord {
    const decoded = this.decoder.decode(this, this.data, this.chunk.at(this.place).receivedNs);
    if (!decoded.ok) throw new Error(`looked whole, and is not: ${decoded.problem.message}`);
    return decoded.value;
  }
}
