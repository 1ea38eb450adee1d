import { alignedTo4, isLittleEndianCdr, textEndAt, uint32At, withoutZero } from './cdrPlaces.js';

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
    // No field here is aligned to more than 4: versions 1 and 2 are alike.
    if (end - from < fixedBytes || !isLittleEndianCdr(bytes, from)) return false;
    this.sec = uint32At(bytes, from + 4) | 0;
    this.nanosec = uint32At(bytes, from + 8);
    this.level = bytes[from + 12] ?? 0;
    let at = textEndAt(bytes, from + 16, end);
    if (at < 0) return false;
    this.nodeFrom = from + 20;
    this.nodeTo = withoutZero(bytes, this.nodeFrom, at);
    const messageAt = alignedTo4(at, from);
    at = textEndAt(bytes, messageAt, end);
    if (at < 0) return false;
    this.messageFrom = messageAt + 4;
    this.messageTo = withoutZero(bytes, this.messageFrom, at);
    at = textEndAt(bytes, alignedTo4(at, from), end);
    if (at < 0) return false;
    at = textEndAt(bytes, alignedTo4(at, from), end);
    return at >= 0 && alignedTo4(at, from) + 4 <= end;
  }
}

/** Head, stamp, level with its padding, and the length of the first text. */
const fixedBytes = 20;
