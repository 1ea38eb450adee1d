import { fail, type Result, succeed } from './Problem.js';
import { redactedMark, type RedactionRule, textRedaction } from './redactText.js';

const arrow = ' => ';

/**
 * One line of `redact`: `PATTERN => REPLACEMENT`, or the pattern alone. The last ` => ` divides the two; an empty replacement
 * takes the words out without a trace.
 */
export function parseRedactionRule(text: string): Result<RedactionRule> {
  // A text that ends with the arrow may have lost the space behind it in an editor.
  const written = text.endsWith(arrow.trimEnd()) ? `${text} ` : text;
  const at = written.lastIndexOf(arrow);
  const rule =
    at === -1
      ? { find: written, replace: redactedMark }
      : { find: written.slice(0, at), replace: written.slice(at + arrow.length) };
  if (rule.find === '') {
    return fail(
      'bad-regex',
      'The pattern is missing',
      'Write PATTERN => REPLACEMENT: "password=\\S+ => password=***".',
    );
  }
  const redaction = textRedaction(rule);
  if (!redaction.ok) return redaction;
  // It would put the replacement between any two letters.
  if (redaction.value('') !== '') {
    return fail('bad-regex', 'The pattern matches an empty text.', 'Write what must be there: "+" instead of "*".');
  }
  return succeed(rule);
}
