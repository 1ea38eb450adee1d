import { ros2LogSchemaName } from '../codec/schemas.js';
import type { Channel } from '../model/Channel.js';
import { type Result, succeed } from '../model/Problem.js';
import type { LogRecord } from '../model/Record.js';
import { type RedactionRule, textRedaction } from '../model/redactText.js';

/** What a rule makes of a log's text; null when it finds nothing in it. */
export type Redaction = (log: LogRecord) => LogRecord | null;

/** Problems: those of textRedaction. */
export function redactionOf(rule: RedactionRule): Result<Redaction> {
  const redaction = textRedaction(rule);
  if (!redaction.ok) return redaction;
  return succeed((log) => {
    const message = redaction.value(log.message);
    return message === log.message ? null : { ...log, message };
  });
}

/** Can a log of this channel be written anew with another text? */
export function canRewrite({ messageEncoding, schemaName }: Channel): boolean {
  return messageEncoding === 'cdr' && schemaName === ros2LogSchemaName;
}
