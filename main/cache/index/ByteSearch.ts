import type { RecordFilter } from '../../model/RecordFilter.js';
import type { MessageTable } from '../MessageTable.js';
import type { LiteralNeed } from './requiredLiterals.js';

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
  /** Lower case, each to be found in any case. */
  readonly #texts: readonly string[];
  /** To be found as they are. */
  readonly #literals: readonly string[];
  /** The bytes that were put into lower case last: always other ones, so that they are known by their object. */
  #lowered: Uint8Array | null = null;
  #lower = Buffer.alloc(0);
  #words = new Int32Array(0);

  private constructor(texts: readonly string[], literals: readonly string[]) {
    this.#texts = texts;
    this.#literals = literals;
  }

  /** Null when nothing can be told from bytes. */
  static for({ text = '', nodes = [] }: RecordFilter, regexNeed: LiteralNeed): ByteSearch | null {
    const wanted = text.toLowerCase();
    const texts = wanted !== '' && isAscii(wanted) ? [wanted] : [];
    const longest = longestLiteral(regexNeed);
    if (longest?.anyCase === true) texts.push(longest.text);
    const literals = longest?.anyCase === false ? [longest.text] : [];
    for (const each of texts) {
      const piece = longestPiece(each.split(/[a-z]+/));
      if (piece.length >= pieceLengthMin) literals.push(piece);
    }
    const node = nodes.length === 1 ? (nodes[0]?.replace(/\*$/, '') ?? '') : '';
    if (node.length >= pieceLengthMin && isAscii(node)) literals.push(node);
    return texts.length + literals.length === 0 ? null : new ByteSearch(texts, literals);
  }

  /** False when no message in these bytes holds what is looked for. */
  mayHold(bytes: Uint8Array): boolean {
    const raw = bufferOf(bytes);
    if (!this.#literals.every((literal) => raw.includes(literal, 0, 'latin1'))) return false;
    return this.#texts.every((text) => this.#lowerOf(bytes).includes(text, 0, 'latin1') || mayHide(raw, text));
  }

  /** One byte a message, 1 where it may hold what is looked for. */
  mark(bytes: Uint8Array, table: MessageTable): Uint8Array {
    const raw = bufferOf(bytes);
    const marks = new Uint8Array(table.length).fill(1);
    for (const literal of this.#literals) unmarkWithout(marks, raw, table, literal);
    for (const text of this.#texts) if (!mayHide(raw, text)) unmarkWithout(marks, this.#lowerOf(bytes), table, text);
    return marks;
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

/** In UTF-8. */
const kelvinBytes = Buffer.from('\u212a');
const dottedIBytes = Buffer.from('\u0130');

/** May the text be there in other bytes than its own? */
function mayHide(raw: Buffer, text: string): boolean {
  return /[ki]/.test(text) && (raw.includes(kelvinBytes) || raw.includes(dottedIBytes));
}

function unmarkWithout(marks: Uint8Array, bytes: Buffer, table: MessageTable, needle: string): void {
  let at = bytes.indexOf(needle, 0, 'latin1');
  for (let place = 0; place < table.length; place += 1) {
    const start = table.dataStarts[place] ?? 0;
    if (at >= 0 && at < start) at = bytes.indexOf(needle, start, 'latin1');
    if (at < 0 || at + needle.length > (table.dataEnds[place] ?? 0)) marks[place] = 0;
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

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
