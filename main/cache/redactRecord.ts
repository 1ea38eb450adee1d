import { RE2JS } from 're2js';
import { ros2LogSchemaName } from '../codec/schemas.js';
import type { Channel } from '../model/Channel.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { LogRecord } from '../model/Record.js';
import type { RedactionRule } from '../seams/Cache.js';
import { problemOfRegex } from './index/safeRegex.js';

/** What a rule makes of a log's text; null when it finds nothing in it. */
export type Redaction = (log: LogRecord) => LogRecord | null;

/** Problem `bad-regex` when the pattern cannot be read. The replacement may name groups: `$1`, `${name}`; `\$` is a dollar. */
export function redactionOf({ find, replace }: RedactionRule): Result<Redaction> {
  const problem = problemOfRegex(find);
  if (problem !== null) return { ok: false, problem };
  const pattern = RE2JS.compile(find);
  const unknown = groupsNamedIn(replace).find((group) => !hasGroup(pattern, group));
  if (unknown !== undefined) {
    const message = `The replacement names the group ${unknown}, which the pattern does not have.`;
    return fail('bad-replacement', message, String.raw`Name only groups that are there; write \$ for a dollar sign.`);
  }
  return succeed((log) => {
    const message = pattern.matcher(log.message).replaceAll(replace);
    return message === log.message ? null : { ...log, message };
  });
}

/** `$1` and `${name}`, as RE2JS reads a replacement: a backslash takes the meaning from what follows. */
function groupsNamedIn(replace: string): string[] {
  const plain = replace.replaceAll(/\\./gs, '');
  return [...plain.matchAll(/\$(?:(\d+)|\{([^}]*)\}|)/g)].map(([, number, name]) => number ?? name ?? '$');
}

function hasGroup(pattern: RE2JS, group: string): boolean {
  return /^\d+$/.test(group) ? Number(group) <= pattern.groupCount() : Object.hasOwn(pattern.namedGroups(), group);
}

/** Can a log of this channel be written anew with another text? */
export function canRewrite({ messageEncoding, schemaName }: Channel): boolean {
  return messageEncoding === 'cdr' && schemaName === ros2LogSchemaName;
}
