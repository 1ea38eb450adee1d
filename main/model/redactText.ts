import { RE2JS, RE2JSException } from 're2js';
import { fail, type Result, succeed } from './Problem.js';

/** Every place in a text that the pattern (RE2 syntax) matches is replaced; `$1` and `${name}` stand for groups. */
export interface RedactionRule {
  readonly find: string;
  readonly replace: string;
}

/** What stands where words were taken out, when nothing else was asked for. */
export const redactedMark = '[redacted]';

/** Longest pattern that is taken: its automaton is in memory while it is in use. */
export const patternLengthMax = 1000;

/**
 * What a rule makes of a text. RE2 takes time in proportion to the text, however unlucky the pattern. Problems: `bad-regex`,
 * `bad-replacement`.
 */
export function textRedaction({ find, replace }: RedactionRule): Result<(text: string) => string> {
  if (find.length > patternLengthMax) {
    return badPattern(`it has ${find.length} characters, at most ${patternLengthMax} are taken`);
  }
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(find);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return badPattern(error.message.replace('error parsing regexp: ', ''));
  }
  const unknown = groupsNamedIn(replace).find((group) => !hasGroup(pattern, group));
  if (unknown !== undefined) {
    const message = `The replacement names the group ${unknown}, which the pattern does not have.`;
    return fail('bad-replacement', message, String.raw`Name only groups that are there; write \$ for a dollar sign.`);
  }
  return succeed((text) => pattern.matcher(text).replaceAll(replace));
}

function badPattern(reason: string): Result<never> {
  const nextStep = 'Write it in the syntax of RE2: no lookaround and no references back to a group.';
  return fail('bad-regex', `The regular expression cannot be read: ${reason}.`, nextStep);
}

/** `$1` and `${name}`, as RE2JS reads a replacement: a backslash takes the meaning from what follows. */
function groupsNamedIn(replace: string): string[] {
  const plain = replace.replaceAll(/\\./gs, '');
  return [...plain.matchAll(/\$(?:(\d+)|\{([^}]*)\}|)/g)].map(([, number, name]) => number ?? name ?? '$');
}

function hasGroup(pattern: RE2JS, group: string): boolean {
  return /^\d+$/.test(group) ? Number(group) <= pattern.groupCount() : Object.hasOwn(pattern.namedGroups(), group);
}
