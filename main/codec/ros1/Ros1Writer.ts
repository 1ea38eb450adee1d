import type { RosTime } from '../rosTime.js';

/** Writes ROS 1's serialisation (see Ros1Reader). One writer, one message. */
export class Ros1Writer {
  #parts: Buffer[] = [];

  uint8(value: number): this {
    this.#parts.push(Buffer.of(value));
    return this;
  }

  uint32(value: number): this {
    const part = Buffer.allocUnsafe(4);
    part.writeUInt32LE(value);
    this.#parts.push(part);
    return this;
  }

  float64(value: number): this {
    const part = Buffer.allocUnsafe(8);
    part.writeDoubleLE(value);
    this.#parts.push(part);
    return this;
  }

  text(value: string): this {
    const part = Buffer.from(value);
    this.uint32(part.length).#parts.push(part);
    return this;
  }

  time(time: RosTime): this {
    return this.uint32(time.sec).uint32(time.nanosec);
  }

  /** The message, in memory of its own. */
  finish(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#parts));
  }
}
