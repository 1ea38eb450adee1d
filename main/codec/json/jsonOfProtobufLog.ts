/**
 * foxglove.Log in protobuf, which the Foxglove SDK's own LogChannel sends, to the same fields in JSON.
 *
 * The cache keeps ROS 2's CDR, ROS 1's serialisation and JSON; this one message type is written anew instead of a fourth
 * encoding with binary schemas. Null for bytes that are no such message; never throws.
 *
 * Source: foxglove/Log.proto: 1 timestamp (google.protobuf.Timestamp: 1 seconds, 2 nanos), 2 level, 3 message, 4 name, 5 file,
 * 6 line (fixed32).
 */
export function jsonOfProtobufLog(data: Uint8Array): Uint8Array | null {
  const fields = fieldsOf(data);
  if (fields === null) return null;
  const time = fieldsOf(fields.bytes.get(1) ?? nothing);
  if (time === null) return null;
  const text = (number: number): string => Buffer.from(fields.bytes.get(number) ?? nothing).toString('utf8');
  const log = {
    timestamp: { sec: Number(time.numbers.get(1) ?? 0n), nsec: Number(time.numbers.get(2) ?? 0n) },
    level: Number(fields.numbers.get(2) ?? 0n),
    message: text(3),
    name: text(4),
    file: text(5),
    line: Number(fields.numbers.get(6) ?? 0n),
  };
  return new TextEncoder().encode(JSON.stringify(log));
}

/** A JSON schema of foxglove.Log as `jsonOfProtobufLog` writes it. */
export const foxgloveLogJsonSchema = JSON.stringify({
  title: 'foxglove.Log',
  description: 'A log message',
  type: 'object',
  properties: {
    timestamp: { type: 'object', properties: { sec: { type: 'integer' }, nsec: { type: 'integer' } } },
    level: { type: 'integer', description: '0 unknown, 1 debug, 2 info, 3 warning, 4 error, 5 fatal' },
    message: { type: 'string' },
    name: { type: 'string' },
    file: { type: 'string' },
    line: { type: 'integer' },
  },
});

const nothing = new Uint8Array(0);

interface Fields {
  readonly numbers: ReadonlyMap<number, bigint>;
  readonly bytes: ReadonlyMap<number, Uint8Array>;
}

/** Protobuf's wire types: varint, 64 bits, length and bytes, 32 bits. A field that comes twice has its last value. */
function fieldsOf(data: Uint8Array): Fields | null {
  const numbers = new Map<number, bigint>();
  const bytes = new Map<number, Uint8Array>();
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 0;
  const varint = (): bigint | null => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = data[at];
      if (byte === undefined) return null;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return null;
  };
  while (at < data.length) {
    const key = varint();
    if (key === null) return null;
    const number = Number(key >> 3n);
    const wireType = Number(key & 7n);
    if (wireType === 0) {
      const value = varint();
      if (value === null) return null;
      numbers.set(number, BigInt.asIntN(64, value));
      continue;
    }
    const size = wireType === 1 ? 8 : wireType === 5 ? 4 : wireType === 2 ? Number(varint() ?? -1n) : -1;
    if (size < 0 || at + size > data.length) return null;
    if (wireType === 2) bytes.set(number, data.subarray(at, at + size));
    else numbers.set(number, size === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true)));
    at += size;
  }
  return { numbers, bytes };
}
