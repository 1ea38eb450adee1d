import { RE2JS, RE2JSException } from 're2js';
import { fail, type Result, succeed } from './Problem.js';

/** Longest pattern that is taken: its automaton is in memory while it is in use. */
export const regexLengthMax = 1000;

/**
 * A regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax): the time it takes grows with the text, never
 * with how unlucky the pattern is. Problem `bad-regex` says what is wrong with it.
 */
export function compileRegex(pattern: string): Result<RE2JS> {
  if (pattern.length > regexLengthMax) {
    return bad(`The regular expression has ${pattern.length} characters; at most ${regexLengthMax} are taken.`);
  }
  const read = readRegex(pattern);
  return typeof read === 'string' ? bad(`The regular expression cannot be read: ${read}.`) : succeed(read);
}

/** The same with flags of RE2JS and without a limit; what is wrong with it in the parser's own words. */
export function readRegex(pattern: string, flags = 0): RE2JS | string {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return error.message.replace('error parsing regexp: ', '');
  }
}

function bad(message: string): Result<never> {
  return fail('bad-regex', message, 'Write it in the syntax of RE2: no lookaround and no references back to a group.');
}
