import type { RecordFilter } from '../../model/RecordFilter.js';
import type { MessageTable } from '../MessageTable.js';
import type { LiteralNeed } from './requiredLiterals.js';

/** All that a `ByteSearch` needs, as plain data: it can be sent to another thread. ASCII only. */
export interface SoughtBytes {
  /** Of lower case, each to be found in any case. */
  readonly texts: readonly string[];
  /** To be found as they are. */
  readonly literals: readonly string[];
}

/**
 * Tells from a chunk's bytes which of its messages may hold what is looked for, without decoding them: texts, what a regular
 * expression needs, and the node when there is only one.
 *
 * Invariant: only where that is sure, for messages that hold their texts as UTF-8 as they are (CDR and ROS 1 do). In UTF-8 a
 * character of ASCII is that byte and nothing else is, also in bytes that are no right UTF-8; so what is looked for must be
 * ASCII. Two other characters have ASCII in their lower case, the Kelvin sign (k) and the capital I with a dot (i and a
 * combining dot): where the bytes of one of them are, nothing is said about a text with k or i.
 */
export class ByteSearch {
  readonly sought: SoughtBytes;
  /** Each to be found in any case. */
  readonly #texts: readonly SoughtText[];
  /** To be found as they are. */
  readonly #literals: readonly Buffer[];
  /** The bytes that were put into lower case last: always other ones, so that they are known by their object. */
  #lowered: Uint8Array | null = null;
  #lower = Buffer.alloc(0);
  #words = new Int32Array(0);

  constructor(sought: SoughtBytes) {
    this.sought = sought;
    this.#texts = sought.texts.map(soughtText);
    this.#literals = sought.literals.map((literal) => Buffer.from(literal, 'latin1'));
  }

  /** Null when nothing can be told from bytes. */
  static for({ text = '', nodes = [] }: RecordFilter, regexNeed: LiteralNeed): ByteSearch | null {
    const wanted = text.toLowerCase();
    const texts = wanted !== '' && isAscii(wanted) ? [wanted] : [];
    const longest = longestLiteral(regexNeed);
    if (longest?.anyCase === true) texts.push(longest.text);
    const literals = longest?.anyCase === false ? [longest.text] : [];
    for (const { piece, isAnchor } of texts.map(soughtText))
      if (!isAnchor && piece.length >= pieceLengthMin) literals.push(piece);
    const node = nodes.length === 1 ? (nodes[0]?.replace(/\*$/, '') ?? '') : '';
    if (node.length >= pieceLengthMin && isAscii(node)) literals.push(node);
    return texts.length + literals.length === 0 ? null : new ByteSearch({ texts, literals });
  }

  /** False when no message in these bytes holds what is looked for. */
  mayHold(bytes: Uint8Array): boolean {
    const raw = bufferOf(bytes);
    if (!this.#literals.every((literal) => raw.includes(literal))) return false;
    return this.#texts.every((text) => this.#find(raw, bytes, text, 0) >= 0 || mayHide(raw, text));
  }

  /** One byte a message, 1 where it may hold what is looked for. */
  mark(bytes: Uint8Array, table: MessageTable): Uint8Array {
    const raw = bufferOf(bytes);
    const marks = new Uint8Array(table.length).fill(1);
    for (const literal of this.#literals) {
      unmarkWithout(marks, table, literal.byteLength, (from) => raw.indexOf(literal, from));
    }
    for (const text of this.#texts) {
      if (mayHide(raw, text)) continue;
      unmarkWithout(marks, table, text.bytes.byteLength, (from) => this.#find(raw, bytes, text, from));
    }
    return marks;
  }

  /** Where the text is, in any case, at `from` or behind it; -1 when it is not. `raw` and `bytes` are the same bytes. */
  #find(
    raw: Buffer,
    bytes: Uint8Array,
    { bytes: wanted, isAnchor, anchor, anchorAt }: SoughtText,
    from: number,
  ): number {
    if (!isAnchor) return this.#lowerOf(bytes).indexOf(wanted, from);
    let at = raw.indexOf(anchor, from + anchorAt);
    while (at >= 0 && !isThere(raw, at - anchorAt, wanted)) at = raw.indexOf(anchor, at + 1);
    return at < 0 ? -1 : at - anchorAt;
  }

  /** The same bytes, with the letters of ASCII in lower case. */
  #lowerOf(bytes: Uint8Array): Buffer {
    if (this.#lowered === bytes) return this.#lower;
    const words = (bytes.byteLength + 3) >> 2;
    if (this.#words.length < words) this.#words = new Int32Array(words);
    this.#lower = Buffer.from(this.#words.buffer, 0, bytes.byteLength);
    this.#lower.set(bytes);
    putIntoLowerCase(this.#words, words);
    this.#lowered = bytes;
    return this.#lower;
  }
}

/** Of lower case, and how to look for it in any case. */
interface SoughtText {
  readonly text: string;
  readonly bytes: Buffer;
  /** The longest part that has no letter, so that it is the same in any case. */
  readonly piece: string;
  /** Is the piece rare enough to look for it, and for the text around it? */
  readonly isAnchor: boolean;
  readonly anchor: Buffer;
  readonly anchorAt: number;
}

function soughtText(text: string): SoughtText {
  const piece = longestPiece(text.split(/[a-z]+/));
  const anchor = withoutFirstBlanks(piece);
  return {
    text,
    bytes: Buffer.from(text, 'latin1'),
    piece,
    isAnchor: piece.length >= anchorLengthMin,
    anchor: Buffer.from(anchor, 'latin1'),
    anchorAt: text.indexOf(piece) + piece.length - anchor.length,
  };
}

/** What is looked for is found by its first byte: a blank is in a text ten times as often as most else. */
function withoutFirstBlanks(piece: string): string {
  const rest = piece.trimStart();
  return rest.length >= pieceLengthMin ? rest : piece;
}

/** Are the bytes there, which are in lower case, in any case? */
function isThere(raw: Buffer, start: number, wanted: Buffer): boolean {
  if (start + wanted.byteLength > raw.byteLength) return false;
  for (let place = 0; place < wanted.byteLength; place += 1) {
    const byte = raw[start + place] ?? 0;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (lower !== wanted[place]) return false;
  }
  return true;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Four bytes at a time: the highest bit of each says, after an addition that does not reach the next byte, if the byte is at
 * least A, and if it is beyond Z.
 */
function putIntoLowerCase(words: Int32Array, count: number): void {
  for (let place = 0; place < count; place += 1) {
    const word = words[place] ?? 0;
    const low = word & 0x7f7f7f7f;
    const isCapital = (low + 0x3f3f3f3f) & ~(low + 0x25252525) & ~word & 0x80808080;
    words[place] = word | (isCapital >>> 2);
  }
}

/** A shorter piece is in all chunks, so that it is not worth looking for. */
const pieceLengthMin = 2;
/** A shorter one is in a chunk so often that it is quicker to put all of the chunk into lower case. */
const anchorLengthMin = 3;

/** In UTF-8. */
const kelvinBytes = Buffer.from('\u212a');
const dottedIBytes = Buffer.from('\u0130');

/** May the text be there in other bytes than its own? */
function mayHide(raw: Buffer, { text }: SoughtText): boolean {
  return /[ki]/.test(text) && (raw.includes(kelvinBytes) || raw.includes(dottedIBytes));
}

/** Unmarks the messages that do not have what `find` finds, of so many bytes, at a place or behind it. */
function unmarkWithout(marks: Uint8Array, table: MessageTable, bytes: number, find: (from: number) => number): void {
  let at = find(0);
  for (let place = 0; place < table.length; place += 1) {
    const start = table.dataStarts[place] ?? 0;
    if (at >= 0 && at < start) at = find(start);
    if (at < 0 || at + bytes > (table.dataEnds[place] ?? 0)) marks[place] = 0;
  }
}

type Literal = Extract<LiteralNeed, { type: 'literal' }>;

function longestLiteral(need: LiteralNeed): Literal | null {
  if (need.type === 'literal') return need;
  if (need.type === 'any') return null;
  return need.needs
    .map(longestLiteral)
    .reduce((longest, next) => ((next?.text.length ?? 0) > (longest?.text.length ?? 0) ? next : longest), null);
}

function longestPiece(pieces: readonly string[]): string {
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
}

export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
