import { RE2JS } from 're2js';
import { readRegex, regexLengthMax } from './compileRegex.js';
import type { FilterTerm } from './parseFilterExpression.js';

/** Where a term's text stands in another; `find` gives the first place from `start` on, or null. */
export interface TextTest {
  readonly test: (text: string) => boolean;
  readonly find: (text: string, start: number) => readonly [from: number, until: number] | null;
}

/**
 * Null for a regular expression that cannot be read. RE2 takes time in proportion to the text, however unlucky the pattern: a
 * slip of the finger in the filter box must not stop the page.
 */
export function textTestOf(term: FilterTerm): TextTest | null {
  return term.regex ? regexTest(term.text) : literalTest(term.text);
}

/** What is wrong with a term's regular expression; null when nothing is. */
function problemOfTerm(term: FilterTerm): string | null {
  if (!term.regex) return null;
  const compiled = compile(term.text);
  return typeof compiled === 'string' ? compiled : null;
}

/** The first thing that is wrong with an expression's terms. */
export function problemOfTerms(terms: readonly FilterTerm[]): string | null {
  for (const term of terms) {
    const problem = problemOfTerm(term);
    if (problem !== null) return problem;
  }
  return null;
}

function literalTest(text: string): TextTest {
  const pattern = new RegExp(escapePattern(text), 'i');
  const finding = new RegExp(pattern.source, 'gi');
  return {
    test: (other) => pattern.test(other),
    find: (other, start) => {
      finding.lastIndex = start;
      const match = finding.exec(other);
      return match === null ? null : [match.index, match.index + match[0].length];
    },
  };
}

function regexTest(pattern: string): TextTest | null {
  const compiled = compile(pattern);
  if (typeof compiled === 'string') return null;
  return {
    test: (other) => compiled.test(other),
    find: (other, start) => {
      const matcher = compiled.matcher(other);
      return matcher.find(start) ? [matcher.start(), matcher.end()] : null;
    },
  };
}

function compile(pattern: string): RE2JS | string {
  if (pattern.length > regexLengthMax) return `A regular expression has at most ${regexLengthMax} characters.`;
  const read = readRegex(pattern, RE2JS.CASE_INSENSITIVE);
  return typeof read === 'string' ? `Not a regular expression yet: ${read}.` : read;
}

export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&');
}
