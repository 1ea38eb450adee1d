import type { RosTime } from '../rosTime.js';

/**
 * Reads ROS 1's serialisation from bytes that nobody has checked: little-endian, no alignment, texts and lists after their
 * length in four bytes.
 *
 * Invariants, as those of CdrReader: it never throws and never reads outside the message; after a read that would leave it,
 * every read gives a zero or an empty text and `failed` is true.
 *
 * Source: wiki.ros.org/msg, 2.1.1 "Primitive types", and genpy's generated code.
 */
export class Ros1Reader {
  failed = false;
  #bytes: Buffer;
  #position = 0;

  constructor(data: Uint8Array) {
    this.#bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  /** Bytes not read yet. */
  get remainingBytes(): number {
    return this.failed ? 0 : this.#bytes.length - this.#position;
  }

  uint8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#bytes.readUInt8(at);
  }

  uint32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#bytes.readUInt32LE(at);
  }

  float64(): number {
    const at = this.#take(8);
    return at < 0 ? 0 : this.#bytes.readDoubleLE(at);
  }

  /** Bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    const length = this.uint32();
    const at = this.#take(length);
    return at < 0 || length === 0 ? '' : this.#bytes.toString('utf8', at, at + length);
  }

  /** `time`: seconds and nanoseconds, both without a sign. */
  time(): RosTime {
    return { sec: this.uint32(), nanosec: this.uint32() };
  }

  /** Number of elements in a list: see CdrReader. */
  count(countMax: number, elementBytesMin: number): number {
    const count = this.uint32();
    if (count <= countMax && count * elementBytesMin <= this.remainingBytes) return count;
    this.failed = true;
    return 0;
  }

  #take(size: number): number {
    const at = this.#position;
    if (this.failed || at + size > this.#bytes.length) {
      this.failed = true;
      return -1;
    }
    this.#position = at + size;
    return at;
  }
}
