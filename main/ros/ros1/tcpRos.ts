/**
 * TCPROS: after a header each way, a stream of messages, each after its length in four bytes (little-endian). A header is its
 * length and fields, each again a length and `name=value`. Source: wiki.ros.org/ROS/TCPROS.
 */
export function writeHeader(fields: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(fields).map(([name, value]) => withLength(Buffer.from(`${name}=${value}`)));
  return withLength(Buffer.concat(parts));
}

/** The fields of a header without its own length; null for bytes that are none. */
export function readHeader(bytes: Buffer): ReadonlyMap<string, string> | null {
  const fields = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) return null;
    const field = bytes.toString('utf8', at + 4, end);
    const equals = field.indexOf('=');
    if (equals < 0) return null;
    fields.set(field.slice(0, equals), field.slice(equals + 1));
    at = end;
  }
  return fields;
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Cuts a stream into what stands after each length. Nothing above `bytesMax` is waited for. */
export class LengthFrames {
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(private readonly bytesMax: number) {}

  /** The frames that are whole now, each in memory of its own; null when one is longer than allowed. */
  push(part: Buffer): Buffer[] | null {
    this.#parts.push(part);
    this.#bytes += part.length;
    const frames: Buffer[] = [];
    for (;;) {
      if (this.#bytes < 4) return frames;
      const length = this.#head(4).readUInt32LE(0);
      if (length > this.bytesMax) return null;
      if (this.#bytes < 4 + length) return frames;
      const frame = this.#head(4 + length);
      frames.push(Buffer.from(Uint8Array.prototype.slice.call(frame, 4, 4 + length).buffer));
      this.#drop(4 + length);
    }
  }

  /** At least `count` bytes from the front, in one piece. */
  #head(count: number): Buffer {
    const [first] = this.#parts;
    if (first !== undefined && first.length >= count) return first;
    const joined = Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }

  #drop(count: number): void {
    const [first = Buffer.alloc(0), ...rest] = this.#parts;
    this.#parts = first.length === count ? rest : [first.subarray(count), ...rest];
    this.#bytes -= count;
  }
}
