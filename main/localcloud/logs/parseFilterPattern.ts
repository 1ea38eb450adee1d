/**
 * The text-term part of CloudWatch Logs' filter pattern syntax ("Filter pattern syntax" in the CloudWatch Logs user
 * guide): terms that must all occur, "quoted phrases", `-term` to exclude, `?term ?term` for any of them. Terms are
 * case-sensitive and found anywhere in the message.
 *
 * JSON patterns `{ … }`, column patterns `[ … ]` and regular expressions `%…%` are refused rather than ignored: a reader
 * that gets every event back for a pattern that was not understood would believe that all of them matched.
 */
import { constraintViolation, invalidParameter } from './logErrors.js';
import { FILTER_PATTERN_LENGTH_MAX } from './logLimits.js';

export type MessageFilter = (message: string) => boolean;

interface Term {
  readonly kind: 'include' | 'exclude' | 'any';
  readonly text: string;
}

/** A test for messages; all of them pass where the pattern is empty. Throws InvalidParameterException. */
export function parseFilterPattern(pattern: string | null | undefined): MessageFilter {
  if (pattern === null || pattern === undefined || pattern.trim() === '') return () => true;
  if (pattern.length > FILTER_PATTERN_LENGTH_MAX) {
    throw constraintViolation(
      'filterPattern',
      pattern,
      `have length less than or equal to ${String(FILTER_PATTERN_LENGTH_MAX)}`,
    );
  }
  return messageFilter(parseTerms(pattern));
}

function messageFilter(terms: readonly Term[]): MessageFilter {
  const include = textsOf(terms, 'include');
  const exclude = textsOf(terms, 'exclude');
  const any = textsOf(terms, 'any');
  // AWS ignores ?terms that stand beside other terms. Refused here: whoever wrote it meant something else.
  if (any.length > 0 && any.length < terms.length) {
    throw unsupported('?terms cannot be combined with other terms');
  }
  return (message) =>
    include.every((text) => message.includes(text)) &&
    !exclude.some((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text)));
}

function textsOf(terms: readonly Term[], kind: Term['kind']): readonly string[] {
  return terms.filter((term) => term.kind === kind).map((term) => term.text);
}

function parseTerms(pattern: string): readonly Term[] {
  const terms: Term[] = [];
  let position = 0;
  while (position < pattern.length) {
    if (/\s/.test(pattern.charAt(position))) {
      position += 1;
      continue;
    }
    const mark = pattern.charAt(position);
    const kind = mark === '-' ? 'exclude' : mark === '?' ? 'any' : 'include';
    if (kind !== 'include') position += 1;
    const read = pattern.charAt(position) === '"' ? readPhrase(pattern, position) : readWord(pattern, position);
    terms.push({ kind, text: read.text });
    position = read.end;
  }
  return terms;
}

function readPhrase(pattern: string, start: number): { text: string; end: number } {
  let text = '';
  for (let position = start + 1; position < pattern.length; position += 1) {
    const character = pattern.charAt(position);
    if (character === '\\' && position + 1 < pattern.length) {
      position += 1;
      text += pattern.charAt(position);
    } else if (character === '"') {
      if (text === '') throw unsupported('an empty phrase matches nothing');
      return { text, end: position + 1 };
    } else text += character;
  }
  throw invalidParameter('Invalid filter pattern: a double quotation mark is not closed');
}

/** User guide: "terms that include non-alphanumeric characters" must stand in double quotation marks. */
const WORD = /[\p{L}\p{N}_]+/uy;

function readWord(pattern: string, start: number): { text: string; end: number } {
  WORD.lastIndex = start;
  const text = WORD.exec(pattern)?.[0] ?? '';
  const end = start + text.length;
  const next = pattern.charAt(end);
  if (text !== '' && (next === '' || /\s/.test(next))) return { text, end };
  if (next === '{' && text === '') throw unsupported('JSON patterns { … } are not supported by the local CloudWatch');
  if (next === '[' && text === '') throw unsupported('column patterns [ … ] are not supported by the local CloudWatch');
  if (next === '%' && text === '')
    throw unsupported('regular expressions %…% are not supported by the local CloudWatch');
  throw unsupported('a term with other characters than letters, digits and _ must stand in double quotation marks');
}

function unsupported(why: string): Error {
  return invalidParameter(`Invalid filter pattern: ${why}`);
}
