/**
 * Reads OMG CDR (plain, versions 1 and 2, either byte order) from bytes that nobody has checked.
 *
 * Invariants: it never throws and never reads outside the message. The first read that would leave the message, and every
 * read after it, gives a zero or an empty text and leaves `failed` true: the caller looks once, at the end. Alignment
 * counts from the byte after the four of the encapsulation header.
 *
 * Source: OMG DDS-XTypes 1.3, 7.4; the encapsulation kinds are its table 60.
 */
const headerBytes = 4;

/** Longest text in which a loop over the bytes is faster than the general UTF-8 decoder (measured on Node 20). */
const shortTextBytesMax = 12;

export class CdrReader {
  failed = false;
  #bytes: Buffer;
  #view: DataView;
  #position = headerBytes;
  #littleEndian: boolean;
  /** Largest alignment: 8 in CDR version 1, 4 in version 2. */
  #alignmentMax: number;

  constructor(data: Uint8Array) {
    this.#bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const kind = data.byteLength < headerBytes || data[0] !== 0 ? -1 : (data[1] ?? -1);
    this.#littleEndian = (kind & 1) === 1;
    this.#alignmentMax = kind === 6 || kind === 7 ? 4 : 8;
    // 0 and 1 are CDR version 1, 6 and 7 version 2; parameter lists and delimited types are not used by these messages.
    this.failed = kind !== 0 && kind !== 1 && kind !== 6 && kind !== 7;
  }

  /** Bytes not read yet. */
  get remainingBytes(): number {
    return this.failed ? 0 : this.#bytes.length - this.#position;
  }

  uint8(): number {
    const at = this.#take(1, 1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  int32(): number {
    const at = this.#take(4, 4);
    return at < 0 ? 0 : this.#view.getInt32(at, this.#littleEndian);
  }

  uint32(): number {
    const at = this.#take(4, 4);
    return at < 0 ? 0 : this.#view.getUint32(at, this.#littleEndian);
  }

  int64(): bigint {
    const at = this.#take(8, this.#alignmentMax);
    return at < 0 ? 0n : this.#view.getBigInt64(at, this.#littleEndian);
  }

  float64(): number {
    const at = this.#take(8, this.#alignmentMax);
    return at < 0 ? 0 : this.#view.getFloat64(at, this.#littleEndian);
  }

  /** A text without its closing zero. Bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    const length = this.uint32();
    const at = this.#take(length, 1);
    if (at < 0 || length === 0) return '';
    const end = at + length - (this.#bytes[at + length - 1] === 0 ? 1 : 0);
    return this.#shortAscii(at, end) ?? this.#bytes.toString('utf8', at, end);
  }

  /**
   * Number of elements in a sequence. Fails when it is above `countMax`, or when so many elements of at least
   * `elementBytesMin` cannot be in the bytes that are left: garbage cannot make the caller reserve memory.
   */
  count(countMax: number, elementBytesMin: number): number {
    const count = this.uint32();
    if (count <= countMax && count * elementBytesMin <= this.remainingBytes) return count;
    this.failed = true;
    return 0;
  }

  /** Where `size` bytes begin once aligned, or -1. */
  #take(size: number, alignment: number): number {
    if (this.failed) return -1;
    const offset = (this.#position - headerBytes) & (alignment - 1);
    const at = offset === 0 ? this.#position : this.#position + alignment - offset;
    if (at + size > this.#bytes.length) {
      this.failed = true;
      return -1;
    }
    this.#position = at + size;
    return at;
  }

  #shortAscii(from: number, to: number): string | null {
    if (to - from > shortTextBytesMax) return null;
    let text = '';
    for (let at = from; at < to; at += 1) {
      const byte = this.#bytes[at] ?? 0;
      if (byte > 0x7f) return null;
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
