import type { RE2JS } from 're2js';
import { compileRegex } from './compileRegex.js';
import { fail, type Result, succeed } from './Problem.js';

/** Every place in a text that the pattern (RE2 syntax) matches is replaced; `$1` and `${name}` stand for groups. */
export interface RedactionRule {
  readonly find: string;
  readonly replace: string;
}

/** What stands where words were taken out, when nothing else was asked for. */
export const redactedMark = '[redacted]';

/**
 * What a rule makes of a text. RE2 takes time in proportion to the text, however unlucky the pattern. Problems: `bad-regex`,
 * `bad-replacement`.
 */
export function textRedaction({ find, replace }: RedactionRule): Result<(text: string) => string> {
  const compiled = compileRegex(find);
  if (!compiled.ok) return compiled;
  const pattern = compiled.value;
  const unknown = groupsNamedIn(replace).find((group) => !hasGroup(pattern, group));
  if (unknown !== undefined) {
    const message = `The replacement names the group ${unknown}, which the pattern does not have.`;
    return fail('bad-replacement', message, String.raw`Name only groups that are there; write \$ for a dollar sign.`);
  }
  return succeed((text) => pattern.matcher(text).replaceAll(replace));
}

/** `$1` and `${name}`, as RE2JS reads a replacement: a backslash takes the meaning from what follows. */
function groupsNamedIn(replace: string): string[] {
  const plain = replace.replaceAll(/\\./gs, '');
  return [...plain.matchAll(/\$(?:(\d+)|\{([^}]*)\}|)/g)].map(([, number, name]) => number ?? name ?? '$');
}

function hasGroup(pattern: RE2JS, group: string): boolean {
  return /^\d+$/.test(group) ? Number(group) <= pattern.groupCount() : Object.hasOwn(pattern.namedGroups(), group);
}
