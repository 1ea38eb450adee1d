import { LogParts } from '../codec/LogParts.js';
import { ros2LogSchemaName } from '../codec/schemas.js';
import type { LogDestination } from '../model/Destination.js';
import { severityOfRos2Level } from '../model/Severity.js';
import type { StoredRecords } from '../seams/Cache.js';
import type { LogEventToSend, WrittenBody } from '../seams/CloudSink.js';
import { logBodyMemory } from './BodyMemory.js';
import { logEventOverheadBytes, logEventTextBytesMax, logRequestBytesMax } from './limits.js';
import { logRequestEventsMax, logRequestSpanMsMax } from './limits.js';

/** What one byte of a text may become in JSON: `\u0001`. */
const jsonBytesPerByteMax = 6;
/** Braces, keys, time, stamp and severity of one event, and more. */
const eventHeadBytesMax = 160;
const bodyBytesAtFirst = 1_572_864;
/** Stamps from here on have ten digits before the point, and thirteen as milliseconds. */
const secondsMin = 1_000_000_000;

/**
 * Writes the body of one PutLogEvents request straight from the stored bytes of logs: what `formatLogEvent` and the JSON of the SDK
 * make of them, byte for byte, without an object or a text for any of them.
 *
 * It takes what robots write (ROS 2's Log in little-endian CDR, stamped after 2001, in UTF-8, one event long). A record that is
 * otherwise is not taken: the general way is right for it.
 */
export class LogBodyWriter {
  readonly #head: Buffer;
  readonly #parts = new LogParts();
  #bytes: Buffer;
  #at: number;
  #count = 0;
  #textBytes = 0;
  #firstMs = 0;
  #lastSec = 0;
  #lastNanosec = 0;
  /** `,{"timestamp":…,"message":"….` of the second that was written last. */
  readonly #second = Buffer.from(`,{"timestamp":${'0'.repeat(13)},"message":"${'0'.repeat(10)}.`);
  readonly #secondView = viewOf(this.#second);
  #secondSec = 0;
  /** Of `#bytes`. */
  #view = viewOf(nothing);
  /** Of the bytes that records were taken from last. */
  #data: Uint8Array = nothing;
  #dataView = viewOf(nothing);

  constructor(destination: LogDestination) {
    const { group, stream } = destination;
    this.#head = Buffer.from(
      `{"logGroupName":${JSON.stringify(group)},"logStreamName":${JSON.stringify(stream)},"logEvents":[`,
    );
    this.#bytes = nothing;
    this.#at = 0;
    this.#begin();
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the record's event: `taken`; `full` when it belongs into the next request; `other` when the general way must write it. */
  add(records: StoredRecords, place: number): 'taken' | 'full' | 'other' {
    const channel = records.channelOf(place);
    if (channel.schemaName !== ros2LogSchemaName || channel.messageEncoding !== 'cdr') return 'other';
    const parts = this.#parts;
    const data = records.bytesOf(place);
    if (!parts.find(data, records.startOf(place), records.endOf(place))) return 'other';
    const { sec, nanosec } = parts;
    if (sec < secondsMin || nanosec > 999_999_999) return 'other';
    if (sec < this.#lastSec || (sec === this.#lastSec && nanosec < this.#lastNanosec)) return 'other';
    const ms = sec * 1_000 + ((nanosec / 1_000_000) | 0);
    this.#reserve(eventHeadBytesMax + (parts.messageTo - parts.nodeFrom) * jsonBytesPerByteMax);
    const start = this.#at;
    const textBytes = this.#write(data);
    const isFull = textBytes > 0 && !this.#fits(textBytes, ms);
    if (textBytes === 0 || isFull) {
      this.#at = start;
      return isFull && this.#count > 0 ? 'full' : 'other';
    }
    if (this.#count === 0) this.#firstMs = ms;
    this.#count += 1;
    this.#textBytes += textBytes + logEventOverheadBytes;
    this.#lastSec = sec;
    this.#lastNanosec = nanosec;
    return 'taken';
  }

  /** The request's body, and a fresh start. */
  finish(): WrittenBody {
    this.#reserve(2);
    this.#at = this.#put(closing, this.#at);
    const body = this.#bytes.subarray(0, this.#at);
    const toMs = this.#lastSec * 1_000 + Math.floor(this.#lastNanosec / 1_000_000);
    const written = { body, count: this.#count, bytes: this.#textBytes, fromMs: this.#firstMs, toMs };
    this.#begin();
    return written;
  }

  #begin(): void {
    this.#bytes = nothing;
    this.#at = 0;
    this.#count = 0;
    this.#textBytes = 0;
    [this.#lastSec, this.#lastNanosec] = [0, 0];
  }

  #fits(textBytes: number, ms: number): boolean {
    return (
      this.#count < logRequestEventsMax &&
      this.#textBytes + textBytes + logEventOverheadBytes <= logRequestBytesMax &&
      (this.#count === 0 || ms - this.#firstMs <= logRequestSpanMsMax)
    );
  }

  /** Bytes of the event's text; 0 when it cannot be written here. Advances in any case. */
  #write(data: Uint8Array): number {
    const { sec, nanosec, level, nodeFrom, nodeTo, messageFrom, messageTo } = this.#parts;
    if (sec !== this.#secondSec) this.#beginSecond(sec);
    const second = this.#second;
    const begin = this.#at;
    // The first event has no comma before it.
    const comma = this.#count === 0 ? 1 : 0;
    const view = this.#view;
    // Eight bytes at a time: as numbers they are none that could become another (all of them are ASCII).
    let next = second.length;
    const shift = begin - comma;
    for (; next - 8 >= comma; next -= 8) view.setFloat64(shift + next - 8, this.#secondView.getFloat64(next - 8));
    for (; next > comma; next -= 1) view.setUint8(shift + next - 1, second[next - 1] ?? 0);
    let at = begin - comma + second.length;
    const textFrom = at - secDigits - 1;
    const msOfSecond = (nanosec / 1_000_000) | 0;
    const rest = nanosec - msOfSecond * 1_000_000;
    const usOfMs = (rest / 1_000) | 0;
    this.#three(msOfSecond, textFrom - messageKey.length - 3);
    this.#three(msOfSecond, at);
    this.#three(usOfMs, at + 3);
    this.#three(rest - usOfMs * 1_000, at + 6);
    at = this.#put(levels[severityOfRos2Level(level)], at + 9);
    this.#at = at;
    let extra = this.#text(data, nodeFrom, nodeTo);
    if (extra < 0) return 0;
    this.#at = this.#put(nodeEnd, this.#at);
    const more = this.#text(data, messageFrom, messageTo);
    if (more < 0) return 0;
    extra += more;
    at = this.#put(textEnd, this.#at);
    this.#at = this.#put(eventEnd, at);
    // `\n` is two bytes in JSON and one in the text.
    const textBytes = at - textFrom - extra - 1;
    return textBytes <= logEventTextBytesMax ? textBytes : 0;
  }

  /** Copies a text into JSON. How many bytes longer it is there than as UTF-8; -1 when it is no UTF-8. */
  #text(data: Uint8Array, from: number, to: number): number {
    const bytes = this.#bytes;
    const [view, source] = [this.#view, this.#viewOfData(data)];
    let at = this.#at;
    let next = from;
    for (; next + 4 <= to; next += 4) {
      const four = source.getInt32(next, true);
      if (!areFourPlain(four)) return this.#otherText(data, from, to);
      view.setInt32(at, four, true);
      at += 4;
    }
    for (; next < to; next += 1) {
      const byte = data[next] ?? 0;
      if (isPlain[byte] !== 1) return this.#otherText(data, from, to);
      bytes[at] = byte;
      at += 1;
    }
    this.#at = at;
    return 0;
  }

  #viewOfData(data: Uint8Array): DataView {
    if (data !== this.#data) {
      this.#data = data;
      this.#dataView = viewOf(data);
    }
    return this.#dataView;
  }

  #otherText(data: Uint8Array, from: number, to: number): number {
    const raw = Buffer.from(data.buffer, data.byteOffset + from, to - from);
    const text = raw.toString('utf8');
    if (Buffer.byteLength(text) !== raw.length || !raw.equals(Buffer.from(text))) return -1;
    const escaped = JSON.stringify(text);
    const written = this.#bytes.write(escaped.slice(1, -1), this.#at, 'utf8');
    this.#at += written;
    return written - raw.length;
  }

  #put(piece: Uint8Array, at: number): number {
    const bytes = this.#bytes;
    for (let next = 0; next < piece.length; next += 1) bytes[at + next] = piece[next] ?? 0;
    return at + piece.length;
  }

  #three(value: number, at: number): void {
    const bytes = this.#bytes;
    bytes[at] = threes[value * 3] ?? 0;
    bytes[at + 1] = threes[value * 3 + 1] ?? 0;
    bytes[at + 2] = threes[value * 3 + 2] ?? 0;
  }

  #beginSecond(sec: number): void {
    this.#secondSec = sec;
    const digits = String(sec);
    this.#second.write(digits, this.#second.length - 1 - secDigits, 'latin1');
    this.#second.write(digits, this.#second.length - 1 - secDigits - messageKey.length - 13, 'latin1');
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    if (this.#bytes === nothing) {
      this.#bytes = logBodyMemory.take(Math.max(bodyBytesAtFirst, this.#head.length + bytes));
      this.#view = viewOf(this.#bytes);
      this.#at = this.#head.copy(this.#bytes);
      return;
    }
    const larger = logBodyMemory.take(this.#bytes.length * 2 + bytes);
    this.#bytes.copy(larger, 0, 0, this.#at);
    logBodyMemory.giveBack(this.#bytes);
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

/** The events of a body that was written here: what is asked for after a lost answer, and shown. */
export function eventsOfBody(body: Uint8Array): readonly LogEventToSend[] {
  const { logEvents } = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) as {
    readonly logEvents: readonly { readonly timestamp: number; readonly message: string }[];
  };
  return logEvents.map(({ timestamp, message }) => ({ timestampMs: timestamp, message }));
}

/** Before the first event there is no memory either: a batch may end with a full request. */
const nothing = Buffer.alloc(0);
/** Digits of the seconds of a stamp. */
const secDigits = 10;
/** By byte: 1 for what is the same in JSON. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte <= 0x7e && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
);

/** The same of four bytes in one number, by what of them has its highest bit after some sums. */
function areFourPlain(four: number): boolean {
  const quotes = four ^ 0x22222222;
  const backslashes = four ^ 0x5c5c5c5c;
  const below = (four - 0x20202020) & ~four;
  const special = ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes);
  return ((four | (four + 0x01010101) | below | special) & 0x80808080) === 0;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** `000` to `999`. */
const threes = Buffer.from(Array.from({ length: 1_000 }, (_, value) => String(value).padStart(3, '0')).join(''));
const messageKey = Buffer.from(',"message":"');
const nodeEnd = Buffer.from('] ');
const textEnd = Buffer.from('\\n');
const eventEnd = Buffer.from('"}');
const closing = Buffer.from(']}');
const levels = {
  DEBUG: Buffer.from(' DEBUG [node name: '),
  INFO: Buffer.from(' INFO [node name: '),
  WARN: Buffer.from(' WARN [node name: '),
  ERROR: Buffer.from(' ERROR [node name: '),
  FATAL: Buffer.from(' FATAL [node name: '),
};
