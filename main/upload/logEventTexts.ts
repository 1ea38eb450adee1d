import { textRedaction, type RedactionRule } from '../model/redactText.js';
import type { LogRecord } from '../model/Record.js';
import type { LogFormat } from '../model/RobotConfig.js';
import { formatLogEvent } from './formatLogEvent.js';
import { jsonLogEvent } from './jsonLogEvent.js';
import { logEventTextBytesMax } from './limits.js';
import { cutText, splitLogEvent } from './splitLogEvent.js';

/** What decides the text of a log event. */
export interface LogWriting {
  readonly publishTopicNames: boolean;
  readonly format: LogFormat;
  readonly redactions: readonly RedactionRule[];
  readonly robot: string;
}

export interface LogEventText {
  readonly text: string;
  /** UTF-8. */
  readonly textBytes: number;
}

/**
 * The texts of a record's log events exactly as they leave: redacted first, then written in the format that is asked for. One,
 * or the numbered pieces of one that is too long for an event.
 */
export function logEventTexts(record: LogRecord, writing: LogWriting): readonly LogEventText[] {
  const clean = writing.redactions.length === 0 ? record : redacted(record, writing.redactions);
  const whole = sized(
    writing.format === 'json' ? jsonLogEvent(clean, writing) : formatLogEvent(clean, writing.publishTopicNames),
  );
  if (whole.textBytes <= logEventTextBytesMax) return [whole];
  const pieces = writing.format === 'json' ? jsonPieces(clean, writing, whole.textBytes) : null;
  return pieces ?? splitLogEvent(whole.text, logEventTextBytesMax).map(sized);
}

/** Each piece is JSON of its own; null when it is not the message that makes it so long. */
function jsonPieces(record: LogRecord, writing: LogWriting, wholeBytes: number): readonly LogEventText[] | null {
  const messageBytes = Buffer.byteLength(record.message);
  const piecesMax = Math.ceil(messageBytes / pieceBytesMin);
  for (let count = Math.ceil(wholeBytes / logEventTextBytesMax); count <= piecesMax; count *= 2) {
    const cut = cutText(record.message, Math.max(pieceBytesMin, Math.ceil(messageBytes / count)));
    const pieces = cut.map((message, index) =>
      sized(jsonLogEvent({ ...record, message }, writing, { part: index + 1, parts: cut.length })),
    );
    if (pieces.every(({ textBytes }) => textBytes <= logEventTextBytesMax)) return pieces;
  }
  return null;
}

const pieceBytesMin = 65_536;

function sized(text: string): LogEventText {
  return { text, textBytes: Buffer.byteLength(text) };
}

/** Do the rules take anything out of this line? */
export function isRedacted(record: LogRecord, rules: readonly RedactionRule[]): boolean {
  if (rules.length === 0) return false;
  const clean = redacted(record, rules);
  return (
    (['message', 'node', 'file', 'function', 'topic'] as const).some((field) => clean[field] !== record[field]) ||
    clean.nodeTopics.some((name, index) => name !== record.nodeTopics[index])
  );
}

/** Each text that an event may carry: what is secret may stand in the name of a node or file as well. */
function redacted(record: LogRecord, rules: readonly RedactionRule[]): LogRecord {
  const redact = redactionOf(rules);
  return {
    ...record,
    message: redact(record.message),
    node: redact(record.node),
    file: redact(record.file),
    function: redact(record.function),
    topic: redact(record.topic),
    nodeTopics: record.nodeTopics.map(redact),
  };
}

/** The rules of one robot come with each of its records: they are compiled once. */
const compiled = new WeakMap<readonly RedactionRule[], (text: string) => string>();

function redactionOf(rules: readonly RedactionRule[]): (text: string) => string {
  const known = compiled.get(rules);
  if (known !== undefined) return known;
  const steps = rules.map((rule) => {
    const step = textRedaction(rule);
    // The robot file was checked; sending what should have been taken out is worse than stopping.
    if (!step.ok) throw new Error(`an unchecked redaction rule: ${step.problem.message}`);
    return step.value;
  });
  const all = (text: string): string => steps.reduce((partly, step) => step(partly), text);
  compiled.set(rules, all);
  return all;
}
