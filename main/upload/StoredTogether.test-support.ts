import { ListedRecords } from '../seams/ListedRecords.js';

/** Records of which every second lies in one piece with other bytes, as in a chunk. */
export class StoredTogether extends ListedRecords {
  override bytesOf(place: number): Uint8Array {
    const { data } = this.at(place);
    if (place % 2 === 0) return data;
    const bytes = new Uint8Array(this.endOf(place) + 11).fill(0xaa);
    bytes.set(data, this.startOf(place));
    return bytes;
  }

  override startOf(place = 0): number {
    return place % 2 === 0 ? 0 : (place * 7) % 23;
  }

  override endOf(place: number): number {
    return this.startOf(place) + this.at(place).data.byteLength;
  }

  override between(from: number, to: number): StoredTogether {
    return new StoredTogether(this.records.slice(from, to));
  }
}
