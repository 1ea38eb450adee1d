const capacityUsual = 256;

/**
 * Where messages are in some bytes, in plain arrays: a chunk is gone through too often to make an object for each of its messages.
 *
 * Invariant: before a message's data stand its receive time and its stamp (8 bytes each, little-endian), as in an MCAP
 * message.
 */
export class MessageTable {
  length = 0;
  channelIds: Uint16Array;
  ordinals: Uint32Array;
  dataStarts: Uint32Array;
  dataEnds: Uint32Array;

  constructor(capacity = capacityUsual) {
    this.channelIds = new Uint16Array(capacity);
    this.ordinals = new Uint32Array(capacity);
    this.dataStarts = new Uint32Array(capacity);
    this.dataEnds = new Uint32Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  add(channelId: number, ordinal: number, dataStart: number, dataEnd: number): void {
    const place = this.length;
    if (place === this.ordinals.length) this.#grow();
    this.channelIds[place] = channelId;
    this.ordinals[place] = ordinal;
    this.dataStarts[place] = dataStart;
    this.dataEnds[place] = dataEnd;
    this.length = place + 1;
  }

  /** A copy that takes no more memory than it needs. */
  copy(): MessageTable {
    const copy = new MessageTable(0);
    copy.length = this.length;
    copy.channelIds = this.channelIds.slice(0, this.length);
    copy.ordinals = this.ordinals.slice(0, this.length);
    copy.dataStarts = this.dataStarts.slice(0, this.length);
    copy.dataEnds = this.dataEnds.slice(0, this.length);
    return copy;
  }

  #grow(): void {
    const larger = new MessageTable(Math.max(capacityUsual, this.ordinals.length * 2));
    larger.channelIds.set(this.channelIds);
    larger.ordinals.set(this.ordinals);
    larger.dataStarts.set(this.dataStarts);
    larger.dataEnds.set(this.dataEnds);
    ({
      channelIds: this.channelIds,
      ordinals: this.ordinals,
      dataStarts: this.dataStarts,
      dataEnds: this.dataEnds,
    } = larger);
  }
}

/** Bytes before a message's data that belong to it here: see the invariant. */
export const messageTimesBytes = 16;
