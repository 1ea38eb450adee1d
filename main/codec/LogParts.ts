/**
 * Where the fields of a rcl_interfaces/msg/Log are in its bytes, without a text or an object being made of any: for those who go
 * through very many of them and copy what they need. One of these is used again and again.
 *
 * `find` knows the form that robots write, little-endian CDR; it says no to everything else, also to what `readLog` can
 * read: then `readLog` is to be asked. Whatever it says yes to, `readLog` reads, with the same fields.
 */
export class LogParts {
  sec = 0;
  nanosec = 0;
  level = 0;
  nodeFrom = 0;
  nodeTo = 0;
  messageFrom = 0;
  messageTo = 0;

  /** Bytes of one message; places count in them. */
  find(bytes: Uint8Array): boolean {
    const end = bytes.byteLength;
    // Encapsulation kinds 1 and 7: little-endian, CDR version 1 and 2; no field here is aligned to more than 4.
    if (end < fixedBytes || bytes[0] !== 0 || (bytes[1] !== 1 && bytes[1] !== 7)) return false;
    this.sec = uint32(bytes, 4) | 0;
    this.nanosec = uint32(bytes, 8);
    this.level = bytes[12] ?? 0;
    let at = textEnd(bytes, 16, end);
    if (at < 0) return false;
    this.nodeFrom = 20;
    this.nodeTo = withoutZero(bytes, 20, at);
    const messageAt = aligned(at);
    at = textEnd(bytes, messageAt, end);
    if (at < 0) return false;
    this.messageFrom = messageAt + 4;
    this.messageTo = withoutZero(bytes, this.messageFrom, at);
    at = textEnd(bytes, aligned(at), end);
    if (at < 0) return false;
    at = textEnd(bytes, aligned(at), end);
    return at >= 0 && aligned(at) + 4 <= end;
  }
}

/** Head, stamp, level with its padding, and the length of the first text. */
const fixedBytes = 20;

function aligned(at: number): number {
  return (at + 3) & ~3;
}

function uint32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

/** Behind the text whose length stands at `at`; -1 when it is not whole. */
function textEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return -1;
  const textEndsAt = at + 4 + uint32(bytes, at);
  return textEndsAt <= end ? textEndsAt : -1;
}

function withoutZero(bytes: Uint8Array, from: number, to: number): number {
  return to > from && bytes[to - 1] === 0 ? to - 1 : to;
}
