import { RE2JS, RE2JSException } from 're2js';
import { fail, type Problem, type Result, succeed } from '../../model/Problem.js';

/**
 * Regular expressions in RE2's syntax: the time they take grows with the text, never with how unlucky the pattern is.
 * https://github.com/google/re2/wiki/Syntax
 */

/** Longest pattern that is taken: its automaton is in memory while it is in use. */
export const regexLengthMax = 1000;
/** Patterns that are kept ready. */
const readyMax = 16;

const ready = new Map<string, RE2JS>();

/** Problem `bad-regex` says what is wrong with the pattern; null when it can be used. */
export function problemOfRegex(pattern: string): Problem | null {
  const compiled = compile(pattern);
  return compiled.ok ? null : compiled.problem;
}

/** Is the pattern somewhere in the text? The pattern must be one that `problemOfRegex` has nothing against. */
export function matchesRegex(pattern: string, text: string): boolean {
  const compiled = compile(pattern);
  if (!compiled.ok) throw new Error(`an unchecked regular expression: ${compiled.problem.message}`);
  return compiled.value.test(text);
}

function compile(pattern: string): Result<RE2JS> {
  const known = ready.get(pattern);
  if (known !== undefined) return succeed(known);
  if (pattern.length > regexLengthMax) {
    return bad(`The regular expression has ${pattern.length} characters; at most ${regexLengthMax} are taken.`);
  }
  try {
    const compiled = RE2JS.compile(pattern);
    if (ready.size >= readyMax) ready.delete(ready.keys().next().value ?? '');
    ready.set(pattern, compiled);
    return succeed(compiled);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return bad(`The regular expression cannot be read: ${error.message.replace('error parsing regexp: ', '')}.`);
  }
}

function bad(message: string): Result<never> {
  return fail('bad-regex', message, 'Write it in the syntax of RE2: no lookaround and no references back to a group.');
}
