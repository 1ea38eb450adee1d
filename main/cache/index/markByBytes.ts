import type { RecordFilter } from '../../model/RecordFilter.js';
import type { StoredMessage } from '../segmentBytes.js';
import type { LiteralNeed } from './requiredLiterals.js';

/**
 * Tells from a chunk's bytes which of its messages may hold what is looked for, without decoding them.
 *
 * Invariant: only where that is sure, for messages that hold their texts as UTF-8 as they are (CDR and ROS 1 do). In UTF-8 a
 * character of ASCII is that byte and nothing else is, also in bytes that are no right UTF-8; so what is looked for must be
 * ASCII. Two other characters have ASCII in their lower case, the Kelvin sign (k) and the capital I with a dot (i and a
 * combining dot): where the bytes of one of them are, nothing is said about a needle with k or i.
 */
export interface BytesToFind {
  /** Lower case, to be found in any case; empty for none. */
  readonly text: string;
  /** To be found as it is; empty for none. */
  readonly literal: string;
}

/** Null when nothing can be told from bytes. */
export function bytesToFind({ text = '' }: RecordFilter, regexNeed: LiteralNeed): BytesToFind | null {
  const lower = text.toLowerCase();
  const found = { text: isAscii(lower) ? lower : '', literal: longestLiteral(regexNeed) };
  return found.text === '' && found.literal === '' ? null : found;
}

/** One byte a message, 1 where it may hold what is looked for; null when any may. Messages are in the order of their places. */
export function markByBytes(
  bytes: Uint8Array,
  messages: readonly StoredMessage[],
  { text, literal }: BytesToFind,
): Uint8Array | null {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const byLiteral = literal === '' ? null : mark(raw, messages, literal);
  if (text === '') return byLiteral;
  if (/[ki]/.test(text) && (raw.includes(kelvinBytes) || raw.includes(dottedIBytes))) return byLiteral;
  const byText = mark(raw.toLowerCase(), messages, text);
  return byLiteral === null ? byText : byText.map((marked, place) => marked & (byLiteral[place] ?? 0));
}

/** U+212A and U+0130 in UTF-8, a character a byte. */
const kelvinBytes = '\u00e2\u0084\u00aa';
const dottedIBytes = '\u00c4\u00b0';

function mark(raw: string, messages: readonly StoredMessage[], needle: string): Uint8Array {
  const marks = new Uint8Array(messages.length);
  let place = 0;
  for (let at = raw.indexOf(needle); at >= 0;) {
    while ((messages[place]?.dataEnd ?? Infinity) <= at) place += 1;
    const message = messages[place];
    if (message === undefined) break;
    if (at >= message.dataStart) marks[place] = 1;
    at = raw.indexOf(needle, at >= message.dataStart ? message.dataEnd : message.dataStart);
  }
  return marks;
}

function longestLiteral(need: LiteralNeed): string {
  if (need.type === 'literal') return need.text;
  if (need.type === 'any') return '';
  return need.needs.map(longestLiteral).reduce((longest, text) => (text.length > longest.length ? text : longest), '');
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
