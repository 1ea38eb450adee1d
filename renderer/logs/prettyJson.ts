/** A message taken apart: words, then (if there is some) JSON laid out for people. */
export interface MessageParts {
  readonly words: string;
  /** Null when the message has no JSON. */
  readonly json: string | null;
}

/**
 * Finds JSON in a message: the whole of it, or an object or array at its end (`state: {"a": 1}`). Numbers are left as they are
 * written, however long: the text is laid out anew, not parsed and printed.
 */
export function prettyJson(message: string): MessageParts {
  const plain = { words: message, json: null };
  if (message.length > lengthMax) return plain;
  const trimmedEnd = message.trimEnd();
  if (!/[\]}]$/u.test(trimmedEnd)) return plain;
  let tried = 0;
  for (const match of trimmedEnd.matchAll(/[[{]/gu)) {
    tried += 1;
    if (tried > startsTriedMax) break;
    const candidate = trimmedEnd.slice(match.index);
    if (!isJson(candidate)) continue;
    return { words: message.slice(0, match.index).trimEnd(), json: layOut(candidate) };
  }
  return plain;
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    // `[]` and `[0]` at the end of a sentence are no data to lay out.
    return typeof value === 'object' && value !== null && text.length > shortMax;
  } catch {
    return false;
  }
}

/** Puts line breaks and indents into JSON that is known to be valid, and touches nothing else. */
function layOut(text: string): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gu) ?? [];
  let depth = 0;
  let laidOut = '';
  const newLine = (): string => `\n${'  '.repeat(depth)}`;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token === '{' || token === '[') {
      const isEmpty = next === '}' || next === ']';
      depth += 1;
      laidOut += isEmpty ? token : `${token}${newLine()}`;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      const previous = tokens[index - 1];
      laidOut += previous === '{' || previous === '[' ? token : `${newLine()}${token}`;
    } else if (token === ',') laidOut += `,${newLine()}`;
    else if (token === ':') laidOut += ': ';
    else laidOut += token;
  }
  return laidOut;
}

const lengthMax = 200_000;
const startsTriedMax = 20;
const shortMax = 8;
