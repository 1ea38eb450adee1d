import type { RecordFilter } from '../../model/RecordFilter.js';
import type { StoredMessage } from '../segmentBytes.js';
import type { LiteralNeed } from './requiredLiterals.js';

/**
 * Tells from a chunk's bytes which of its messages may hold what is looked for, without decoding them.
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
  /** The bytes that were asked about last, and their characters: one a byte. */
  #last: { readonly bytes: Uint8Array; readonly raw: string; readonly lower: string } | null = null;

  private constructor(texts: readonly string[], literals: readonly string[]) {
    this.#texts = texts;
    this.#literals = literals;
  }

  /** Null when nothing can be told from bytes. */
  static for({ text = '' }: RecordFilter, regexNeed: LiteralNeed): ByteSearch | null {
    const wanted = text.toLowerCase();
    const texts = wanted !== '' && isAscii(wanted) ? [wanted] : [];
    const longest = longestLiteral(regexNeed);
    if (longest?.anyCase === true) texts.push(longest.text);
    const literals = longest?.anyCase === false ? [longest.text] : [];
    for (const each of texts) {
      const piece = longestPiece(each.split(/[a-z]+/));
      if (piece.length >= pieceLengthMin) literals.push(piece);
    }
    return texts.length + literals.length === 0 ? null : new ByteSearch(texts, literals);
  }

  /** False when no message in these bytes holds what is looked for. */
  mayHold(bytes: Uint8Array): boolean {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!this.#literals.every((literal) => buffer.includes(literal))) return false;
    if (this.#texts.length === 0) return true;
    const { raw, lower } = this.#charactersOf(bytes);
    return this.#texts.every((text) => lower.includes(text) || mayHide(raw, text));
  }

  /** One byte a message, 1 where it may hold what is looked for. Messages are in the order of their places. */
  mark(bytes: Uint8Array, messages: readonly StoredMessage[]): Uint8Array {
    const { raw, lower } = this.#charactersOf(bytes);
    const marks = new Uint8Array(messages.length).fill(1);
    for (const literal of this.#literals) unmarkWithout(marks, raw, messages, literal);
    for (const text of this.#texts) if (!mayHide(raw, text)) unmarkWithout(marks, lower, messages, text);
    return marks;
  }

  #charactersOf(bytes: Uint8Array): { readonly raw: string; readonly lower: string } {
    const last = this.#last;
    if (last?.bytes === bytes) return last;
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const lower = this.#texts.length === 0 ? '' : raw.toLowerCase();
    this.#last = { bytes, raw, lower };
    return { raw, lower };
  }
}

/** A shorter piece is in all chunks, so that it is not worth looking for. */
const pieceLengthMin = 2;

/** U+212A and U+0130 in UTF-8, a character a byte. */
const kelvinBytes = '\u00e2\u0084\u00aa';
const dottedIBytes = '\u00c4\u00b0';

/** May the text be there in other bytes than its own? */
function mayHide(raw: string, text: string): boolean {
  return /[ki]/.test(text) && (raw.includes(kelvinBytes) || raw.includes(dottedIBytes));
}

function unmarkWithout(marks: Uint8Array, raw: string, messages: readonly StoredMessage[], needle: string): void {
  let at = raw.indexOf(needle);
  for (let place = 0; place < messages.length; place += 1) {
    const message = messages[place];
    if (message === undefined) break;
    if (at >= 0 && at < message.dataStart) at = raw.indexOf(needle, message.dataStart);
    if (at < 0 || at >= message.dataEnd) marks[place] = 0;
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
