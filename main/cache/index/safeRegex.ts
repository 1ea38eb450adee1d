import type { RE2JS } from 're2js';
import { compileRegex } from '../../model/compileRegex.js';
import { type Problem, type Result, succeed } from '../../model/Problem.js';

/** Patterns that are kept ready: one is asked of very many texts. */
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
  const compiled = compileRegex(pattern);
  if (!compiled.ok) return compiled;
  if (ready.size >= readyMax) ready.delete(ready.keys().next().value ?? '');
  ready.set(pattern, compiled.value);
  return compiled;
}
