import type { Channel } from '../model/Channel.js';
import { rangesOfRecords } from './addressRanges.js';
import type { AddressRange, CachedRecord, StoredRecords } from './Cache.js';

/** Records that somebody has in a list already. */
export class ListedRecords implements StoredRecords {
  #ranges: readonly AddressRange[] | null = null;

  constructor(readonly records: readonly CachedRecord[]) {}

  get count(): number {
    return this.records.length;
  }

  get ranges(): readonly AddressRange[] {
    return (this.#ranges ??= rangesOfRecords(this.records));
  }

  at(place: number): CachedRecord {
    const record = this.records[place];
    if (record === undefined) throw new RangeError(`there is no record ${place} of ${this.records.length}`);
    return record;
  }

  channelOf(place: number): Channel {
    return this.at(place).channel;
  }

  bytesOf(place: number): Uint8Array {
    return this.at(place).data;
  }

  startOf(): number {
    return 0;
  }

  endOf(place: number): number {
    return this.at(place).data.byteLength;
  }

  between(from: number, to: number): StoredRecords {
    return from === 0 && to === this.records.length ? this : new ListedRecords(this.records.slice(from, to));
  }
}
