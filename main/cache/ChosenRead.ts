import type { Channel } from '../model/Channel.js';
import type { Destination } from '../model/Destination.js';
import type { TetherRecord } from '../model/Record.js';
import type { CachedRecord, RecordAddress } from '../seams/Cache.js';
import type { StoredDecoder } from './ChunkDecoder.js';
import type { SegmentGroup } from './SegmentGroup.js';

/** What a record will be decoded with. It is known that it can be. */
interface Undecoded {
  readonly decoder: StoredDecoder;
  readonly receivedNs: bigint;
}

/** A record taken for upload. It is decoded when somebody looks into it: who sends mostly needs its bytes alone. */
export class ChosenRead implements CachedRecord {
  readonly type = 'read';
  readonly state = 'sending';
  readonly reason = '';
  readonly address: RecordAddress;
  readonly channel: Channel;
  readonly destination: Destination;
  readonly origin: string;
  #record: TetherRecord | Undecoded;

  constructor(
    segment: number,
    ordinal: number,
    private readonly group: SegmentGroup,
    readonly data: Uint8Array,
    record: TetherRecord | Undecoded,
  ) {
    this.address = { segment, ordinal };
    this.channel = group.channel;
    this.destination = group.destination;
    this.origin = group.origin;
    this.#record = record;
  }

  get ordinal(): number {
    return this.address.ordinal;
  }

  get record(): TetherRecord {
    if ('decoder' in this.#record) {
      const { decoder, receivedNs } = this.#record;
      const decoded = decoder.decode(this.group, this.data, receivedNs);
      if (!decoded.ok) throw new Error(`looked whole, and is not: ${decoded.problem.message}`);
      this.#record = decoded.value;
    }
    return this.#record;
  }
}
