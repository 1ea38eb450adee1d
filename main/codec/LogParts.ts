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

  /** The message's bytes are those from `from` to `end`; the places count from the beginning of all. */
  find(bytes: Uint8Array, from = 0, end = bytes.byteLength): boolean {
    // Encapsulation kinds 1 and 7: little-endian, CDR version 1 and 2; no field here is aligned to more than 4.
    if (end - from < fixedBytes || bytes[from] !== 0) return false;
    if (bytes[from + 1] !== 1 && bytes[from + 1] !== 7) return false;
    this.sec = uint32(bytes, from + 4) | 0;
    this.nanosec = uint32(bytes, from + 8);
    this.level = bytes[from + 12] ?? 0;
    let at = textEnd(bytes, from + 16, end);
    if (at < 0) return false;
    this.nodeFrom = from + 20;
    this.nodeTo = withoutZero(bytes, this.nodeFrom, at);
    const messageAt = aligned(at, from);
    at = textEnd(bytes, messageAt, end);
    if (at < 0) return false;
    this.messageFrom = messageAt + 4;
    this.messageTo = withoutZero(bytes, this.messageFrom, at);
    at = textEnd(bytes, aligned(at, from), end);
    if (at < 0) return false;
    at = textEnd(bytes, aligned(at, from), end);
    return at >= 0 && aligned(at, from) + 4 <= end;
  }
}

/** Head, stamp, level with its padding, and the length of the first text. */
const fixedBytes = 20;

function aligned(at: number, from: number): number {
  return from + ((at - from + 3) & ~3);
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
