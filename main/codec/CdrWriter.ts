/**
 * Writes little-endian CDR version 1, as ROS 2 does. Texts are UTF-8 with their length in bytes: the writer of
 * `@foxglove/cdr` 3.x counts UTF-16 units there and cuts every text that is not ASCII.
 *
 * One writer, one message.
 */
const headerBytes = 4;
const initialBytes = 512;

export class CdrWriter {
  #bytes = Buffer.allocUnsafe(initialBytes);
  #position = headerBytes;

  uint8(value: number): this {
    const at = this.#reserve(1, 1);
    this.#bytes.writeUInt8(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#reserve(4, 4);
    this.#bytes.writeInt32LE(value, at);
    return this;
  }

  uint32(value: number): this {
    const at = this.#reserve(4, 4);
    this.#bytes.writeUInt32LE(value, at);
    return this;
  }

  int64(value: bigint): this {
    const at = this.#reserve(8, 8);
    this.#bytes.writeBigInt64LE(value, at);
    return this;
  }

  uint64(value: bigint): this {
    const at = this.#reserve(8, 8);
    this.#bytes.writeBigUInt64LE(value, at);
    return this;
  }

  float64(value: number): this {
    const at = this.#reserve(8, 8);
    this.#bytes.writeDoubleLE(value, at);
    return this;
  }

  text(value: string): this {
    const length = Buffer.byteLength(value);
    this.uint32(length + 1);
    const at = this.#reserve(length + 1, 1);
    this.#bytes.write(value, at, length);
    this.#bytes[at + length] = 0;
    return this;
  }

  /** The message, in memory of its own. */
  finish(): Uint8Array {
    this.#bytes.set([0, 1, 0, 0]);
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#position);
  }

  /** Where `size` bytes may be written once aligned; the gap is filled with zeros. */
  #reserve(size: number, alignment: number): number {
    const offset = (this.#position - headerBytes) & (alignment - 1);
    const at = offset === 0 ? this.#position : this.#position + alignment - offset;
    const end = at + size;
    if (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.allocUnsafe(end)]);
    this.#bytes.fill(0, this.#position, at);
    this.#position = end;
    return at;
  }
}
